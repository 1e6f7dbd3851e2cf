package rewards

import (
	"encoding/json"
	"fmt"

	"kindred/metakit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Bandits are what bench/acting found at bandits: exact expected rewards of players and of what was learned.
type Bandits struct {
	Command string
	Bandits []family
}

type family struct {
	Arms, Pulls int
	Players     []struct {
		Name  string
		Value float64
	}
	Learned []struct {
		Name       string
		Iterations int
		Batch      int
		Values     []float64 // of each seed
		Best       []float64 // the best of each seed's curve
	}
}

const longest = 1 << 20 // of a results file, in bytes

// ReadBandits reads the results that make bandit wrote. It panics at a file that is not whole, or damaged.
func ReadBandits(path string) *Bandits {
	b := new(Bandits)
	read(path, "make bandit", b)
	return b
}

// Results are those of a file, which must be whole.
type results interface{ whole() error }

// read reads results of a command, and panics unless they are whole.
func read(path, command string, into results) {
	text, err := lessons.ReadResults(path, command, longest)
	if err != nil {
		panic(fmt.Sprintf("rewards: %v", err))
	}
	if err := parse(text, into); err != nil {
		panic(fmt.Sprintf("rewards: %s: %v; delete it and say %s", path, err, command))
	}
}

// parse reads results that are whole.
func parse(text []byte, into results) error {
	if err := json.Unmarshal(text, into); err != nil {
		return err
	}
	return into.whole()
}

func (b *Bandits) whole() error {
	if len(b.Bandits) == 0 {
		return fmt.Errorf("no bandits")
	}
	for _, f := range b.Bandits {
		if len(f.Players) < 2 || len(f.Learned) == 0 || !(f.Players[len(f.Players)-1].Value > 0) {
			return fmt.Errorf("%d arms: %d players and %d learned policies", f.Arms, len(f.Players), len(f.Learned))
		}
		for _, l := range f.Learned {
			if len(l.Values) == 0 || len(l.Best) != len(l.Values) {
				return fmt.Errorf("%d arms: %q has %d seeds, and %d at their best", f.Arms, l.Name, len(l.Values), len(l.Best))
			}
		}
	}
	return nil
}

// Figure draws what players and what was learned lose of the optimum, on a logarithmic axis: at the end of the training, or at
// the best of its course.
func (b *Bandits) Figure(best bool) plots.Figure {
	when := "in the end"
	if best {
		when = "at the best of its course"
	}
	chart := plots.Forest{Subtitle: "exact; of RL², " + when + ", the mean of its seeds, with 95 % interval, each a small dot",
		X: "lost of what can be won, in %", LogX: true, Decimals: 2, Baseline: plots.Marker{Name: "99 %", X: 1},
		Column: "lost, in % [95 %]"}
	caption, alt, reached := "RL², in % of the optimum", "Forest plot of what players and RL² lose of the Bayes optimum", 0
	for _, f := range b.Bandits {
		ceiling := f.Players[len(f.Players)-1].Value
		group := plots.Group{Name: fmt.Sprintf("%d arms, %d pulls: the optimum is %.3f", f.Arms, f.Pulls, ceiling)}
		for _, p := range f.Players {
			if lost := 100 * (1 - p.Value/ceiling); lost > 1e-6 { // others have no place on the axis
				group.Rows = append(group.Rows, plots.Item{Name: p.Name, Role: plots.Grey, Value: lost})
			}
		}
		for k, l := range f.Learned {
			values := l.Values
			if best {
				values = l.Best
			}
			m, kept := shareOf(values, ceiling), shareOf(l.Best, ceiling)
			item := plots.Item{Name: "RL², " + l.Name, Role: []plots.Role{plots.Blue, plots.Vermillion}[min(k, 1)],
				Value: 100 - m.Mean}
			caption += fmt.Sprintf("; %d arms, %s, %d iterations, %d seeds: %.2f", f.Arms, l.Name, l.Iterations, m.N, m.Mean)
			if m.N > 1 {
				item.Low, item.High = 100-m.High, 100-m.Low
				for _, v := range values {
					item.Runs = append(item.Runs, 100*(1-v/ceiling))
				}
				caption += fmt.Sprintf(" [%.2f, %.2f], at the best of its course %.2f [%.2f, %.2f]", m.Low, m.High, kept.Mean,
					kept.Low,
					kept.High)
			}
			group.Rows = append(group.Rows, item)
			alt += fmt.Sprintf("; %d arms, %s: %.2f %%", f.Arms, l.Name, 100-m.Mean)
			if k == 0 && m.Mean >= 99 {
				reached++
			}
		}
		chart.Groups = append(chart.Groups, group)
	}
	chart.Title = fmt.Sprintf("RL² wins 99 %% of what can be won, %s, at %s families", when,
		lessons.Of(reached, len(b.Bandits)))
	return chart.Figure(alt + ".").Caption(caption + ".")
}

// shareOf returns the mean of some values in % of the best.
func shareOf(values []float64, best float64) metakit.Interval {
	shares := make([]float64, len(values))
	for k, v := range values {
		shares[k] = 100 * v / best
	}
	return metakit.MeanInterval(shares)
}
