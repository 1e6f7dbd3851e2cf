package adapting

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/datasets"
	"kindred/metakit"
	"kindred/nn"
	"kindred/plots"
)

// starts is the number of seeds, each of other first parameters, behind the figures of the article's example.
const starts = 20

// A MetaExample is the article's program of section 4.2: a network learns from ten known points for some epochs, and one
// of the same shape, the task model, from one new point.
type MetaExample struct {
	Data   datasets.Adaptation
	Net    nn.Network
	Rule   nn.Rule
	Epochs int // 100 in the article
}

// Article returns the article's program with its own ten pairs and its new point (NumPy, seed 0).
func Article() MetaExample {
	return MetaExample{
		Data: datasets.AdaptationExample(0), Net: nn.MLP{Widths: []int{2, 4, 1}, Activation: nn.ReLU},
		Rule: nn.NewKerasAdam(0.01), Epochs: 100,
	}
}

// An Objective makes one number, 1×1, of the outputs of a network and their targets, both n×1.
type Objective = func(outputs, targets autodiff.Value) autodiff.Value

// guess is the mean of the known targets.
func (m MetaExample) guess() float64 { return metakit.MeanInterval(m.Data.Y).Mean }

// NewPoint draws how the task model learns the new point after the network was trained on the known ones, and after it was
// not: as printed, with the cross-entropy and from fresh weights, and repaired, with the squared error and from those learned.
func (m MetaExample) NewPoint(steps int) plots.Figure {
	target := []float64{m.Data.YNew}
	entropy := -target[0]*math.Log(target[0]) - (1-target[0])*math.Log(1-target[0])
	panel := func(objective Objective, handOver bool) plots.Curves {
		p := pose(m.Net, objective, m.Data.XNew, target)
		chart := plots.Curves{X: "step on the new point"}
		for k, epochs := range []int{m.Epochs, 0} {
			m := m
			m.Epochs = epochs
			runs := make([][]float64, starts)
			for seed := range runs {
				theta := m.start(seed, 1)
				if learned := m.learn(seed, m.Data.Y); handOver {
					theta = learned
				}
				p.descend(m.Rule, theta, steps, func(loss float64, _ []float64) { runs[seed] = append(runs[seed], loss) })
			}
			s := bare(medians("first trained on the known points", plots.Blue, runs))
			if k == 0 {
				s.Dash = true // it lies on top: both are seen where they are one
			} else {
				s.Name, s.Role = "never trained", plots.Vermillion
			}
			chart.Series = append(chart.Series, s)
		}
		return chart
	}
	printed, repaired := panel(nn.BinaryCrossEntropy, false), panel(nn.MSE, true)
	printed.Title, printed.Y = "as printed", "cross-entropy"
	printed.YLim = plots.Range{0.68, 0.72}
	printed.Floors = []plots.Floor{{Name: fmt.Sprintf("a perfect answer %.4f", entropy), Y: entropy}}
	repaired.Title, repaired.Y = "weights handed over", "squared error"
	return plots.Panels{
		Title:    "As printed, what was learned never reaches the new task",
		Subtitle: fmt.Sprintf("the new point's loss after 0, 1, 2, … steps on it; median of %d seeds", starts),
		Free:     true, Panels: []plots.Panel{printed, repaired},
	}.Figure("Two line charts of the loss on the new point over steps. Left, as printed: with and without training on the known " +
		"points the lines are one, just above their floor. Right, with weights handed over, training makes it start lower.")
}

// Transfer draws what the handed-over weights are worth: the error on the new point, to which the task model is fitted, and
// on points to which it is not, drawn as the article draws them; from fresh weights, from weights learned on the known points, and
// from weights learned on the known points with shuffled targets.
func (m MetaExample) Transfer(steps int) plots.Figure {
	others := datasets.AdaptationExample(1)
	for seed := range uint32(99) {
		d := datasets.AdaptationExample(seed + 2)
		var both mat.Dense
		both.Stack(others.X, d.X)
		others.X, others.Y = &both, append(others.Y, d.Y...)
	}
	target := []float64{m.Data.YNew}
	fit, elsewhere := pose(m.Net, nn.MSE, m.Data.XNew, target), pose(m.Net, nn.MSE, others.X, others.Y)
	guess := slices.Repeat([]float64{m.guess()}, len(others.Y))
	panel := func(title string, error float64) plots.Curves {
		return plots.Curves{
			Title: title, X: "step on the new point", Y: "squared error (mean)", LogY: true, YLim: plots.Range{1e-4, 1},
			Floors: []plots.Floor{{Name: "answer the mean", Y: error}},
		}
	}
	left := panel("on the new point", meanSquare(guess[:1], target))
	right := panel("on 1,000 others", meanSquare(guess, others.Y))
	begin := map[string][2]float64{} // before the steps: on the new point, on the others
	for _, v := range []struct {
		name  string
		role  plots.Role
		start func(seed int) []float64
	}{
		{"fresh", plots.Grey, func(seed int) []float64 { return m.start(seed, 1) }},
		{"learned, shuffled", plots.Vermillion, func(seed int) []float64 {
			y := slices.Clone(m.Data.Y)
			rand.New(rand.NewPCG(uint64(seed), 2)).Shuffle(len(y), func(i, j int) { y[i], y[j] = y[j], y[i] })
			return m.learn(seed, y)
		}},
		{"learned", plots.Blue, func(seed int) []float64 { return m.learn(seed, m.Data.Y) }},
	} {
		here, there := make([][]float64, starts), make([][]float64, starts)
		for seed := range starts {
			theta := v.start(seed)
			fit.descend(m.Rule, theta, steps, func(loss float64, _ []float64) {
				here[seed] = append(here[seed], loss)
				far, _ := elsewhere.at(theta)
				there[seed] = append(there[seed], far)
			})
		}
		left.Series = append(left.Series, bare(medians(v.name, v.role, here)))
		right.Series = append(right.Series, bare(medians(v.name, v.role, there)))
		begin[v.name] = [2]float64{metakit.MedianRange(after(0, here)).Median, metakit.MedianRange(after(0, there)).Median}
	}
	return plots.Panels{
		Title: fmt.Sprintf("Error at once: learned %.4f, from shuffled targets %.4f", begin["learned"][0],
			begin["learned, shuffled"][0]),
		Subtitle: fmt.Sprintf("from fresh weights, learned ones, and ones learned from shuffled targets; median of %d seeds", starts),
		Panels:   []plots.Panel{left, right},
	}.Figure("Two line charts of the squared error over steps on the new point. Left, on that point: from fresh, learned and " +
		"shuffled starts. Right, on others: the learned starts beside the error of the mean.",
	).Caption(fmt.Sprintf("The mean of the ten targets errs by %.4f on the new point and by %.4f on the others, the learned start by %.4f on "+
		"the others.", left.Floors[0].Y, right.Floors[0].Y, begin["learned"][1]))
}

// start returns the first parameters of a seed: of the first network (0) or of the task model (1).
func (m MetaExample) start(seed int, which uint64) []float64 {
	return m.Net.Init(rand.New(rand.NewPCG(uint64(seed), which)))
}

// learn returns what the first network learns from the known points with targets y.
func (m MetaExample) learn(seed int, y []float64) []float64 {
	theta := m.start(seed, 0)
	pose(m.Net, nn.MSE, m.Data.X, y).descend(m.Rule, theta, m.Epochs, nil)
	return theta
}

// A problem is what a network is to learn at some points.
type problem struct {
	shapes        []autodiff.Shape
	theta, grad   autodiff.Params
	outputs, loss autodiff.Value
	ws            *autodiff.Workspace
}

func pose(net nn.Network, objective Objective, x *mat.Dense, y []float64) *problem {
	rows, cols := x.Dims()
	g := autodiff.New()
	p := &problem{shapes: net.Shapes(), theta: g.Params(net.Shapes())}
	p.outputs = net.Apply(nil, p.theta, g.Const(rows, cols, x.RawMatrix().Data))
	p.loss = objective(p.outputs, g.Const(rows, 1, y))
	p.grad = autodiff.GradParams(p.loss, p.theta)
	p.ws = autodiff.Compile(p.outputs, p.loss, p.grad).NewWorkspace()
	return p
}

// at returns the loss and the outputs.
func (p *problem) at(theta []float64) (loss float64, outputs []float64) {
	p.ws.Set(p.theta, theta)
	p.ws.Run()
	return p.ws.Scalar(p.loss), p.ws.Read(p.outputs, nil)
}

// descend changes theta by n steps of the rule. It shows loss and outputs after 0, 1, …, n steps.
func (p *problem) descend(rule nn.Rule, theta []float64, n int, show func(loss float64, outputs []float64)) {
	optimizer := nn.NewOptimizer(rule, p.shapes)
	for k := range n + 1 {
		loss, outputs := p.at(theta)
		if show != nil {
			show(loss, outputs)
		}
		if k < n {
			if err := optimizer.Step(theta, p.ws.Read(p.grad, nil), 1, nil); err != nil {
				panic(fmt.Sprintf("adapting: step %d: %v; try a smaller rate", k+1, err))
			}
		}
	}
}

// medians draws the median of runs of equal lengths, with a band over the middle half of them.
func medians(name string, role plots.Role, runs [][]float64) plots.Series {
	s := plots.Series{Name: name, Role: role}
	for k := range runs[0] {
		at := after(k, runs)
		slices.Sort(at)
		quarter := len(at) / 4
		s.Y = append(s.Y, metakit.MedianRange(at).Median)
		s.Low, s.High = append(s.Low, at[quarter]), append(s.High, at[len(at)-1-quarter])
	}
	return s
}

// after returns entry k of every run.
func after(k int, runs [][]float64) (at []float64) {
	for _, run := range runs {
		at = append(at, run[k])
	}
	return at
}

// bare takes the band off a line.
func bare(s plots.Series) plots.Series {
	s.Low, s.High = nil, nil
	return s
}
