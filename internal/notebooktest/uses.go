package notebooktest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
)

// A program is what GoNB sees in a cell: declarations, which later cells keep, and the statements after %%.
type program struct {
	imports      []string // their text
	declarations []*declaration
	body         map[string]bool // the names in its statements
	split        int             // where the line %% begins, or the length
}

// A declaration is a part of a cell with the names that it declares and those that it speaks of. Names are compared, not
// what they stand for: a use too many does no harm.
type declaration struct {
	text     string
	names    []string
	uses     map[string]bool
	from, to int // its place in the source
}

var (
	bodyMark = regexp.MustCompile(`(?m)^%%.*$`)
	command  = regexp.MustCompile(`(?m)^[%!].*$`)
)

// programOf takes a cell apart. Of a cell that does not parse it has what does; the kernel says the rest.
func programOf(source string) program {
	p := program{split: len(source), body: map[string]bool{}}
	if at := bodyMark.FindStringIndex(source); at != nil {
		p.split = at[0]
		p.body = words(source[at[1]:])
	}
	const head = "package p;"
	text := head + command.ReplaceAllStringFunc(source[:p.split], func(s string) string { return strings.Repeat(" ", len(s)) })
	fset := token.NewFileSet()
	file, _ := parser.ParseFile(fset, "", text, parser.SkipObjectResolution|parser.AllErrors)
	if file == nil {
		return p
	}
	for _, d := range file.Decls {
		from, to := fset.Position(d.Pos()).Offset, fset.Position(d.End()).Offset
		if from < len(head) || to < from || to > len(text) {
			continue // broken off
		}
		if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.IMPORT {
			p.imports = append(p.imports, text[from:to])
			continue
		}
		uses := words(text[from:to])
		for _, own := range parameters(d) {
			delete(uses, own)
		}
		p.declarations = append(p.declarations, &declaration{text[from:to], declares(d), uses, from - len(head), to - len(head)})
	}
	return p
}

// declares returns the names that a declaration declares: for a method its own and that of its type.
func declares(d ast.Decl) (names []string) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		names = append(names, d.Name.Name)
		if d.Recv != nil && len(d.Recv.List) == 1 {
			ast.Inspect(d.Recv.List[0].Type, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					names = append(names, id.Name)
				}
				return true
			})
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, s.Name.Name)
			case *ast.ValueSpec:
				for _, id := range s.Names {
					names = append(names, id.Name)
				}
			}
		}
	}
	return names
}

// parameters returns the names of a function's parameters, which hide what is declared under these names elsewhere.
func parameters(d ast.Decl) (names []string) {
	f, ok := d.(*ast.FuncDecl)
	if !ok {
		return nil
	}
	for _, p := range f.Type.Params.List {
		for _, id := range p.Names {
			names = append(names, id.Name)
		}
	}
	return names
}

func words(text string) map[string]bool {
	found := map[string]bool{}
	for _, t := range tokens(text) {
		if t.token == token.IDENT {
			found[t.text] = true
		}
	}
	return found
}

// Users returns which later code cells use what a knob of code cell i sets, directly or through what is declared with it.
func (nb *Notebook) Users(i int, k Knob) (later []int) {
	cells := nb.Code()
	var known []*declaration // in force, in order
	var source *declaration
	for j, c := range cells {
		p := programOf(string(c.Source))
		for _, d := range p.declarations {
			known = slices.DeleteFunc(known, func(old *declaration) bool { return replaces(d, old) })
			known = append(known, d)
			if j == i && d.from <= k.from && k.from < d.to {
				source = d
			}
		}
		if j > i && source != nil && meets(p.body, reached(known, source)) {
			later = append(later, j)
		}
	}
	return later
}

// replaces reports whether a declaration of a later cell takes the place of one of an earlier, as it declares the same.
func replaces(d, old *declaration) bool { return slices.Equal(d.names, old.names) }

// reached returns the names whose meaning depends on a declaration.
func reached(known []*declaration, source *declaration) map[string]bool {
	names := map[string]bool{}
	if !slices.Contains(known, source) {
		return names
	}
	for _, n := range source.names {
		names[n] = true
	}
	for grown := true; grown; {
		grown = false
		for _, d := range known {
			if !meets(d.uses, names) {
				continue
			}
			for _, n := range d.names {
				grown = grown || !names[n]
				names[n] = true
			}
		}
	}
	return names
}

func meets(a, b map[string]bool) bool {
	for n := range a {
		if b[n] {
			return true
		}
	}
	return false
}

// Declarations returns one cell that declares what the first n code cells do, and runs nothing of them.
func (nb *Notebook) Declarations(n int) string {
	var imports []string
	var known []*declaration
	for _, c := range nb.Code()[:n] {
		p := programOf(string(c.Source))
		imports = append(imports, p.imports...)
		for _, d := range p.declarations {
			known = append(slices.DeleteFunc(known, func(old *declaration) bool { return replaces(d, old) }), d)
		}
	}
	slices.Sort(imports)
	lines := slices.Compact(imports)
	for _, d := range known {
		lines = append(lines, d.text)
	}
	return strings.Join(lines, "\n")
}
