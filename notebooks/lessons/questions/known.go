package questions

import (
	"context"
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Known trains two networks of the same layers on the same few waves: one with a head for each of them, the other, of
// one head, by MAML. Both are judged on the waves that they know, at other points, and on new waves.
type Known struct {
	Numbers []int // of waves to know
	Points  int   // of each; MAML adapts to half of them and is trained by the others
	Work    int   // points that each takes through its network while it is trained, forward and back
	Steps   int   // of gradient descent on half as many points of a wave; the trained head takes none on its own wave
	Seeds   int   // each with waves of its own
}

// A Judgement is the mean errors of one seed: of the network with heads and of MAML, on known waves and on new ones.
type Judgement struct{ KnownHeads, KnownMAML, NewHeads, NewMAML float64 }

const newWaves, judgedAt = 40, 60 // of a seed, and points of every wave to be judged by

var twin = nn.MLP{Widths: []int{1, 32, 32, 1}, Activation: nn.Tanh}

// Run trains all and returns a judgement for each number of waves and each seed.
func (k Known) Run(ctx context.Context) ([][]Judgement, error) {
	all := make([][]Judgement, len(k.Numbers))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, n := range k.Numbers {
		all[i] = make([]Judgement, k.Seeds)
		for seed := range k.Seeds {
			group.Go(func() (err error) {
				all[i][seed], err = k.judge(ctx, n, uint64(seed))
				return err
			})
		}
	}
	return all, group.Wait()
}

func (k Known) judge(ctx context.Context, number int, seed uint64) (j Judgement, err error) {
	shots := k.Points / 2
	waves := tasks.NewSinusoid(k.Points)
	known := make([]tasks.Wave, number)
	var train mtlkit.Data
	var table datasets.Table
	var xs, ys []float64
	for i := range known {
		index := seed<<20 + uint64(i)
		known[i] = waves.Wave(testSeed, index)
		points := metakit.Draw(waves, testSeed, index).Support
		train.X, train.Y = append(train.X, points.X), append(train.Y, points.Y)
		xs, ys = append(xs, points.X.RawMatrix().Data...), append(ys, points.Y.RawMatrix().Data...)
		table.Groups = append(table.Groups, slices.Repeat([]int{i}, k.Points)...)
	}
	table.X, table.Y = mat.NewDense(len(xs), 1, xs), mat.NewDense(len(ys), 1, ys)

	heads, err := k.heads(ctx, train, seed)
	if err != nil {
		return j, err
	}
	const batch = 10
	iterations := max(1, k.Work/(batch*(3*shots))) // the support points go through twice, the query points once
	learner := metakit.MAML{Network: twin, Loss: nn.SquaredError{}, Steps: 1, Inner: nn.SGD{Rate: 0.03}}
	meta, err := metakit.Training{Learner: learner, Tasks: tasks.NewGroups(&table, shots, k.Points-shots),
		Iterations: iterations,
		MetaBatch:  batch, Optimizer: nn.NewAdam(0.01), Schedule: nn.CosineDecay{Steps: iterations,
			Floor: 0.1}, Seed: seed, ClipNorm: 10,
	}.Run(ctx)
	if err != nil {
		return j, err
	}

	x := mat.NewDense(judgedAt, 1, tasks.Midpoints(waves.Input.Min, waves.Input.Max, judgedAt))
	trunk := nn.Size(twin.Shapes()) - head()
	mean := slices.Clone(heads.Theta[:trunk+head()]) // the trunk and the mean of all heads
	for p := range head() {
		sum := 0.0
		for i := range known {
			sum += heads.Theta[trunk+i*head()+p]
		}
		mean[trunk+p] = sum / float64(number)
	}
	off := func(theta []float64, support metakit.Set, steps int, truth *mat.Dense) float64 {
		p, failed := metakit.Predict(learner, theta, support, x, []int{steps})
		if failed != nil {
			err = failed
			return 0
		}
		return meanSquare(p[0], truth)
	}
	half := func(s metakit.Set) metakit.Set {
		return metakit.Set{X: s.X.Slice(0, shots, 0, 1).(*mat.Dense), Y: s.Y.Slice(0, shots, 0, 1).(*mat.Dense)}
	}
	for i, w := range known {
		truth := w.Set(column(x)).Y
		support := half(metakit.Set{X: train.X[i], Y: train.Y[i]})
		own := append(slices.Clone(heads.Theta[:trunk]), heads.Theta[trunk+i*head():][:head()]...)
		j.KnownHeads += off(own, support, 0, truth) / float64(number)
		j.KnownMAML += off(meta.Meta, support, k.Steps, truth) / float64(number)
	}
	test := waves.Test()
	for i := range newWaves {
		index := metakit.TestIndex(int(seed)*newWaves + i)
		truth, support := test.Wave(testSeed, index).Set(column(x)).Y, half(metakit.Draw(test, testSeed, index).Support)
		j.NewHeads += off(mean, support, k.Steps, truth) / newWaves
		j.NewMAML += off(meta.Meta, support, k.Steps, truth) / newWaves
	}
	return j, err
}

// heads trains the network with a head a wave.
func (k Known) heads(ctx context.Context, train mtlkit.Data, seed uint64) (*mtlkit.Run, error) {
	number := len(train.X)
	layers := twin.Widths[:len(twin.Widths)-1]
	const batch = 5 // rows of each wave in a step
	epochs := max(1, k.Work/(number*k.Points))
	list := make([]mtlkit.Task, number)
	for i := range list {
		list[i] = mtlkit.Task{Name: fmt.Sprint(i), Loss: nn.SquaredError{}}
	}
	steps := epochs * ((k.Points + batch - 1) / batch)
	return mtlkit.Trainer{Tasks: list, Data: train, Epochs: epochs, BatchSize: batch, Seed: seed,
		Model: sharing.HardSharing{Trunk: layers, Heads: slices.Repeat([][]int{{1}}, number),
			Activation: twin.Activation},
		Optimizer: nn.NewAdam(0.01), Schedule: nn.CosineDecay{Steps: steps, Floor: 0.1}}.Train(ctx)
}

// head returns the number of parameters of a head.
func head() int { return twin.Widths[len(twin.Widths)-2] + 1 }

// Figure draws what Run returned, and what it did earlier.
func (k Known) Figure(found [][]Judgement, memory lessons.Memory) plots.Figure {
	of := func(name string, role plots.Role, value func(Judgement) float64) plots.Series {
		s := plots.Series{Name: name, Role: role, Dots: true}
		for i, js := range found {
			var v []float64
			for _, j := range js {
				v = append(v, value(j))
			}
			m := metakit.MeanInterval(v)
			s = at(s, float64(k.Numbers[i]), m)
		}
		return s
	}
	chart := func(title string, heads, maml func(Judgement) float64) plots.Curves {
		return plots.Curves{Title: title, X: "waves to learn from", Y: "error (mean squared error)", LogX: true,
			LogY:   true,
			Series: []plots.Series{of("a head a wave", plots.Vermillion, heads), of("MAML", plots.Blue, maml)},
			Floors: []plots.Floor{{Name: "without points", Y: tasks.NewSinusoid(1).ZeroShotFloor()}}}
	}
	last := len(found) - 1
	said := func(heads, maml func(Judgement) float64) string {
		var a, b []float64
		for _, j := range found[last] {
			a, b = append(a, heads(j)), append(b, maml(j))
		}
		switch d := metakit.PairedInterval(a, b); {
		case d.Low > 0:
			return "MAML errs less"
		case d.High < 0:
			return "the heads err less"
		}
		return fmt.Sprintf("%d seeds do not tell", k.Seeds)
	}
	mean := func(value func(Judgement) float64) string {
		sum := 0.0
		for _, j := range found[last] {
			sum += value(j) / float64(len(found[last]))
		}
		return fmt.Sprintf("%.2f", sum)
	}
	knownHeads, knownMAML := func(j Judgement) float64 { return j.KnownHeads }, func(j Judgement) float64 { return j.KnownMAML }
	newHeads, newMAML := func(j Judgement) float64 { return j.NewHeads }, func(j Judgement) float64 { return j.NewMAML }
	title := fmt.Sprintf("From %d waves, on these %s, on new ones %s", k.Numbers[last], said(knownHeads, knownMAML),
		said(newHeads, newMAML))
	return lessons.Remembered(memory, "known", plots.Panels{Title: title,
		Subtitle: fmt.Sprintf("the same layers, points and work; steps on a wave: %d on %d points; %d seeds, 95 %% intervals",
			k.Steps, k.Points/2, k.Seeds),
		Panels: []plots.Panel{chart("on the waves they know", knownHeads, knownMAML), chart("on new waves", newHeads,
			newMAML)},
	}).Figure("Two line charts, logarithmic, of the error over the number of waves to learn from, of a network with a head a wave and of " +
		"MAML: on known waves and on new ones. " + title +
		".").Caption(fmt.Sprintf("From %d waves: a head a wave %s, MAML %s; on new ones %s and %s.",
		k.Numbers[last], mean(knownHeads), mean(knownMAML), mean(newHeads), mean(newMAML)))
}

func column(m *mat.Dense) []float64 { return mat.Col(nil, 0, m) }

func meanSquare(a, b *mat.Dense) float64 {
	var d mat.Dense
	d.Sub(a, b)
	norm := mat.Norm(&d, 2)
	return norm * norm / float64(len(d.RawMatrix().Data))
}
