package neurons

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/floats"

	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Overfitting trains a classifier from several seeds, draws its losses on the points that it learns from and on its
// points of validation, which are its Test, and compares two networks on points that nothing was chosen by, which judge
// draws: the one of the epoch that validation likes best, and the last. Before is what an earlier run returned, to be
// drawn in grey.
func Overfitting(seeds int, classifier func(seed uint64) Classifier, judge func(seed uint64) datasets.Points,
	before []float64) (validation []float64, figure plots.Figure) {
	type fate struct {
		train, validation []float64
		best              int
		stopped, last     float64
	}
	fates := make([]fate, seeds)
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for seed := range fates {
		group.Go(func() error {
			f, r := &fates[seed], classifier(uint64(seed)).Start()
			stopped, least := slices.Clone(r.Theta), math.Inf(1)
			note := func(epoch int) {
				if v := r.TestLoss[epoch]; v < least {
					f.best, least, stopped = epoch, v, slices.Clone(r.Theta)
				}
			}
			for epoch := range r.Learn(context.Background()) {
				note(epoch)
			}
			f.train, f.validation = r.TrainLoss, r.TestLoss
			r.test = r.pass(judge(uint64(seed)))
			f.last = r.TestError()
			r.Theta = stopped
			f.stopped = r.TestError()
			return nil
		})
	}
	_ = group.Wait() // none fails
	var train, held [][]float64
	var best, stopped, last []float64
	for _, f := range fates {
		train, held = append(train, f.train), append(held, f.validation)
		best, stopped, last = append(best, float64(f.best)), append(stopped, f.stopped), append(last, f.last)
	}
	now := lessons.MeanOverSeeds(plots.Series{Name: "validation", Role: plots.Purple}, held)
	trained := lessons.MeanOverSeeds(plots.Series{Name: "training", Role: plots.Green}, train)
	series := []plots.Series{now, trained}
	if len(before) > 0 {
		series = append(series, plots.Series{Y: before}.Ghost("validation before"))
	}
	gain := mtlkit.PairedInterval(last, stopped)
	title := fmt.Sprintf("Stopping in time: no difference that %d seeds can tell", seeds)
	if gain.Low > 0 {
		title = fmt.Sprintf("Stopped when validation is best, %.1f points fewer in a hundred are wrong", gain.Mean)
	} else if gain.High < 0 {
		title = fmt.Sprintf("Here the last network is better, by %.1f points in a hundred", -gain.Mean)
	}
	top := 1.5 * max(floats.Max(trained.Y), now.Y[0])
	return now.Y, plots.Panels{
		Title: title,
		Subtitle: fmt.Sprintf("%d seeds, 95 %% intervals; best epoch %.0f (median); last minus stopped, paired: %s", seeds,
			mtlkit.MedianRange(best).Median, lessons.Minus(fmt.Sprintf("%.1f [%.1f, %.1f]", gain.Mean, gain.Low, gain.High))),
		Free: true,
		Panels: []plots.Panel{
			plots.Curves{
				Title: "loss", X: "epoch", Y: "cross-entropy (mean)", Series: series,
				YLim:    plots.Range{0, min(top, 1.05*max(floats.Max(now.High), floats.Max(trained.High)))},
				Markers: []plots.Marker{{Name: "best for validation", X: mtlkit.MedianRange(best).Median}},
			},
			plots.Pairs{
				Title: "new points wrong, in %", X: "last network", Y: "stopped in time",
				Points: []plots.Points{{Role: plots.Purple, X: last, Y: stopped}},
				Above:  "stopping hurts", Below: "stopping helps",
			},
		},
	}.Figure("Left, line chart of the training loss and the validation loss over the epochs. Right, the error on new points " +
		"of the network stopped in time over that of the last, a dot a seed. " + title + ".")
}
