package convex

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// conjugateGradients solves the linear system of the squared loss with a coupling K,
//
//	cₜAₜᵀ(Aₜwₜ − qₜ) + Σₛ Kₜₛ wₛ = 0   for all t
//
// preconditioned by the blocks cₜAₜᵀAₜ + Kₜₜ, which makes the number of steps one of the coupling, not of the columns.
// It goes on until the residual is at rounding, and so is the gap, which is its square. Tasks that nothing holds are
// solved by themselves, by the least squares solution of least norm.
func (s Solver) conjugateGradients(ctx context.Context, o *objective, k coupling, from *Fit) (iterate, error) {
	f := o.loss.(*squared)
	w := make([]float64, len(o.start))
	if from != nil {
		copy(w, from.parts[0])
	}
	blocks := make([]block, o.tasks)
	var last *block
	for t := range blocks {
		if t > 0 && f.shared && f.tasks[t].c == f.tasks[t-1].c && k.k.At(t, t) == k.k.At(t-1, t-1) {
			blocks[t] = *last
		} else {
			blocks[t] = newBlock(f.tasks[t], k.k.At(t, t), o.columns)
		}
		last = &blocks[t]
		if blocks[t].free {
			copy(o.task(w, t), blocks[t].leastNorm(f.tasks[t], o.columns))
		}
	}
	// add completes the left side, from that of the loss; tasks that nothing holds are done.
	kw := make([]float64, len(w))
	add := func(dst, w []float64) {
		k.apply(kw, w)
		floats.Add(dst, kw)
		for t, b := range blocks {
			if b.free {
				clear(o.task(dst, t))
			}
		}
	}
	r, z := make([]float64, len(w)), make([]float64, len(w))
	i, best := 0, iterate{}
	for range 3 { // anew, so that what rounding lost comes back
		f.gradient(w, r)
		add(r, w)
		floats.Scale(-1, r)
		direction, image := make([]float64, len(w)), make([]float64, len(w))
		rz := 0.0
		end := min(s.Iterations, i+50+2*len(w)) // in exact numbers it takes one step for each of w
		for i < end && floats.Norm(r, 2) > 1e-14*o.slope {
			if err := ctx.Err(); err != nil {
				at := o.measure([][]float64{w}, i)
				return at, fmt.Errorf("convex: Solver: stopped after %d iterations: %w", i, err)
			}
			for t, b := range blocks {
				b.solve(o.task(z, t), o.task(r, t))
			}
			now := floats.Dot(r, z)
			if rz > 0 {
				floats.Scale(now/rz, direction)
			}
			rz = now
			floats.Add(direction, z)
			f.multiply(direction, image)
			add(image, direction)
			curve := floats.Dot(direction, image)
			if !(curve > 0) || !(rz > 0) {
				break
			}
			floats.AddScaled(w, rz/curve, direction)
			floats.AddScaled(r, -rz/curve, image)
			i++
		}
		at := o.measure([][]float64{append([]float64(nil), w...)}, i)
		if !better(at, best) {
			break
		}
		best = at
	}
	best.iterations = i
	if !math.IsInf(best.gap, 1) {
		best.gap = max(0, best.value-o.least)
	}
	return best, nil
}

// block is cAᵀA + K of a task, factorised.
type block struct {
	chol *mat.Cholesky
	free bool // K is 0: nothing holds what the rows do not
}

func newBlock(task compressed, k float64, columns int) block {
	if k == 0 {
		return block{free: true}
	}
	gram := mat.NewSymDense(columns, nil)
	if task.a.Rows > 0 {
		var a mat.Dense
		a.SetRawMatrix(task.a)
		gram.SymOuterK(task.c, a.T())
	}
	most := 0.0
	for j := range columns {
		gram.SetSym(j, j, gram.At(j, j)+k)
		most = max(most, gram.At(j, j))
	}
	var chol mat.Cholesky
	for jitter := 1e-14 * most; !chol.Factorize(gram); jitter *= 10 {
		for j := range columns {
			gram.SetSym(j, j, gram.At(j, j)+jitter)
		}
	}
	return block{chol: &chol}
}

func (b block) solve(dst, r []float64) {
	if b.free {
		clear(dst)
		return
	}
	// Its error is that the block is ill-conditioned: a worse preconditioner is one all the same.
	_ = b.chol.SolveVecTo(mat.NewVecDense(len(dst), dst), mat.NewVecDense(len(r), r))
}

// leastNorm returns the w of least norm among those with the least ‖aw − q‖. Singular values below the rounding of the
// largest count as 0.
func (b block) leastNorm(task compressed, columns int) []float64 {
	w := make([]float64, columns)
	if task.a.Rows == 0 || task.c == 0 {
		return w
	}
	var a mat.Dense
	a.SetRawMatrix(task.a)
	var svd mat.SVD
	if !svd.Factorize(&a, mat.SVDThin) {
		return w
	}
	var u, v mat.Dense
	svd.UTo(&u)
	svd.VTo(&v)
	sigma := svd.Values(nil)
	for k, size := range sigma {
		if size > 1e-13*float64(columns)*sigma[0] {
			along := mat.Dot(u.ColView(k), mat.NewVecDense(len(task.q), task.q)) / size
			floats.AddScaled(w, along, mat.Col(nil, k, &v))
		}
	}
	return w
}
