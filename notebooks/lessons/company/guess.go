package company

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"kindred/mtlkit/relate"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// draws is the number of draws of the bootstrap.
const draws = 1000

// A Hunch is a guess at who helps whom, with its name.
type Hunch struct {
	Name  string
	Guess relate.Influence
}

// Hunches draws the true gains of pairs over each guess at them, a dot an ordered pair, with their rank correlation.
// kin tells which tasks are related.
func Hunches(truth relate.Influence, kin func(i, j int) bool, hunches ...Hunch) plots.Figure {
	page := plots.Panels{Free: true}
	var found []string
	caption := "Rank correlation with the true gains, and its 95 % interval:"
	reliable := 0.0
	for _, h := range hunches {
		a := relate.Agree(h.Guess, truth, draws, 1)
		reliable = a.Reliable
		page.Panels = append(page.Panels, scatter(h.Name, h.Guess.Mean(), truth.Mean(), kin))
		found = append(found, fmt.Sprintf("%.2f (%s)", a.All.Value, h.Name))
		caption += fmt.Sprintf(" %s: %v;", h.Name, a.All)
	}
	page.Title = "Rank correlation with the truth: " + lessons.Minus(strings.Join(found, ", "))
	page.Subtitle = fmt.Sprintf("a dot an ordered pair; of the true gains on the two halves of the seeds: %.2f", reliable)
	return page.Figure("Scatter plots of the true gains of pairs of tasks over guesses at them. " + page.Title + ".").
		Caption(lessons.Minus(strings.TrimSuffix(caption, ";") + "."))
}

// scatter draws y over x, both from task i on task j, in %.
func scatter(title string, x, y [][]float64, kin func(i, j int) bool) plots.Field {
	related := plots.Points{Name: "related", Role: plots.Blue}
	strangers := plots.Points{Name: "strangers", Role: plots.Vermillion}
	for i := range x {
		for j := range x {
			p := &strangers
			if kin == nil || kin(i, j) {
				p = &related
			}
			if i != j {
				p.X, p.Y = append(p.X, 100*x[i][j]), append(p.Y, 100*y[i][j])
			}
		}
	}
	f := plots.Field{Title: title, X: "affinity, in %", Y: "true gain, in %", Stretch: true}
	if kin == nil {
		related.Name = ""
		f.Points = []plots.Points{related}
		return f
	}
	f.Points = []plots.Points{related, strangers}
	return f
}

// Affinity is what bench/affinity found on real sets.
type Affinity struct {
	Command string
	Seeds   int
	Sets    []struct {
		Set             string
		Tasks           []string
		Gains, Affinity [][]float64
		Agreement       relate.Agreement
		Helped, Hurt    int
	}
}

// ReadAffinity reads the results that bench/affinity wrote. It panics at a file that is not whole, or damaged.
func ReadAffinity(path string) *Affinity {
	const command = "make compare-affinity"
	text, err := lessons.ReadResults(path, command, longest)
	if err != nil {
		panic(fmt.Sprintf("company: %v", err))
	}
	a, err := parseAffinity(text)
	if err != nil {
		panic(fmt.Sprintf("company: %s: %v; delete it and say %s", path, err, command))
	}
	return a
}

// parseAffinity reads results that are whole: square matrices for each set.
func parseAffinity(text []byte) (*Affinity, error) {
	if n := bytes.Count(text, []byte("{")); len(text) > longest || n > len(text)/leastObject+1 {
		return nil, fmt.Errorf("%d bytes with %d objects, want at most %d bytes, and %d bytes an object", len(text), n,
			longest, leastObject)
	}
	var a Affinity
	if err := json.Unmarshal(text, &a); err != nil {
		return nil, err
	}
	if len(a.Sets) == 0 {
		return nil, fmt.Errorf("no sets")
	}
	for _, s := range a.Sets {
		for _, m := range [][][]float64{s.Gains, s.Affinity} {
			if len(m) != len(s.Tasks) || len(m) == 0 {
				return nil, fmt.Errorf("set %.60q: a matrix of %d rows for %d tasks", s.Set, len(m), len(s.Tasks))
			}
			for _, row := range m {
				if len(row) != len(m) {
					return nil, fmt.Errorf("set %.60q: a row of %d numbers in a matrix of %d rows", s.Set, len(row), len(m))
				}
			}
		}
	}
	return &a, nil
}

// Figure draws the true gains of pairs of targets over their affinities, a panel a set.
func (a *Affinity) Figure() plots.Figure {
	page := plots.Panels{Free: true}
	var found []string
	caption := "Rank correlation, its 95 % interval, and that of the gains on both halves of the seeds:"
	pairs, helped, hurt := 0, 0, 0
	for _, s := range a.Sets {
		m := len(s.Tasks)
		pairs, helped, hurt = pairs+m*(m-1), helped+s.Helped, hurt+s.Hurt
		page.Panels = append(page.Panels, scatter(fmt.Sprintf("%s, %d targets", s.Set, m), s.Affinity, s.Gains, nil))
		found = append(found, fmt.Sprintf("%.2f (%s)", s.Agreement.All.Value, s.Set))
		caption += fmt.Sprintf(" %s: %v, %.2f;", s.Set, s.Agreement.All, s.Agreement.Reliable)
	}
	page.Title = "On real sets the guess has a rank correlation of " + lessons.Minus(strings.Join(found, " and ")) +
		" with the truth"
	page.Subtitle = fmt.Sprintf("a dot an ordered pair, means of %d splits; of %d pairs surely helped: %s, surely hurt: %s",
		a.Seeds, pairs, lessons.Some(helped), lessons.Some(hurt))
	return page.Figure("Scatter plots of the true gains of pairs of targets over their affinities, on real sets. " +
		page.Title + ".").
		Caption(lessons.Minus(strings.TrimSuffix(caption, ";")) + ". Computed by " + a.Command + ".")
}
