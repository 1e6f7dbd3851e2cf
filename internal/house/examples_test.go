package house

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

// roles are methods by which a type of the kits is put to work. A structure that has one, and that a program writes as a
// literal, is something that a reader meets: an architecture, a balancer, a learner, a loss, a rule, a layer, a schedule, a
// distribution of tasks, a penalty, an experiment.
var roles = []string{"Apply", "Combine", "CombineBatches", "CombineLoss", "Draw", "Factor", "Figure", "Fill", "Fit", "Path", "PerRow",
	"Play", "Predict", "Run", "Scalarize", "Solve", "Step", "Times", "Twin", "Weigh", "WeighGram", "WeighGramLoss", "WeighNorms"}

// Every constructor, New…, and every structure with a role stands in an Example of its own package that is checked, so that
// its page shows it at work; a structure's constructor stands for it.
func TestExamples(t *testing.T) {
	fset := token.NewFileSet()
	folders := map[string][]*ast.File{}
	for _, f := range tree(t) {
		folder := path.Dir(f.path)
		if !f.isGo() || folder == "docs/cluster/check" || slices.ContainsFunc(unpromised, func(u string) bool { return within(folder, u) }) {
			continue
		}
		parsed, err := parser.ParseFile(fset, f.path, f.text, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		folders[folder] = append(folders[folder], parsed)
	}
	met := 0
	for folder, files := range folders {
		if folder == "notebooks/cell" { // its cells are the notebooks'
			continue
		}
		wanted := meets(fset, files)
		met += len(wanted)
		shown := inExamples(fset, files)
		for _, name := range wanted {
			if !shown[name] && !shown["New"+name] {
				t.Errorf("%s.%s stands in no Example that is checked", folder, name)
			}
		}
	}
	if met < 200 {
		t.Errorf("%d names, some are not found", met)
	}
}

// meets returns the names that a reader meets of a package: its constructors, and the structures with a role that have no
// hidden field.
func meets(fset *token.FileSet, files []*ast.File) (names []string) {
	worked, written := map[string]bool{}, map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(fset.Position(file.Pos()).Filename, "_test.go") {
			continue
		}
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && strings.HasPrefix(d.Name.Name, "New") {
					names = append(names, d.Name.Name)
				} else if d.Recv != nil && slices.Contains(roles, d.Name.Name) {
					worked[receiver(d)] = true
				}
			case *ast.GenDecl:
				for _, s := range d.Specs {
					if s, ok := s.(*ast.TypeSpec); ok && s.Name.IsExported() {
						if fields, ok := s.Type.(*ast.StructType); ok {
							written[s.Name.Name] = !hides(fields)
						}
					}
				}
			}
		}
	}
	for name := range written {
		if written[name] && worked[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// receiver returns the name of the type of a method.
func receiver(d *ast.FuncDecl) string {
	of := d.Recv.List[0].Type
	if star, ok := of.(*ast.StarExpr); ok {
		of = star.X
	}
	if generic, ok := of.(*ast.IndexExpr); ok {
		of = generic.X
	}
	if name, ok := of.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}

func hides(fields *ast.StructType) bool {
	for _, f := range fields.Fields.List {
		for _, name := range f.Names {
			if !name.IsExported() {
				return true
			}
		}
	}
	return false
}

// inExamples returns the names in the Examples of a package that are checked: by their output, or by a test that calls them.
func inExamples(fset *token.FileSet, files []*ast.File) map[string]bool {
	var tests []*ast.File
	for _, file := range files {
		if strings.HasSuffix(fset.Position(file.Pos()).Filename, "_test.go") {
			tests = append(tests, file)
		}
	}
	called := map[string]bool{}
	for _, file := range tests {
		for _, name := range file.Decls {
			if f, ok := name.(*ast.FuncDecl); ok && !strings.HasPrefix(f.Name.Name, "Example") {
				collect(f.Body, called)
			} else if v, ok := name.(*ast.GenDecl); ok {
				collect(v, called)
			}
		}
	}
	names := map[string]bool{}
	for _, e := range doc.Examples(tests...) {
		if e.Output != "" || e.EmptyOutput || called["Example"+e.Name] {
			collect(e.Code, names)
		}
	}
	for _, file := range tests { // what a type does that an Example is about
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil && names[receiver(f)] {
				collect(f.Body, names)
			}
		}
	}
	return names
}

// collect adds the names that stand in a piece of code.
func collect(code ast.Node, names map[string]bool) {
	ast.Inspect(code, func(n ast.Node) bool {
		if name, ok := n.(*ast.Ident); ok {
			names[name.Name] = true
		}
		return true
	})
}

func TestExamplesRefuse(t *testing.T) {
	const source = `package a
type Met struct{ N int }
func (Met) Twin() {}
type Hidden struct{ n int }
func (Hidden) Twin() {}
type Idle struct{ N int }
func (Idle) Len() {}
func NewMet() Met { return Met{} }
func NewOther() Met { return Met{} }
`
	const tests = `package a
func ExampleMet() {
	Met{}.Twin()
	// Output: 1
}
func ExampleNewOther() { NewOther() }
func ExampleHidden() { Called() }
func TestHidden() { ExampleHidden() }
`
	fset := token.NewFileSet()
	var files []*ast.File
	for name, text := range map[string]string{"a.go": source, "a_test.go": tests} {
		file, err := parser.ParseFile(fset, name, text, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	if got, want := meets(fset, files), []string{"Met", "NewMet", "NewOther"}; !slices.Equal(got, want) {
		t.Errorf("a reader meets %v, want %v", got, want)
	}
	if shown := inExamples(fset, files); !shown["Met"] || !shown["Called"] || shown["NewMet"] || shown["NewOther"] {
		t.Errorf("Met and Called stand in Examples that are checked, but it is %v", shown)
	}
}
