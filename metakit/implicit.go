package metakit

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
)

// An Implicit tells how the meta-gradient of [IMAML] for one episode came about.
type Implicit struct {
	Phi           []float64 // φ, the parameters after the inner steps
	Loss          float64   // of the query set there
	QueryGradient []float64 // ∇L(φ; query), the right side of the system
	Gradient      []float64 // the meta-gradient: what conjugate gradients made of it
	Iterations    int       // that they took
	Residual      float64   // |b − A·x|/|b| of the system that was solved, computed anew at the end; 0 if b is 0
	Inner         float64   // |∇(L(φ; support) + λ/2·|φ − θ|²)|: 0 where the inner steps reached a minimum
}

// Solve returns what meta-training makes of one episode at these meta-parameters, in float64 and without penalties of
// the start, and how far both loops came: two settings of Shift and Damping compare what two systems give. The error
// names a number of the episode that is not finite, or a label that the loss does not take, or a meta-parameter that is
// not finite; or it is an [ErrDiverged] beside the numbers as they are, if the meta-gradient is not finite.
func (m IMAML) Solve(meta []float64, e *Episode) (Implicit, error) {
	const what = "IMAML.Solve"
	checkLearner(what, m)
	size := e.Size()
	p := newTraced(what, m, size, true)
	p.ask(what, size)
	s := m.system(p.trace, p.meta, p.support, p.query)
	x := solution{s.b, p.meta.At(0).Graph().Scalar(0)}
	if m.Steps > 0 {
		x = conjugateGradients(s.apply, s.b, m.Iterations, m.Tolerance)
	}
	proximal := s.inner.Add(s.phi.Sub(p.meta).Scale(m.Lambda))
	left := s.b.Sub(s.apply(x.x))
	p.close()
	statistics := p.startStatistics()
	if err := p.checkMeta(what, meta, statistics); err != nil {
		return Implicit{}, err
	}
	if err := e.check(p.label); err != nil {
		return Implicit{}, fmt.Errorf("metakit: %s: %w", what, err)
	}
	ws := autodiff.Compile(s.phi, s.loss, s.b, x.x, x.taken, left, proximal).NewWorkspace()
	p.setEpisode(ws, e)
	p.setState(ws, meta, statistics, 0)
	ws.SetNoise(0, 0, 0)
	ws.Run()
	out := Implicit{Phi: ws.Read(s.phi, nil), Loss: ws.Scalar(s.loss), QueryGradient: ws.Read(s.b, nil),
		Gradient: ws.Read(x.x, nil), Iterations: int(math.Round(ws.Scalar(x.taken)))}
	out.Inner = floats.Norm(ws.Read(proximal, nil), 2)
	if b := floats.Norm(out.QueryGradient, 2); b != 0 {
		out.Residual = floats.Norm(ws.Read(left, nil), 2) / b
	}
	if k := slices.IndexFunc(out.Gradient, notFinite); k >= 0 {
		return out, diverged(fmt.Sprintf("IMAML.Solve: number %d of the gradient is %v", k, out.Gradient[k]), ws)
	}
	return out, nil
}
