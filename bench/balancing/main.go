// Command balancing compares the ways to balance tasks on a real set of three tasks, all tuned with the same effort,
// and writes what notebook 04 draws.
//
//	make compare-balancing
//
// The set is datasets.Student: the final grade of 649 pupils (a regression), whether they pass (two classes) and its
// level (five classes), from 30 answers and no earlier grade. Each of 20 seeds splits the pupils into 60 % to train, 20
// % to validate and 20 % to test, draws the first weights and the order of the rows. On every seed every method has the
// same number of trials; the best by validation is tested (see mtlkit.Tournament). Trials have learning rates at equal
// steps of the logarithm, the same for all methods; methods with settings try another one in each trial.
//
// An entrant on a seed is a cell of a sweep: results are kept in the folder -store as they come, the command goes on where
// it was stopped, and many machines can share the work (see docs/many-machines.md).
package main

import (
	"context"
	"flag"
	"fmt"
	"math"

	"kindred/datasets"
	"kindred/internal/durable"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
	"kindred/sweep"
)

const (
	epochs   = 60
	leastLog = -3.25 // decimal logarithms of the least and the largest learning rate
	mostLog  = -1.25
)

// A report is what the results file holds.
type report struct {
	SHA256  string `json:"sha256"` // its checksum
	Command string // that wrote it
	Setup   string // what results depend on
	Tasks   []string
	Rows    [3]int // to train, to validate and to test on
	Trials  int
	Results []mtlkit.Result
}

var tasks = []mtlkit.Task{
	{Name: "G3", Loss: nn.SquaredError{}},
	{Name: "pass", Loss: nn.LogisticLoss{}},
	{Name: "level", Loss: nn.SoftmaxLoss{}, Width: 5},
}

func main() {
	options := sweep.Flags(flag.CommandLine)
	out := flag.String("o", "notebooks/results/balancing.json", "results file")
	seeds := flag.Int("seeds", 20, "splits of the pupils")
	trials := flag.Int("trials", 24, "trials of each method on each seed")
	flag.Parse()

	r := newReport(*trials)
	cup := mtlkit.Tournament{Entrants: entrants, Seeds: *seeds, Trials: *trials, Trial: trial(*trials, r)}
	sweep.Main(options, experiment(cup, r.Setup), func(t sweep.Table[mtlkit.Result]) error {
		for _, row := range t.Rows {
			r.Results = append(r.Results, row.Result)
		}
		table(r)
		return write(*out, r)
	})
}

// experiment makes a cell of every entrant on every seed. Its settings are the balancers that it tries.
func experiment(cup mtlkit.Tournament, setup string) sweep.Experiment[mtlkit.Result] {
	e := sweep.Experiment[mtlkit.Result]{
		Name: "balancing", Setup: setup,
		Run: func(ctx context.Context, c sweep.Cell) (mtlkit.Result, error) {
			return cup.PlayOne(ctx, c.Name, c.Seed)
		},
	}
	for seed := range uint64(cup.Seeds) {
		for _, entrant := range cup.Entrants {
			c := sweep.Cell{Name: entrant.Name, Seed: seed}
			if entrant.Balance != nil {
				tries := make([]balance.Balancer, cup.Trials)
				for k := range tries {
					tries[k] = entrant.Balance(seed, k)
				}
				c.Settings = tries
			}
			e.Cells = append(e.Cells, c)
		}
	}
	return e
}

// newReport returns one without results.
func newReport(trials int) *report {
	r := &report{Command: "make compare-balancing", Setup: setup(trials), Trials: trials}
	for _, t := range tasks {
		r.Tasks = append(r.Tasks, t.Name)
	}
	return r
}

// setup names what results depend on beside the code.
func setup(trials int) string {
	return fmt.Sprintf("student-por without earlier grades, 32 shared ReLU units, Adam, batches of 64, up to %d epochs, "+
		"%d trials with rates from 10^%g to 10^%g", epochs, trials, leastLog, mostLog)
}

// trial splits the pupils by the seed. The rate of trial k is at place k of all trials, so that methods with settings,
// which take them from mtlkit.Spread, meet all rates too.
func trial(trials int, r *report) func(seed uint64, k int) (mtlkit.Trainer, mtlkit.Data) {
	pupils := datasets.Student(datasets.Portuguese, datasets.NoGrades)
	split := func(seed uint64) (train, valid, test *datasets.Table) {
		train, rest := pupils.Split(0.6, seed)
		valid, test = rest.Split(0.5, seed)
		return train, valid, test
	}
	train, valid, test := split(0)
	r.Rows = [3]int{train.Len(), valid.Len(), test.Len()}
	return func(seed uint64, k int) (mtlkit.Trainer, mtlkit.Data) {
		train, valid, test := split(seed)
		units := mtlkit.Standardize(tasks, train)
		rate := math.Pow(10, leastLog+(mostLog-leastLog)*(float64(k)+0.5)/float64(trials))
		return mtlkit.Trainer{
			Model: sharing.HardSharing{
				Trunk: []int{len(pupils.Inputs), 32}, Heads: [][]int{{1}, {1}, {5}}, Activation: nn.ReLU,
			},
			Tasks: tasks, Data: units.Data(train), HeldOut: units.Data(valid),
			Optimizer: nn.NewAdam(rate), Epochs: epochs, BatchSize: 64, Seed: seed,
		}, units.Data(test)
	}
}

// write replaces the file as a whole.
func write(path string, r *report) error {
	whole := *r
	whole.SHA256 = durable.Unstamped
	return durable.ReplaceJSON(path, whole)
}
