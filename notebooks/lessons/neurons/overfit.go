package neurons

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// An Overfit is what came of networks that learned from few points for long, a seed each.
type Overfit struct {
	train, validation   [][]float64 // losses over the epochs
	best, stopped, last []float64   // the epoch that validation likes best; the errors on new points then and in the end, in %
}

// OverfitMoons trains tanh networks of 32 hidden neurons on so few points of two moons that overlap. 100 points of
// validation choose an epoch, and 1,000 that nothing was chosen by judge.
func OverfitMoons(seeds, points, epochs int) Overfit {
	type fate struct {
		train, validation   []float64
		best, stopped, last float64
	}
	const noise = 0.4
	fates := make([]fate, seeds)
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for k := range fates {
		group.Go(func() error {
			f, seed := &fates[k], uint64(k)
			c := Moons(Hidden(32), seed)
			c.Train, c.Test, c.Epochs = datasets.Moons(points, noise, seed), datasets.Moons(100, noise, seed+1000), epochs
			r := c.Start()
			stopped, least := r.Theta, math.Inf(1)
			for epoch := range r.Learn(context.Background()) {
				if v := r.TestLoss[epoch]; v < least {
					f.best, least, stopped = float64(epoch), v, slices.Clone(r.Theta)
				}
			}
			f.train, f.validation = r.TrainLoss, r.TestLoss
			r.test = r.pass(datasets.Moons(1000, noise, seed+2000))
			r.Test = datasets.Moons(1000, noise, seed+2000)
			f.last = r.TestError()
			r.Theta = stopped
			f.stopped = r.TestError()
			return nil
		})
	}
	_ = group.Wait() // none fails
	var o Overfit
	for _, f := range fates {
		o.train, o.validation = append(o.train, f.train), append(o.validation, f.validation)
		o.best, o.stopped, o.last = append(o.best, f.best), append(o.stopped, f.stopped), append(o.last, f.last)
	}
	return o
}

// Validation returns the mean loss of validation over the epochs.
func (o Overfit) Validation() []float64 { return lessons.MeanOverSeeds(plots.Series{}, o.validation).Y }

// Figure draws the losses and, for each seed, the error of the network that was stopped in time over that of the last;
// and in grey what [Overfit.Validation] returned earlier, if anything.
func (o Overfit) Figure(before []float64) plots.Figure {
	validation := lessons.MeanOverSeeds(plots.Series{Name: "validation", Role: plots.Purple}, o.validation)
	train := lessons.MeanOverSeeds(plots.Series{Name: "training", Role: plots.Green}, o.train)
	series := []plots.Series{validation, train}
	if len(before) > 0 {
		series = append(series, plots.Series{Y: before}.Ghost("validation before"))
	}
	seeds := len(o.best)
	gain := mtlkit.PairedInterval(o.last, o.stopped)
	title := fmt.Sprintf("Stopping in time: no difference that %d seeds can tell", seeds)
	if gain.Low > 0 {
		title = fmt.Sprintf("Stopped when validation is best, %.1f more of 100 new points are right", gain.Mean)
	} else if gain.High < 0 {
		title = fmt.Sprintf("Here the last network is better, by %.1f of 100 new points", -gain.Mean)
	}
	best := mtlkit.MedianRange(o.best).Median
	return plots.Panels{
		Title: title,
		Subtitle: fmt.Sprintf("%d seeds; losses: mean, 95 %% interval; best epoch %.0f (median); paired gain %s", seeds,
			best, lessons.Minus(fmt.Sprintf("%.1f [%.1f, %.1f]", gain.Mean, gain.Low, gain.High))),
		Free: true,
		Panels: []plots.Panel{
			plots.Curves{
				Title: "loss", X: "epoch", Y: "cross-entropy (mean)", Series: series, YLim: plots.Range{0, 1.5},
				Markers: []plots.Marker{{Name: "best for validation", X: best}},
			},
			plots.Pairs{
				Title: "new points wrong, in %", X: "last network", Y: "stopped in time",
				Points: []plots.Points{{Role: plots.Purple, X: o.last, Y: o.stopped}},
				Above:  "stopping hurts", Below: "stopping helps",
			},
		},
	}.Figure("Left, line chart of the training loss and the validation loss over the epochs. Right, the error on new points " +
		"of the network stopped in time over that of the last, a dot a seed. " + title + ".")
}
