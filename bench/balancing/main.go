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
// The file is rewritten after every seed. Run again, the command goes on where it was stopped; with a finished file it
// only prints the table.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"math"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

const (
	epochs   = 60
	leastLog = -3.25 // decimal logarithms of the least and the largest learning rate
	mostLog  = -1.25
)

// A report is what the results file holds.
type report struct {
	Command string // that wrote it
	Setup   string // what results depend on; those of another set-up are not gone on with
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
	log.SetFlags(0)
	out := flag.String("o", "notebooks/results/balancing.json", "results file")
	seeds := flag.Int("seeds", 20, "splits of the pupils")
	trials := flag.Int("trials", 24, "trials of each method on each seed")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()

	r, err := read(*out, *trials)
	if err != nil {
		log.Fatal(err)
	}
	cup := mtlkit.Tournament{Entrants: entrants, Seeds: *seeds, Trials: *trials, Trial: trial(*trials, r)}
	begin := time.Now()
	for results, err := range cup.Play(ctx, r.Results) {
		if errors.Is(err, context.Canceled) {
			log.Fatalf("balancing: stopped; %s has what is done, and the same command goes on from there", *out)
		}
		if err != nil {
			log.Fatal(err)
		}
		r.Results = append(r.Results, results...)
		if err := write(*out, r); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("seed %d of %d: %.0f s\n", results[0].Seed+1, *seeds, time.Since(begin).Seconds())
	}
	table(r)
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

// read returns the results of the file, or none if there is no file or it is of another set-up.
func read(path string, trials int) (*report, error) {
	fresh := &report{Command: "make compare-balancing", Setup: setup(trials), Trials: trials}
	for _, t := range tasks {
		fresh.Tasks = append(fresh.Tasks, t.Name)
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fresh, nil
	}
	if err != nil {
		return nil, err
	}
	var old report
	if err := json.Unmarshal(text, &old); err != nil {
		return nil, fmt.Errorf("%s: %w; delete it to begin anew", path, err)
	}
	if old.Setup != fresh.Setup {
		return nil, fmt.Errorf("%s is of another set-up (%s); delete it, or write elsewhere with -o", path, old.Setup)
	}
	return &old, nil
}

// write replaces the file as a whole.
func write(path string, r *report) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".balancing-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	if _, err = file.Write(append(text, '\n')); err != nil {
		file.Close()
		return err
	}
	if err = file.Chmod(0o644); err != nil {
		file.Close()
		return err
	}
	if err = file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
