// Command sharing compares the ways to share with networks that share nothing, on tasks whose relatedness is known, all
// tuned with the same effort, and writes what notebook 03 draws.
//
//	make compare-sharing
//
// The tasks are those of mtlkit.RelatedTasks: two regressions of 200 and of 40 rows, which have the features of
// relatedness 1, 0.8 or 0 in common. Each of 20 seeds draws a family of its own, first weights, 200 rows of each task
// to validate and 200 to test on. On every seed every way has the same number of trials, at equal steps of the
// logarithm of the learning rate; soft sharing tries another tie in each. So have its independent twins, the networks
// that its tasks would have alone. The trial and the epoch are kept that are best by validation: of a way one of each,
// of the twins one for each task (see mtlkit.Tournament).
//
// A way on a seed is a cell of a sweep: results are kept in the folder -store as they come, and the command goes on
// where it was stopped.
package main

import (
	"context"
	"flag"
	"fmt"
	"math"

	"kindred/internal/durable"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/nn"
	"kindred/sweep"
)

const (
	epochs   = 300
	leastLog = -2.5 // decimal logarithms of the least and the largest learning rate
	mostLog  = -1.0
)

var relatedness = []float64{1, 0.8, 0}

// tie is what a tie counts for at place u of its range.
func tie(u float64) float64 { return math.Pow(10, -4+4*u) }

// A report is what the results file holds.
type report struct {
	SHA256      string `json:"sha256"` // its checksum
	Command     string // that wrote it
	Setup       string // what results depend on
	Relatedness []float64
	Ways        []named
	Trials      int
	Results     [][]mtlkit.Result // for each relatedness: of a way by its name, and of its twins, " alone" behind it
}

// A named way has so many parameters.
type named struct {
	Name   string
	Params int
}

// A pair is how a way did on a seed, and how its twins did.
type pair struct{ Together, Alone mtlkit.Result }

// A try is what a cell needs beside its seed.
type try struct {
	Way         string
	Relatedness float64
	Trials      int
}

func main() {
	options := sweep.Flags(flag.CommandLine)
	out := flag.String("o", "notebooks/results/sharing.json", "results file")
	seeds := flag.Int("seeds", 20, "families of tasks")
	trials := flag.Int("trials", 6, "trials of each way on each seed")
	flag.Parse()

	sweep.Main(options, experiment(*seeds, *trials, epochs), func(t sweep.Table[pair]) error {
		r := newReport(*trials, t)
		show(r)
		return write(*out, r)
	})
}

// experiment makes a cell of every way, relatedness and seed.
func experiment(seeds, trials, epochs int) sweep.Experiment[pair] {
	e := sweep.Experiment[pair]{
		Name: "sharing", Setup: setup(epochs),
		Run: func(ctx context.Context, c sweep.Cell) (pair, error) {
			return play(ctx, c.Settings.(try), c.Seed, epochs)
		},
	}
	for seed := range uint64(seeds) {
		for _, rho := range relatedness {
			for _, w := range ways {
				e.Cells = append(e.Cells, sweep.Cell{Name: w.name, Seed: seed, Settings: try{w.name, rho, trials}})
			}
		}
	}
	return e
}

// setup names what results depend on beside the code and the cells.
func setup(epochs int) string {
	return fmt.Sprintf("RelatedTasks of 8 inputs and 3 features, noise 0.1, 200 and 40 rows; tanh, Adam, all rows in "+
		"a step, up to %d epochs, rates from 10^%g to 10^%g, ties from 0.0001 to 1", epochs, leastLog, mostLog)
}

// play trains a way and its twins on a family of tasks.
func play(ctx context.Context, t try, seed uint64, epochs int) (p pair, err error) {
	family := mtlkit.RelatedTasks{
		Inputs: inputs, Features: 3, Rows: []int{200, 40}, HeldOut: 400, Relatedness: t.Relatedness, Noise: 0.1,
	}
	train, held := family.Draw(seed)
	valid, test := held.Split(0.5, seed)
	cup := mtlkit.Tournament{
		Seeds: int(seed) + 1, Trials: t.Trials,
		Entrants: []mtlkit.Entrant{mtlkit.Enter("together", balance.Equal{}), {Name: "alone"}},
		Trial: func(seed uint64, k int) (mtlkit.Trainer, mtlkit.Data) {
			rate := math.Pow(10, leastLog+(mostLog-leastLog)*(float64(k)+0.5)/float64(t.Trials))
			return mtlkit.Trainer{
				Model: find(t.Way).model(k), Tasks: family.Tasks(), Data: train, HeldOut: valid,
				Optimizer: nn.NewAdam(rate), Epochs: epochs, Seed: seed,
			}, test
		},
	}
	if p.Together, err = cup.PlayOne(ctx, "together", seed); err != nil {
		return p, err
	}
	if p.Alone, err = cup.PlayOne(ctx, "alone", seed); err != nil {
		return p, err
	}
	p.Together.Entrant, p.Alone.Entrant = t.Way, t.Way+" alone"
	return p, nil
}

// newReport puts the results in order.
func newReport(trials int, t sweep.Table[pair]) *report {
	r := &report{
		Command: "make compare-sharing", Setup: setup(epochs), Relatedness: relatedness, Trials: trials,
		Results: make([][]mtlkit.Result, len(relatedness)),
	}
	for _, w := range ways {
		r.Ways = append(r.Ways, named{w.name, nn.Size(w.model(0).Shapes())})
	}
	for _, row := range t.Rows {
		for k, rho := range relatedness {
			if row.Cell.Settings.(try).Relatedness == rho {
				r.Results[k] = append(r.Results[k], row.Result.Together, row.Result.Alone)
			}
		}
	}
	return r
}

// show prints what each way gains on the test rows, in % of the twins' loss.
func show(r *report) {
	for k, rho := range r.Relatedness {
		fmt.Printf("relatedness %g: gain against twins in %%, task 1 and task 2\n", rho)
		for _, w := range r.Ways {
			fmt.Printf("  %-17s", w.Name)
			for task := range heads {
				var gains []float64
				for i := 0; i < len(r.Results[k]); i += 2 {
					if together, alone := r.Results[k][i], r.Results[k][i+1]; together.Entrant == w.Name {
						gains = append(gains, 100*math.Log(alone.Losses[task]/together.Losses[task]))
					}
				}
				g := mtlkit.MeanInterval(gains)
				fmt.Printf("  %6.1f [%6.1f, %6.1f]", g.Mean, g.Low, g.High)
			}
			fmt.Println()
		}
	}
}

// write replaces the file as a whole.
func write(path string, r *report) error {
	whole := *r
	whole.SHA256 = durable.Unstamped
	return durable.ReplaceJSON(path, whole)
}
