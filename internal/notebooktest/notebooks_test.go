package notebooktest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

// paths returns the notebooks.
func paths(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(root, "notebooks", "*.ipynb"))
	if err != nil || len(all) == 0 {
		t.Fatalf("found no notebook: %v", err)
	}
	return all
}

func read(t *testing.T, path string) *Notebook {
	t.Helper()
	nb, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	return nb
}

func TestNotebooksKeepTheRules(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "notebooks", "figures.txt"))
	if err != nil {
		t.Fatal(err)
	}
	lists := ReadFigures(string(text))
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	module := regexp.MustCompile(`(?m)^module (\S+)`).FindStringSubmatch(string(mod))[1]
	for _, path := range paths(t) {
		name := filepath.Base(path)
		t.Run(name, func(t *testing.T) {
			nb := read(t, path)
			problems := nb.Problems(lists[name], module)
			if name != frontPage { // which teaches nothing
				problems = append(problems, nb.Lacks()...)
			}
			for _, p := range problems {
				t.Error(p)
			}
		})
		delete(lists, name)
	}
	for name := range lists {
		t.Errorf("figures.txt lists %s, which is not there", name)
	}
}

func TestNotebooksAreNotStale(t *testing.T) {
	python := kernel(t)
	for _, path := range paths(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			saved := read(t, path)
			fresh, said, err := execute(t, python, path)
			if err != nil {
				t.Fatalf("%v\n%s", err, said)
			}
			if said := Missing(fresh); said != "" {
				t.Skip("not compared with a run of it. ", said)
			}
			for _, p := range Stale(saved, fresh) {
				t.Error(p)
			}
		})
	}
}

// kernel returns the Python of the notebooks' environment, and skips the test where make test did not name it.
func kernel(t *testing.T) string {
	t.Helper()
	python := os.Getenv("KINDRED_PYTHON")
	if python == "" {
		t.Skip("KINDRED_PYTHON names no Python with nbclient and the GoNB kernel; make test sets it")
	}
	return python
}

func execute(t *testing.T, python, path string) (fresh *Notebook, said string, err error) {
	t.Helper()
	out := filepath.Join(t.TempDir(), "out.ipynb")
	output, err := exec.Command(python, filepath.Join(root, "scripts", "execute.py"), path, out).CombinedOutput()
	if err != nil {
		return nil, string(output), err
	}
	return read(t, out), string(output), nil
}

// write makes a notebook of code cells, or of Markdown where a text begins with #.
func write(t *testing.T, cells ...string) string {
	t.Helper()
	nb := map[string]any{
		"metadata": map[string]any{"kernelspec": map[string]any{"name": "gonb", "display_name": "Go (gonb)"}},
		"nbformat": 4, "nbformat_minor": 5,
	}
	var list []any
	for i, source := range cells {
		cell := map[string]any{"id": string(rune('a' + i)), "metadata": map[string]any{}, "source": source}
		if strings.HasPrefix(source, "#") {
			cell["cell_type"] = "markdown"
		} else {
			cell["cell_type"], cell["outputs"], cell["execution_count"] = "code", []any{}, nil
		}
		list = append(list, cell)
	}
	nb["cells"] = list
	data, err := json.Marshal(nb)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "scratch.ipynb")
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestExecuteReportsAFailingCell(t *testing.T) {
	python := kernel(t)
	for name, c := range map[string]struct {
		cells []string
		says  []string
	}{
		"compile error": {[]string{"%%\nfmt.Println(1)", "%%\nx := unknown"}, []string{`cell 'b' failed`, "undefined: unknown"}},
		"panic":         {[]string{"%%\npanic(\"no data\")"}, []string{`cell 'a' failed`, "no data"}},
		"exit":          {[]string{"%%\nos.Exit(3)"}, []string{`cell 'a' failed`, "exit status 3"}},
		"solution": {[]string{"# x\n<details>\n\n```go\n%%\npanic(\"no solution\")\n```\n</details>"},
			[]string{`cell 'a-solution-1' failed`, "no solution"}},
		"wrong answer": {[]string{solved("cell.Check(2.5, 2.0)")}, []string{`cell 'a-solution-1' failed`, "does not say Right", "Not yet"}},
		"no answer":    {[]string{solved("cell.Check(nil, 2.0)")}, []string{"does not say Right", "waits for"}},
		"one of two":   {[]string{solved("cell.Check(2, 2.0)\ncell.Check(2.1, 2.0)")}, []string{"does not say Right", "Close"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, said, err := execute(t, python, write(t, c.cells...))
			if err == nil {
				t.Fatal("the notebook passed")
			}
			for _, s := range c.says {
				if !strings.Contains(said, s) {
					t.Errorf("it does not say %q:\n%s", s, said)
				}
			}
		})
	}
}

// solved returns an exercise whose solution is a program.
func solved(body string) string {
	return "# x\n<details>\n\n```go\nimport \"kindred/notebooks/cell\"\n\n%%\n" + body + "\n```\n</details>"
}

func TestExecuteAcceptsARightAnswer(t *testing.T) {
	if _, said, err := execute(t, kernel(t), write(t, solved("cell.Check(2, 2.0)\ncell.Check(3, 3)"))); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
}

// pageStyle is what comes with a figure for the page that shows it.
var pageStyle = regexp.MustCompile(`<style>[^<]*</style>`)

// A constant that the config leaves out is edited in a later cell: the model trained with the old one is not found.
// A progress bar leaves nothing behind, and a slider does not wait for a browser.
func TestPackageCellInANotebook(t *testing.T) {
	python := kernel(t)
	cells := []struct{ source, shows string }{
		{`import "kindred/notebooks/cell"
const steps = 5
func trained() []float64 {
	return cell.LoadOrTrain("config", func(context.Context) ([]float64, error) {
		cell.Text("training")
		return make([]float64, steps), nil
	})
}
%%
cell.Text("%d", len(trained()))`, "training 5"},
		{`const title = "x"
%%
cell.Text("%d", len(trained()))`, "5"},
		{`const steps = 6
%%
cell.Text("%d", len(trained()))`, "training 6"},
		{`%%
bar := cell.NewProgress("x", 3)
for i := range 3 {
	time.Sleep(time.Second / 4)
	bar.Set(i + 1)
}
bar.Done()`, ""},
		{`type picture string
func (p picture) HTML() string { return string(p) }
%%
cell.Slide(true, "x", 0, 9, 4, func(v int) cell.Figure { return picture(fmt.Sprintf("at %d", v)) })`, "at 4"},
		{`%%
var live cell.Live
live.Draw(func() cell.Figure { return picture("first") })
live.Done(picture("last"))`, "last"},
	}
	var sources []string
	for _, c := range cells {
		sources = append(sources, c.source)
	}
	fresh, said, err := execute(t, python, write(t, sources...))
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for i, c := range cells {
		var shown []string
		for _, o := range fresh.Cells[i].Outputs {
			shown = append(shown, string(o.Data["text/plain"]+o.Data["text/html"]+o.Text))
		}
		if got := pageStyle.ReplaceAllString(strings.Join(shown, " "), ""); got != c.shows {
			t.Errorf("cell %d shows %q, want %q", i, got, c.shows)
		}
	}
}
