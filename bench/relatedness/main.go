// Command relatedness measures what tasks gain from sharing a network, by how related they are and how many rows each
// has, and on two real sets, and writes what notebook 05 shows.
//
//	make compare-relatedness
//
// On every seed the network of all tasks has the same number of trials as each task alone, at equal steps of the
// logarithm of the learning rate. The trial and the epoch are kept that are best by validation: of all tasks together
// one of each, of the twins one for each task (see mtlkit.Tournament). Twins are as wide as the network, and once more
// so narrow that all together have its number of parameters. Seeds of mtlkit.RelatedTasks draw tasks of their own;
// seeds of a real set split its rows.
//
// A place on a seed is a cell of a sweep: results are kept in the folder -store as they come, and the command goes on
// where it was stopped.
package main

import (
	"context"
	"flag"
	"fmt"

	"kindred/internal/durable"
	"kindred/mtlkit"
	"kindred/mtlkit/relate"
	"kindred/sweep"
)

// A report is what the results file holds.
type report struct {
	SHA256  string `json:"sha256"` // its checksum
	Command string // that wrote it
	Setup   string // what results depend on
	Trials  int
	Places  []found
}

// found are the test losses of a place, Together[i][k] of task i on seed k, alone as wide, and alone as narrow as
// leaves all twins as many parameters.
type found struct {
	place
	Tasks                   []string
	Together, Alone, Narrow [][]float64
}

// three is how the tasks did on a seed in one network, and how each did alone, as wide and narrow.
type three struct{ Together, Alone, Narrow mtlkit.Result }

func main() {
	options := sweep.Flags(flag.CommandLine)
	out := flag.String("o", "notebooks/results/relatedness.json", "results file")
	seeds := flag.Int("seeds", 20, "seeds of each place")
	trials := flag.Int("trials", 3, "trials on each seed")
	flag.Parse()

	sweep.Main(options, experiment(places, *seeds, *trials, epochs), func(t sweep.Table[three]) error {
		r := newReport(*trials, t)
		if err := show(r); err != nil {
			return err
		}
		return write(*out, r)
	})
}

// experiment makes a cell of every place and seed.
func experiment(places []place, seeds, trials, epochs int) sweep.Experiment[three] {
	e := sweep.Experiment[three]{
		Name: "relatedness", Setup: setup(trials, epochs),
		Run: func(ctx context.Context, c sweep.Cell) (three, error) {
			return c.Settings.(place).play(ctx, c.Seed, trials, epochs)
		},
	}
	for seed := range uint64(seeds) {
		for _, p := range places {
			e.Cells = append(e.Cells, sweep.Cell{Name: p.name(), Seed: seed, Settings: p})
		}
	}
	return e
}

// newReport puts the results in order.
func newReport(trials int, t sweep.Table[three]) *report {
	r := &report{Command: "make compare-relatedness", Setup: setup(trials, epochs), Trials: trials}
	at := map[place]int{}
	for _, row := range t.Rows {
		p := row.Cell.Settings.(place)
		k, known := at[p]
		if !known {
			k = len(r.Places)
			at[p] = k
			f := found{place: p, Tasks: p.tasks()}
			for _, losses := range []*[][]float64{&f.Together, &f.Alone, &f.Narrow} {
				*losses = make([][]float64, len(f.Tasks))
			}
			r.Places = append(r.Places, f)
		}
		f := &r.Places[k]
		for i := range f.Tasks {
			f.Together[i] = append(f.Together[i], row.Result.Together.Losses[i])
			f.Alone[i] = append(f.Alone[i], row.Result.Alone.Losses[i])
			f.Narrow[i] = append(f.Narrow[i], row.Result.Narrow.Losses[i])
		}
	}
	return r
}

// show prints the gains of each place.
func show(r *report) error {
	for _, f := range r.Places {
		for k, alone := range [][][]float64{f.Alone, f.Narrow} {
			judged, err := relate.NewReport(f.Tasks, f.Together, alone, relate.Judge{Resplit: f.Resplit})
			if err != nil {
				return err
			}
			fmt.Printf("%s, against twins %s\n%v\n", f.name(), []string{"as wide", "of as many parameters"}[k], judged)
		}
	}
	return nil
}

// write replaces the file as a whole.
func write(path string, r *report) error {
	whole := *r
	whole.SHA256 = durable.Unstamped
	return durable.ReplaceJSON(path, whole)
}
