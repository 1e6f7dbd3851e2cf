package main

import (
	"context"
	"fmt"
	"math"

	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

const (
	epochs   = 2000
	patience = 60
	leastLog = -2.25 // decimal logarithms of the least and the largest learning rate
	mostLog  = -1.25
	units    = 24 // of the shared layer
)

// A place is where sharing is tried: two related tasks, or a real set.
type place struct {
	Set         string  // "related", "energy" or "student"
	Relatedness float64 // of the first
	Rows        int     // of each task to train on
	Resplit     float64 // rows to test on for one to train on; 0 where seeds draw rows of their own
}

// split is the share of rows to test on over that from which rows to train on are taken.
const split = 0.2 / 0.6

// places are those of the notebook.
var places = func() (all []place) {
	for _, rho := range []float64{1, 0.95, 0.8, 0.5, 0} {
		for _, rows := range []int{20, 40, 80, 160, 320} {
			all = append(all, place{Set: "related", Relatedness: rho, Rows: rows})
		}
	}
	for _, rows := range []int{60, 461} {
		all = append(all, place{Set: "energy", Rows: rows, Resplit: split})
	}
	for _, rows := range []int{60, 389} {
		all = append(all, place{Set: "student", Rows: rows, Resplit: split})
	}
	return all
}()

func (p place) name() string {
	if p.Set == "related" {
		return fmt.Sprintf("related %g, %d rows", p.Relatedness, p.Rows)
	}
	return fmt.Sprintf("%s, %d rows", p.Set, p.Rows)
}

// setup names what results depend on beside the code and the cells.
func setup(trials, epochs int) string {
	return fmt.Sprintf("two RelatedTasks of 8 inputs and 3 features, noise 0.1, tested on 200 rows; energy and student, "+
		"tested on a fifth of the rows; one layer of %d tanh units, twins also of as many parameters, Adam, steps of 64 "+
		"rows on real sets and of all on others, up to %d epochs, patience %d, %d rates from 10^%g to 10^%g", units, epochs,
		patience, trials, leastLog, mostLog)
}

// family is that of related tasks.
func (p place) family() mtlkit.RelatedTasks {
	return mtlkit.RelatedTasks{
		Inputs: 8, Features: 3, Rows: []int{p.Rows, p.Rows}, HeldOut: 400, Relatedness: p.Relatedness, Noise: 0.1,
	}
}

// kinds are the tasks.
func (p place) kinds() []mtlkit.Task {
	switch p.Set {
	case "related":
		return p.family().Tasks()
	case "energy":
		return []mtlkit.Task{{Name: "Y1", Loss: nn.SquaredError{}}, {Name: "Y2", Loss: nn.SquaredError{}}}
	}
	return []mtlkit.Task{
		{Name: "G3", Loss: nn.SquaredError{}}, {Name: "pass", Loss: nn.LogisticLoss{}},
		{Name: "level", Loss: nn.SoftmaxLoss{}, Width: 5},
	}
}

func (p place) tasks() (names []string) {
	for _, t := range p.kinds() {
		names = append(names, t.Name)
	}
	return names
}

// rows returns those of a seed: to train on, to choose by, and to test on.
func (p place) rows(seed uint64) (train, valid, test mtlkit.Data, inputs int) {
	if p.Set == "related" {
		f := p.family()
		train, held := f.Draw(seed)
		valid, test = held.Split(0.5, seed)
		return train, valid, test, f.Inputs
	}
	table := datasets.Energy()
	if p.Set == "student" {
		table = datasets.Student(datasets.Portuguese, datasets.NoGrades)
	}
	some, rest := table.Split(0.6, seed)
	choose, last := rest.Split(0.5, seed)
	if p.Rows < some.Len() {
		some, _ = some.Split(float64(p.Rows)/float64(some.Len()), seed)
	}
	scale := mtlkit.Standardize(p.kinds(), some)
	return scale.Data(some), scale.Data(choose), scale.Data(last), len(table.Inputs)
}

// play trains all tasks together, and each alone: as wide, and as wide as leaves all twins as many parameters together.
func (p place) play(ctx context.Context, seed uint64, trials, epochs int) (found three, err error) {
	train, valid, test, inputs := p.rows(seed)
	batch := 0
	if p.Set != "related" {
		batch = 64
	}
	cup := func(units int) mtlkit.Tournament {
		return mtlkit.Tournament{
			Seeds: int(seed) + 1, Trials: trials,
			Entrants: []mtlkit.Entrant{mtlkit.Enter("together", balance.Equal{}), {Name: "alone"}},
			Trial: func(seed uint64, k int) (mtlkit.Trainer, mtlkit.Data) {
				rate := math.Pow(10, leastLog+(mostLog-leastLog)*(float64(k)+0.5)/float64(trials))
				return mtlkit.Trainer{
					Model: p.network(inputs, units), Tasks: p.kinds(), Data: train, Validation: valid, Patience: patience,
					Watch: mtlkit.SumOfLogs, Optimizer: nn.NewAdam(rate), Epochs: epochs, BatchSize: batch, Seed: seed,
				}, test
			},
		}
	}
	if found.Together, err = cup(units).PlayOne(ctx, "together", seed); err != nil {
		return found, err
	}
	if found.Alone, err = cup(units).PlayOne(ctx, "alone", seed); err != nil {
		return found, err
	}
	found.Narrow, err = cup(p.narrow(inputs)).PlayOne(ctx, "alone", seed)
	return found, err
}

// network shares a layer of so many units.
func (p place) network(inputs, units int) sharing.HardSharing {
	model := sharing.HardSharing{Trunk: []int{inputs, units}, Activation: nn.Tanh}
	for _, t := range p.kinds() {
		model.Heads = append(model.Heads, []int{max(1, t.Width)})
	}
	return model
}

// narrow returns the width of twins that have, all together, as many parameters as the network, or the most below.
func (p place) narrow(inputs int) int {
	want := nn.Size(p.network(inputs, units).Shapes())
	for width := units; width > 1; width-- {
		if nn.Size(mtlkit.Independent{Of: p.network(inputs, width)}.Shapes()) <= want {
			return width
		}
	}
	return 1
}
