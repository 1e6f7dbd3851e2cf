package real

import (
	"os"
	"strings"
	"testing"
)

// The page of results is what the results files say.
func TestDocument(t *testing.T) {
	const page = "../../docs/results.md"
	var reports []*Report
	for _, name := range []string{"school", "landmine", "parkinsons", "census"} {
		r, err := Read("../results/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		reports = append(reports, r)
	}
	want := Document(reports)
	if os.Getenv("KINDRED_RESULTS") != "" {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != want {
		t.Errorf("%s is not what the results files say: run make results and look at the change", page)
	}
}

// A report of three methods on four seeds, whose numbers follow by hand.
func TestDocumentByHand(t *testing.T) {
	r := &Report{
		Command: "make compare-it", Name: "it", Title: "It", About: []string{strings.Repeat("word ", 50)}, Baseline: "alone",
		Measures: []Measure{{Name: "accuracy", Unit: "%", Digits: 1, Higher: true}, {Name: "error", Digits: 2}},
		Methods:  []string{"alone", "joint", "bad"}, Contrasts: [][2]string{{"joint", "bad"}},
	}
	for seed := range uint64(4) {
		s := float64(seed)
		r.Rows = append(r.Rows,
			Row{"alone", seed, Score{Values: []float64{50 + s, 1}, Seconds: 15}},
			Row{"joint", seed, Score{Values: []float64{60 + s + 0.1*float64(seed%2), 1}, Seconds: 30}},
			Row{"bad", seed, Score{Values: []float64{40 + s, 2 + 0.1*s}, Seconds: 15}})
	}
	if err := r.check(); err != nil {
		t.Fatal(err)
	}
	text := Document([]*Report{r})
	for _, want := range []string{
		"\n## It\n\n`make compare-it`: 4 splits, 4.0 min of the clock",
		// The mean of 50 to 53 with t = 3.182 and s/√n = 1.291/2.
		"| it | accuracy in % | alone | 51.5 [49.4, 53.6] | joint | 61.5 [59.5, 63.6] | " +
			"+10.1 [+10.0, +10.1] | below 0.001 |\n",
		"| it | error | alone | 1.00 [1.00, 1.00] | alone | 1.00 [1.00, 1.00] | – | – |\n",
		"| alone | 51.5 [49.4, 53.6] | – | – |\n",
		"| joint | 61.5 [59.5, 63.6] | +10.1 [+10.0, +10.1] | below 0.001 |\n",
		"| bad | 41.5 [39.4, 43.6] | −10.0 [−10.0, −10.0] | below 0.001 |\n",
		"- joint beside bad: +20.1 [+20.0, +20.1]\n",
		"By accuracy in %, the best on the average is **joint**, 61.5 [59.5, 63.6], " +
			"+10.1 [+10.0, +10.1] beside alone. Better\n" +
			"than alone (p below 0.05): joint. Worse: bad.\n",
		"By error, the best on the average is **alone**, 1.00 [1.00, 1.00]. " +
			"Better than alone (p below 0.05): none. Worse: bad.\n" +
			"Cannot be told from it: 1.\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for line := range strings.Lines(text) {
		if n := len([]rune(line)); n > 121 && !strings.HasPrefix(line, "|") {
			t.Errorf("a line of %d columns: %s", n, line)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}
