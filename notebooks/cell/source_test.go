package cell

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const cellSource = `package main

import "fmt"

const rate = 0.1
const title = "unused"

const (
	a = iota
	b
)

type model struct{ W []float64 }

func (m model) loss() float64 { return helper(m.W) }

func helper(w []float64) float64 { return scale }

var scale = 3.0

func train() model {
	m := model{}
	fmt.Println(rate, m.loss(), b)
	return m
}

func main() {
	use(func() { fmt.Println(title) })
	train()
}
`

func sourceAt(t *testing.T, text, mark string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "main.go")
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	before, _, _ := strings.Cut(text, mark)
	got, err := functionSource(file, strings.Count(before, "\n")+1)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestFunctionSourceFollowsWhatIsUsed(t *testing.T) {
	before := sourceAt(t, cellSource, "func train")
	for _, c := range []struct {
		old, new string
		differs  bool
	}{
		{"rate = 0.1", "rate = 0.2", true},
		{"scale = 3.0", "scale = 4.0", true}, // through a method and a function
		{"return scale", "return 2 * scale", true},
		{"W []float64", "W []float32", true},
		{"a = iota", "a = 2 * iota", true},
		{"m := model{}", "m := model{nil}", true},
		{`"unused"`, `"other"`, false},
		{"fmt.Println(title)", "fmt.Println(title, 1)", false},
	} {
		after := sourceAt(t, strings.Replace(cellSource, c.old, c.new, 1), "func train")
		if (before != after) != c.differs {
			t.Errorf("%s -> %s: the source differs: %v, want %v", c.old, c.new, before != after, c.differs)
		}
	}
}

// A function in another one is known by all of the text around it, which may hold what it captures.
func TestFunctionSourceOfALiteral(t *testing.T) {
	got := sourceAt(t, cellSource, "use(func() {")
	if !strings.HasPrefix(got, "func main() {\n") || !strings.Contains(got, `"unused"`) {
		t.Errorf("got %s", got)
	}
}

func TestFunctionSourceMissing(t *testing.T) {
	if _, err := functionSource(filepath.Join(t.TempDir(), "main.go"), 1); err == nil {
		t.Error("no error for a file that is not there")
	}
}

func TestLibrarySourceIsInTheKey(t *testing.T) {
	root := t.TempDir()
	file := func(name, text string) {
		t.Helper()
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	source := func() string {
		t.Helper()
		var b strings.Builder
		if err := writeLibraries(&b, root); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	if err := writeLibraries(&strings.Builder{}, root); err == nil {
		t.Error("no error where no library is")
	}
	file("go.mod", "module kindred")
	file("nn/adam.go", "package nn")
	before := source()
	file("plots/theme.go", "package plots")
	file("nn/adam_test.go", "package nn")
	if source() != before {
		t.Error("a test or the look of a figure changed the key")
	}
	file("internal/kernel/gemm.s", "TEXT")
	if source() == before {
		t.Error("assembly does not change the key")
	}
	before = source()
	file("go.mod", "module kindred\nrequire gonum.org/v1/gonum v0.17.0")
	if source() == before {
		t.Error("the version of a dependency does not change the key")
	}
}
