package convex_test

import (
	"context"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/mtlkit/convex"
)

// school returns the 139 schools, their columns standardised over all pupils (inputs alone: no label is looked at). The
// constant column becomes 0.
func school(tb testing.TB) convex.Problem {
	tb.Helper()
	table, err := datasets.School(context.Background())
	if err != nil {
		tb.Skipf("the School set is not at hand: %v", err)
	}
	x := datasets.NewScaler(table.X).Apply(table.X)
	p := convex.Problem{Intercepts: true}
	_, columns := x.Dims()
	for start, i := 0, 1; i <= len(table.Groups); i++ {
		if i == len(table.Groups) || table.Groups[i] != table.Groups[start] {
			p.Tasks = append(p.Tasks, convex.Task{
				X: mat.DenseCopyOf(x.Slice(start, i, 0, columns)),
				Y: mat.Col(nil, 0, table.Y.Slice(start, i, 0, 1)),
			})
			start = i
		}
	}
	if len(p.Tasks) != 139 || columns != 28 {
		tb.Fatalf("%d schools, %d columns", len(p.Tasks), columns)
	}
	return p
}

// A path of 20 strengths over the 139 schools, 28 columns and 15,362 rows, from the largest to a thousandth of it: the
// time, the iterations in all, and the largest gap as a share of the scale. (Gaps of Mean are at rounding.)
//
//	KINDRED_DATA=... go test ./mtlkit/convex -run - -bench School -benchtime 1x
func BenchmarkSchool(b *testing.B) {
	p := school(b)
	for name, penalty := range penalties(139) {
		b.Run(name, func(b *testing.B) {
			iterations, gap := 0, 0.0
			for b.Loop() {
				largest, err := convex.Largest(p, penalty)
				if err != nil {
					b.Fatal(err)
				}
				s := convex.NewSolver()
				s.Tol = 1e-6
				fits, err := s.Path(b.Context(), p, penalty, convex.Geometric(largest, largest/1000, 20))
				if err != nil {
					b.Fatal(err)
				}
				iterations, gap = 0, 0
				for _, f := range fits {
					iterations += f.Iterations
					gap = math.Max(gap, f.Gap/f.Scale)
				}
			}
			b.ReportMetric(float64(iterations), "iterations")
			b.ReportMetric(gap, "gap/scale")
		})
	}
}
