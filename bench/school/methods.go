package main

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"kindred/bench/real"
	"kindred/mtlkit/convex"
)

// alone is the baseline: the same penalty as the others have, and nothing shared.
const alone = "ridge per school"

// methods returns all of them, of which each has so many candidates.
func methods(g real.Grouped, strengths int, networks real.Hidden) (all []real.Method) {
	add := func(name string, tried any, f real.Fit) { all = append(all, g.Method(name, tried, f)) }
	linear := func(name string, from, to float64, penalties ...convex.Penalty) {
		l := real.Linear{Penalties: penalties, From: from, To: to, Strengths: strengths / len(penalties)}
		add(name, fmt.Sprintf("%T%+v", penalties[0], l), l.Together)
	}
	ridge := real.Linear{Penalties: []convex.Penalty{convex.Alone{Ridge: 1}}, From: 1e-2, To: 1e-7, Strengths: strengths}
	add("mean of each school", nil, means)
	add("least squares per school", nil, leastSquares)
	linear(alone, ridge.From, ridge.To, ridge.Penalties...)
	add("ridge per school, each tuned", ridge, ridge.Each)
	add("one ridge for all", ridge, ridge.Pool)
	add("one ridge, a level per school", ridge, ridge.PoolWithLevels)
	linear("near the mean", 1e-3, 1e-6, convex.Mean{Mu: 1, Ridge: 0.01}, convex.Mean{Mu: 1, Ridge: 0.1})
	linear("trace norm", 0.5, 0.01, convex.Trace{Lambda: 1})
	linear("learned relations", 1e-3, 1e-6, convex.Relations{Lambda2: 1})
	linear("multi-task lasso", 0.5, 0.01, convex.L21{Lambda: 1})
	add("networks alone", networks, networks.Alone)
	add("one network for all", networks, networks.Pool)
	add("hard sharing", networks, networks.Shared)
	return all
}

// means predicts the mean score of the school.
func means(_ context.Context, s *real.Split) (real.Predict, string, error) {
	return func(school int, x *mat.Dense) ([]float64, error) {
		z := make([]float64, x.RawMatrix().Rows)
		for i := range z {
			z[i] = stat.Mean(mat.Col(nil, 0, s.Train.Y[school]), nil)
		}
		return z, nil
	}, "", nil
}

// leastSquares fits each school by itself without a penalty: the weights of least norm of those that fit best.
func leastSquares(ctx context.Context, s *real.Split) (real.Predict, string, error) {
	f, err := convex.NewSolver().Solve(ctx, real.Problem(s.Train, convex.Squared), convex.Alone{})
	return real.ByGroup(f), "", err
}

// score returns the explained variance in percent and the root of the mean squared error in points, over the test rows
// of all schools.
func score(s *real.Split, p real.Predict) ([]float64, error) {
	var misses, scores []float64
	for k, x := range s.Test.X {
		if s.Test.Y[k] == nil {
			continue
		}
		z, err := p(k, x)
		if err != nil {
			return nil, err
		}
		points := s.Units.Units(k, mat.NewDense(len(z), 1, z))
		truth := s.Units.Units(k, s.Test.Y[k])
		for i := range z {
			scores = append(scores, truth.At(i, 0))
			misses = append(misses, truth.At(i, 0)-points.At(i, 0))
		}
	}
	sse, n := floats.Dot(misses, misses), float64(len(scores))
	return []float64{100 * (1 - sse/(n*stat.PopVariance(scores, nil))), math.Sqrt(sse / n)}, nil
}
