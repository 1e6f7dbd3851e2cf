package twotasks

import (
	"context"
	"math/rand/v2"

	"kindred/mtlkit"
	"kindred/notebooks/lessons"
)

// LeastBroadcast returns what the mean squared difference of every prediction to every label comes to where all
// predictions are the mean of the labels, which is the least.
func LeastBroadcast(labels ...float64) float64 {
	mean, loss := 0.0, 0.0
	for _, y := range labels {
		mean += y / float64(len(labels))
	}
	for range labels { // the predictions
		for _, y := range labels {
			loss += (mean - y) * (mean - y)
		}
	}
	return loss / float64(len(labels)*len(labels))
}

// StillGains reports whether the small of two tasks of 200 and 40 rows gains surely, by its interval, beside a large
// one whose labels were shuffled.
func StillGains(seeds int) bool {
	c, err := mtlkit.Compare(context.Background(), seeds, func(seed uint64) mtlkit.Trainer {
		t := Related(1, 40)(seed)
		labels := t.Data.Y[0].RawMatrix().Data
		rng := rand.New(rand.NewPCG(seed, 0))
		rng.Shuffle(len(labels), func(i, j int) { labels[i], labels[j] = labels[j], labels[i] })
		return t
	})
	if err != nil {
		panic(err)
	}
	joint, alone := lessons.HeldOut(c.Joint, 1), lessons.HeldOut(c.Alone, 1)
	return mtlkit.PairedInterval(lessons.Stopped(alone), lessons.Stopped(joint)).Low > 0
}
