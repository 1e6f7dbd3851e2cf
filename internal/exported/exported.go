// Package exported lists what a package exports, so that a change of it is seen, and so that a test can hold a table of
// misuse to be complete: every function, method and field has a row, with the sentence that it panics with.
package exported

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
	"testing"
)

// Functions returns the exported functions of the package in the folder of the test, as "New", and the exported methods
// of its exported types, as "Type.Method".
func Functions(t testing.TB) []string { return list(t, false) }

// FunctionsAndFields returns those, and the exported fields of the exported structures, as "Type.Field"; an embedded field
// goes by its type's name.
func FunctionsAndFields(t testing.TB) []string { return list(t, true) }

func list(t testing.TB, fields bool) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				names = append(names, function(d)...)
			case *ast.GenDecl:
				if fields {
					names = append(names, fieldsOf(d)...)
				}
			}
		}
	}
	if len(names) == 0 {
		t.Fatal("the package exports nothing")
	}
	return names
}

func function(d *ast.FuncDecl) []string {
	if !d.Name.IsExported() {
		return nil
	}
	if d.Recv == nil {
		return []string{d.Name.Name}
	}
	if of := typeName(d.Recv.List[0].Type); ast.IsExported(of) {
		return []string{of + "." + d.Name.Name}
	}
	return nil
}

func fieldsOf(d *ast.GenDecl) (names []string) {
	for _, s := range d.Specs {
		s, ok := s.(*ast.TypeSpec)
		if !ok || !s.Name.IsExported() {
			continue
		}
		structure, ok := s.Type.(*ast.StructType)
		if !ok {
			continue
		}
		for _, f := range structure.Fields.List {
			if len(f.Names) == 0 {
				names = append(names, s.Name.Name+"."+typeName(f.Type))
			}
			for _, n := range f.Names {
				if n.IsExported() {
					names = append(names, s.Name.Name+"."+n.Name)
				}
			}
		}
	}
	return names
}

// typeName returns the name of a type, without its package and its parameters.
func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return typeName(e.X)
	case *ast.IndexExpr:
		return typeName(e.X)
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.Ident:
		return e.Name
	}
	return ""
}
