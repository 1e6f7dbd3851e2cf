package twotasks

import (
	"fmt"
	"math"
	"slices"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// RawLogarithms draws what becomes of a cross-entropy that takes the logarithm of a probability, [Printed], without and
// with the minus; the article computes in float32, and so does this.
func RawLogarithms(configure lessons.Configure, epochs int, memory lessons.Memory) plots.Figure {
	single := func(seed uint64) mtlkit.Trainer {
		t := configure(seed)
		t.Epochs, t.Precision = epochs, autodiff.Float32
		return t
	}
	minus := func(outputs, labels autodiff.Value) autodiff.Value { return Printed(outputs, labels).Neg() }
	printed, signed := trainByHand(single, nn.MSE, Printed), trainByHand(single, nn.MSE, minus)
	meant := trainByHand(single, nn.MSE, nn.BinaryCrossEntropy)

	return lessons.Remembered(memory, "logs", plots.Panels{
		Title: "The logarithm of a probability works, until the probability rounds to 0 or 1",
		Subtitle: fmt.Sprintf("float32, %s epochs; loss no longer a number: as printed %s; with the minus %s; from the logit %s",
			lessons.Thousands(epochs), breaks(printed), breaks(signed), breaks(meant)),
		Free:   true,
		Panels: []plots.Panel{oneExample(minus), untilBroken(signed[:5]), survivors(epochs, printed, signed, meant)},
	}).Figure("Left, the loss of one example over its logit: taken from the probability it shoots up to infinity where float32 " +
		"rounds the probability to 1, taken from the logit it is a straight line. Middle, losses over epochs. Right, the number " +
		"of seeds whose loss is still a number over epochs.")
}

// untilBroken draws the loss of some runs, with a dot where it stops being a number.
func untilBroken(some []handRun) plots.Curves {
	chart := plots.Curves{Title: "five seeds with the minus", X: "epoch", Y: "loss, until it breaks", YLim: plots.Range{0.5, 2.5}}
	for _, d := range some {
		y := d.totals()
		end, ok := d.broke()
		chart.Series = append(chart.Series, plots.Series{Role: lessons.ClassRole, Y: y[:end], Tint: 0.4})
		if ok {
			chart.Series = append(chart.Series, plots.Series{
				Role: lessons.ClassRole, Dots: true, X: []float64{float64(end - 1)}, Y: y[end-1 : end],
			})
		}
	}
	return chart
}

// FromLogit returns the cross-entropy of one example with the logit z and the class y, 0 or 1, as nn computes it.
func FromLogit(z, y float64) float64 {
	g := autodiff.New()
	v := nn.BinaryCrossEntropy(g.Scalar(z), g.Scalar(y))
	ws := autodiff.Compile(v).NewWorkspace()
	ws.Run()
	return ws.Scalar(v)
}

// survivors draws how many runs have a loss that is a number, over the epochs.
func survivors(epochs int, printed, signed, meant []handRun) plots.Curves {
	of := func(all []handRun, s plots.Series) plots.Series {
		for epoch := 1; epoch <= epochs; epoch++ {
			n := 0
			for _, d := range all {
				if end, ok := d.broke(); !ok || epoch < end {
					n++
				}
			}
			s.X, s.Y = append(s.X, float64(epoch)), append(s.Y, float64(n))
		}
		return s
	}
	return plots.Curves{
		Title: "seeds whose loss is a number", X: "epoch", Y: "of 20 seeds", LogX: true, YLim: plots.Range{0, 21},
		Series: []plots.Series{
			of(meant, plots.Series{Name: "from the logit"}),
			of(printed, plots.Series{Name: "as printed", Role: plots.Purple}),
			of(signed, plots.Series{Name: "with the minus", Role: lessons.ClassRole}),
			{Name: "the article stops", Role: plots.Grey, Dash: true, X: []float64{100, 100}, Y: []float64{0, 21}},
		},
	}
}

// oneExample draws the cross-entropy of one example of class 0 over its logit.
func oneExample(raw HandLoss) plots.Curves {
	zs := plots.Linspace(0, 45, 181)
	of := func(loss HandLoss, precision autodiff.Precision, s plots.Series) plots.Series {
		g := autodiff.New()
		z := g.Input("z", 1, 1)
		v := loss(z, g.Scalar(0))
		ws := autodiff.CompileAs(precision, v).NewWorkspace()
		s.X = zs
		for _, at := range zs {
			ws.Set(z, []float64{at})
			ws.Run()
			s.Y = append(s.Y, ws.Scalar(v))
		}
		return s
	}
	return plots.Curves{
		Title: "one example of class 0", X: "logit z", Y: "cross-entropy",
		Series: []plots.Series{
			of(nn.BinaryCrossEntropy, autodiff.Float32, plots.Series{Name: "from the logit"}),
			of(raw, autodiff.Float64, plots.Series{Name: "−log(1 − p), float64", Role: lessons.ValueRole, Dash: true}),
			of(raw, autodiff.Float32, plots.Series{Name: "−log(1 − p), float32", Role: lessons.ClassRole}),
		},
		YLim: plots.Range{0, 45},
	}
}

// breaks tells in how many of the runs, and when, the loss was no longer finite.
func breaks(all []handRun) string {
	var at []float64
	for _, d := range all {
		if epoch, ok := d.broke(); ok {
			at = append(at, float64(epoch))
		}
	}
	if len(at) == 0 {
		return "never"
	}
	return fmt.Sprintf("%d seeds, epochs %.0f to %.0f", len(at), slices.Min(at), slices.Max(at))
}

func sigmoid(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
