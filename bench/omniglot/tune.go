package main

import (
	"context"
	"fmt"
	"slices"

	"kindred/datasets"
	"kindred/metakit"
	"kindred/nn"
)

// innerRate is that of MAML's inner steps.
const innerRate = 0.4

// rates are those that validation tasks chose among. The paper says 0.4, and its code is told so, but differentiates
// the sum of the losses of the N·K support drawings divided by K: with a mean, as losses are here, that is a rate of
// 0.4·N, 2 for tasks of five classes. (It does not adapt the normalisation, as is done here.) The command with -tune
// trains MAML with each for a while.
var rates = []float64{0.1, 0.4, 2}

// tune prints the losses on validation tasks of a short training of MAML by each of the rates.
func (s study) tune(ctx context.Context, images *datasets.Images, chosen []training) error {
	for _, t := range chosen {
		l, ok := t.learner(t.ways).(metakit.MAML)
		if !ok {
			continue
		}
		for _, rate := range rates {
			l.Inner = nn.SGD{Rate: rate}
			t.learner = func(int) metakit.Learner { return l }
			t.iterations, t.every, t.batch = 400, 100, 8
			found, err := s.train(ctx, t, images, 0)
			if err != nil {
				return err
			}
			fmt.Printf("%s, rate %g: validation loss %.3f, least %.3f\n", t.name, rate, found.entry.Validation,
				slices.Min(found.entry.Validation))
		}
	}
	return nil
}
