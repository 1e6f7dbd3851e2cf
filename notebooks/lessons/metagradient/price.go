package metagradient

import (
	"fmt"
	"math"
	"time"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
	"kindred/plots"
)

// A Price is what the meta-gradient of one wave costs, by learner and number of inner steps.
type Price struct {
	Steps    []int
	Learners []Bill
}

// A Bill is the cost of a learner's program for each number of steps, and how long a run took.
type Bill struct {
	Name  string
	Role  plots.Role
	Dash  bool
	Costs []autodiff.Cost
	Times []time.Duration
}

// Prices compiles and runs the meta-gradients of five learners for numbers of inner steps.
func Prices(net nn.Network, steps ...int) Price {
	p := Price{Steps: steps, Learners: []Bill{
		{Name: "MAML", Role: plots.Blue}, {Name: "MAML, steps computed again", Role: plots.Blue, Dash: true},
		{Name: "iMAML", Role: plots.Purple}, {Name: "first order", Role: plots.Vermillion},
		{Name: "Reptile", Role: plots.Green},
	}}
	for _, k := range steps {
		exact := metakit.MAML{Network: net, Loss: nn.SquaredError{}, Steps: k, Inner: nn.SGD{Rate: 0.01}}
		pieces, first := exact, exact
		pieces.Recompute, first.FirstOrder = max(1, int(math.Round(math.Sqrt(float64(k))))), true
		implicit := metakit.NewIMAML(net, exact.Loss)
		implicit.Steps = k
		for i, l := range []metakit.Learner{exact, pieces, implicit, first,
			metakit.Reptile{Network: net, Loss: exact.Loss, Steps: k, Inner: exact.Inner, OverRate: true}} {
			p.Learners[i].add(l)
		}
	}
	return p
}

// add measures one learner.
func (b *Bill) add(l metakit.Learner) {
	e := wave()
	g := autodiff.New()
	meta := g.Params(l.Shapes())
	traced := func(s metakit.Set) metakit.TracedSet {
		n, in := s.X.Dims()
		return metakit.TracedSet{X: g.Const(n, in, s.X.RawMatrix().Data), Y: g.Const(n, 1, s.Y.RawMatrix().Data)}
	}
	support, query := traced(e.Support), traced(e.Query)
	loss, gradient := metaGradient(l, meta, support, query)
	program := autodiff.Compile(loss, gradient)
	ws := program.NewWorkspace()
	ws.Set(meta, draw(l))
	ws.Run() // the first run makes room
	const runs = 30
	least := time.Duration(math.MaxInt64)
	for range runs {
		began := time.Now()
		ws.Run()
		least = min(least, time.Since(began))
	}
	b.Costs, b.Times = append(b.Costs, program.Cost()), append(b.Times, least)
}

// metaGradient traces what meta-training does with an episode.
func metaGradient(l metakit.Learner, meta autodiff.Params, support, query metakit.TracedSet) (autodiff.Value, autodiff.Params) {
	if own, ok := l.(metakit.OwnGradient); ok {
		return own.MetaGradient(nil, meta, support, query)
	}
	predictions := l.Predict(nil, meta, support, query.X, l.(metakit.Stepper).TrainingSteps())
	loss := metakit.MeanLoss(l, predictions[len(predictions)-1], query.Y)
	return loss, autodiff.GradParams(loss, meta)
}

// Figure draws memory and work over the steps.
func (p Price) Figure() plots.Figure {
	panel := func(title, y string, of func(c autodiff.Cost) float64) plots.Curves {
		chart := plots.Curves{Title: title, X: "inner steps", Y: y, LogX: true, LogY: true}
		for _, b := range p.Learners {
			s := plots.Series{Name: b.Name, Role: b.Role, Dash: b.Dash, Dots: true}
			for k, c := range b.Costs {
				s.X, s.Y = append(s.X, float64(p.Steps[k])), append(s.Y, of(c))
			}
			chart.Series = append(chart.Series, s)
		}
		return chart
	}
	last := len(p.Steps) - 1
	memory := func(i int) float64 { return float64(p.Learners[i].Costs[last].Memory) }
	return plots.Panels{
		Title:    fmt.Sprintf("At %s MAML takes %.0f times the memory of first order", stepped(p.Steps[last]), memory(0)/memory(3)),
		Subtitle: "one wave's meta-gradient, ten support and ten query points",
		Free:     true, Panels: []plots.Panel{
			panel("memory", "kB", func(c autodiff.Cost) float64 { return float64(c.Memory) / 1e3 }),
			panel("work", "million operations", func(c autodiff.Cost) float64 { return float64(c.FLOPs) / 1e6 }),
		},
	}.Figure("Two line charts on logarithmic axes over the number of inner steps: memory and operations of the meta-gradient of " +
		"MAML, of MAML that computes its steps again, of iMAML, first order and Reptile.")
}

// A Line is what a learner's meta-gradient takes with the most steps, and its memory beside that with the fewest.
type Line struct {
	Name   string  `cell:"meta-gradient of one wave"`
	Memory float64 `cell:"kB ↓" digits:"0"`
	Growth float64 `cell:"times its memory at the fewest steps ↓" digits:"1"`
	Work   float64 `cell:"million operations ↓" digits:"2"`
	Time   string  `cell:"quickest of 30 runs"`
}

// Lines returns a line for each learner.
func (p Price) Lines() (lines []Line) {
	last := len(p.Steps) - 1
	for _, b := range p.Learners {
		c := b.Costs[last]
		lines = append(lines, Line{b.Name, float64(c.Memory) / 1e3, float64(c.Memory) / float64(b.Costs[0].Memory),
			float64(c.FLOPs) / 1e6, fmt.Sprintf("%.2f ms", b.Times[last].Seconds()*1e3)})
	}
	return lines
}
