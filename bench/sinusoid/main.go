// Command sinusoid runs the sinusoid benchmark of the MAML paper and holds its result against a reference in JAX.
//
//	go run ./bench/sinusoid
//
// It trains MAML with several seeds (1-40-40-1 ReLU, meta-batches of 25 tasks, 10 support and 10 query points, one inner
// step of rate 0.01, Adam of rate 0.001), tests each run on new tasks with 5 and with 10 support points, prints a table
// and the time, and exits with status 1 if the error before adaptation, the 10-shot error after one step or the 5-shot
// medians leave the bounds that the reference's own runs set.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"runtime"
	"time"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// A row is one number for every seed, with bounds for it, and what four runs of the reference came to, of which three
// computed in float32.
type row struct {
	name      string
	reference [4]float64
	low, high float64 // 0, 0: not judged
	each      bool    // the bounds are for every seed, not for the mean
	pick      func(five, ten []metakit.Outcome) float64
}

var rows = []row{
	{"error before adaptation, mean", [4]float64{3.005, 3.008, 3.012, 3.021}, 3.00, 3.03, true,
		func(_, ten []metakit.Outcome) float64 { return ten[0].Mean }},
	{"10 shots, 1 step, mean", [4]float64{0.452, 0.517, 0.451, 0.518}, 0.44, 0.54, false,
		func(_, ten []metakit.Outcome) float64 { return ten[1].Mean }},
	{"10 shots, 5 steps, median", [4]float64{0.092, 0.124, 0.086, 0.116}, 0, 0, false,
		func(_, ten []metakit.Outcome) float64 { return ten[2].Median }},
	{"10 shots, 10 steps, median", [4]float64{0.072, 0.095, 0.069, 0.094}, 0, 0, false,
		func(_, ten []metakit.Outcome) float64 { return ten[3].Median }},
	{"5 shots, 1 step, mean", [4]float64{0.755, 0.819, 0.761, 0.838}, 0, 0, false,
		func(five, _ []metakit.Outcome) float64 { return five[1].Mean }},
	{"5 shots, 5 steps, median", [4]float64{0.243, 0.314, 0.241, 0.267}, 0.21, 0.32, false,
		func(five, _ []metakit.Outcome) float64 { return five[2].Median }},
	{"5 shots, 10 steps, median", [4]float64{0.213, 0.276, 0.213, 0.242}, 0.18, 0.29, false,
		func(five, _ []metakit.Outcome) float64 { return five[3].Median }},
	{"5 shots, 10 steps, tasks above 100", [4]float64{8, 11, 8, 1}, 0, 0, false,
		func(five, _ []metakit.Outcome) float64 { return float64(five[3].Above100) }},
}

func main() {
	log.SetFlags(0)
	seeds := flag.Int("seeds", 5, "training seeds")
	iterations := flag.Int("iterations", 20000, "meta-iterations of a training")
	episodes := flag.Int("tasks", 20000, "test tasks")
	single := flag.Bool("float32", false, "compute meta-gradients in float32")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	maml := metakit.MAML{
		Network: nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU, Weights: nn.TruncatedNormal{Std: 0.01}},
		Loss:    nn.SquaredError{},
		Steps:   1,
		Inner:   nn.SGD{Rate: 0.01},
	}
	precision := autodiff.Float64
	if *single {
		precision = autodiff.Float32
	}
	begin := time.Now()
	values := make([][]float64, len(rows)) // by row, then seed
	for seed := range uint64(*seeds) {
		start := time.Now()
		run, err := metakit.Training{Learner: maml, Tasks: tasks.NewSinusoid(10), Iterations: *iterations,
			MetaBatch: 25, Optimizer: nn.NewAdam(0.001), Seed: seed, Precision: precision}.Run(ctx)
		if err != nil {
			log.Fatal(err)
		}
		trained := time.Now()
		var outcomes [2][]metakit.Outcome
		for k, shots := range []int{5, 10} {
			test := metakit.Evaluation{Learner: maml, Tasks: tasks.NewSinusoid(shots).Test(), Steps: []int{0, 1, 5, 10},
				Episodes: *episodes, Seed: 1}
			outcomes[k], err = test.Run(ctx, run.Meta)
			if err != nil {
				log.Fatal(err)
			}
		}
		for k, r := range rows {
			values[k] = append(values[k], r.pick(outcomes[0], outcomes[1]))
		}
		fmt.Printf("seed %d: trained in %.1f s, %.3f ms an iteration; tested in %.1f s\n", seed, trained.Sub(start).Seconds(),
			1e3*trained.Sub(start).Seconds()/float64(max(*iterations, 1)), time.Since(trained).Seconds())
	}
	fmt.Println()
	passed := report(values)
	fmt.Printf("\n%d seeds of %d iterations, %d test tasks, %d processors: %.1f s in all\n",
		*seeds, *iterations, *episodes, runtime.GOMAXPROCS(0), time.Since(begin).Seconds())
	if !passed {
		os.Exit(1)
	}
}

// report prints the table and tells whether all bounds hold.
func report(values [][]float64) bool {
	passed := true
	const columns = "%-35s %-26s %-13s %-41s %s\n"
	fmt.Printf(columns, "", "mean of seeds [95 %]", "bounds", "seeds", "reference runs")
	for k, r := range rows {
		mean := metakit.MeanInterval(values[k])
		judged := values[k]
		if !r.each {
			judged = []float64{mean.Mean}
		}
		bounds, verdict := "", ""
		if r.high > 0 {
			bounds, verdict = fmt.Sprintf("%.2f to %.2f", r.low, r.high), "  ok"
			for _, v := range judged {
				if !(r.low <= v && v <= r.high) {
					verdict, passed = "  FAILED", false
				}
			}
		}
		fmt.Printf(columns, r.name, mean, bounds, fmt.Sprintf("%.4g", values[k]), fmt.Sprintf("%.4g%s", r.reference, verdict))
	}
	return passed
}
