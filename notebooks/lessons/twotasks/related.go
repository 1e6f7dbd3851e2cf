package twotasks

import (
	"context"
	"fmt"
	"iter"
	"math"
	"runtime"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// HeldOut draws what the second, small task comes to on rows that it was not trained on, together and alone. It takes what
// [mtlkit.Compare] returns of trainers with held-out data.
//
// Both networks are stopped in time: after the number of epochs that is best on the mean of all other seeds, each its own.
func HeldOut(c mtlkit.Comparison, err error, memory lessons.Memory) plots.Figure {
	if err != nil {
		panic(err)
	}
	const small = 1
	joint, alone := lessons.HeldOut(c.Joint, small), lessons.HeldOut(c.Alone, small)
	stopJoint, stopAlone := lessons.Stopped(joint), lessons.Stopped(alone)
	gain, n := mtlkit.PairedInterval(stopAlone, stopJoint), len(joint)
	title := fmt.Sprintf("Sharing makes no difference that %d seeds can tell", n)
	switch {
	case gain.Low > 0:
		title = "Learned beside this task, the small task ends better than alone"
	case gain.High < 0:
		title = "Learned beside this task, the small task ends worse than alone"
	}
	mean := func(name string, role plots.Role, curves [][]float64) plots.Series {
		s := lessons.MeanOverSeeds(plots.Series{Name: name, Role: role}, curves)
		s.Low, s.High = nil, nil // the interval of one mean says nothing of a paired difference
		return s
	}
	p := plots.Pairs{
		Title: "each stopped at its best", X: "alone", Y: "together",
		Points: []plots.Points{{Role: lessons.ClassRole, X: stopAlone, Y: stopJoint}},
		Above:  "sharing hurts", Below: "sharing helps", Lim: plots.Range{0, 1.1 * max(floats.Max(stopAlone), floats.Max(stopJoint))},
	}
	return lessons.Remembered(memory, "related", plots.Panels{
		Title: title,
		Subtitle: fmt.Sprintf("%d seeds with tasks of their own; paired gain, 95 %% interval: %s, %s",
			n, gained(gain), lessons.Minus(fmt.Sprintf("%.0f %%", 100*gain.Mean/stat.Mean(stopAlone, nil)))),
		Free: true,
		Panels: []plots.Panel{
			plots.Curves{
				Title: "small task, held-out rows", X: "epoch", Y: "loss (mean)",
				Series: []plots.Series{mean("alone", plots.Grey, alone), mean("together", lessons.ClassRole, joint)},
				YLim:   plots.Range{0, 1.2},
			},
			p,
		},
	}).Figure("Left, line chart of the held-out error of the small task over epochs, together and alone. Right, the errors at " +
		"the best number of epochs, together over alone, a dot a seed. " + title + ".")
}

// A RelatedSweep asks when sharing helps: for every relatedness of two tasks and number of rows of the second, whose
// held-out error is compared together and alone as [HeldOut] does.
type RelatedSweep struct {
	Relatedness []float64
	Rows        []int
	Seeds       int // at least 2
	Trainer     func(relatedness float64, rows int) func(seed uint64) mtlkit.Trainer

	joint, alone [][][]float64 // held-out curves of the small task, by cell and seed
}

// Learn trains, yields the number of seeds that are done after each, and ends early with ctx, but not before the second.
func (s *RelatedSweep) Learn(ctx context.Context) iter.Seq[int] {
	return func(yield func(int) bool) {
		cells := len(s.Relatedness) * len(s.Rows)
		s.joint, s.alone = make([][][]float64, cells), make([][][]float64, cells)
		for seed := range s.Seeds {
			patient := ctx
			if seed < 2 {
				patient = context.WithoutCancel(ctx)
			}
			done := make([]mtlkit.Comparison, cells)
			group, patient := errgroup.WithContext(patient)
			group.SetLimit(runtime.GOMAXPROCS(0))
			for k := range cells {
				configure := s.Trainer(s.Relatedness[k/len(s.Rows)], s.Rows[k%len(s.Rows)])
				group.Go(func() (err error) {
					done[k], err = mtlkit.Compare(patient, 1, func(uint64) mtlkit.Trainer { return configure(uint64(seed)) })
					return err
				})
			}
			if err := group.Wait(); err != nil {
				if ctx.Err() != nil {
					return
				}
				panic(err)
			}
			for k, c := range done {
				s.joint[k] = append(s.joint[k], lessons.HeldOut(c.Joint, 1)...)
				s.alone[k] = append(s.alone[k], lessons.HeldOut(c.Alone, 1)...)
			}
			if !yield(seed + 1) {
				return
			}
		}
	}
}

// Figure draws the gain of the seeds that are done, in % of the error alone.
func (s *RelatedSweep) Figure() plots.Figure {
	var values [][]float64
	var below [][]string
	var rows, names []string
	largest := 0.0
	for i, relatedness := range s.Relatedness {
		names = append(names, fmt.Sprintf("%g", relatedness))
		var means []float64
		var ends []string
		for j := range s.Rows {
			g := s.gain(i*len(s.Rows) + j)
			means, ends = append(means, g.Mean), append(ends, fmt.Sprintf("±%.0f", g.High-g.Mean))
			largest = max(largest, math.Abs(g.Mean))
		}
		values, below = append(values, means), append(below, ends)
	}
	for _, n := range s.Rows {
		rows = append(rows, fmt.Sprint(n))
	}
	seeds := 0
	if len(s.joint) > 0 {
		seeds = len(s.joint[0])
	}
	return plots.HeatMap{
		Title:    s.trend(),
		Subtitle: fmt.Sprintf("gain from sharing in %% of the error alone, held out; mean of %d seeds, 95 %% interval", seeds),
		X:        "rows of the small task", Y: "relatedness", Columns: rows, Rows: names, Values: values, Below: below,
		Z: "gain in %", Palette: plots.Diverging, ZLim: plots.Range{-largest, largest},
	}.Figure("Heat map of the gain from sharing by relatedness and rows of the small task. " + s.trend() + ".")
}

// trend says what the first and the last relatedness gain in the mean over all rows.
func (s *RelatedSweep) trend() string {
	mean := func(i int) (m float64) {
		for j := range s.Rows {
			m += s.gain(i*len(s.Rows)+j).Mean / float64(len(s.Rows))
		}
		return m
	}
	end := len(s.Relatedness) - 1
	return lessons.Minus(fmt.Sprintf("Sharing gains %.0f %% at relatedness %g, %.0f %% at %g, in the mean over rows", mean(0),
		s.Relatedness[0], mean(end), s.Relatedness[end]))
}

// Related trains a task of 200 rows and one of few, which need the same features as far as they are related, as
// [mtlkit.RelatedTasks] draws them: eight inputs, three features, and 200 more rows of each held out.
func Related(relatedness float64, few int) lessons.Configure {
	return func(seed uint64) mtlkit.Trainer {
		family := mtlkit.RelatedTasks{
			Inputs: 8, Features: 3, Relatedness: relatedness, Noise: 0.1, Rows: []int{200, few}, HeldOut: 200,
		}
		train, heldOut := family.Draw(seed)
		return mtlkit.Trainer{
			Model: sharing.HardSharing{Trunk: []int{8, 24}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh},
			Tasks: family.Tasks(), Data: train, HeldOut: heldOut, Optimizer: nn.NewAdam(0.03), Epochs: 150, Seed: seed,
		}
	}
}

func (s *RelatedSweep) gain(cell int) mtlkit.Interval {
	if s.joint == nil || len(s.joint[cell]) < 2 {
		return mtlkit.Interval{}
	}
	joint, alone := lessons.Stopped(s.joint[cell]), lessons.Stopped(s.alone[cell])
	scale := 100 / stat.Mean(alone, nil)
	floats.Scale(scale, joint)
	floats.Scale(scale, alone)
	return mtlkit.PairedInterval(alone, joint)
}
