package rewards

import (
	"encoding/json"
	"fmt"
	"math"

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
	read(path, "make bandit", b, b.whole)
	return b
}

// read reads results of a command, and panics unless they are whole.
func read(path, command string, into any, whole func() error) {
	text, err := lessons.ReadResults(path, command, longest)
	if err != nil {
		panic(fmt.Sprintf("rewards: %v", err))
	}
	if err = json.Unmarshal(text, into); err == nil {
		err = whole()
	}
	if err != nil {
		panic(fmt.Sprintf("rewards: %s: %v; delete it and say %s", path, err, command))
	}
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

// Figure draws what was learned beside the players, all as shares of the optimum, a panel a family.
func (b *Bandits) Figure() plots.Figure {
	chart := plots.Panels{Subtitle: "exact; of RL² the mean of its seeds, with 95 % interval, each seed a small dot", Free: true}
	caption, alt, above := "RL² in % of the optimum", "Dot plots of players and of RL² as shares of the Bayes optimum", 0
	for _, f := range b.Bandits {
		best := f.Players[len(f.Players)-1].Value
		panel := plots.Dots{Title: fmt.Sprintf("%d arms, %d pulls: %.3f", f.Arms, f.Pulls, best), X: "% of the optimum", Decimals: 2,
			XLim: plots.Range{70, 101}}
		for _, p := range f.Players[:len(f.Players)-1] {
			panel.Items = append(panel.Items, plots.Item{Name: p.Name, Role: plots.Grey, Value: 100 * p.Value / best})
		}
		for k, l := range f.Learned {
			var runs []float64
			for _, v := range l.Values {
				runs = append(runs, 100*v/best)
			}
			m := metakit.MeanInterval(runs)
			item := plots.Item{Name: "RL², " + l.Name, Role: []plots.Role{plots.Blue, plots.Vermillion}[min(k, 1)], Value: m.Mean}
			if len(runs) > 1 {
				item.Low, item.High, item.Runs = m.Low, m.High, runs
				if math.IsNaN(m.Low) {
					item.Low, item.High = 0, 0
				}
			}
			panel.Items = append(panel.Items, item)
			caption += fmt.Sprintf("; %d arms, %s, %d iterations of %d episodes, seeds: %d, %.2f", f.Arms, l.Name, l.Iterations, l.Batch,
				len(runs), m.Mean)
			if len(runs) > 1 {
				caption += fmt.Sprintf(" [%.2f, %.2f]", m.Low, m.High)
				var kept []float64
				for _, v := range l.Best {
					kept = append(kept, 100*v/best)
				}
				at := metakit.MeanInterval(kept)
				caption += fmt.Sprintf(" (stopped at its best %.2f [%.2f, %.2f])", at.Mean, at.Low, at.High)
			}
			alt += fmt.Sprintf("; %d arms, %s: %.1f %%", f.Arms, l.Name, m.Mean)
			if k == 0 && m.Mean >= 99 {
				above++
			}
		}
		chart.Panels = append(chart.Panels, panel)
	}
	chart.Title = fmt.Sprintf("RL² comes to 99 %% of the optimum at %d of %d families", above, len(b.Bandits))
	return chart.Figure(alt + ".").Caption(caption + ".")
}
