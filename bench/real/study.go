// Package real compares methods on real sets: each over the same splits, which are the seeds, all tuned on the rows to
// train on alone. A command beside this folder, such as bench/school, says what its methods are, in a [Study]; its
// results are a file in bench/results, and docs/results.md is written from those files.
package real

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"

	"kindred/sweep"
)

// A Study is a comparison of methods on a set.
type Study struct {
	Name     string // of the set, and of the make target after compare-
	Title    string
	About    []string  // paragraphs: how rows are split, how methods are tuned, what was published
	Measures []Measure // that a method's values are of
	Baseline string    // the method that the others are set against, split by split
	Methods  []Method

	Contrasts [][2]string // pairs of other methods that are set against each other too

	Seeds   int // splits, from seed 0
	Version int // of what all results depend on beside the texts above: another one begins anew
}

// A Measure is a number that tells how well a method does on test rows.
type Measure struct {
	Name   string
	Unit   string // such as "%"; "" is none
	Digits int    // after the point, to be shown
	Higher bool   // whether higher is better
}

// A Method is trained and tested on a seed's split.
type Method struct {
	Name  string
	Tried any // what it is tuned over, plain data; other candidates are other cells

	// Run returns a value for each measure, and in words which candidate was chosen.
	Run func(ctx context.Context, seed uint64) (values []float64, chosen string, err error)
}

// A Score is what a method came to on a split. Seconds are those of the clock, while other cells ran beside it: the one
// number that is another one each time.
type Score struct {
	Values  []float64
	Chosen  string
	Seconds float64
}

// Main is the main function of a study's command: it runs the cells that have no result yet, a method on a seed each,
// and then writes the results file and prints its table.
func Main(s Study) {
	options := sweep.Flags(flag.CommandLine)
	out := flag.String("o", "bench/results/"+s.Name+".json", "results file")
	seeds := flag.Int("seeds", s.Seeds, "splits")
	flag.Parse()
	s.Seeds = *seeds
	start := time.Now()
	sweep.Main(options, s.experiment(), func(t sweep.Table[Score]) error {
		r := s.report(t)
		fmt.Print(r.text())
		fmt.Printf("\n%s: the cells took %s of the clock, this call %s\n", r.Command, minutes(r.seconds()),
			minutes(time.Since(start).Seconds()))
		return r.Write(*out)
	})
}

// Text returns the paragraphs of About, each as one line.
func (s Study) Text() (paragraphs []string) {
	for _, p := range s.About {
		paragraphs = append(paragraphs, strings.Join(strings.Fields(p), " "))
	}
	return paragraphs
}

// Run runs the cells that have no result in the folder yet and returns the report.
func (s Study) Run(ctx context.Context, store string) (*Report, error) {
	e := s.experiment()
	if err := e.Work(ctx, store, sweep.Share{}); err != nil {
		return nil, err
	}
	t, err := e.Collect(store)
	if err := errors.Join(err, t.Err()); err != nil {
		return nil, err
	}
	r := s.report(t)
	return r, r.check()
}

// experiment makes a cell of every method on every seed.
func (s Study) experiment() sweep.Experiment[Score] {
	methods := map[string]Method{}
	e := sweep.Experiment[Score]{
		Name:  s.Name,
		Setup: fmt.Sprintf("version %d, %v", s.Version, s.Measures),
		Run: func(ctx context.Context, c sweep.Cell) (Score, error) {
			start := time.Now()
			values, chosen, err := methods[c.Name].Run(ctx, c.Seed)
			if err == nil && len(values) != len(s.Measures) {
				panic(fmt.Sprintf("real: %s: %d values for %d measures", c.Name, len(values), len(s.Measures)))
			}
			return Score{values, chosen, time.Since(start).Seconds()}, err
		},
	}
	for seed := range uint64(s.Seeds) {
		for _, m := range s.Methods {
			methods[m.Name] = m
			e.Cells = append(e.Cells, sweep.Cell{Name: m.Name, Settings: m.Tried, Seed: seed})
		}
	}
	return e
}

func minutes(seconds float64) string { return fmt.Sprintf("%.1f min", seconds/60) }
