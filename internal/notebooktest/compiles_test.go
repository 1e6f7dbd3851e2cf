package notebooktest

import (
	"path/filepath"
	"strings"
	"testing"
)

// Every offered value compiles, with all later cells that use it. What they do when they run, make knobs says of all and
// TestKnobs of some.
func TestOfferedValuesCompile(t *testing.T) {
	var books []*Notebook
	for _, path := range paths(t) {
		books = append(books, read(t, path))
	}
	checker, err := NewChecker(root, books)
	if err != nil {
		t.Fatal(err)
	}
	for i, nb := range books {
		t.Run(filepath.Base(paths(t)[i]), func(t *testing.T) {
			for _, try := range nb.Tries() {
				for _, p := range checker.Wrong(nb, try) {
					t.Error(p)
				}
			}
		})
	}
}

func TestCheckerFindsProblems(t *testing.T) {
	nb := notebookOf(`import "kindred/nn"
const rate = 0.5 // try 1, "much", unknown, 2 * float64(1)
const n = 3 // try 4, 0, -1, 2.5
var rule nn.Rule = nn.SGD{Rate: rate} // try nn.NewAdam(rate), nn.MSE, nn.SGD{Speed: rate}
%%
fmt.Println(rate, 1 / n)`, "%%\nvar list [n]int\nfmt.Println(list[1:], math.Abs(rate))")
	checker, err := NewChecker(root, []*Notebook{nb})
	if err != nil {
		t.Fatal(err)
	}
	wrong := map[string]string{
		`"much"`: "cannot", "unknown": "undefined: unknown", "0": "division by zero", "-1": "invalid array length",
		"2.5": "must be integer", "nn.MSE": "cannot use nn.MSE", "nn.SGD{Speed: rate}": "unknown field Speed",
	}
	for _, try := range nb.Tries() {
		got := strings.Join(checker.Wrong(nb, try), "; ")
		if want := wrong[try.Value]; !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%s = %s: got %q, want %q", try.Knob.Name, try.Value, got, want)
		}
	}
}
