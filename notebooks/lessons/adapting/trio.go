package adapting

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// waveNet is the network of the waves, that of the MAML paper.
var waveNet = nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}

// A pupil is a learner and what it has learned.
type pupil struct {
	name    string
	learner metakit.Learner
	meta    []float64
}

// The places of the pupils.
const (
	never = iota
	together
	toAdapt
)

// trio are three networks that differ in what they did before: nothing, all waves together, and adapting to each.
var trio = sync.OnceValue(func() []pupil {
	loss := nn.SquaredError{}
	all := []pupil{
		never:    {name: "never trained", learner: metakit.Scratch{Network: waveNet, Loss: loss, Inner: innerRule}},
		together: {name: "pooled", learner: metakit.Pooled{Network: waveNet, Loss: loss, Inner: innerRule}},
		toAdapt:  {name: "MAML", learner: metakit.MAML{Network: waveNet, Loss: loss, Steps: 1, Inner: innerRule}},
	}
	var group errgroup.Group
	for k := range all {
		training := metakit.Training{
			Learner: all[k].learner, Tasks: tasks.NewSinusoid(10), Iterations: 800, MetaBatch: 25, Optimizer: nn.NewAdam(0.01),
		}
		if k == never {
			training.Iterations = 0
		}
		group.Go(func() error {
			run, err := training.Run(context.Background())
			all[k].meta = run.Meta
			return err
		})
	}
	if err := group.Wait(); err != nil {
		panic(err) // with these numbers it does not diverge
	}
	return all
})

// Learned returns what MAML has learned in 800 meta-iterations of 25 waves: the start of the notebook's figures.
func Learned() []float64 { return slices.Clone(trio()[toAdapt].meta) }

// errors returns the squared errors on all of a wave after the steps on some of its points.
func (p pupil) errors(wave tasks.Wave, support metakit.Set, steps ...int) (errors []float64) {
	all := wave.Set(plots.Linspace(-5, 5, 201))
	for _, curve := range p.predict(support, all, steps...) {
		errors = append(errors, meanSquare(curve, column(all.Y)))
	}
	return errors
}

func (p pupil) predict(support, at metakit.Set, steps ...int) (curves [][]float64) {
	predictions, err := metakit.Predict(p.learner, p.meta, support, at.X, steps)
	if err != nil && !errors.Is(err, metakit.ErrDiverged) { // what diverges is shown as it is
		panic(err)
	}
	for _, m := range predictions {
		curves = append(curves, column(m))
	}
	return curves
}

// hidden is the wave of the first figure.
var hidden = tasks.Wave{Amplitude: 4, Phase: 0.4, Frequency: 1}

// Guess draws ten points of a wave with the reader's guess of it, and beside it what three networks make of the same
// points in one step. The wave itself is not drawn.
func Guess(amplitude, phase float64, memory lessons.Memory) plots.Figure {
	support := hidden.Set(tasks.Midpoints(-5, 5, 10))
	xs := plots.Linspace(-5, 5, 201)
	all, own := hidden.Set(xs), tasks.Wave{Amplitude: amplitude, Phase: phase, Frequency: 1}.Set(xs)
	yours := meanSquare(column(own.Y), column(all.Y))
	dots := plots.Points{Name: "the ten points", X: column(support.X), Y: column(support.Y)}
	guess := plots.Series{Name: "your guess", Role: plots.Purple, X: xs, Y: column(own.Y)}
	panels := []plots.Panel{plots.Fits{
		Title: fmt.Sprintf("you: %.3g", yours), X: "x", Y: "y", YLim: plots.Range{-6, 6}, Support: dots,
		Steps: append(lessons.Ghosts(memory, "guess", guess), guess),
	}}
	var best float64
	for _, p := range trio() {
		after := p.errors(hidden, support, 0, 1)
		fit := plots.Fits{
			Title: fmt.Sprintf("%s: %.3g", p.name, after[1]), X: "x", Y: "y", YLim: plots.Range{-6, 6}, Support: dots, Role: plots.Blue,
		}
		for k, curve := range p.predict(support, all, 0, 1) {
			fit.Steps = append(fit.Steps, plots.Series{Name: [...]string{"a network before", "and after one step"}[k], X: xs, Y: curve})
		}
		panels, best = append(panels, fit), after[1]
	}
	title := fmt.Sprintf("MAML, after one step: error %.3g; your guess: %.3g", best, yours)
	if yours < best {
		title += ". You win"
	}
	return plots.Panels{
		Title:    title,
		Subtitle: "ten points of a wave that is not drawn; above each panel the mean squared error on all of it",
		Panels:   panels,
	}.Figure("Four panels with ten points of a wave: the reader's guess as a curve, and the curves before and after one step of a network " +
		"that was never trained, one trained on all waves together, and one trained to adapt.")
}

// stepsPlayed are those that [Play] draws.
var stepsPlayed = []int{0, 1, 10}

// Play draws what the three networks make of a wave of some amplitude and phase, in tenths, and of a number of its
// points. The axes do not move while the wave does, up to the largest amplitude of the training.
func Play(values []int) plots.Figure {
	wave, support := played(values)
	limit := 6.0
	if wave.Amplitude > 5 {
		limit = 1.2 * wave.Amplitude
	}
	xs := plots.Linspace(-5, 5, 201)
	all := wave.Set(xs)
	var panels []plots.Panel
	var after [3]float64
	for k, p := range trio() {
		errors := p.errors(wave, support, stepsPlayed...)
		after[k] = errors[1]
		fit := plots.Fits{
			Title: fmt.Sprintf("%s: %.3g → %.3g → %.3g", p.name, errors[0], errors[1], errors[2]), X: "x", Y: "y", Role: plots.Blue,
			YLim:    plots.Range{-limit, limit},
			Truth:   plots.Series{Name: "the wave", X: xs, Y: column(all.Y)},
			Support: plots.Points{Name: "its points", X: column(support.X), Y: column(support.Y)},
		}
		for i, curve := range p.predict(support, all, stepsPlayed...) {
			fit.Steps = append(fit.Steps, plots.Series{Name: stepped(stepsPlayed[i]), X: xs, Y: curve})
		}
		panels = append(panels, fit)
	}
	return plots.Panels{
		Title: fmt.Sprintf("After one step on %s: MAML errs by %.3g, pooled by %.3g", counted(values[2]), after[toAdapt], after[together]),
		Subtitle: fmt.Sprintf("amplitude %g, phase %g; above each panel the mean squared error after 0, 1 and 10 steps",
			wave.Amplitude, wave.Phase),
		Panels: panels,
	}.Figure("Three panels with a dashed wave, some points on it and a network's curve after 0, 1 and 10 gradient steps: of a network " +
		"never trained, of one trained on all waves together, and of MAML.")
}

// Played returns MAML's error in [Play] after one step.
func Played(values ...int) float64 {
	wave, support := played(values)
	return trio()[toAdapt].errors(wave, support, 1)[0]
}

func played(values []int) (tasks.Wave, metakit.Set) {
	wave := tasks.Wave{Amplitude: float64(values[0]) / 10, Phase: float64(values[1]) / 10, Frequency: 1}
	return wave, wave.Set(tasks.Midpoints(-5, 5, values[2]))
}

func counted(points int) string {
	if points == 1 {
		return "1 point"
	}
	return fmt.Sprintf("%d points", points)
}
