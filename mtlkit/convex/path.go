package convex

import (
	"context"
	"fmt"
	"math"
)

// Largest returns by what factor the strengths of a penalty are multiplied until more makes no difference, which is
// where a path begins. With L21, Trace, Dirty and Robust it is the least factor at which W is 0. With Alone, Mean,
// Graph and Relations there is none such: it is 100 times the largest curvature of the loss, divided by the least
// strength, where W differs by about a hundredth from its limit. It is 0 where there is nothing to learn; and 1 without
// any strength.
func Largest(p Problem, penalty Penalty) (float64, error) {
	r, err := prepare("Largest", p, penalty)
	if err != nil {
		return 0, err
	}
	return r.largest(penalty), nil
}

func (r *ready) largest(penalty Penalty) float64 {
	factor := 0.0
	for _, p := range penalty.form(r.size).parts {
		factor = max(factor, p.enough(r.start, r.loss.curvature()))
	}
	return factor
}

// Geometric returns n numbers, at least 2, from the first to the last, each the same multiple of the one before.
func Geometric(from, to float64, n int) []float64 {
	if n < 2 {
		panic(fmt.Sprintf("convex: Geometric: n is %d; it must be 2 or more", n))
	}
	if !(min(from, to) > 0) || math.IsInf(max(from, to), 1) {
		panic(fmt.Sprintf("convex: Geometric: from %v to %v; both must be finite and positive", from, to))
	}
	all := make([]float64, n)
	for i := range all {
		share := float64(i) / float64(n-1)
		all[i] = math.Exp((1-share)*math.Log(from) + share*math.Log(to))
	}
	all[0], all[n-1] = from, to
	return all
}

// Path solves the problem with the penalty's strengths multiplied by each of the factors, in their order, each from the
// solution before: fast where they go from large to small in small steps, such as
//
//	most, err := convex.Largest(p, penalty)
//	fits, err := solver.Path(ctx, p, penalty, convex.Geometric(most, most/1000, 20))
//
// Where one is not solved, those before it are returned, it too, and its error, which says which it was.
func (s Solver) Path(ctx context.Context, p Problem, penalty Penalty, factors []float64) ([]*Fit, error) {
	s.check("Solver.Path", ctx)
	checkFactors("Solver.Path", factors)
	r, err := prepare("Solver.Path", p, penalty)
	if err != nil {
		return nil, err
	}
	return s.path(ctx, r, penalty, factors)
}

func (s Solver) path(ctx context.Context, r *ready, penalty Penalty, factors []float64) (fits []*Fit, err error) {
	var last *Fit
	for _, factor := range factors {
		if last, err = s.solve(ctx, r, penalty.Times(factor), last); last != nil {
			fits = append(fits, last)
		}
		if err != nil {
			return fits, fmt.Errorf("factor %v: %w", factor, err)
		}
	}
	return fits, nil
}

func checkFactors(caller string, factors []float64) {
	if len(factors) == 0 {
		panic("convex: " + caller + ": no factors; give one at least, such as Geometric(1, 0.001, 20)")
	}
	for i, f := range factors {
		if !(f > 0) || math.IsInf(f, 1) {
			panic(fmt.Sprintf("convex: %s: factor %d is %v; it must be finite and positive", caller, i, f))
		}
	}
}
