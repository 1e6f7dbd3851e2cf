package exported

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/build"
	"go/doc"
	"go/parser"
	"go/printer"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
)

// API returns what the package in the folder exports, as others write it: a line for each function, method, type,
// field, method of an interface, constant and variable, sorted. Each begins with "pkg NAME, ". The names of arguments are
// left out, since they can change without anybody's notice; what a constant and a variable are set to is told as it
// stands in the source. Of tests and of files for other systems than 64-bit Linux on amd64 nothing is told.
func API(name, folder string) ([]string, error) {
	system := build.Default
	system.GOOS, system.GOARCH, system.CgoEnabled, system.BuildTags = "linux", "amd64", false, nil
	found, err := system.ImportDir(folder, 0)
	if err != nil {
		return nil, err
	}
	l := &listing{pkg: name, fset: token.NewFileSet(), iota: map[token.Pos]int{}}
	var files []*ast.File
	for _, f := range found.GoFiles {
		parsed, err := parser.ParseFile(l.fset, filepath.Join(folder, f), nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		files = append(files, parsed)
		for _, d := range parsed.Decls {
			if group, ok := d.(*ast.GenDecl); ok {
				for i, s := range group.Specs {
					l.iota[s.Pos()] = i
				}
			}
		}
	}
	of, err := doc.NewFromFiles(l.fset, files, name)
	if err != nil {
		return nil, err
	}
	l.values(of.Consts)
	l.values(of.Vars)
	l.functions(of.Funcs)
	for _, t := range of.Types {
		l.values(t.Consts)
		l.values(t.Vars)
		l.functions(t.Funcs)
		l.functions(t.Methods)
		for _, s := range t.Decl.Specs {
			l.typeOf(s.(*ast.TypeSpec))
		}
	}
	slices.Sort(l.lines)
	return l.lines, nil
}

type listing struct {
	pkg   string
	fset  *token.FileSet
	iota  map[token.Pos]int // of each line of a group of constants, also of those that package doc leaves out
	lines []string
}

func (l *listing) say(format string, args ...any) {
	l.lines = append(l.lines, "pkg "+l.pkg+", "+fmt.Sprintf(format, args...))
}

// print returns an expression or a type on one line.
func (l *listing) print(node any) string {
	var out bytes.Buffer
	if err := printer.Fprint(&out, l.fset, node); err != nil {
		panic(err)
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// functions lists functions or methods.
func (l *listing) functions(all []*doc.Func) {
	for _, f := range all {
		signature := l.signature(f.Decl.Type)
		if f.Recv == "" {
			l.say("func %s%s%s", f.Name, l.parameters(f.Decl.Type.TypeParams), signature)
		} else {
			l.say("method (%s) %s%s", f.Recv, f.Name, signature)
		}
	}
}

// signature returns the types of the arguments and results.
func (l *listing) signature(f *ast.FuncType) string {
	text := "(" + strings.Join(l.types(f.Params), ", ") + ")"
	switch results := l.types(f.Results); len(results) {
	case 0:
		return text
	case 1:
		return text + " " + results[0]
	default:
		return text + " (" + strings.Join(results, ", ") + ")"
	}
}

// types returns the type of each field, as often as it has names.
func (l *listing) types(fields *ast.FieldList) (all []string) {
	if fields == nil {
		return nil
	}
	for _, f := range fields.List {
		for range max(1, len(f.Names)) {
			all = append(all, l.typeText(f.Type))
		}
	}
	return all
}

// typeText returns a type; the names of a function's arguments are left out here too.
func (l *listing) typeText(t ast.Expr) string {
	switch t := t.(type) {
	case *ast.FuncType:
		return "func" + l.signature(t)
	case *ast.StarExpr:
		return "*" + l.typeText(t.X)
	case *ast.Ellipsis:
		return "..." + l.typeText(t.Elt)
	case *ast.ArrayType:
		if t.Len == nil {
			return "[]" + l.typeText(t.Elt)
		}
		return "[" + l.print(t.Len) + "]" + l.typeText(t.Elt)
	case *ast.MapType:
		return "map[" + l.typeText(t.Key) + "]" + l.typeText(t.Value)
	}
	return l.print(t)
}

// parameters returns the parameters of a type or function, such as [T Float].
func (l *listing) parameters(fields *ast.FieldList) string {
	if fields == nil {
		return ""
	}
	var all []string
	for _, f := range fields.List {
		for _, n := range f.Names {
			all = append(all, n.Name+" "+l.print(f.Type))
		}
	}
	return "[" + strings.Join(all, ", ") + "]"
}

func (l *listing) typeOf(s *ast.TypeSpec) {
	name := s.Name.Name + l.parameters(s.TypeParams)
	switch t := s.Type.(type) {
	case *ast.StructType:
		hidden := ""
		if t.Incomplete {
			hidden = ", with unexported fields"
		}
		l.say("type %s struct%s", name, hidden)
		l.fields("type "+s.Name.Name+" struct, ", t.Fields, "embedded ")
	case *ast.InterfaceType:
		hidden := ""
		if t.Incomplete {
			hidden = ", with unexported methods"
		}
		l.say("type %s interface%s", name, hidden)
		l.fields("type "+s.Name.Name+" interface, ", t.Methods, "")
	default:
		alias := ""
		if s.Assign.IsValid() {
			alias = "= "
		}
		l.say("type %s %s%s", name, alias, l.typeText(s.Type))
	}
}

// fields lists the fields of a structure or the methods of an interface.
func (l *listing) fields(of string, fields *ast.FieldList, unnamed string) {
	for _, f := range fields.List {
		for _, n := range f.Names {
			if method, ok := f.Type.(*ast.FuncType); ok && unnamed == "" {
				l.say("%s%s%s", of, n.Name, l.signature(method))
			} else {
				l.say("%s%s %s", of, n.Name, l.typeText(f.Type))
			}
		}
		if len(f.Names) == 0 {
			l.say("%s%s%s", of, unnamed, l.print(f.Type))
		}
	}
}

// values lists constants or variables.
func (l *listing) values(groups []*doc.Value) {
	for _, g := range groups {
		var typed ast.Expr // a constant repeats the line above
		var values []ast.Expr
		for _, s := range g.Decl.Specs {
			s := s.(*ast.ValueSpec)
			if s.Type != nil || len(s.Values) > 0 {
				typed, values = s.Type, s.Values
			}
			for i, n := range s.Names {
				if n.IsExported() {
					l.say("%s %s%s", g.Decl.Tok, n.Name, l.value(typed, values, i, l.iota[s.Pos()]))
				}
			}
		}
	}
}

// value returns the type and the value of a name; of a list, a call or a function only what it is, and of iota the number.
func (l *listing) value(typed ast.Expr, values []ast.Expr, i, iota int) (text string) {
	if typed != nil {
		text = " " + l.typeText(typed)
	}
	if i >= len(values) {
		return text
	}
	switch v := values[i].(type) {
	case *ast.CompositeLit:
		return text + " = " + l.typeText(v.Type) + "{…}"
	case *ast.FuncLit:
		return text + " = " + l.typeText(v.Type) + " {…}"
	case *ast.CallExpr:
		return text + " = " + l.print(v.Fun) + "(…)"
	default:
		value := l.print(v)
		if strings.Contains(value, "iota") {
			value += fmt.Sprintf(", iota %d", iota)
		}
		return text + " = " + value
	}
}
