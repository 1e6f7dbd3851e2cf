package metagradient

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/plots"
)

// two returns what conjugate gradients make of the paper's system, and of that of its authors' code.
func two(m metakit.IMAML, meta []float64, e *metakit.Episode) (paper, code metakit.Implicit) {
	solve := func() metakit.Implicit {
		s, err := m.Solve(meta, e)
		if err != nil && !errors.Is(err, metakit.ErrDiverged) { // what diverges is shown as it is
			panic(err) // the episodes and starts of the lesson are finite
		}
		return s
	}
	paper = solve()
	m.Shift, m.Damping = 1, 10
	return paper, solve()
}

// closed returns both meta-gradients of a linear network, whose losses are quadratic: with z the inputs and a 1,
// L(θ) = |Zθ − y|²/n has the Hessian H = 2ZᵀZ/n and the gradient Hθ − 2Zᵀy/n, φ solves (H + λI)φ = 2Zᵀy/n + λθ, and the
// systems are solved as they stand.
func closed(theta []float64, e *metakit.Episode, lambda float64) (paper, code []float64) {
	hessian, right := quadratic(e.Support)
	d := len(theta)
	start := mat.NewVecDense(d, theta)
	solve := func(identity, factor float64, b *mat.VecDense) *mat.VecDense { // (identity·I + factor·H)x = b
		a := mat.NewDense(d, d, nil)
		a.Scale(factor, hessian)
		for i := range d {
			a.Set(i, i, a.At(i, i)+identity)
		}
		x := mat.NewVecDense(d, nil)
		if err := x.SolveVec(a, b); err != nil {
			panic(err) // H has no negative eigenvalue
		}
		return x
	}
	b := mat.NewVecDense(d, nil)
	b.AddScaledVec(right, lambda, start)
	phi := solve(lambda, 1, b)
	of, at := quadratic(e.Query)
	query := mat.NewVecDense(d, nil)
	query.MulVec(of, phi)
	query.SubVec(query, at)
	return solve(1, 1/lambda, query).RawVector().Data, solve(2, 1/(lambda+10), query).RawVector().Data
}

// quadratic returns the Hessian H and the vector h of a linear network's loss on a set, of the gradient Hθ − h.
func quadratic(s metakit.Set) (hessian *mat.SymDense, h *mat.VecDense) {
	n, d := s.X.Dims()
	z := mat.NewDense(n, d+1, nil)
	z.Slice(0, n, 0, d).(*mat.Dense).Copy(s.X)
	for i := range n {
		z.Set(i, d, 1)
	}
	hessian, h = mat.NewSymDense(d+1, nil), mat.NewVecDense(d+1, nil)
	hessian.SymOuterK(2/float64(n), z.T())
	h.MulVec(z.T(), s.Y.ColView(0))
	h.ScaleVec(2/float64(n), h)
	return hessian, h
}

// planes is a task that a linear network learns, and a start.
func planes() (metakit.IMAML, []float64, *metakit.Episode) {
	lines := tasks.NewLinear(8)
	lines.Mean = []float64{1, 2, -1, 0.5}
	return metakit.IMAML{Network: nn.MLP{Widths: []int{4, 1}}, Loss: nn.SquaredError{}},
		[]float64{0.3, -0.2, 0.5, 0.1, -0.4}, metakit.Draw(lines, 3, 0)
}

// Systems compares the two meta-gradients of iMAML over λ: for a linear network in closed form and by conjugate gradients,
// and for a network that learns a wave.
type Systems struct {
	Exact, Solved, Wave Pairs
	Residual            float64 // the largest of conjugate gradients
}

// Pairs are two meta-gradients at several λ: the angle between them in degrees, and how long that of the authors' code
// is beside the paper's.
type Pairs struct{ Lambda, Angle, Length []float64 }

func (p *Pairs) add(lambda float64, paper, code []float64) {
	p.Lambda = append(p.Lambda, lambda)
	p.Angle = append(p.Angle, angle(paper, code))
	p.Length = append(p.Length, floats.Norm(code, 2)/floats.Norm(paper, 2))
}

// TwoSystems solves both systems for each λ, of which the first is the least and the last the largest.
func TwoSystems(net nn.Network, lambdas ...float64) (s Systems) {
	linear, flat, plane := planes()
	for _, lambda := range logspace(lambdas[0], lambdas[len(lambdas)-1], 60) {
		paper, code := closed(flat, plane, lambda)
		s.Exact.add(lambda, paper, code)
	}
	bent := metakit.IMAML{Network: net, Loss: nn.SquaredError{}}
	solve := func(m metakit.IMAML, meta []float64, e *metakit.Episode, lambda, curvature float64, to *Pairs) {
		m.Lambda, m.Steps, m.Iterations, m.Tolerance = lambda, 100, 25, 1e-9
		m.Inner = nn.SGD{Rate: 1 / (lambda + curvature)} // curvature is at least that of the support loss
		paper, code := two(m, meta, e)
		to.add(lambda, paper.Gradient, code.Gradient)
		s.Residual = max(s.Residual, paper.Residual, code.Residual)
	}
	for _, lambda := range lambdas {
		solve(bent, draw(bent), wave(), lambda, 60, &s.Wave)
	}
	for _, lambda := range logspace(lambdas[0], lambdas[len(lambdas)-1], 10) {
		solve(linear, flat, plane, lambda, 10, &s.Solved)
	}
	return s
}

// Figure draws angles and lengths over λ, and in grey those of the wave in an earlier run, if there is one.
func (s Systems) Figure(before Systems, earlier bool) plots.Figure {
	panel := func(title, y string, of func(p Pairs) []float64) plots.Curves {
		chart := plots.Curves{
			Title: title, X: "λ", Y: y, LogX: true, Series: []plots.Series{
				{Name: "linear network", Role: plots.Purple, X: s.Exact.Lambda, Y: of(s.Exact)},
				{Role: plots.Purple, X: s.Solved.Lambda, Y: of(s.Solved), Dots: true, Dash: true},
				{Name: "wave", Role: plots.Blue, X: s.Wave.Lambda, Y: of(s.Wave), Dots: true},
			},
		}
		if earlier {
			chart.Series = append(chart.Series, plots.Series{X: before.Wave.Lambda, Y: of(before.Wave)}.Ghost("wave before"))
		}
		return chart
	}
	left := panel("angle between the two", "degrees", func(p Pairs) []float64 { return p.Angle })
	right := panel("length, the code's over the paper's", "ratio", func(p Pairs) []float64 { return p.Length })
	right.LogY = true
	right.Floors = []plots.Floor{{Name: "½", Y: 0.5}}
	last := len(s.Wave.Lambda) - 1
	return plots.Panels{
		Title: fmt.Sprintf("On the wave the code's meta-gradient is %.1f° off at λ = %g, %.1f° at λ = %g", s.Wave.Angle[0],
			s.Wave.Lambda[0], s.Wave.Angle[last], s.Wave.Lambda[last]),
		Subtitle: "(I + H/λ)x = b, the paper's, against (2I + H/(λ + 10))x = b, its code's; dots: by conjugate gradients",
		Free:     true, Panels: []plots.Panel{left, right},
	}.Figure("Two line charts over λ, logarithmic: the angle between the meta-gradients of the two systems, and the ratio of their " +
		"lengths, for a linear network and for one that learns a wave.",
	).Caption(fmt.Sprintf("At λ = %g the code's is %.3f times as long as the paper's. Residuals of conjugate gradients are below %.0e.",
		s.Wave.Lambda[last], s.Wave.Length[last], math.Pow(10, math.Ceil(math.Log10(s.Residual)))))
}

func logspace(low, high float64, n int) []float64 {
	all := plots.Linspace(math.Log(low), math.Log(high), n)
	for i, v := range all {
		all[i] = math.Exp(v)
	}
	return all
}

// listed writes numbers one after the other.
func listed(format string, numbers []float64) (text string) {
	for k, v := range numbers {
		if k > 0 {
			text += ", "
		}
		text += fmt.Sprintf(format, v)
	}
	return text
}
