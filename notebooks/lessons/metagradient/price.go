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
	grown := func(i int) float64 { return memory(i) / float64(p.Learners[i].Costs[0].Memory) }
	work := func(i int) float64 { return float64(p.Learners[i].Costs[last].FLOPs) }
	return plots.Panels{
		Title:    fmt.Sprintf("At %s MAML takes %.0f times the memory of first order", stepped(p.Steps[last]), memory(0)/memory(3)),
		Subtitle: "one wave's meta-gradient, ten support and ten query points",
		Free:     true, Panels: []plots.Panel{
			panel("memory", "kB", func(c autodiff.Cost) float64 { return float64(c.Memory) / 1e3 }),
			panel("work", "million operations", func(c autodiff.Cost) float64 { return float64(c.FLOPs) / 1e6 }),
		},
	}.Figure("Two line charts on logarithmic axes over the number of inner steps: memory and operations of the meta-gradient of " +
		"MAML, of MAML that computes its steps again, of iMAML, first order and Reptile.",
	).Caption(fmt.Sprintf("At %s: MAML %.0f kB, computed again %.0f kB for %.2f times the work; iMAML %.0f kB, first order %.0f kB, "+
		"Reptile %.0f kB. That is %.1f, %.1f, %.1f, %.1f and %.1f times what they take at %s.", stepped(p.Steps[last]), memory(0)/1e3,
		memory(1)/1e3, work(1)/work(0), memory(2)/1e3, memory(3)/1e3, memory(4)/1e3, grown(0), grown(1), grown(2), grown(3),
		grown(4), stepped(p.Steps[0])))
}

// Times returns the head and the rows of a table of the times.
func (p Price) Times() (head []string, rows [][]string) {
	head = []string{"one meta-gradient, the quickest of 30 runs"}
	for _, k := range p.Steps {
		head = append(head, stepped(k))
	}
	for _, b := range p.Learners {
		row := []string{b.Name}
		for _, t := range b.Times {
			row = append(row, fmt.Sprintf("%.2f ms", t.Seconds()*1e3))
		}
		rows = append(rows, row)
	}
	return head, rows
}
