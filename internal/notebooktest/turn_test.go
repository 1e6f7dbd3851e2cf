package notebooktest

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// What make test does of make knobs: so many values, and for so long. A value whose turn comes later is not tried.
const (
	drawn    = 10
	patience = 40 * time.Second
)

// TestKnobs tries offered values that are drawn by a hash of the notebooks, so that a change draws others: half of them
// from notebooks that the last commit changed. make knobs tries all.
func TestKnobs(t *testing.T) {
	python := kernel(t)
	var books []*Notebook
	hash := sha256.New()
	for _, path := range paths(t) {
		nb := read(t, path)
		books = append(books, nb)
		for _, c := range nb.Code() {
			hash.Write([]byte(c.Source))
		}
	}
	var all, changed []drawing
	recent := recent()
	for i, nb := range books {
		name := filepath.Base(paths(t)[i])
		for _, try := range nb.Tries() {
			all = append(all, drawing{name, nb, try})
			if slices.Contains(recent, name) {
				changed = append(changed, all[len(all)-1])
			}
		}
	}
	if len(all) < drawn {
		t.Fatalf("the notebooks offer %d values, want %d at least", len(all), drawn)
	}
	seed := [32]byte(hash.Sum(nil))
	draws := draw(all, changed, rand.New(rand.NewChaCha8(seed)))
	t.Logf("%d of %d values are drawn by %x", len(draws), len(all), seed[:4])
	end := time.Now().Add(patience)
	for _, d := range draws {
		t.Run(fmt.Sprintf("%s/%s/%s=%s", d.name, d.nb.Code()[d.try.Cell].ID, d.try.Knob.Name, d.try.Value), func(t *testing.T) {
			t.Parallel()
			if time.Now().After(end) {
				t.Skipf("not tried, as those before it took %v; make knobs tries all", patience)
			}
			for _, p := range d.turn(t, python) {
				t.Error(p)
			}
		})
	}
}

// A drawing is a value with its notebook.
type drawing struct {
	name string
	nb   *Notebook
	try  Try
}

func (d drawing) is(o drawing) bool {
	return d.name == o.name && d.try.Knob.from == o.try.Knob.from && d.try.Cell == o.try.Cell && d.try.Value == o.try.Value
}

// turn tries the value in a kernel of its own that only knows what the cells before it declare.
func (d drawing) turn(t *testing.T, python string) []string {
	k, err := StartKernel(python, root, filepath.Join(root, "notebooks"))
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	tried, err := turnAlone(k, d.nb, d.try)
	if err != nil {
		t.Fatal(err)
	}
	own, later := tried.Seconds()
	t.Logf("%.1f s, and %.1f s in %d later cells", own, later, len(tried.Runs)-1)
	return tried.Problems
}

// turnAlone turns a knob without the cells before it having run. What they showed is what was saved.
func turnAlone(k *Kernel, nb *Notebook, try Try) (Tried, error) {
	if r, err := k.Run(nb.Declarations(try.Cell)); err != nil || r.Failed != "" {
		return Tried{}, fmt.Errorf("the cells before it declare something wrong: %v, %s", err, r.Failed)
	}
	var before []Run
	for _, c := range nb.Code() {
		before = append(before, Run{Outputs: c.Outputs})
	}
	return nb.Turn(k, try, before)
}

// recent returns the names of the notebooks that differ from the commit before the last, if git knows.
func recent() (names []string) {
	out, err := exec.Command("git", "-C", root, "diff", "--name-only", "HEAD~1", "--", "notebooks").Output()
	if err != nil {
		return nil
	}
	for path := range strings.Lines(string(out)) {
		names = append(names, filepath.Base(strings.TrimSpace(path)))
	}
	return names
}

// draw draws values, half of them from those of changed notebooks if there are so many.
func draw(all, changed []drawing, rng *rand.Rand) (draws []drawing) {
	take := func(from []drawing, n int) {
		for _, i := range rng.Perm(len(from)) {
			if len(draws) < n && !slices.ContainsFunc(draws, from[i].is) {
				draws = append(draws, from[i])
			}
		}
	}
	take(changed, drawn/2)
	take(all, drawn)
	return draws
}

func TestDraw(t *testing.T) {
	var all []drawing
	for i := range 40 {
		all = append(all, drawing{name: fmt.Sprint(i / 8), try: Try{Cell: i % 8}})
	}
	first := draw(all, all[:8], rand.New(rand.NewPCG(1, 2)))
	again := draw(all, all[:8], rand.New(rand.NewPCG(1, 2)))
	other := draw(all, all[:8], rand.New(rand.NewPCG(3, 4)))
	if fmt.Sprint(first) != fmt.Sprint(again) || fmt.Sprint(first) == fmt.Sprint(other) || len(first) != drawn {
		t.Errorf("got %d, again equal %v", len(first), fmt.Sprint(first) == fmt.Sprint(again))
	}
	for i, d := range first {
		if i < drawn/2 && d.name != "0" || slices.ContainsFunc(first[:i], d.is) {
			t.Errorf("draw %d: %+v", i, d)
		}
	}
	if n := len(draw(all, nil, rand.New(rand.NewPCG(1, 2)))); n != drawn {
		t.Errorf("%d draws where nothing changed", n)
	}
}

func notebookOf(cells ...string) *Notebook {
	nb := new(Notebook)
	for i, c := range cells {
		nb.Cells = append(nb.Cells, Cell{ID: string(rune('a' + i)), Type: "code", Source: Text(c)})
	}
	return nb
}

func TestUsers(t *testing.T) {
	nb := notebookOf(
		"import \"x\"\nconst rate = 1 // try 2\nconst other = 3 // try 4\n%%\nshow(rate)", // a
		"func own(rate int) int { return rate }\nfunc rule() int { return 2 * rate }\ntype T int\nfunc (t T) Slow() int { return rule() }\n%%\nshow(1)",
		"%%\nshow(rule())",                           // c: through a function
		"%%\nvar t T\nshow(t.Slow(), own(1))",        // d: through a method
		"%%\nshow(own(2)) // rate \"rate\"",          // e: speaks of it only
		"!echo rate\nconst rate = 5\n%%\nshow(rate)", // f: has its own from here on
		"%%\nshow(rate)",                             // g
		"%%\nrate := 3 // try 4\nshow(rate)",         // h: its own
	)
	got := fmt.Sprint(len(nb.Tries()))
	for _, try := range nb.Tries() {
		got += fmt.Sprintf(" %s=%s%v", try.Knob.Name, try.Value, try.Later)
	}
	if want := "3 rate=2[2 3] other=4[] rate=4[]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	want := "import \"x\"\nconst other = 3\nfunc own(rate int) int { return rate }\nfunc rule() int { return 2 * rate }\ntype T int\n" +
		"func (t T) Slow() int { return rule() }\nconst rate = 5"
	if got := nb.Declarations(6); got != want {
		t.Errorf("declared is\n%s\nwant\n%s", got, want)
	}
}

func TestUsersOfOddCells(t *testing.T) {
	for _, source := range []string{"", "%%", "%%\n}", "func (", "const (\n%%", "\x00", "func f() { // try 3", "const a = 1 // try 2\nfunc ("} {
		nb := notebookOf(source, "%%\nshow(a)")
		nb.Tries()
		nb.Declarations(2)
	}
}

func TestFaults(t *testing.T) {
	for _, c := range []struct {
		says, before string
		faults       int
	}{
		{"The error falls to 0.5 (three of 10 seeds), -1 to 3", "", 0},
		{"nn.MSE(a, b), f() and x[0]; Information, Nano", "", 0},
		{"error NaN", "", 1},
		{"[-Inf, +Inf]", "", 1},
		{"error NaN", "it is NaN", 0},
		{"error %!d(string=x)", "", 1},
		{"(median): , 0.850", "", 1},
		{"between () and 3", "", 1},
		{"in [ ]", "", 1},
		{"lower by %", "", 1},
		{"it is 3 ±", "", 1},
		{"<nil>", "", 1},
		{"0 of 3 tasks gain", "", 1},
		{"in 10 of 30, 1.0 of 2 and none of 3", "", 0},
		{"less by [−0.000, 0.005]", "", 1},
		{"the loss is -0.0", "", 1},
		{"from −0.001 to 1 − 0, 10-0 and e-0", "", 0},
		{"counted with 1 points of a wave", "", 1},
		{"with 1 point, 1.1 points, 11 steps; task 1 starts at 3", "", 0},
	} {
		got := Faults(saying(c.before), saying(c.says))
		if len(got) != c.faults {
			t.Errorf("%q: got %q", c.says, got)
		}
	}
	svg := base64.StdEncoding.EncodeToString([]byte(`<svg><text>mean NaN</text></svg>`))
	figure := Run{Outputs: []Output{{Data: map[string]Text{
		"text/html": Text(`<figure><img alt="f" src="data:image/svg+xml;base64,` + svg + `"></figure>`)}}}}
	if got := Faults(saying(""), figure); len(got) != 1 || !strings.Contains(got[0], "mean NaN") {
		t.Errorf("a label: got %q", got)
	}
	if got := strings.Join(figure.Says(), "|"); got != "figure: f|        mean NaN" {
		t.Errorf("the figure says %q", got)
	}
	committed := Run{Outputs: good().Cells[1].Outputs}
	if kept(committed, committed) != 0 || kept(committed, figure) != 0 {
		t.Error("the same figure, or one with another text, counts as kept")
	}
	nb := good()
	redraw("0.48", "0.50")(nb)
	if kept(committed, Run{Outputs: nb.Cells[1].Outputs}) != 1 {
		t.Error("another figure with the same text does not count")
	}
}

func saying(said string) Run {
	return Run{Outputs: []Output{{Data: map[string]Text{"text/markdown": Text(said)}}}}
}

// Values that fail, alone or in a later cell, and those that make a title worthless are found; good ones pass.
func TestTurnFindsProblems(t *testing.T) {
	python := kernel(t)
	k, err := StartKernel(python, root, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	nb := notebookOf(`import "kindred/notebooks/cell"

const n = 3 // try 4, 0, 9, unknown

func half() []int { return make([]int, 8)[:n] }

%%
x := float64(n)
cell.Text("mean %.1f", x/x)`,
		`%%
cell.Text("last %d", half()[min(n, 7)-1])`,
		`%%
cell.Text("no n")`)
	var before []Run
	for _, c := range nb.Code() {
		r, err := k.Run(string(c.Source))
		if err != nil || r.Failed != "" {
			t.Fatalf("%v, %s", err, r.Failed)
		}
		before = append(before, r)
	}
	tries := nb.Tries()
	for i, want := range []string{"", `cell a says "mean NaN"; cell b fails: `, "cell b fails: ", "cell a fails: "} {
		tried, err := nb.Turn(k, tries[i], before)
		if err != nil {
			t.Fatal(err)
		}
		got := strings.Join(tried.Problems, "; ")
		if want == "" && got != "" || !strings.HasPrefix(got, want) {
			t.Errorf("%s: got %q, want %q", tries[i].Value, got, want)
		}
		if len(tried.Runs) > 2 {
			t.Errorf("%s: the cell without n was run", tries[i].Value)
		}
	}
	if err := nb.Restore(k, 0); err != nil {
		t.Error(err)
	}
	if r, err := k.Run(string(nb.Cells[1].Source)); err != nil || r.Failed != "" {
		t.Errorf("the value was not put back: %v, %s", err, r.Failed)
	}
	if err := k.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(k.Models); !os.IsNotExist(err) {
		t.Error("the folder of models is still there")
	}
	if _, err := k.Run("%%"); err == nil {
		t.Error("a closed kernel runs a cell")
	}
}
