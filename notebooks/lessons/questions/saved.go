package questions

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"kindred/metakit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// A Saving is what bench/relatedness measured of two related tasks: test losses by relatedness and by rows to train
// on, in one network and alone.
type Saving struct {
	Rows     []int // to train on, of each task, from few to many
	Seeds    int
	together map[float64][]metakit.Interval // by relatedness, then by rows
	alone    map[float64][]metakit.Interval // of the better of two networks a task: as wide, and of as many parameters in all
	command  string
}

// longest is some ten times the length of the file of 20 seeds.
const longest = 1 << 20

// ReadSaving reads the results that bench/relatedness wrote. It panics at a file that is not whole, or damaged.
func ReadSaving(path string) *Saving {
	const command = "make compare-relatedness"
	text, err := lessons.ReadResults(path, command, longest)
	if err == nil {
		var s *Saving
		if s, err = parseSaving(text); err == nil {
			s.command = command
			return s
		}
	}
	panic(fmt.Sprintf("questions: %s: %v; delete it and say %s", path, err, command))
}

// unmarshal reads results. An object of fewer than 24 bytes is none, and could only fill memory.
func unmarshal(text []byte, found any) error {
	if n := bytes.Count(text, []byte("{")); n > len(text)/24+1 {
		return fmt.Errorf("%d objects in %d bytes", n, len(text))
	}
	return json.Unmarshal(text, found)
}

func parseSaving(text []byte) (*Saving, error) {
	var found struct {
		Places []struct {
			Set                     string
			Relatedness             float64
			Rows                    int
			Together, Alone, Narrow [][]float64
		}
	}
	if err := unmarshal(text, &found); err != nil {
		return nil, err
	}
	s := &Saving{together: map[float64][]metakit.Interval{}, alone: map[float64][]metakit.Interval{}}
	for _, p := range found.Places {
		if p.Set != "related" {
			continue
		}
		var means [3][]float64 // over the tasks, by seed
		for k, losses := range [][][]float64{p.Together, p.Alone, p.Narrow} {
			if len(losses) == 0 || len(losses) != len(p.Together) {
				return nil, fmt.Errorf("losses of %d and %d tasks", len(losses), len(p.Together))
			}
			means[k] = make([]float64, len(losses[0]))
			for _, of := range losses {
				if len(of) < 2 || len(of) != len(means[0]) {
					return nil, fmt.Errorf("%d losses of a task, want as many as of the others, two at least", len(of))
				}
				for seed, loss := range of {
					means[k][seed] += loss / float64(len(losses))
				}
			}
		}
		s.Seeds = len(means[0])
		alone, narrow := metakit.MeanInterval(means[1]), metakit.MeanInterval(means[2])
		if narrow.Mean < alone.Mean {
			alone = narrow
		}
		if n := len(s.together[p.Relatedness]); n == len(s.Rows) {
			s.Rows = append(s.Rows, p.Rows)
		} else if s.Rows[n] != p.Rows {
			return nil, fmt.Errorf("%d rows at relatedness %v, want %d", p.Rows, p.Relatedness, s.Rows[n])
		}
		s.together[p.Relatedness] = append(s.together[p.Relatedness], metakit.MeanInterval(means[0]))
		s.alone[p.Relatedness] = append(s.alone[p.Relatedness], alone)
	}
	if len(s.Rows) < 2 || !slices.IsSorted(s.Rows) {
		return nil, fmt.Errorf("rows %v, want at least two numbers, from few to many", s.Rows)
	}
	return s, nil
}

// Losses returns the mean test losses of two tasks at a relatedness, by rows: in one network, and alone. They are nil
// where none were measured.
func (s *Saving) Losses(relatedness float64) (together, alone []float64) {
	for k, t := range s.together[relatedness] {
		together, alone = append(together, t.Mean), append(alone, s.alone[relatedness][k].Mean)
	}
	return together, alone
}

// Needed returns how many rows a task alone needs for a loss: between those that were measured, straight on logarithmic
// axes. It is infinite for a loss that was not reached, and the least number of rows for one that was reached at once.
func (s *Saving) Needed(relatedness, loss float64) float64 {
	_, alone := s.Losses(relatedness)
	return needed(s.Rows, alone, loss)
}

func needed(rows []int, losses []float64, loss float64) float64 {
	for k, l := range losses {
		switch {
		case l > loss:
			continue
		case k == 0:
			return float64(rows[0])
		}
		a, b := math.Log(float64(rows[k-1])), math.Log(float64(rows[k]))
		part := math.Log(losses[k-1]/loss) / math.Log(losses[k-1]/l)
		return math.Exp(a + part*(b-a))
	}
	return math.Inf(1)
}

// Figure draws the losses over the rows at each of some relatednesses, and says of the first what its rows are worth.
func (s *Saving) Figure(relatedness ...float64) plots.Figure {
	var panels []plots.Panel
	for _, rho := range relatedness {
		chart := s.curves(rho)
		chart.Title = fmt.Sprintf("relatedness %g", rho)
		panels = append(panels, chart)
	}
	title := s.worth(relatedness[0])
	return plots.Panels{Title: title,
		Subtitle: fmt.Sprintf("two tasks in one network, and each alone in the better of two sizes; mean of %d seeds, 95 %% interval", s.Seeds),
		Panels:   panels,
	}.Figure("Line charts of the test loss of two tasks together and alone over the rows of each, a panel for each relatedness, " +
		"logarithmic. " + title + ".").Caption("Computed by " + s.command + ".")
}

func (s *Saving) curves(relatedness float64) plots.Curves {
	chart := plots.Curves{X: "rows of each task", Y: "test loss (mean squared error)", LogX: true, LogY: true}
	for _, c := range []struct {
		name string
		role plots.Role
		of   []metakit.Interval
	}{{"alone", plots.Ink, s.alone[relatedness]}, {"together", plots.Blue, s.together[relatedness]}} {
		line := plots.Series{Name: c.name, Role: c.role, Dots: true}
		for k, i := range c.of {
			line = at(line, float64(s.Rows[k]), i)
		}
		chart.Series = append(chart.Series, line)
	}
	return chart
}

// worth says at which number of rows sharing saves most of them.
func (s *Saving) worth(relatedness float64) string {
	together, _ := s.Losses(relatedness)
	at, most := -1, 1.0
	for k, loss := range together {
		if factor := s.Needed(relatedness, loss) / float64(s.Rows[k]); factor > most && !math.IsInf(factor, 1) {
			at, most = k, factor
		}
	}
	if at < 0 {
		return "Company is worth no row"
	}
	return fmt.Sprintf("%d rows are worth %.0f alone", s.Rows[at], float64(s.Rows[at])*most)
}
