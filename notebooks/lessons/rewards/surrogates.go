package rewards

import (
	"fmt"
	"math"

	"kindred/autodiff"
	"kindred/metakit/acting"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// A Form is a surrogate's weight of a reward that comes at the end of an episode: made of the logarithms of the
// probabilities of its steps, each a column with a row for every episode.
type Form struct {
	Name   string
	Weight func(log []autodiff.Value) autodiff.Value
}

// Total returns the sum of columns.
func Total(columns []autodiff.Value) autodiff.Value {
	sum := columns[0]
	for _, c := range columns[1:] {
		sum = sum.Add(c)
	}
	return sum
}

// Each returns what a function makes of each column.
func Each(columns []autodiff.Value, f func(autodiff.Value) autodiff.Value) (each []autodiff.Value) {
	for _, c := range columns {
		each = append(each, f(c))
	}
	return each
}

// A lock opens to one combination: episodes of so many steps with two choices each, and a reward of 1, beside the
// bonus, if all choices were the first. The policy takes the first with probability π = 1/(1 + e^−θ) in every step.
type lock struct {
	steps int
	bonus float64
}

// logs traces the logarithms of the probabilities of all histories, step by step, and returns the rewards.
func (l lock) logs(theta autodiff.Value) (logs []autodiff.Value, rewards autodiff.Value) {
	g, n := theta.Graph(), 1<<l.steps
	outputs := autodiff.ConcatCols(theta, g.Scalar(0)).BroadcastTo(n, 2)
	gain := make([]float64, n)
	gain[0] = 1
	for h := range gain {
		gain[h] += l.bonus
	}
	for t := range l.steps {
		choice := make([]float64, n)
		for h := range choice {
			choice[h] = float64(h >> t & 1)
		}
		logs = append(logs, acting.Softmax{}.LogProbability(outputs, g.Const(n, 1, choice)))
	}
	return logs, g.Const(n, 1, gain)
}

// slope traces what is told of the slope of the expected reward by a parameter: exactly, or by a form, all histories
// weighted by their probabilities in place of episodes.
func (l lock) slope(at autodiff.Value, by autodiff.Params, form *Form) autodiff.Params {
	logs, rewards := l.logs(at)
	chance := Total(logs).Exp()
	if form == nil {
		return autodiff.GradParams(chance.Mul(rewards).Sum(), by)
	}
	return autodiff.GradParams(chance.StopGradient().Mul(form.Weight(logs)).Mul(rewards).Sum(), by)
}

// meta returns at each start the slope, by the start, of the expected reward after one step of policy gradient, as a
// form has it.
func (l lock) meta(starts []float64, rate float64, form *Form, first bool) (slopes []float64) {
	g := autodiff.New()
	theta := g.Params([]autodiff.Shape{{Name: "theta", Rows: 1, Cols: 1}})
	step := l.slope(theta.At(0), theta, form)
	if first {
		step = step.StopGradient()
	}
	after := theta.Add(step.Scale(rate))
	slope := l.slope(after.At(0), theta, form)
	ws := autodiff.Compile(slope).NewWorkspace()
	for _, start := range starts {
		ws.Set(theta, []float64{start})
		ws.Run()
		slopes = append(slopes, ws.Read(slope, nil)[0])
	}
	return slopes
}

// Slopes charts the slope of the expected reward after a step over the start, exactly, by first order, and as each form
// has it.
func Slopes(steps int, bonus, rate float64, forms ...Form) lessons.Chart {
	if steps < 1 || steps > 8 || len(forms) == 0 || len(forms) > 3 {
		panic(fmt.Sprintf("rewards: Slopes: %d steps and %d forms; give 1 to 8 steps, and 1 to 3 forms", steps, len(forms)))
	}
	l, starts := lock{steps, bonus}, plots.Linspace(-3, 2, 81)
	exact := l.meta(starts, rate, nil, false)
	largest := 0.0
	for _, v := range exact {
		largest = max(largest, math.Abs(v))
	}
	chart := plots.Curves{
		Subtitle: fmt.Sprintf("%d-step lock, bonus %g, one step of rate %g; all histories summed, no chance in it", steps,
			bonus, rate),
		X: "θ at the start", Y: "slope of the expected reward after the step",
		Series: []plots.Series{{Name: "exact", Role: plots.Ink, Dash: true, X: starts, Y: exact},
			{Name: "first order", Role: plots.Grey, X: starts, Y: l.meta(starts, rate, nil, true)}},
	}
	caption, worst, of := "Largest error, as a share of the largest slope", 0.0, ""
	for k, form := range forms {
		s := plots.Series{Name: form.Name, Role: []plots.Role{plots.Vermillion, plots.Green, plots.Blue}[k], X: starts,
			Y: l.meta(starts, rate, &form, false)}
		off, wrong := 0.0, 0
		for i, v := range s.Y {
			off = max(off, math.Abs(v-exact[i])/largest)
			if v*exact[i] < 0 {
				wrong++
			}
		}
		if off > worst {
			worst, of = off, form.Name
		}
		chart.Series = append(chart.Series, s)
		caption += fmt.Sprintf("; %s %.0f %%, of the wrong sign at %s starts", form.Name, 100*off,
			lessons.Of(wrong, len(starts)))
	}
	chart.Title = "All forms have the slope after a step right"
	if worst > 0.005 {
		chart.Title = fmt.Sprintf("By the form “%s” the slope after a step is off by up to %.0f %%", of, 100*worst)
	}
	return lessons.Chart{Curves: []plots.Curves{chart}, Caption: caption + ".",
		Alt: fmt.Sprintf("Line chart of the slope of the expected reward after one step over the start, exact and by %d "+
			"surrogates; the worst is off by %.0f %%.", len(forms), 100*worst)}
}
