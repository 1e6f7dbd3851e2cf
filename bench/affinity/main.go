// Command affinity holds inter-task affinity (TAG), measured in one training of all tasks, against the true gains of
// all pairs, on two real sets with many targets, and writes a small results file.
//
//	make compare-affinity
//
// The sets are wq (14 counts of species in 1,060 samples of river water) and oes97 (16 occupations in 334 cities), of
// datasets.MultiTarget. Each seed splits the rows into 60 % to train on, 20 % that choose the epoch (with patience) and
// 20 % to test on, and draws the first weights and the order of the rows. Networks have one shared layer of 32 units,
// and are trained alike for one task, for two and for all. Losses are kept in the folder -store as they come, and the
// command goes on where it was stopped.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"math"
	"os"
	"os/signal"
	"time"

	"kindred/datasets"
	"kindred/internal/durable"
	"kindred/mtlkit"
	"kindred/mtlkit/relate"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// A setting is how networks are trained on a set: the rate of -tune with the least loss on the rows that choose.
type setting struct {
	Set  string
	Rate float64
}

var settings = []setting{{"wq", 0.03}, {"oes97", 0.01}}

const (
	epochs   = 300
	patience = 20   // epochs
	step     = 0.1  // the rate of a step for one task that affinity looks at
	draws    = 2000 // of the bootstrap
)

// A report is what the results file holds.
type report struct {
	SHA256  string `json:"sha256"` // its checksum
	Command string // that wrote it
	Seeds   int
	Sets    []result
}

// A result is that of a set. Matrices are from the task of a row on that of a column, means over the seeds.
type result struct {
	setting
	Tasks     []string
	Gains     [][]float64 // (alone − beside)/alone of the test loss
	Affinity  [][]float64
	Agreement relate.Agreement
	Helped    int // ordered pairs whose gain is above 0, by Holm's test over all; hurt likewise
	Hurt      int
}

func main() {
	out := flag.String("o", "notebooks/results/affinity.json", "results file")
	store := flag.String("store", ".kindred", "folder that keeps the losses")
	seeds := flag.Int("seeds", 10, "splits of the rows")
	tune := flag.Bool("tune", false, "show the losses on the rows that choose, for some rates, and end")
	flag.Parse()
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if *tune {
		for _, s := range settings {
			if err := try(ctx, s.Set); err != nil {
				log.Fatal(err)
			}
		}
		return
	}
	r := report{Command: "make compare-affinity", Seeds: *seeds}
	for _, s := range settings {
		found, err := compare(ctx, s, *seeds, *store)
		if err != nil {
			log.Fatal(err)
		}
		r.Sets = append(r.Sets, found)
	}
	if err := write(*out, r); err != nil {
		log.Fatal(err)
	}
}

// compare measures both on a set, and prints how they agree.
func compare(ctx context.Context, s setting, seeds int, store string) (result, error) {
	table, err := datasets.MultiTarget(ctx, s.Set)
	if err != nil {
		return result{}, err
	}
	study := study(table, s, 0, false)
	study.Seeds, study.Store = seeds, store
	study.Setup = fmt.Sprintf("affinity: %s, 32 shared ReLU units, Adam with rate %g, up to %d epochs of batches of "+
		"64, patience %d", s.Set, s.Rate, epochs, patience)
	begin := time.Now()
	pairs, err := study.Pairs(ctx)
	if err != nil {
		return result{}, err
	}
	forPairs := time.Since(begin)
	begin = time.Now()
	affinity, err := study.Affinities(ctx, step, 1)
	if err != nil {
		return result{}, err
	}
	forAffinity := time.Since(begin)
	r := result{setting: s, Tasks: study.Tasks, Gains: pairs.Mean(), Affinity: affinity.Mean(),
		Agreement: relate.Agree(affinity, pairs.Influence, draws, 1)}
	for i, row := range pairs.Tests() {
		for j, p := range row {
			switch {
			case p < 0.05 && r.Gains[i][j] > 0:
				r.Helped++
			case p < 0.05:
				r.Hurt++
			}
		}
	}
	m := len(study.Tasks)
	fmt.Printf("%s, %d tasks, %d seeds: %d trainings in %.0f s, affinities in %.0f s\n  %v\n  of %d ordered pairs %d "+
		"help and %d hurt (Holm)\n", s.Set, m, seeds, seeds*m*(m+1)/2, forPairs.Seconds(), forAffinity.Seconds(),
		r.Agreement, m*(m-1), r.Helped, r.Hurt)
	return r, nil
}

// study returns one of a set's targets, whose seeds count from first; tested on the rows that choose if asked for.
func study(table *datasets.Table, s setting, first uint64, tuning bool) relate.Study {
	study := relate.Study{Resplits: true}
	var all []mtlkit.Task
	for _, name := range table.Targets {
		study.Tasks = append(study.Tasks, name)
		all = append(all, mtlkit.Task{Name: name, Loss: nn.SquaredError{}})
	}
	study.Configure = func(seed uint64, tasks []int) (mtlkit.Trainer, mtlkit.Data) {
		train, rest := table.Split(0.6, first+seed)
		valid, test := rest.Split(0.5, first+seed)
		units := mtlkit.Standardize(all, train)
		model := sharing.HardSharing{Trunk: []int{len(table.Inputs), 32}, Activation: nn.ReLU}
		for range tasks {
			model.Heads = append(model.Heads, []int{1})
		}
		t := relate.Some(mtlkit.Trainer{
			Tasks: all, Data: units.Data(train), Validation: units.Data(valid), Patience: patience,
			Watch:     mtlkit.SumOfLogs,
			Optimizer: nn.NewAdam(s.Rate), Epochs: epochs, BatchSize: 64, Seed: seed,
		}, tasks)
		t.Model = model
		if tuning {
			test = valid
		}
		return t, relate.SomeData(units.Data(test), tasks)
	}
	return study
}

// try prints the mean log loss on the rows that choose over tasks and four seeds, alone and together.
func try(ctx context.Context, set string) error {
	table, err := datasets.MultiTarget(ctx, set)
	if err != nil {
		return err
	}
	for _, rate := range []float64{0.001, 0.003, 0.01, 0.03} {
		study := study(table, setting{set, rate}, 1000, true)
		study.Seeds = 4
		r, err := study.Report(ctx, false)
		if err != nil {
			return err
		}
		alone, together, n := 0.0, 0.0, 0.0
		for _, f := range r.Findings {
			for k := range f.Alone {
				alone, together, n = alone+math.Log(f.Alone[k]), together+math.Log(f.Together[k]), n+1
			}
		}
		fmt.Printf("%s, rate %g: alone %.4f, together %.4f, sum %.4f\n", set, rate, alone/n, together/n,
			(alone+together)/n)
	}
	return nil
}

// write replaces the file as a whole.
func write(path string, r report) error {
	r.SHA256 = durable.Unstamped
	return durable.ReplaceJSON(path, r)
}
