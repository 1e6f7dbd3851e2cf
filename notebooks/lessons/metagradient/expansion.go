package metagradient

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
	"kindred/plots"
)

// terms returns the terms of the expansion of Reptile's meta-gradient, (θ − θₖ)/α, without their powers of α:
//
//	k·g,  −k(k−1)/2·Hg,  k(k−1)(k−2)/6·H²g + k(k−1)(2k−1)/12·∇(vᵀHv) at v = g,
//
// with g the gradient of the support loss at θ and H its Hessian there.
func terms(net nn.Network, theta []float64, e *metakit.Episode, k int) [3][]float64 {
	g := autodiff.New()
	p := g.Params(net.Shapes())
	n, in := e.Support.X.Dims()
	loss := nn.MSE(net.Apply(nil, p, g.Const(n, in, e.Support.X.RawMatrix().Data)), g.Const(n, 1, e.Support.Y.RawMatrix().Data))
	gradient := autodiff.GradParams(loss, p)
	v := gradient.StopGradient()
	once := autodiff.HessianVector(loss, p, v)
	twice := autodiff.HessianVector(loss, p, once)
	third := autodiff.GradParams(once.Dot(v), p) // v is a constant in it, so this is the third derivative along v twice
	ws := autodiff.Compile(gradient, once, twice, third).NewWorkspace()
	ws.Set(p, theta)
	ws.Run()
	c := float64(k)
	scaled := func(factor float64, of autodiff.Params) []float64 {
		out := ws.Read(of, nil)
		floats.Scale(factor, out)
		return out
	}
	last := scaled(c*(c-1)*(c-2)/6, twice)
	floats.Add(last, scaled(c*(c-1)*(2*c-1)/12, third))
	return [3][]float64{scaled(c, gradient), scaled(-c*(c-1)/2, once), last}
}

// A Rest is what is left of Reptile's meta-gradient after one, two and three terms of its expansion are taken off, as a
// share of its length, over the size of the inner steps.
type Rest struct {
	Steps int
	Alpha []float64
	Share [3][]float64
}

// Expansion holds the terms of the expansion, added one by one, against what metakit.Reptile computes.
func Expansion(net nn.Network, steps int) (r Rest) {
	reptile := metakit.Reptile{Network: net, Loss: nn.SquaredError{}, Steps: steps, OverRate: true}
	theta, e := draw(reptile), wave()
	all := terms(net, theta, e, steps)
	r.Steps = steps
	for alpha := 1e-4; alpha < 0.04; alpha *= 2 {
		reptile.Inner = nn.SGD{Rate: alpha}
		_, left := gradient(reptile, theta, e)
		length := floats.Norm(left, 2)
		r.Alpha = append(r.Alpha, alpha)
		for k, term := range all {
			floats.AddScaled(left, -math.Pow(alpha, float64(k)), term)
			r.Share[k] = append(r.Share[k], floats.Norm(left, 2)/length)
		}
	}
	return r
}

// Figure draws what is left, and in grey that of an earlier run, if there is one.
func (r Rest) Figure(before Rest, earlier bool) plots.Figure {
	series := []plots.Series{
		{Name: "k·g", Role: plots.Vermillion}, {Name: "and the Hessian", Role: plots.Blue}, {Name: "and α²", Role: plots.Green},
	}
	var slopes []string
	for k := range series {
		s := &series[k]
		s.X, s.Y = r.Alpha, r.Share[k]
		const octaves = 3 // at the smallest sizes, where the next term is all that is left
		slope := math.Log2(s.Y[octaves]/s.Y[0]) / octaves
		slopes = append(slopes, fmt.Sprintf("%.1f", slope))
		s.Name, s.Dots = fmt.Sprintf("%s: slope %.1f", s.Name, slope), true
	}
	title := fmt.Sprintf("Each term brings the forecast one power of α nearer: slopes %s, %s, %s", slopes[0], slopes[1], slopes[2])
	if r.Steps == 1 {
		title = "With one step there is one term, and what is left is rounding"
	}
	if earlier {
		for k, name := range []string{fmt.Sprintf("k = %d", before.Steps), "", ""} {
			series = append(series, plots.Series{X: before.Alpha, Y: before.Share[k]}.Ghost(name))
		}
	}
	return plots.Curves{
		Title:    title,
		Subtitle: fmt.Sprintf("Reptile's meta-gradient after k = %d steps, less the terms of its expansion; one wave", r.Steps),
		X:        "size α of the inner steps", Y: "what is left (share of the length)", LogX: true, LogY: true, Series: series,
	}.Figure("Line chart on logarithmic axes of what is left of Reptile's meta-gradient over the size of the inner steps, after one, " +
		"two and three terms of its expansion are taken off.")
}

// Coefficients returns, for MAML, first order and Reptile divided by k, the number c of the expansion g − c·αHg + …,
// measured at a small α, where the query points are the support points.
func Coefficients(net nn.Network, k int) (all [3]float64) {
	const alpha = 1e-5
	e := wave()
	e.Query = e.Support
	learners := four(net, k, alpha)
	theta := draw(learners[maml])
	parts := terms(net, theta, e, 2) // 2g and −Hg
	for i, l := range []metakit.Learner{learners[maml], learners[firstOrder], learners[reptile]} {
		_, g := gradient(l, theta, e)
		if i == 2 {
			floats.Scale(1/float64(k), g)
		}
		floats.AddScaled(g, -0.5, parts[0])
		all[i] = floats.Dot(g, parts[1]) / (alpha * floats.Dot(parts[1], parts[1]))
	}
	return all
}
