package kernel

import (
	"slices"
	"testing"

	"kindred/internal/stop"

	"kindred/internal/tripping"
)

// long returns numbers that are not alike, small enough for long sums.
func long[T Float](n int) []T {
	out := make([]T, n)
	for k := range out {
		out[k] = T(k*7919%1000-500) / 1000
	}
	return out
}

// What is too long for one piece has the bits of all entries at once, and ends early when the sign is up: the more
// looks it was given, the later.
func TestProductsInPieces(t *testing.T) { productsInPieces[float64](t); productsInPieces[float32](t) }

func productsInPieces[T Float](t *testing.T) {
	var zero T
	size := 8
	if _, ok := any(zero).(float32); ok {
		size = 4
	}
	for _, p := range []Product{
		{M: 700, N: 300, K: 300},               // packed, in several blocks
		{M: 610, N: 290, K: 310, TransB: true}, // the same
		{M: 300, N: 310, K: 620, TransA: true},
		{M: 200_000, N: 16, K: 16},               // as it lies, cut down
		{M: 16, N: 20_000, K: 100, TransB: true}, // inner products, cut across
		{M: 12, N: 30_000, K: 100},               // few rows, cut across
		{M: 40_000, N: 1, K: 500},                // a column
	} {
		plan := p.Plan(size)
		if plan.Small() {
			t.Errorf("%+v is small", p)
			continue
		}
		a, b := long[T](p.M*p.K), long[T](p.K*p.N)
		scratch := make([]T, plan.Scratch())
		got, want := make([]T, p.M*p.N), make([]T, p.M*p.N)
		Multiply(plan, got, a, b, nil, nil, scratch, plan.All(), nil)
		whole := *plan // as a product that is not divided
		whole.small = true
		Multiply(&whole, want, a, b, nil, nil, scratch, plan.All(), nil)
		if !slices.Equal(got, want) {
			t.Errorf("%+v: other bits in pieces", p)
		}
		last := -1
		for looks := 0; ; looks++ {
			var sign stop.Sign
			sign.Begin(tripping.After(looks))
			clear(got)
			Multiply(plan, got, a, b, nil, nil, scratch, plan.All(), &sign)
			if sign.Err() == nil {
				if !slices.Equal(got, want) {
					t.Errorf("%+v: other bits when it could have been given up", p)
				}
				break
			}
			done := 0
			for k, v := range got {
				if v == want[k] {
					done++
				}
			}
			if done < last || done == len(got) {
				t.Errorf("%+v, given up at look %d: %d of %d entries are done, at the one before %d", p, looks, done,
					len(got), last)
			}
			last = done
		}
		if last < 0 {
			t.Errorf("%+v was never looked at", p)
		}
	}
}

// A factorisation and a solution end early when the sign is up.
func TestTrianglesAreGivenUp(t *testing.T) {
	const n, cols = 300, 40
	a := make([]float64, n*n)
	for k := range n {
		for j := range n {
			a[k*n+j] = 1 / float64(1+k+j)
		}
		a[k*n+k] += 1
	}
	factor, one, many := NewCholesky(n, 8), NewSolve(n, 1, false, 8), NewSolve(n, cols, false, 8)
	back, backOne := NewSolve(n, cols, true, 8), NewSolve(n, 1, true, 8)
	room := make([]float64, max(factor.Scratch(), many.Scratch(), back.Scratch()))
	l, x := make([]float64, n*n), make([]float64, n*cols)
	Cholesky(factor, l, a, room, nil)
	b := long[float64](n * cols)
	for name, f := range map[string]func(sign *stop.Sign) []float64{
		"factorisation": func(sign *stop.Sign) []float64 {
			out := make([]float64, n*n)
			Cholesky(factor, out, a, room, sign)
			return out
		},
		"one side":         func(sign *stop.Sign) []float64 { SolveLower(one, x[:n], l, b[:n], room, sign); return x },
		"many sides":       func(sign *stop.Sign) []float64 { SolveLower(many, x, l, b, room, sign); return x },
		"one transposed":   func(sign *stop.Sign) []float64 { SolveLowerTransposed(backOne, x[:n], l, b[:n], room, sign); return x },
		"many, transposed": func(sign *stop.Sign) []float64 { SolveLowerTransposed(back, x, l, b, room, sign); return x },
	} {
		clear(x)
		want := slices.Clone(f(nil))
		looks := 0
		for ; ; looks++ {
			var sign stop.Sign
			sign.Begin(tripping.After(looks))
			got := f(&sign)
			if sign.Err() == nil {
				if !slices.Equal(got, want) {
					t.Errorf("%s: other bits when it could have been given up", name)
				}
				break
			}
			if slices.Equal(got, want) {
				t.Errorf("%s: done, though given up at look %d", name, looks)
			}
		}
		if looks < 9 {
			t.Errorf("%s: %d looks", name, looks)
		}
	}
}
