package notebooktest

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
)

const goodFigure = `<svg><style>@media (prefers-color-scheme:dark){}</style><text x="7">error 0.48</text></svg>`

// good returns a notebook without a problem.
func good() *Notebook {
	count := 1
	svg := base64.StdEncoding.EncodeToString([]byte(goodFigure))
	nb := &Notebook{Cells: []Cell{
		{ID: "title", Type: "markdown", Source: "# One\n\nThe error falls to **0.48** in **20,000** steps of 5.\n"},
		{ID: "first", Type: "code", Count: &count, Source: "import \"my/plots\"\n%%\nshow()", Outputs: []Output{
			{Type: "display_data", Data: map[string]Text{
				"text/html": Text(`<figure><img alt="Line chart: it falls" src="data:image/svg+xml;base64,` + svg + `"></figure>`)}},
			{Type: "display_data", Data: map[string]Text{"text/plain": "20000 steps in 1.7 s"}},
		}},
		{ID: "ask", Type: "markdown", Source: "**Exercise 1 (look).** Why?\n\n<details><summary>Solution</summary>\n\n" +
			"```go\n%%\nshow()\n```\n\n![It falls][solution]\n\n</details>\n\n[solution]: data:image/svg+xml;base64," + Text(svg)},
	}}
	nb.Metadata.Kernelspec.Name = "gonb"
	return nb
}

var goodFigures = []string{"it falls"}

func TestRulesAcceptAGoodNotebook(t *testing.T) {
	for _, p := range good().Problems(goodFigures, "my") {
		t.Error(p)
	}
}

// Each change breaks one rule, and must be the only problem.
func TestRulesRefuse(t *testing.T) {
	type change func(nb *Notebook, title, code, ask *Cell)
	for name, c := range map[string]struct {
		change change
		says   string
	}{
		"kernel":       {func(nb *Notebook, _, _, _ *Cell) { nb.Metadata.Kernelspec.Name = "go" }, `the kernel is "go"`},
		"not executed": {func(_ *Notebook, _, code, _ *Cell) { code.Count = nil }, "cell first was not executed"},
		"out of order": {func(_ *Notebook, _, code, _ *Cell) { *code.Count = 2 }, "cell first was not executed in order"},
		"error": {func(_ *Notebook, title, code, _ *Cell) {
			title.Source, code.Outputs[1] = "", Output{Type: "error", Value: "exit"}
		}, "saved error: exit"},
		"long cell": {func(_ *Notebook, _, code, _ *Cell) {
			code.Source += Text(strings.Repeat("\n", 23))
		}, "26 lines, want at most 25"},
		"import": {func(_ *Notebook, _, code, _ *Cell) {
			code.Source = `import p "gonum.org/v1/plot"`
		}, "imports gonum.org/v1/plot"},
		"import group": {func(_ *Notebook, _, code, _ *Cell) {
			code.Source = "import (\n\"fmt\"\n\"my/internal/x\"\n)"
		}, "imports my/internal/x"},
		"no solution": {func(_ *Notebook, _, _, ask *Cell) {
			ask.Source = "**Exercise 2.** Why?"
		}, "1 exercises and 0 folded solutions"},
		"open solution": {func(_ *Notebook, _, _, ask *Cell) { ask.Source = "**Exercise 2.** Why? <details>" }, "does not close"},
		"no image":      {func(_ *Notebook, _, _, ask *Cell) { ask.Source = "![x][solution-2]" }, "shows [solution-2]"},
		"missing figure": {func(_ *Notebook, title, code, _ *Cell) {
			title.Source, code.Outputs = "", code.Outputs[1:]
		}, "figure 1 is missing"},
		"one theme": {func(_ *Notebook, _, code, _ *Cell) {
			svg := base64.StdEncoding.EncodeToString([]byte("<svg><text>error 0.48</text></svg>"))
			code.Outputs[0].Data["text/html"] = Text(`<img alt="it falls" src="data:image/svg+xml;base64,` + svg + `">`)
		}, "cell first stores a figure for one theme only"},
		"one theme in a solution": {func(_ *Notebook, _, _, ask *Cell) {
			svg := base64.StdEncoding.EncodeToString([]byte("<svg></svg>"))
			ask.Source += Text("\n[solution-2]: data:image/svg+xml;base64," + svg)
		}, "cell ask stores a figure for one theme only"},
		"extra figure": {func(_ *Notebook, _, code, _ *Cell) {
			code.Outputs = append(code.Outputs, code.Outputs[0])
		}, "figure 2 is not in figures.txt"},
		"other figure": {func(_ *Notebook, _, code, _ *Cell) {
			page := string(code.Outputs[0].Data["text/html"])
			code.Outputs[0].Data["text/html"] = Text(strings.Replace(page, "it falls", "it rises", 1))
		}, `figure 1 is "Line chart: it rises"`},
		"number": {func(_ *Notebook, title, _, _ *Cell) { title.Source = "**0.49**" }, "says 0.49"},
		"minus":  {func(_ *Notebook, title, _, _ *Cell) { title.Source = "**−0.48**" }, "says -0.48"},
		"digits": {func(_ *Notebook, title, _, _ *Cell) { title.Source = "**0.480**" }, "says 0.480"},
		"inside": {func(_ *Notebook, title, _, _ *Cell) { title.Source = "**2000**" }, "says 2000"},
		"offer": {func(_ *Notebook, _, code, _ *Cell) {
			code.Source += "\nconst a = 1 // of b: try 3"
		}, "cell first offers"},
		"nothing to change": {func(nb *Notebook, _, code, _ *Cell) {
			opener := Cell{ID: "opener", Type: "code", Count: code.Count}
			second := 2
			code.Count = &second
			nb.Cells = append([]Cell{opener}, nb.Cells...)
		}, "cell first draws a figure and has no constant to change"},
	} {
		t.Run(name, func(t *testing.T) {
			nb := good()
			c.change(nb, &nb.Cells[0], &nb.Cells[1], &nb.Cells[2])
			problems := nb.Problems(goodFigures, "my")
			if len(problems) != 1 || !strings.Contains(problems[0], c.says) {
				t.Errorf("got %q, want %q", problems, c.says)
			}
		})
	}
	t.Run("much code", func(t *testing.T) {
		nb := good()
		for i := range 4 {
			count := i + 2
			source := Text(strings.Repeat("f()\n", 20) + "// a comment\n")
			nb.Cells = append(nb.Cells, Cell{ID: fmt.Sprint(i), Type: "code", Count: &count, Source: source})
		}
		if problems := nb.Problems(goodFigures, "my"); len(problems) != 1 || !strings.Contains(problems[0], "82 lines of code") {
			t.Errorf("got %q", problems)
		}
	})
}

// An answer is committed not given, and its exercise's solution gives it.
func TestChecks(t *testing.T) {
	const waits = "☐ This exercise waits for a number, in place of nil."
	for _, c := range []struct{ name, source, shows, solution, says string }{
		{"good", "%%\ncell.Check(nil, 2) // not cell.Check(2, 2)", waits, "cell.Check(2, 2)", ""},
		{"answered", "%%\ncell.Check(2, 2)", "✓ **Right.**", "cell.Check(2, 2)", "cell answer has an answer"},
		{"one of two", "%%\ncell.Check(nil, 2)\ncell.Check(3, 2)", waits + "\n✗ **Not yet**: too high.", "cell.Check(2, 2)",
			"cell answer has an answer"},
		{"silent", "%%\ncell.Check(nil, 2)", "", "cell.Check(2, 2)", "cell answer has an answer"},
		{"no solution", "%%\ncell.Check(nil, 2)", waits, "show()", "an answer that no solution gives"},
		{"no check", "%%\nshow()", "✓", "show()", ""},
	} {
		nb := good()
		count := 2
		nb.Cells[2].Source = Text(strings.Replace(string(nb.Cells[2].Source), "show()", c.solution, 1))
		nb.Cells = append(nb.Cells, Cell{ID: "answer", Type: "code", Count: &count, Source: Text(c.source),
			Outputs: []Output{{Type: "display_data", Data: map[string]Text{"text/markdown": Text(c.shows)}}}})
		problems := nb.Problems(goodFigures, "my")
		if c.says == "" && problems != nil || c.says != "" && (len(problems) != 1 || !strings.Contains(problems[0], c.says)) {
			t.Errorf("%s: got %q, want %q", c.name, problems, c.says)
		}
	}
}

func TestIsExperiment(t *testing.T) {
	figure := good().Cells[1].Outputs
	nb := &Notebook{Cells: []Cell{
		{Type: "code", Outputs: figure},
		{Type: "code", Outputs: figure, Source: "%%\ncell.Show(f(a))"},
		{Type: "code", Source: "import \"x\""},
		{Type: "code", Outputs: figure, Source: "%%\ncell.Check(f(), 2)"},
		{Type: "code", Outputs: figure, Source: `cell.Show(read("results/long.json").Figure())`},
	}}
	for i, want := range []bool{false, true, false, false, false} {
		if got := nb.isExperiment(i); got != want {
			t.Errorf("cell %d: got %v", i, got)
		}
	}
}

func TestLacks(t *testing.T) {
	want := "[1 figures, want at least 6 1 exercises, want at least 4]"
	if got := fmt.Sprint(good().Lacks()); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	rich := good()
	for range 5 {
		rich.Cells = append(rich.Cells, good().Cells...)
	}
	if got := rich.Lacks(); got != nil {
		t.Errorf("six figures and exercises: %q", got)
	}
}

func TestStale(t *testing.T) {
	if problems := Stale(good(), good()); problems != nil {
		t.Errorf("the same notebook is stale: %q", problems)
	}
	for name, c := range map[string]struct {
		change func(*Notebook)
		stale  bool
	}{
		"time":           {func(nb *Notebook) { nb.Cells[1].Outputs[1].Data["text/plain"] = "20000 steps in 25 ms" }, false},
		"whole number":   {func(nb *Notebook) { nb.Cells[1].Outputs[1].Data["text/plain"] = "20001 steps in 1.7 s" }, true},
		"output is gone": {func(nb *Notebook) { nb.Cells[1].Outputs = nb.Cells[1].Outputs[:1] }, true},
		"more output":    {func(nb *Notebook) { nb.Cells[1].Outputs = append(nb.Cells[1].Outputs, Output{Type: "stream"}) }, true},
		"cell is gone":   {func(nb *Notebook) { nb.Cells = nb.Cells[:2] }, true},
		"last digit":     {redraw("0.48", "0.49"), false},
		"two away":       {redraw("0.48", "0.50"), true},
		"word in figure": {redraw("error", "loss"), true},
		"place":          {redraw(`x="7"`, `x="8"`), true},
		"solution": {func(nb *Notebook) {
			nb.Cells[2].Source = Text(strings.Replace(string(nb.Cells[2].Source), "It falls", "It rises", 1))
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			nb := good()
			c.change(nb)
			if problems := Stale(good(), nb); (problems != nil) != c.stale {
				t.Errorf("got %q, want stale %v", problems, c.stale)
			}
		})
	}
}

// A notebook that lacks data says so in a sentence of its own; others do not.
func TestMissing(t *testing.T) {
	if said := Missing(good()); said != "" {
		t.Errorf("nothing is missing, but %q", said)
	}
	nb := good()
	nb.Cells[1].Outputs[1].Data = map[string]Text{"text/html": "<p>Not drawn, as data are missing: no such file</p>"}
	if said := Missing(nb); !strings.HasPrefix(said, "Not drawn, as data are missing: no such file") {
		t.Errorf("it says %q", said)
	}
}

// redraw changes a word of the figure.
func redraw(old, text string) func(*Notebook) {
	return func(nb *Notebook) {
		svg := base64.StdEncoding.EncodeToString([]byte(strings.Replace(goodFigure, old, text, 1)))
		nb.Cells[1].Outputs[0].Data["text/html"] = Text(`<figure><img alt="Line chart: it falls" src="data:image/svg+xml;base64,` +
			svg + `"></figure>`)
	}
}

func TestNumbers(t *testing.T) {
	for text, want := range map[string]string{
		"20,000 of 1,234,567":  "20000 1234567",
		"from −1.62 to -3e-05": "-1.62 -3e-05",
		"0.44-0.54, 5-way":     "0.44 0.54 5",
		"1,5 and x1":           "1 5 1",
	} {
		if got := strings.Join(Numbers(text), " "); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestReadFigures(t *testing.T) {
	lists := ReadFigures("# comment\n\n01.ipynb\n    a # not a comment\n\tb\n02.ipynb\n")
	if got := fmt.Sprint(lists); got != "map[01.ipynb:[a # not a comment b] 02.ipynb:[]]" {
		t.Errorf("got %s", got)
	}
}
