package cell

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
)

// libraries are the folders of this module whose code decides what a training gives.
var libraries = []string{"autodiff", "nn", "mtlkit", "metakit", "datasets", "internal", "notebooks/lessons"}

// writeSource writes the source of these libraries, the declaration in which the function fn stands, and the
// declarations of its package that it uses. Where source is not to be found it writes the running program, which
// differs from cell to cell but never hides a change.
func writeSource(w io.Writer, fn any) {
	f := runtime.FuncForPC(reflect.ValueOf(fn).Pointer())
	if strings.HasSuffix(f.Name(), "-fm") {
		panic(fmt.Sprintf("cell: LoadOrTrain: train is the method %s of a value that is not known: put the value into "+
			"the config, and the call into a function", strings.TrimSuffix(f.Name(), "-fm")))
	}
	_, here, _, _ := runtime.Caller(0)
	if err := writeLibraries(w, filepath.Dir(filepath.Dir(filepath.Dir(here)))); err != nil {
		writeProgram(w)
		return
	}
	file, line := f.FileLine(f.Entry())
	text, err := functionSource(file, line)
	if err != nil {
		writeProgram(w)
		return
	}
	fmt.Fprintf(w, "%s\n", text)
}

func writeProgram(w io.Writer) {
	path, err := os.Executable()
	if err != nil {
		panic(fmt.Sprintf("cell: LoadOrTrain: neither the source nor the program is to be found: %v", err))
	}
	program, err := os.ReadFile(path)
	if err != nil {
		panic(fmt.Sprintf("cell: LoadOrTrain: neither the source nor the program can be read: %v", err))
	}
	w.Write(program)
}

func writeLibraries(w io.Writer, root string) error {
	versions, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "go.mod %d\n%s", len(versions), versions)
	for _, library := range libraries {
		err := filepath.WalkDir(filepath.Join(root, library), func(path string, d fs.DirEntry, err error) error {
			if os.IsNotExist(err) {
				return nil
			}
			code := strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, "_test.go") ||
				strings.HasSuffix(path, ".s")
			if err != nil || !code {
				return err
			}
			text, err := os.ReadFile(path)
			name, _ := filepath.Rel(root, path)
			fmt.Fprintf(w, "%s %d\n%s", name, len(text), text)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// functionSource returns the text of the declaration that holds the line, and of the declarations of its package that
// it uses, directly or through one another. Names are compared, not what they stand for: a declaration too many is
// harmless.
func functionSource(file string, line int) (string, error) {
	texts, err := readPackage(filepath.Dir(file))
	if err != nil {
		return "", err
	}
	fset := token.NewFileSet()
	declared := map[string][]ast.Node{}
	var start ast.Node
	for name, text := range texts {
		parsed, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
		if err != nil {
			return "", err
		}
		for _, d := range parsed.Decls {
			for _, name := range names(d) {
				declared[name.name] = append(declared[name.name], name.node)
			}
			from, to := fset.Position(d.Pos()), fset.Position(d.End())
			if from.Filename == file && from.Line <= line && line <= to.Line {
				start = d
			}
		}
	}
	if start == nil {
		return "", fmt.Errorf("nothing is declared at %s:%d", file, line)
	}

	used := map[string]bool{}
	textOf := func(n ast.Node) string {
		from, to := fset.Position(n.Pos()), fset.Position(n.End())
		return string(texts[from.Filename][from.Offset:to.Offset]) + "\n"
	}
	var follow func(ast.Node)
	follow = func(n ast.Node) {
		ast.Inspect(n, func(n ast.Node) bool {
			if id, ok := n.(*ast.Ident); ok {
				for _, d := range declared[id.Name] {
					if text := textOf(d); !used[text] {
						used[text] = true
						follow(d)
					}
				}
			}
			return true
		})
	}
	follow(start)
	return textOf(start) + strings.Join(slices.Sorted(maps.Keys(used)), ""), nil
}

func readPackage(dir string) (map[string][]byte, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	texts := map[string][]byte{}
	for _, name := range files {
		if texts[name], err = os.ReadFile(name); err != nil {
			return nil, err
		}
	}
	return texts, nil
}

type named struct {
	name string
	node ast.Node
}

// names returns what a declaration declares, each with the part of the text that says it.
func names(d ast.Decl) (all []named) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.Name != "main" {
			all = append(all, named{d.Name.Name, d})
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				all = append(all, named{s.Name.Name, s})
			case *ast.ValueSpec:
				var part ast.Node = s
				if len(s.Values) == 0 {
					part = d // a constant that repeats the expression above it
				}
				for _, id := range s.Names {
					all = append(all, named{id.Name, part})
				}
			}
		}
	}
	return all
}
