package notebooktest

import (
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// standard are the packages that cells may use without importing them, as GoNB adds the import.
var standard = []string{"cmp", "context", "errors", "fmt", "maps", "math", "math/rand/v2", "os", "slices", "sort", "strconv",
	"strings", "time"}

// A Checker says whether a cell compiles, and runs nothing.
type Checker struct {
	fset     *token.FileSet
	importer types.Importer
}

// NewChecker returns a checker that knows the packages which the notebooks import; dir lies in the module.
func NewChecker(dir string, books []*Notebook) (*Checker, error) {
	paths := slices.Clone(standard)
	for _, nb := range books {
		for _, c := range nb.Code() {
			for _, m := range imports.FindAllString(string(c.Source), -1) {
				for _, q := range quoted.FindAllStringSubmatch(m, -1) {
					paths = append(paths, q[1])
				}
			}
		}
	}
	slices.Sort(paths)
	list := exec.Command("go", append([]string{"list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}"}, slices.Compact(paths)...)...)
	list.Dir = dir
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
		exports[path] = file
	}
	fset := token.NewFileSet()
	return &Checker{fset, importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})}, nil
}

// Wrong returns what the compiler would say of a try that it does not say of the cells as committed, a sentence each.
func (c *Checker) Wrong(nb *Notebook, t Try) (problems []string) {
	turned := nb.with(t.Cell, t.Knob.Turned(string(nb.Code()[t.Cell].Source), t.Value))
	for _, i := range append([]int{t.Cell}, t.Later...) {
		said := c.check(nb, i)
		for _, s := range c.check(turned, i) {
			if !slices.Contains(said, s) {
				problems = append(problems, fmt.Sprintf("cell %s with %s = %s does not compile: %s", nb.Code()[i].ID, t.Knob.Name, t.Value, s))
			}
		}
	}
	return problems
}

// with returns the code cells of a notebook, one of them with another source.
func (nb *Notebook) with(i int, source string) *Notebook {
	other := &Notebook{Cells: nb.Code()}
	other.Cells[i].Source = Text(source)
	return other
}

// check returns what the compiler says of code cell i, behind the declarations before it. Imports that are not used are
// among it, since goimports is not asked here.
func (c *Checker) check(nb *Notebook, i int) (said []string) {
	var text strings.Builder
	text.WriteString("package main\n")
	declared := nb.Declarations(i + 1)
	for _, path := range standard {
		if !strings.Contains(declared, fmt.Sprintf("%q", path)) {
			fmt.Fprintf(&text, "import %q\n", path)
		}
	}
	source := string(nb.Code()[i].Source)
	body := ""
	if at := bodyMark.FindStringIndex(source); at != nil {
		body = command.ReplaceAllString(source[at[1]:], "")
	}
	fmt.Fprintf(&text, "%s\nfunc main() {\n%s\n}\n", declared, body)
	file, err := parser.ParseFile(c.fset, "", text.String(), parser.SkipObjectResolution)
	if err != nil {
		return []string{err.Error()}
	}
	config := types.Config{Importer: c.importer, Error: func(err error) {
		if e, ok := err.(types.Error); ok {
			said = append(said, e.Msg)
		}
	}}
	config.Check("main", c.fset, []*ast.File{file}, nil)
	return said
}
