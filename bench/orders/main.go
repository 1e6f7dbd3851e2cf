// Command orders measures what the second order of MAML's meta-gradient adds in the course of a training, and writes
// what notebook 08 shows.
//
//	make compare-orders
//
// MAML, first-order MAML and Reptile learn a start for sine waves (1-40-40-1 ReLU, meta-batches of 25 waves, 10
// support and 10 query points, inner steps of rate 0.01, one in training, of Reptile five; Adam, float32) from the
// same first weights and with the same waves. Each has three rates of Adam. The rate of a seed is the one with the
// least mean error after one step on the other seeds, at the end of training. The errors are those of 225 even test
// waves.
//
// A learner, a rate and a seed are a cell of a sweep: results are kept in the folder -store as they come, and the
// command goes on where it was stopped.
package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"strconv"

	"kindred/autodiff"
	"kindred/internal/durable"
	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/sweep"
)

var (
	rates = []float64{0.003, 0.01, 0.03}
	steps = []int{1, 10} // after which a test measures
)

// A report is what the results file holds.
type report struct {
	SHA256     string `json:"sha256"` // its checksum
	Command    string // that wrote it
	Setup      string // what results depend on
	Iterations []int  // after which the learners were tested
	Steps      []int  // of each test
	Learners   []found
}

// found are the errors of a learner, Errors[seed][i][k] after Iterations[i] and Steps[k], and the rate of each seed.
type found struct {
	Name   string
	Rates  []float64
	Errors [][][]float64
}

func main() {
	options := sweep.Flags(flag.CommandLine)
	out := flag.String("o", "notebooks/results/orders.json", "results file")
	seeds := flag.Int("seeds", 10, "seeds of each learner and rate")
	flag.Parse()

	e := newExperiment(tested(10000, 24), *seeds)
	sweep.Main(options, e.sweep(), func(t sweep.Table[[][]float64]) error {
		r := e.report(t)
		r.show()
		whole := *r
		whole.SHA256 = durable.Unstamped
		return durable.ReplaceJSON(*out, whole)
	})
}

// tested returns so many numbers of iterations, evenly spaced on a logarithmic axis from about 10 on, the last given.
func tested(last, n int) (iterations []int) {
	for k := range n {
		at := int(math.Round(10 * math.Pow(float64(last)/10, float64(k)/float64(n-1))))
		if k == 0 || at > iterations[len(iterations)-1] {
			iterations = append(iterations, at)
		}
	}
	return iterations
}

// An experiment trains learners and tests each along the way.
type experiment struct {
	iterations []int
	seeds      int
	learners   map[string]metakit.Learner
	names      []string
}

func newExperiment(iterations []int, seeds int) experiment {
	maml := metakit.MAML{
		Network: nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}, Loss: nn.SquaredError{}, Steps: 1,
		Inner: nn.SGD{Rate: 0.01},
	}
	first := maml
	first.FirstOrder = true
	reptile := metakit.Reptile{Network: maml.Network, Loss: maml.Loss, Steps: 5, Inner: maml.Inner, OverRate: true}
	return experiment{iterations, seeds, map[string]metakit.Learner{"MAML": maml, "first order": first, "Reptile": reptile},
		[]string{"MAML", "first order", "Reptile"}}
}

// sweep makes a cell of every learner, rate and seed.
func (e experiment) sweep() sweep.Experiment[[][]float64] {
	s := sweep.Experiment[[][]float64]{Name: "orders", Setup: e.setup(), Run: e.run}
	for seed := range uint64(e.seeds) {
		for _, name := range e.names {
			for _, rate := range rates {
				s.Cells = append(s.Cells, sweep.Cell{Name: name, Settings: rate, Seed: seed})
			}
		}
	}
	return s
}

func (e experiment) setup() string {
	return fmt.Sprintf("version 1: 1-40-40-1 ReLU, 25 waves an iteration, inner rate 0.01, tested after %v", e.iterations)
}

// run trains with a rate and a seed, and returns the errors after each number of iterations and of steps.
func (e experiment) run(ctx context.Context, c sweep.Cell) (errors [][]float64, err error) {
	waves := tasks.NewSinusoid(10)
	learner := e.learners[c.Name]
	run, err := metakit.Training{
		Learner: learner, Tasks: waves, Iterations: e.iterations[len(e.iterations)-1], MetaBatch: 25,
		Optimizer: nn.NewAdam(c.Settings.(float64)), Seed: c.Seed, Precision: autodiff.Float32,
	}.Start()
	if err != nil {
		return nil, err
	}
	test := metakit.Evaluation{Learner: learner, Tasks: waves.EvenTest(15, 1), Steps: steps}
	for step, err := range run.Steps(ctx) {
		if err != nil {
			return nil, err
		}
		if step.Iteration != e.iterations[len(errors)] {
			continue
		}
		outcomes, err := test.Run(ctx, run.Meta)
		if err != nil {
			return nil, err
		}
		var now []float64
		for _, o := range outcomes {
			now = append(now, rounded(o.Mean))
		}
		errors = append(errors, now)
	}
	return errors, nil
}

// rounded keeps five digits, so that the results file stays small.
func rounded(v float64) float64 {
	r, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 5, 64), 64)
	if err != nil {
		panic(err) // it was written by FormatFloat
	}
	return r
}

// report chooses a rate for every learner and seed.
func (e experiment) report(t sweep.Table[[][]float64]) *report {
	r := &report{Command: "make compare-orders", Setup: e.setup(), Iterations: e.iterations, Steps: steps}
	for _, name := range e.names {
		f := found{Name: name}
		all := make([][][][]float64, e.seeds) // of every seed and rate
		for _, row := range t.Rows {
			if row.Cell.Name == name {
				all[row.Cell.Seed] = append(all[row.Cell.Seed], row.Result)
			}
		}
		for seed := range all {
			k := chosen(all, seed)
			f.Rates, f.Errors = append(f.Rates, rates[k]), append(f.Errors, all[seed][k])
		}
		r.Learners = append(r.Learners, f)
	}
	return r
}

// chosen returns the rate that has the least mean error after one step at the end of training, on all seeds but one.
func chosen(all [][][][]float64, but int) (best int) {
	least := math.Inf(1)
	for k := range rates {
		sum := 0.0
		for seed, of := range all {
			if end := of[k]; seed != but || len(all) == 1 {
				sum += end[len(end)-1][0]
			}
		}
		if sum < least {
			best, least = k, sum
		}
	}
	return best
}

// show prints the errors at the end.
func (r *report) show() {
	for _, f := range r.Learners {
		fmt.Printf("%-12s rates %v\n", f.Name, f.Rates)
		for k, n := range r.Steps {
			var end []float64
			for _, errors := range f.Errors {
				end = append(end, errors[len(errors)-1][k])
			}
			fmt.Printf("%-12s after %d iterations, %2d steps: %v\n", f.Name, r.Iterations[len(r.Iterations)-1], n,
				metakit.MeanInterval(end))
		}
	}
}
