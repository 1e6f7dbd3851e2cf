package questions

import (
	"context"
	"fmt"
	"math"
	"strings"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// A Race sets a network that was meta-trained on waves, and gets ten points of a new one, against a fresh network
// that gets as many as it needs.
type Race struct {
	Iterations int   // of meta-training (MAML, one step), 25 waves each
	FreshSteps int   // of Adam on the points of a new wave, for the fresh network
	Points     []int // that the fresh network is given, from few to many
}

// A Finish is how a race ended: mean errors on new waves.
type Finish struct {
	Race  Race
	Meta  metakit.Interval   // with ten points
	Fresh []metakit.Interval // with each number of points
}

const (
	metaPoints, metaQueries, metaBatch = 10, 10, 25
	metaSteps                          = 5  // on a new wave
	sideWaves                          = 6  // amplitudes and phases to test on
	testSeed                           = 11 // of no training
)

var (
	network = nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}
	maml    = metakit.MAML{Network: network, Loss: nn.SquaredError{}, Steps: 1, Inner: nn.SGD{Rate: 0.01}}
	fresh   = metakit.Scratch{Network: network, Loss: nn.SquaredError{}, Inner: nn.NewAdam(0.02)}
)

// Run runs the race. Where ctx ends the meta-training early, it goes on with what was learned until then, and returns
// the error of ctx.
func (r Race) Run(ctx context.Context) (Finish, error) {
	waves := tasks.NewSinusoid(metaPoints)
	run, err := metakit.Training{Learner: maml, Tasks: waves, Iterations: r.Iterations, MetaBatch: metaBatch,
		Optimizer: nn.NewAdam(0.01), Schedule: nn.CosineDecay{Steps: r.Iterations, Floor: 0.1}}.Run(ctx)
	if err != nil && ctx.Err() == nil {
		return Finish{}, fmt.Errorf("questions: Race: %w", err)
	}
	f := Finish{Race: r, Meta: errorOf(maml, run.Meta, waves, metaSteps)}
	for _, n := range r.Points {
		waves.Shots = n
		f.Fresh = append(f.Fresh, errorOf(fresh, make([]float64, nn.Size(network.Shapes())), waves, r.FreshSteps))
	}
	return f, ctx.Err()
}

// errorOf returns the mean error of a learner on new waves, evenly spread, after some steps.
func errorOf(l metakit.Learner, meta []float64, waves tasks.Sinusoid, steps int) metakit.Interval {
	o, err := metakit.Evaluation{Learner: l, Tasks: waves.EvenTest(sideWaves, testSeed), Steps: []int{steps},
		Seed: testSeed}.
		Run(context.Background(), meta)
	if err != nil {
		panic(err) // the tasks are ours
	}
	return metakit.MeanInterval(o[0].Losses)
}

// Needed returns how many points the fresh network needs to come to the error of the other, by the means.
func (f Finish) Needed() float64 {
	var means []float64
	for _, i := range f.Fresh {
		means = append(means, i.Mean)
	}
	return needed(f.Race.Points, means, f.Meta.Mean)
}

func (f Finish) curves() plots.Curves {
	line := plots.Series{Name: "fresh", Role: plots.Ink, Dots: true}
	for k, i := range f.Fresh {
		line = at(line, float64(f.Race.Points[k]), i)
	}
	ends := []float64{line.X[0], line.X[len(line.X)-1]}
	level := plots.Series{Name: fmt.Sprintf("MAML with %d", metaPoints), Role: plots.Blue, X: ends,
		Y: []float64{f.Meta.Mean, f.Meta.Mean}, Low: []float64{f.Meta.Low, f.Meta.Low}, High: []float64{f.Meta.High,
			f.Meta.High}}
	return plots.Curves{X: "points of a new wave", Y: "error on its other points", LogX: true, LogY: true,
		Series: []plots.Series{line, level}}
}

// worth says what the points after meta-training are worth to a fresh network.
func (f Finish) worth() string {
	if n := f.Needed(); !math.IsInf(n, 1) {
		return fmt.Sprintf("%d points are worth %.0f to a fresh network", metaPoints, n)
	}
	return fmt.Sprintf("%d points are worth over %d to a fresh network", metaPoints,
		f.Race.Points[len(f.Race.Points)-1])
}

// Figure draws the fresh network's error over its points, beside what the other does with ten, and both of an earlier
// run.
func (f Finish) Figure(memory lessons.Memory) plots.Figure {
	c := f.curves()
	c.Series = append(c.Series, lessons.Ghosts(memory, "race", c.Series...)...)
	c.Title = f.worth()
	c.Subtitle = fmt.Sprintf("mean of %d new waves, 95 %% interval; fresh: Adam, %d steps; MAML: %s meta-iterations, %d steps",
		sideWaves*sideWaves, f.Race.FreshSteps, lessons.Thousands(f.Race.Iterations), metaSteps)
	return c.Figure("Line chart of the error of a fresh network on new waves over their number of points, and the level of MAML " +
		"with ten, logarithmic. " + c.Title + ".")
}

// Saved draws what company saves in rows, and meta-learning in points.
func Saved(path string) plots.Figure {
	s := ReadSaving(path)
	finish, err := Race{Iterations: 600, FreshSteps: 100, Points: []int{5, 10, 20, 40, 80}}.Run(context.Background())
	if err != nil {
		panic(err) // with these numbers it does not diverge
	}
	left, right := s.curves(1), finish.curves()
	left.Title, right.Title = s.worth(1), strings.TrimSuffix(finish.worth(), " to a fresh network")+" alone"
	return plots.Panels{Title: "What sharing saves, and what learning to learn saves",
		Subtitle: fmt.Sprintf("left, two tasks with the same features, mean of %d seeds; right, %d new waves; 95 %% intervals",
			s.Seeds, sideWaves*sideWaves),
		Panels: []plots.Panel{left, right}, Free: true,
	}.Figure("Two line charts, logarithmic: the test loss of two tasks together and alone over their rows, and the error of a " +
		"fresh network over the points of a new wave beside that of MAML. " + left.Title + "; " + right.Title + ".")
}

// A Bill is what a race costs by the number of new tasks: so much before the first, and so much for each.
type Bill struct {
	What               string
	Before, Meta, Each float64 // of the meta-trained network before and for a new task, and of the fresh one for a new task
}

// BreakEven returns the number of new tasks from which on the network that was meta-trained has cost less; it is
// infinite if it never has.
func (b Bill) BreakEven() float64 {
	if b.Each <= b.Meta {
		return math.Inf(1)
	}
	return b.Before / (b.Each - b.Meta)
}

// Bills returns the labels and the work of both. The unit of work is one point through the network, forward and back;
// in the meta-gradient the support points go through twice. Where the fresh network does not come to the error of the
// other, it is billed for the most points that it was given.
func (f Finish) Bills() (labels, work Bill) {
	n := math.Min(math.Ceil(f.Needed()), float64(f.Race.Points[len(f.Race.Points)-1]))
	episodes := float64(f.Race.Iterations * metaBatch)
	return Bill{"labels", episodes * (metaPoints + metaQueries), metaPoints, n},
		Bill{"work", episodes * (2*metaPoints + metaQueries), metaPoints * metaSteps, n * float64(f.Race.FreshSteps)}
}

// Price draws what both cost over the number of new tasks. Known is how many waves the meta-training may draw from,
// with 20 labels each; 0 is a new one every time. What an earlier run of
// the same name cost is drawn in grey.
func (f Finish) Price(name string, known int, memory lessons.Memory) plots.Figure {
	labels, work := f.Bills()
	if known > 0 {
		labels.Before = float64(known * (metaPoints + metaQueries))
	}
	var panels []plots.Panel
	var said []string
	for _, b := range []Bill{labels, work} {
		even := b.BreakEven()
		chart := plots.Curves{Title: "in " + b.What, X: "new tasks", Y: "spent in all", LogX: true, LogY: true}
		one, two := plots.Series{Name: "fresh", Role: plots.Ink}, plots.Series{Name: "MAML", Role: plots.Blue}
		for e := 0.0; e <= 6; e += 0.1 {
			n := math.Pow(10, e)
			one.X, one.Y = append(one.X, n), append(one.Y, n*b.Each)
			two.X, two.Y = append(two.X, n), append(two.Y, b.Before+n*b.Meta)
		}
		text := "never"
		if !math.IsInf(even, 1) {
			text = fmt.Sprintf("from %s tasks on", lessons.Thousands(int(math.Ceil(even))))
			chart.Markers = []plots.Marker{{Name: lessons.Thousands(int(math.Ceil(even))), X: math.Max(1, even)}}
		}
		said = append(said, b.What+" "+text)
		chart.Series = []plots.Series{one, two}
		panels = append(panels, chart)
	}
	title := "Meta-learning pays: " + said[0] + ", " + said[1]
	return lessons.Remembered(memory, name, plots.Panels{Title: title,
		Subtitle: "spent before the first new task and on each; work: points through the network and back",
		Panels:   panels, Free: true,
	}).Figure("Two line charts, logarithmic, of the labels and the work spent over the number of new tasks, by a fresh " +
		"network for each and by MAML. " + title + ".")
}
