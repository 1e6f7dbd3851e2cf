package families

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/metakit/tasks"
	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
	"kindred/plots"
)

// Heads sets multi-task learning and meta-learning side by side: a trunk of the same layers, trained on the same points of a
// few known waves. In the one each wave has a head, which is trained with the trunk; in the other a head is solved by ridge
// regression, for each episode anew, and the trunk is trained for what comes of it. Both are judged on other points of the
// waves that they know, and on new waves.
type Heads struct {
	Trunk  []int // 1, then the units of its layers
	Waves  tasks.Sinusoid
	Known  int // waves to train on
	Points int // of each of them
	Epochs int // of the network with a head a wave
	Rounds int // of the other: meta-iterations of as many episodes as there are waves
	Seeds  int
}

// new waves of a seed to test on, and points of every wave to be judged by.
const newWaves, judged = 50, 100

// Figure draws the errors.
func (h Heads) Figure() plots.Figure {
	const own, others = 0, 1
	rows := []struct {
		name string
		role plots.Role
		at   int
	}{
		{"multi-task: its head", plots.Vermillion, own}, {"meta: a head solved", plots.Green, own},
		{"multi-task: mean of its heads", plots.Vermillion, others}, {"multi-task: a head solved", plots.Vermillion, others},
		{"meta: a head solved", plots.Green, others},
	}
	errors := make([][]float64, len(rows))
	all := make([][]float64, h.Seeds)
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for seed := range all {
		group.Go(func() (err error) {
			all[seed], err = h.seed(uint64(seed))
			return err
		})
	}
	if err := group.Wait(); err != nil {
		panic(err)
	}
	for _, of := range all {
		for k, e := range of {
			errors[k] = append(errors[k], e)
		}
	}
	groups := []plots.Group{{Name: fmt.Sprintf("the %d waves they know, other points", h.Known)},
		{Name: fmt.Sprintf("new waves, %d points of each", h.Waves.Shots)}}
	for k, r := range rows {
		i := item(r.name, r.role, metakit.MeanInterval(errors[k]), "")
		i.Runs = errors[k]
		groups[r.at].Rows = append(groups[r.at].Rows, i)
	}
	there, new := metakit.PairedInterval(errors[0], errors[1]), metakit.PairedInterval(errors[3], errors[4])
	title := fmt.Sprintf("On the waves they know %s; on new ones %s", verdict(there), verdict(new))
	if verdict(there) == verdict(new) {
		title = fmt.Sprintf("On the waves they know and on new ones %s", verdict(new))
	}
	return plots.Forest{Title: title,
		Subtitle: fmt.Sprintf("the same trunk and points; mean of %d seeds, each with waves of its own, 95 %% interval", h.Seeds),
		X:        "error (mean squared error)", Column: "error [95 %]", Decimals: 3, LogX: true, Groups: groups,
		Baseline: plots.Marker{Name: "no points", X: h.Waves.ZeroShotFloor()},
	}.Figure("Dot plot of the errors of a network with a head a task and of one whose head is solved, on known and on new waves, " +
		"logarithmic. " + title + ".").Caption(fmt.Sprintf("Multi-task less meta, seed by seed, a head solved on new waves: %s. "+
		"On the known ones: %s.", between(new), between(there)))
}

func between(i metakit.Interval) string {
	return fmt.Sprintf("%.3f [%.3f, %.3f]", i.Mean, i.Low, i.High)
}

// verdict says of the difference of multi-task and meta-learning who errs less.
func verdict(i metakit.Interval) string {
	switch {
	case i.Low > 0:
		return "meta-learning errs less"
	case i.High < 0:
		return "multi-task learning errs less"
	}
	return fmt.Sprintf("%d seeds do not tell", i.N)
}

// seed returns the errors of all rows.
func (h Heads) seed(seed uint64) ([]float64, error) {
	known := make([]tasks.Wave, h.Known)
	var train mtlkit.Data
	table := datasets.Table{}
	var xs, ys []float64
	heads, list := make([][]int, h.Known), make([]mtlkit.Task, h.Known)
	for k := range known {
		index := seed*uint64(h.Known) + uint64(k)
		known[k] = h.Waves.Wave(testSeed, index)
		waves := h.Waves
		waves.Shots = h.Points
		points := metakit.Draw(waves, testSeed, index).Support // of the same wave, with the noise of the family
		train.X, train.Y = append(train.X, points.X), append(train.Y, points.Y)
		xs, ys = append(xs, column(points.X)...), append(ys, column(points.Y)...)
		table.Groups = append(table.Groups, slices.Repeat([]int{k}, h.Points)...)
		heads[k], list[k] = []int{1}, mtlkit.Task{Name: fmt.Sprint(k), Loss: nn.SquaredError{}}
	}
	table.X, table.Y = mat.NewDense(len(xs), 1, xs), mat.NewDense(len(ys), 1, ys)

	multi, err := mtlkit.Trainer{Model: sharing.HardSharing{Trunk: h.Trunk, Heads: heads, Activation: nn.Tanh}, Tasks: list,
		Data: train, Optimizer: nn.NewAdam(0.01), Schedule: nn.CosineDecay{Steps: h.Epochs, Floor: 0.1}, Epochs: h.Epochs,
		Seed: seed}.Train(context.Background())
	if err != nil {
		return nil, err
	}
	ridge := models.NewRidgeAttention(nn.MLP{Widths: h.Trunk, Activation: nn.Tanh, Output: nn.Tanh})
	training := metakit.Training{Learner: ridge, Tasks: tasks.NewGroups(&table, h.Waves.Shots, h.Points-h.Waves.Shots),
		Iterations: h.Rounds, MetaBatch: h.Known, Optimizer: nn.NewAdam(0.01), Schedule: nn.CosineDecay{Steps: h.Rounds, Floor: 0.1},
		Seed: seed}
	meta, err := training.Run(context.Background())
	if err != nil {
		return nil, err
	}
	size := nn.Size(ridge.Shapes())
	trunk := append(slices.Clone(multi.Theta[:size-1]), meta.Meta[size-1]) // with the λ of the other

	errors := make([]float64, 5)
	x := mat.NewDense(judged, 1, tasks.Midpoints(h.Waves.Input.Min, h.Waves.Input.Max, judged))
	predictor := multi.Predictor()
	for k, w := range known {
		truth := w.Set(column(x)).Y
		own, err := predictor.PredictTask(k, x)
		if err != nil {
			return nil, err
		}
		solved, err := metakit.Predict(ridge, meta.Meta, metakit.Set{X: train.X[k], Y: train.Y[k]}, x, []int{0})
		if err != nil {
			return nil, err
		}
		errors[0] += meanSquare(column(own), column(truth)) / float64(h.Known)
		errors[1] += meanSquare(column(solved[0]), column(truth)) / float64(h.Known)
	}
	mean := make([]float64, judged) // of all heads
	for k := range known {
		own, err := predictor.PredictTask(k, x)
		if err != nil {
			return nil, err
		}
		for i := range mean {
			mean[i] += own.At(i, 0) / float64(h.Known)
		}
	}
	test := h.Waves.Test()
	for i := range newWaves {
		e := metakit.Draw(test, testSeed, metakit.TestIndex(int(seed)*newWaves+i))
		errors[2] += meanSquare(mean, column(e.Query.Y)) / newWaves
		for k, of := range [][]float64{trunk, meta.Meta} {
			p, err := metakit.Predict(ridge, of, e.Support, e.Query.X, []int{0})
			if err != nil {
				return nil, err
			}
			errors[3+k] += meanSquare(column(p[0]), column(e.Query.Y)) / newWaves
		}
	}
	return errors, nil
}
