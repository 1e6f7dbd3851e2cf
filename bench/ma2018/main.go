// Command ma2018 repeats the experiment with which the paper of MMoE begins: do mixtures of experts beat a shared
// bottom of as many parameters, the more so the less two tasks have in common?
//
//	make compare-ma2018
//
// The tasks are tasks.Ma2018, with 100 inputs as in the paper, at three correlations. Each of 20 draws has its own α,
// β, weights, rows and first parameters, the same for all methods and correlations. MMoE and OMoE have 8 experts of
// 16 units, and towers of 8, as in the paper; the shared bottom has 127 units, with which it has as many parameters
// as MMoE. (The paper's has 113: it counts no gates and no biases.) All are tuned alike: three rates of Adam with half
// a cosine, and the epoch, by validation rows (see package compare).
//
// The paper does not say how many rows and steps it takes; it has 200 draws, rates from 0.0001 to 0.01, and reports
// the loss of the last step. Here are 5,000 rows and 1,200 steps of 50, for which the paper's smaller rates are too
// small: none of the networks has learned all that there is, and with many times the steps the order may be another.
//
// What was found is in bench/results/ma2018.md, which the command writes: by how much the losses differ, with intervals
// and verdicts, the ranks, and how often each rate was kept; what it is made of is in bench/results/ma2018.json.
//
// Results are kept in the folder -store as they come; the command goes on where it was stopped, and processes can share
// it.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"time"

	"kindred/autodiff"
	"kindred/internal/durable"
	"kindred/mtlkit"
	"kindred/mtlkit/compare"
	"kindred/mtlkit/sharing"
	"kindred/mtlkit/tasks"
	"kindred/nn"
	"kindred/sweep"
)

const (
	inputs = 100
	bottom = 127 // units of the shared bottom
)

var (
	correlations = []float64{0.5, 0.9, 1}
	rates        = []float64{1e-2, 3e-2, 1e-1}
	towers       = [][]int{{8, 1}, {8, 1}}
)

// A size is what a run costs.
type size struct{ Draws, Train, Valid, Test, Batch, Epochs int }

// sharedBottom is hard sharing of a layer of so many units.
func sharedBottom(units int) sharing.HardSharing {
	return sharing.HardSharing{Trunk: []int{inputs, units}, Heads: towers, Activation: nn.ReLU}
}

func omoe() sharing.OMoE {
	return sharing.OMoE{Inputs: inputs, Expert: []int{16}, Experts: 8, Heads: towers, Activation: nn.ReLU}
}

func mmoe() sharing.MMoE {
	return sharing.MMoE{Inputs: inputs, Levels: [][]int{{16}}, Experts: 8, Heads: towers, Activation: nn.ReLU}
}

// study is the comparison at a correlation.
func study(correlation float64, s size) compare.Study {
	family := tasks.NewMa2018(correlation)
	return compare.Study{
		Name:  fmt.Sprintf("ma2018-%v", correlation),
		Setup: fmt.Sprintf("tasks.Ma2018 at the correlation %v", correlation),
		Entrants: []compare.Entrant{
			compare.Architecture("OMoE", omoe()),
			compare.Architecture("MMoE", mmoe()),
		},
		Seeds: s.Draws, Trials: len(rates),
		Trial: func(seed uint64, trial int) (mtlkit.Trainer, mtlkit.Data) {
			sets := family.Draw(seed, s.Train, s.Valid, s.Test)
			return mtlkit.Trainer{
				Model: sharedBottom(bottom), Tasks: family.Tasks(), Data: sets[0], HeldOut: sets[1],
				Optimizer: nn.NewAdam(rates[trial]), Epochs: s.Epochs, BatchSize: s.Batch, Seed: seed,
				Schedule:  nn.CosineDecay{Steps: s.Epochs * ((s.Train + s.Batch - 1) / s.Batch)},
				Precision: autodiff.Float32,
			}, sets[2]
		},
	}
}

// A result is what the results file holds.
type result struct {
	SHA256  string `json:"sha256"` // its checksum
	Command string // that wrote it
	Size    size
	Found   []found
}

// found are the results at a correlation.
type found struct {
	Correlation float64
	Results     []mtlkit.Result
}

func main() {
	options := sweep.Flags(flag.CommandLine)
	out := flag.String("o", "bench/results/ma2018.json", "results file")
	tables := flag.String("tables", "bench/results/ma2018.md", "file of the tables")
	figure := flag.String("figure", "bench/results/ma2018.svg", "figure file")
	s := size{Valid: 1000, Test: 2000}
	flag.IntVar(&s.Draws, "draws", 20, "draws of α, β, weights and rows")
	flag.IntVar(&s.Train, "rows", 5000, "rows to train on")
	flag.IntVar(&s.Batch, "batch", 50, "rows of a step")
	flag.IntVar(&s.Epochs, "epochs", 12, "epochs at most")
	flag.Parse()

	begin := time.Now()
	all := result{Command: "make compare-ma2018", Size: s}
	var reports []compare.Report
	before := 0
	for _, p := range correlations {
		one := study(p, s)
		if t, err := one.Experiment().Collect(options.Store); err == nil {
			before += len(t.Rows)
		}
		sweep.Main(options, one.Experiment(), func(t sweep.Table[mtlkit.Result]) error {
			r, err := one.Report(t)
			if err != nil {
				return err
			}
			reports = append(reports, r)
			all.Found = append(all.Found, found{p, r.Results})
			return nil
		})
	}
	if len(reports) < len(correlations) {
		return // a share, or a list
	}
	text := tablesOf(reports) + fmt.Sprintf("\nIt took %.0f s on %d processors, beside what else ran on them; %d of "+
		"%d results were there before.\n", time.Since(begin).Seconds(), runtime.NumCPU(), before, results(reports))
	fmt.Print(text)
	err := write(*out, *figure, all, reports)
	if err == nil {
		err = durable.Replace(*tables, []byte(text))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// write replaces the results file and the figure as a whole.
func write(path, figure string, r result, reports []compare.Report) error {
	r.SHA256 = durable.Unstamped
	if err := durable.ReplaceJSON(path, r); err != nil {
		return err
	}
	return durable.Replace(figure, forest(reports).SVG())
}
