package neurons

import (
	"context"
	"fmt"
	"iter"
	"math"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// A Sweep trains a classifier of every depth and width, from several seeds.
type Sweep struct {
	Depths, Widths []int
	Seeds          int
	Classifier     func(depth, width int, seed uint64) Classifier

	Errors [][]float64 // for each depth, its widths in turn, and seed: the share of held-out points taken wrongly, in %
}

// Learn trains, yields the number of seeds that are done after each, and ends early with ctx, but not before the first.
func (s *Sweep) Learn(ctx context.Context) iter.Seq[int] {
	return func(yield func(int) bool) {
		s.Errors = make([][]float64, len(s.Depths)*len(s.Widths))
		for seed := range s.Seeds {
			patient := ctx
			if seed == 0 {
				patient = context.WithoutCancel(ctx)
			}
			errors, err := trainAll(patient, len(s.Errors), func(k int) Classifier {
				return s.Classifier(s.Depths[k/len(s.Widths)], s.Widths[k%len(s.Widths)], uint64(seed))
			})
			if err != nil {
				return
			}
			for k, e := range errors {
				s.Errors[k] = append(s.Errors[k], e)
			}
			if !yield(seed + 1) {
				return
			}
		}
	}
}

// of returns the errors of a network, a seed each.
func (s *Sweep) of(depth, width int) []float64 {
	i, j := slices.Index(s.Depths, depth), slices.Index(s.Widths, width)
	if i < 0 || j < 0 {
		panic(fmt.Sprintf("neurons: Sweep: no depth %d and width %d among %v and %v", depth, width, s.Depths, s.Widths))
	}
	return s.Errors[i*len(s.Widths)+j]
}

// trainAll trains n classifiers side by side and returns their errors on held-out points, in %. It fails with ctx.
func trainAll(ctx context.Context, n int, classifier func(k int) Classifier) ([]float64, error) {
	errors := make([]float64, n)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for k := range n {
		group.Go(func() error {
			run := classifier(k).Start()
			for range run.Epochs {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				run.Step()
			}
			errors[k] = run.TestError()
			return nil
		})
	}
	return errors, group.Wait()
}

// Compare draws the errors of classifiers with different networks, each trained from several seeds.
func Compare(seeds int, classifier func(net nn.MLP, seed uint64) Classifier, nets ...nn.MLP) plots.Figure {
	errors, err := trainAll(context.Background(), len(nets)*seeds, func(k int) Classifier {
		return classifier(nets[k/seeds], uint64(k%seeds))
	})
	if err != nil {
		panic(err) // only a context that ends makes trainAll fail
	}
	of := func(i int) []float64 { return errors[i*seeds : (i+1)*seeds] }
	d := mtlkit.PairedInterval(of(len(nets)-1), of(0))
	title := fmt.Sprintf("The last network errs as often as the first, as far as %d seeds can tell", seeds)
	if d.High < 0 || d.Low > 0 {
		title = fmt.Sprintf("The last network leaves %.1f %% wrong, the first %.1f %%", mtlkit.MeanInterval(of(len(nets)-1)).Mean,
			mtlkit.MeanInterval(of(0)).Mean)
	}
	chart := plots.Dots{
		Title: title,
		Subtitle: fmt.Sprintf("mean of %d seeds (small dots), 95 %% interval; last minus first: %s",
			seeds, lessons.Minus(fmt.Sprintf("%.1f [%.1f, %.1f]", d.Mean, d.Low, d.High))),
		X: "held-out points wrong, in %, by the widths of the network", Decimals: 1,
	}
	for i, net := range nets {
		runs := of(i)
		m := mtlkit.MeanInterval(runs)
		role := plots.Blue
		if len(net.Widths) == 2 {
			role = plots.Vermillion
		}
		chart.Items = append(chart.Items, plots.Item{
			Name: strings.Join(labels(net.Widths), "-"), Role: role, Value: m.Mean, Low: m.Low, High: m.High, Runs: runs,
		})
	}
	return chart.Figure("Dot plot of the held-out error by network, with a small dot for each start. " + title + ".")
}

// Learned returns, for a hidden layer of each of the widths, from how many of the seeds a classifier leaves less than so
// many % of the held-out points wrong.
func Learned(seeds int, classifier func(net nn.MLP, seed uint64) Classifier, below float64, widths ...int) []int {
	errors, err := trainAll(context.Background(), seeds*len(widths), func(k int) Classifier {
		return classifier(Hidden(widths[k/seeds]), uint64(k%seeds))
	})
	if err != nil {
		panic(err) // only a context that ends makes trainAll fail
	}
	counts := make([]int, len(widths))
	for k, e := range errors {
		if e < below {
			counts[k/seeds]++
		}
	}
	return counts
}

// Figure draws the mean error over the seeds that are done, with its 95 % interval.
func (s *Sweep) Figure() plots.Figure {
	var values [][]float64
	var below [][]string
	for _, depth := range s.Depths {
		var row []float64
		var ends []string
		for _, width := range s.Widths {
			m := mtlkit.MeanInterval(s.of(depth, width))
			row = append(row, m.Mean)
			if math.IsInf(m.High, 0) {
				ends = append(ends, "one seed")
			} else {
				ends = append(ends, fmt.Sprintf("±%.1f", m.High-m.Mean))
			}
		}
		values, below = append(values, row), append(below, ends)
	}
	return plots.HeatMap{
		Title: s.finding(),
		Subtitle: fmt.Sprintf("held-out points wrong, in %%; mean of %d seeds, 95 %% interval; depth %d minus depth %d, paired: %s",
			len(s.Errors[0]), s.Depths[0], s.Depths[len(s.Depths)-1], strings.Join(s.gains(), ", ")),
		X: "neurons in each hidden layer", Y: "hidden layers",
		Columns: labels(s.Widths), Rows: labels(s.Depths),
		Values: values, Below: below, Z: "wrong, in %", Decimals: 1, ZLim: plots.Range{0, 50},
	}.Figure("Heat map of the held-out error by hidden layers and neurons in each. " + s.finding() + ".")
}

// gains tells, for each width, by how much one layer errs more than the most there are.
func (s *Sweep) gains() (texts []string) {
	for _, width := range s.Widths {
		d := mtlkit.PairedInterval(s.of(s.Depths[0], width), s.of(s.Depths[len(s.Depths)-1], width))
		text := fmt.Sprintf("width %d %.1f", width, d.Mean)
		if !math.IsInf(d.High, 0) {
			text = fmt.Sprintf("%s [%.1f, %.1f]", text, d.Low, d.High)
		}
		texts = append(texts, lessons.Minus(text))
	}
	return texts
}

// finding says what the deepest network of the narrowest layers has over one such layer.
func (s *Sweep) finding() string {
	deepest, narrowest := s.Depths[len(s.Depths)-1], s.Widths[0]
	d := mtlkit.PairedInterval(s.of(s.Depths[0], narrowest), s.of(deepest, narrowest))
	switch {
	case d.Low > 0:
		return fmt.Sprintf("At width %d, depth %d errs less than depth %d, by %.1f points", narrowest, deepest, s.Depths[0], d.Mean)
	case d.High < 0:
		return fmt.Sprintf("At width %d, depth %d errs more than depth %d, by %.1f points", narrowest, deepest, s.Depths[0], -d.Mean)
	}
	return fmt.Sprintf("At width %d, depths %d and %d err alike, as far as %d seeds can tell", narrowest, s.Depths[0], deepest,
		len(s.Errors[0]))
}

func labels(numbers []int) []string {
	var all []string
	for _, n := range numbers {
		all = append(all, fmt.Sprint(n))
	}
	return all
}

// Fates draws what networks that learned [Spirals] from several seeds answer over the plane, and how many neurons of each
// hidden layer are alive: above 0 at some training point.
func Fates(seeds, depth, width int, activation nn.Activation) plots.Figure {
	var panels []plots.Panel
	var errors []float64
	dead := 0
	for seed := range seeds {
		r := Spirals(activation)(depth, width, uint64(seed)).Start()
		for range r.Epochs {
			r.Step()
		}
		alive := r.Alive()
		if slices.Contains(alive, 0) {
			dead++
		}
		errors = append(errors, r.TestError())
		region := r.Region(fmt.Sprintf("%s: %.0f %%", strings.Join(labels(alive), "-"), r.TestError()), 1)
		region.Points = Scatter(half(r.Train)) // small panels: all of them would hide the plane
		panels = append(panels, region)
	}
	return plots.Panels{
		Title: fmt.Sprintf("%s: %s networks %s a layer that is never above 0", activationName(activation), lessons.Of(dead, seeds),
			lessons.Do(dead, "has", "have")),
		Subtitle: fmt.Sprintf("mean held-out error %.1f %%; above each: living neurons of each hidden layer, and its error; "+
			"half of the points shown", mtlkit.MeanInterval(errors).Mean),
		Columns: (seeds + 1) / 2,
		Panels:  panels,
	}.Figure("Small multiples of the plane as networks from different seeds answer it, with the neurons of each layer that " +
		"are ever above 0, by the activation " + activationName(activation) + ".")
}

// half returns the first half of the points.
func half(p datasets.Points) datasets.Points {
	n := p.Len() / 2
	return datasets.Points{X: p.X.Slice(0, n, 0, 2).(*mat.Dense), Class: p.Class[:n]}
}

// Alive returns how many neurons of each hidden layer answer something above 0 to some training point. The network is an
// [nn.MLP].
func (r *Run) Alive() []int {
	net := r.Net.(nn.MLP)
	g := autodiff.New()
	theta := g.Params(net.Shapes())
	x := g.Const(r.Train.Len(), 2, r.Train.X.RawMatrix().Data)
	var most []autodiff.Value
	var outputs []autodiff.Output
	for k := 1; k < len(net.Widths)-1; k++ {
		part := nn.MLP{Widths: net.Widths[:k+1], Activation: net.Activation, Output: net.Activation}
		most = append(most, part.Apply(nil, theta.Slice(0, 2*k), x).MaxAxis(0))
		outputs = append(outputs, most[k-1])
	}
	ws := autodiff.Compile(outputs...).NewWorkspace()
	ws.Set(theta, r.Theta)
	ws.Run()
	alive := make([]int, len(most))
	for k, m := range most {
		for _, v := range ws.Read(m, nil) {
			if v > 0 {
				alive[k]++
			}
		}
	}
	return alive
}
