package metagradient

import (
	"context"
	"fmt"
	"math"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/plots"
)

// A Plane is the world of the notebook's first half: waves that a [WaveNet] learns in a few inner steps of a rate.
type Plane struct {
	Waves []tasks.Wave
	Steps int
	Rate  float64
}

// Three is the plane of the notebook: three waves of different phase and amplitude.
func Three(steps int, rate float64) Plane {
	return Plane{Waves: []tasks.Wave{
		{Phase: -1.5, Amplitude: 2, Frequency: 1}, {Phase: 0, Amplitude: 1, Frequency: 1},
		{Phase: 1.5, Amplitude: 1.5, Frequency: 1},
	}, Steps: steps, Rate: rate}
}

// episodes are the waves as tasks: five support points and twenty query points each, evenly over a period.
func (p Plane) episodes() (all metakit.Collection) {
	for _, w := range p.Waves {
		all = append(all, &metakit.Episode{
			Support: w.Set(tasks.Midpoints(-math.Pi, math.Pi, 5)), Query: w.Set(tasks.Midpoints(-math.Pi, math.Pi, 20)),
		})
	}
	return all
}

// first is where every meta-training in the plane begins.
var first = []float64{0.3, 0.5}

// end returns the start that a learner leads to, downhill from first.
func (p Plane) end(l metakit.Learner) []float64 {
	run, err := metakit.Training{
		Learner: l, Tasks: p.episodes(), MetaBatch: len(p.Waves), Iterations: 2000, Optimizer: nn.SGD{Rate: 0.1},
	}.Start()
	if err != nil {
		panic(err) // only a checkpoint can be at fault, and this training keeps none
	}
	copy(run.Meta, first)
	for _, err := range run.Steps(context.Background()) {
		if err != nil {
			break // the inner steps were too large: the way ends where it left the plane
		}
	}
	return run.Meta
}

// A survey computes, for starts in the plane, how tasks are adapted to from there: path[t][k] is θ of task t after k
// steps, errors[k] the tasks' mean error on their query points.
type survey struct {
	theta  autodiff.Params
	path   [][]autodiff.Params
	errors []autodiff.Value
	ws     *autodiff.Workspace
}

func newSurvey(episodes metakit.Collection, rate float64, steps int) *survey {
	g := autodiff.New()
	s := &survey{theta: g.Params(WaveNet{}.Shapes())}
	m := metakit.MAML{Network: WaveNet{}, Loss: nn.SquaredError{}, Inner: nn.SGD{Rate: rate}, FirstOrder: true}
	losses := make([][]autodiff.Value, steps+1)
	var outputs []autodiff.Output
	for _, e := range episodes {
		traced := func(set metakit.Set) metakit.TracedSet {
			n, _ := set.X.Dims()
			return metakit.TracedSet{
				X: g.Const(n, 1, set.X.RawMatrix().Data), Y: g.Const(n, 1, set.Y.RawMatrix().Data),
			}
		}
		path, query := m.Path(nil, s.theta, traced(e.Support), steps), traced(e.Query)
		s.path = append(s.path, path)
		for k, outputs := range metakit.Along(nil, WaveNet{}, path, query.X) {
			losses[k] = append(losses[k], metakit.MeanLoss(m.Loss, outputs, query.Y))
		}
		for _, theta := range path {
			outputs = append(outputs, theta)
		}
	}
	for _, of := range losses {
		mean := autodiff.ConcatCols(of...).Mean()
		s.errors, outputs = append(s.errors, mean), append(outputs, mean)
	}
	s.ws = autodiff.Compile(outputs...).NewWorkspace()
	return s
}

// at moves the survey to a start.
func (s *survey) at(theta []float64) *survey {
	s.ws.Set(s.theta, theta)
	s.ws.Run()
	return s
}

// error returns the mean error after k steps.
func (s *survey) error(k int) float64 { return s.ws.Scalar(s.errors[k]) }

// grid is the part of the plane that is drawn.
func grid() plots.Grid {
	return plots.Grid{X: plots.Range{-2.3, 2.3}, Y: plots.Range{-0.2, 3.3}, Columns: 58, Rows: 46}
}

// field draws the mean error after k steps over the plane, with each wave's own place.
func (p Plane) field(s *survey, k int) plots.Field {
	field := plots.Field{
		X: "phase φ", Y: "amplitude a", Grid: grid(), LogZ: true, ZLim: plots.Range{0.03, 10},
		Contours: []float64{0.03, 0.1, 0.3, 0.5, 1, 2, 3, 5}, Z: "mean error",
	}
	xs, ys := field.Grid.Places()
	for i := range xs {
		field.Grid.Z = append(field.Grid.Z, s.at([]float64{xs[i], ys[i]}).error(k))
	}
	own := plots.Points{Name: "the waves' own (φ, a)", Role: plots.Purple}
	for _, w := range p.Waves {
		own.X, own.Y = append(own.X, w.Phase), append(own.Y, w.Amplitude)
	}
	field.Points = []plots.Points{own}
	return field
}

// Journeys draws the steps that lead to each wave from the starts that four meta-gradients lead to, over the mean error
// before any step.
func (p Plane) Journeys() plots.Figure {
	s := newSurvey(p.episodes(), p.Rate, p.Steps)
	var panels []plots.Panel
	var before, after [4]float64
	for k, l := range four(WaveNet{}, p.Steps, p.Rate) {
		field := p.field(s, 0)
		field.ZLim, field.Contours = plots.Range{1, 8}, []float64{1.15, 1.5, 2, 3, 5}
		s.at(p.end(l))
		before[k], after[k] = s.error(0), s.error(p.Steps)
		field.Title = fmt.Sprintf("%s: %.2f → %.2f", names[k], before[k], after[k])
		for _, path := range s.path {
			way := plots.Path{Role: plots.Ink, Dots: true}
			for _, theta := range path {
				at := s.ws.Read(theta, nil)
				way.X, way.Y = append(way.X, at[0]), append(way.Y, at[1])
			}
			field.Paths = append(field.Paths, way)
		}
		panels = append(panels, field)
	}
	best, worst := least(before), most(before)
	title := fmt.Sprintf("%s begins with the least error, %s ends with it", names[best], names[least(after)])
	if worst == least(after) {
		title = fmt.Sprintf("%s, the worst start before a step, is the best after %d", names[worst], p.Steps)
	}
	return plots.Panels{
		Title: title,
		Subtitle: fmt.Sprintf("where four meta-gradients lead, and %s of rate %g from there to each of three waves; "+
			"colour: mean error before a step", stepped(p.Steps), p.Rate),
		Panels: panels,
	}.Figure(fmt.Sprintf("Four maps of the plane of phase and amplitude, each with paths of adaptation from one start to three waves. "+
		"Mean error before and after: joint %.2f and %.2f, Reptile %.2f and %.2f, first order %.2f and %.2f, MAML %.2f and %.2f.",
		before[joint], after[joint], before[reptile], after[reptile], before[firstOrder], after[firstOrder],
		before[maml], after[maml]))
}

func least(of [4]float64) (at int) {
	for k, v := range of {
		if v < of[at] {
			at = k
		}
	}
	return at
}

func most(of [4]float64) int {
	for k := range of {
		of[k] = -of[k]
	}
	return least(of)
}
