//go:build !noasm

package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// A twin is a kernel of up to three inputs that runs as assembly or as Go.
type twin[T Float] struct {
	name   string
	inputs int
	run    func(out []T, in [][]T)
	ulps   float64 // how far the two may be apart; 0 asks for the same bits
}

func twins[T Float]() (list []twin[T]) {
	for op, name := range map[BinaryOp]string{Add: "add", Sub: "sub", Mul: "mul", Div: "div", Max: "max", Min: "min",
		Greater: "greater", Equal: "equal"} {
		list = append(list,
			twin[T]{name + " vectors", 2, func(out []T, in [][]T) { vectors(op, out, in[0], in[1]) }, 0},
			twin[T]{name + " vector number", 1, func(out []T, in [][]T) { vectorScalar(op, out, in[0], 0.75) }, 0},
			twin[T]{name + " number vector", 1, func(out []T, in [][]T) { scalarVector(op, out, -0.75, in[0]) }, 0})
	}
	for f, name := range map[Function]string{Exp: "exp", Log: "log", Log1p: "log1p", Tanh: "tanh", Sigmoid: "sigmoid",
		Softplus: "softplus"} {
		// In float32 both round a result that is almost exact.
		list = append(list, twin[T]{name, 1, func(out []T, in [][]T) { Apply(f, out, in[0]) }, 4})
	}
	return append(list,
		twin[T]{"sqrt", 1, func(out []T, in [][]T) { Apply(Sqrt, out, in[0]) }, 0},
		twin[T]{"abs", 1, func(out []T, in [][]T) { Apply(Abs, out, in[0]) }, 0},
		twin[T]{"add scaled", 2, func(out []T, in [][]T) { AddScaled(out, in[0], in[1], -0.3) }, 0},
		twin[T]{"add mul", 3, func(out []T, in [][]T) { AddMul(out, in[0], in[1], in[2], min(1, len(out)), len(out)) }, 0},
		twin[T]{"select", 3, func(out []T, in [][]T) { Select(out, in[0], in[1], in[2], 1, len(out), Full, Full, Full) }, 0},
		twin[T]{"gate", 2, func(out []T, in [][]T) { Gate(out, in[0], in[1], 0) }, 0},
		twin[T]{"leaky gate", 2, func(out []T, in [][]T) { Gate(out, in[0], in[1], 0.1) }, 0},
		twin[T]{"relu", 1, func(out []T, in [][]T) { LeakyReLU(out, in[0], 0) }, 0},
		twin[T]{"leaky relu", 1, func(out []T, in [][]T) { LeakyReLU(out, in[0], 0.1) }, 0},
		twin[T]{"clamp", 1, func(out []T, in [][]T) { Clamp(out, in[0], -0.5, 0.5) }, 0},
		twin[T]{"within", 1, func(out []T, in [][]T) { Within(out, in[0], -0.5, 0.5) }, 0},
		twin[T]{"sum of rows", 1, func(out []T, in [][]T) { Sum(out, in[0], 3, len(out), 0) }, 0},
	)
}

func TestTwins(t *testing.T) {
	if !simd {
		t.Skip("no AVX2 and FMA here")
	}
	t.Run("float64", func(t *testing.T) { testTwins[float64](t, 0x1p-52) })
	t.Run("float32", func(t *testing.T) { testTwins[float32](t, 0x1p-23) })
}

// testTwins runs both forms of every kernel over all lengths from 0 to 100, away from and on aligned addresses, on
// numbers among which are 0, −0, infinities and NaN, and in place.
func testTwins[T Float](t *testing.T, eps float64) {
	for _, w := range twins[T]() {
		t.Run(w.name, func(t *testing.T) {
			rng := rand.New(rand.NewPCG(4, 5))
			for n := range 101 {
				in := make([][]T, w.inputs)
				for k := range in {
					in[k], _ = guarded[T](t, 3*n, 0)
					for i := range in[k] {
						in[k][i] = hard[T](rng)
					}
				}
				want := make([]T, n)
				inGo(func() { w.run(want, in) })
				for shift := range 3 {
					moved := make([][]T, w.inputs)
					for k := range in {
						moved[k], _ = guarded[T](t, 3*n, (shift*(k+1))%5)
						copy(moved[k], in[k])
					}
					got, intact := guarded[T](t, n, shift)
					w.run(got, moved)
					compare(t, n, got, want, w.ulps*eps)
					intact()
					if w.name != "sum of rows" {
						w.run(moved[0][:n], moved)
						compare(t, n, moved[0][:n], want, w.ulps*eps)
					}
				}
			}
		})
	}
}

// inGo runs f without assembly.
func inGo(f func()) {
	simd = false
	defer func() { simd = true }()
	f()
}

// hard returns a random number, or one of those that go wrong.
func hard[T Float](rng *rand.Rand) T {
	special := []float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 0.75, -0.75, 0.5, -0.5}
	if rng.IntN(4) == 0 {
		return T(special[rng.IntN(len(special))])
	}
	return T(rng.NormFloat64() * math.Exp(2*rng.NormFloat64()))
}

func compare[T Float](t *testing.T, n int, got, want []T, relative float64) {
	t.Helper()
	for k := range got {
		g, w := float64(got[k]), float64(want[k])
		same := g == w && math.Signbit(g) == math.Signbit(w) || g != g && w != w
		if !same && !(math.Abs(g-w) <= relative*math.Abs(w)) {
			t.Fatalf("length %d, entry %d: %v, in Go %v", n, k, g, w)
		}
	}
}

// guarded returns room for n numbers between two runs of NaN, and a check that nothing was written over them.
func guarded[T Float](t *testing.T, n, shift int) ([]T, func()) {
	const margin = 16
	all := make([]T, margin+shift+n+margin)
	for k := range all {
		all[k] = T(math.NaN())
	}
	return all[margin+shift : margin+shift+n : margin+shift+n], func() {
		t.Helper()
		for k, v := range all {
			if (k < margin+shift || k >= margin+shift+n) && v == v {
				t.Fatalf("length %d: %v was written %d entries from the start", n, v, k-margin-shift)
			}
		}
	}
}

func TestSums(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 7))
	for n := range 101 {
		a, _ := guarded[float64](t, n, n%5)
		copy(a, noise[float64](n, rng))
		got := Total(a)
		var want float64
		inGo(func() { want = Total(a) })
		if math.Abs(got-want) > 100*0x1p-52*10 { // a hundred roundings of sums of about 10
			t.Errorf("sum of %d numbers: %v, in Go %v", n, got, want)
		}
		// A product that is summed up as it is made rounds as one that is stored first.
		c, products := noise[float64](n, rng), make([]float64, n)
		vectors(Mul, products, a, c)
		if got, want := Dot(a, c), Total(products); got != want {
			t.Errorf("dot of %d numbers: %v, in two passes %v", n, got, want)
		}
		b := make([]float32, n+3)[3:]
		for k := range b {
			b[k] = float32(a[k])
		}
		if got, want := Total(b), float32(want); math.Abs(float64(got-want)) > 100*0x1p-23*10 {
			t.Errorf("float32: sum of %d numbers: %v, in Go %v", n, got, want)
		}
	}
}

func TestConversions(t *testing.T) {
	rng := rand.New(rand.NewPCG(14, 15))
	for n := range 101 {
		a, b := make([]float64, n+1)[1:], make([]float32, n+1)[1:]
		for k := range a {
			a[k], b[k] = hard[float64](rng), hard[float32](rng)
		}
		wide, wideIntact := guarded[float64](t, n, n%3)
		narrow, narrowIntact := guarded[float32](t, n, n%3)
		Widen(wide, b)
		Narrow(narrow, a)
		wideIntact()
		narrowIntact()
		wantWide, wantNarrow := make([]float64, n), make([]float32, n)
		inGo(func() {
			Widen(wantWide, b)
			Narrow(wantNarrow, a)
		})
		compare(t, n, wide, wantWide, 0)
		compare(t, n, narrow, wantNarrow, 0)
	}
}

func TestConversionsThatSum(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	for n := range 101 {
		b, was := make([]float32, n+1)[1:], noise[float64](n, rng)
		size := 0.0
		for k := range b {
			if b[k] = float32(rng.NormFloat64()); n%4 == 3 && rng.IntN(n) == 0 {
				b[k] = hard[float32](rng)
			}
			size += math.Abs(float64(b[k]))
		}
		for name, convert := range map[string]func(out []float64, a []float32) float64{
			"stored": WidenTotal, "added": AddWidened} {
			got, intact := guarded[float64](t, n, n%3)
			copy(got, was)
			sum := convert(got, b)
			intact()
			want, wantSum := slices.Clone(was), 0.0
			inGo(func() { wantSum = convert(want, b) })
			compare(t, n, got, want, 0)
			// Sums of n numbers in other orders are off by n units of the sum of their sizes at most.
			if same := sum == wantSum || sum != sum && wantSum != wantSum; !same && !(math.Abs(sum-wantSum) <= float64(n)*0x1p-52*size) {
				t.Errorf("%d numbers %s: their sum is %v, in Go %v", n, name, sum, wantSum)
			}
		}
	}
}

func TestTranspose(t *testing.T) {
	t.Run("float64", testTranspose[float64])
	t.Run("float32", testTranspose[float32])
}

func testTranspose[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 9))
	for rows := 1; rows < 26; rows++ {
		for cols := 1; cols < 26; cols++ {
			a := noise[T](rows*cols, rng)
			got, intact := guarded[T](t, rows*cols, rows%3)
			Transpose(got, a, rows, cols)
			intact()
			for r := range rows {
				for c := range cols {
					if got[c*rows+r] != a[r*cols+c] {
						t.Fatalf("%d×%d: entry %d,%d", rows, cols, r, c)
					}
				}
			}
		}
	}
}

// Products must neither write nor read outside their operands: what lies there is NaN and would spread.
func TestProductsStayInside(t *testing.T) {
	rng := rand.New(rand.NewPCG(10, 11))
	for _, transposed := range [][2]bool{{}, {true, false}, {false, true}, {true, true}} {
		for n := 1; n <= 100; n++ {
			p := Product{TransA: transposed[0], TransB: transposed[1], M: 1 + n%14, N: n, K: 1 + rng.IntN(20), Add: AddRow, Gate: true}
			t.Run(fmt.Sprintf("%+v", p), func(t *testing.T) {
				var in [4][]float64
				for k, size := range []int{p.M * p.K, p.K * p.N, p.N, p.M * p.N} {
					in[k], _ = guarded[float64](t, size, k)
					copy(in[k], noise[float64](size, rng))
				}
				got, intact := guarded[float64](t, p.M*p.N, n%3)
				want := make([]float64, p.M*p.N)
				plan := p.Plan(8)
				Multiply(plan, got, in[0], in[1], in[2], in[3], make([]float64, plan.Scratch()), plan.All(), nil)
				intact()
				multiply(&p, want, in[0], in[1], in[2], in[3], plan.All())
				for k := range got {
					if !(math.Abs(got[k]-want[k]) <= 20*20*0x1p-52) { // K sums of products of at most about 20
						t.Fatalf("entry %d: %v, in Go %v", k, got[k], want[k])
					}
				}
			})
		}
	}
}

// AVX-512 makes products faster and changes no bit of them.
func TestDeterminismWideProducts(t *testing.T) {
	if !simdWide {
		t.Skip("no AVX-512 here")
	}
	rng := rand.New(rand.NewPCG(12, 13))
	for range 300 {
		p := Product{TransA: rng.IntN(2) == 0, TransB: rng.IntN(2) == 0, M: 1 + rng.IntN(40), N: 1 + rng.IntN(120),
			K: 1 + rng.IntN(400), Scale: rng.IntN(2) == 0, Alpha: 0.3, Add: Addend(rng.IntN(3)), ReLU: rng.IntN(2) == 0,
			Gate: rng.IntN(2) == 0}
		a, b := noise[float32](p.M*p.K, rng), noise[float32](p.K*p.N, rng)
		d, by := noise[float32](p.M*p.N, rng), noise[float32](p.M*p.N, rng)
		var got [2][]float32
		for k := range got {
			simdWide = k == 0
			plan := p.Plan(4)
			got[k] = make([]float32, p.M*p.N)
			Multiply(plan, got[k], a, b, d, by, make([]float32, plan.Scratch()), plan.All(), nil)
		}
		simdWide = true
		compare(t, 0, got[0], got[1], 0)
	}
}

// AVX-512 makes elementary functions faster and changes no bit of them, not even of NaN.
func TestDeterminismWideFunctions(t *testing.T) {
	if !simdWide {
		t.Skip("no AVX-512 here")
	}
	t.Run("float64", func(t *testing.T) { testWideFunctions(t, math.Float64bits, math.Float64frombits) })
	t.Run("float32", func(t *testing.T) {
		testWideFunctions(t, func(v float32) uint64 { return uint64(math.Float32bits(v)) },
			func(bits uint64) float32 { return math.Float32frombits(uint32(bits)) })
	})
}

func testWideFunctions[T Float](t *testing.T, bitsOf func(T) uint64, fromBits func(uint64) T) {
	rng := rand.New(rand.NewPCG(16, 17))
	apply := func(t *testing.T, f Function, in []T, shift int, wide bool) []T {
		t.Helper()
		simdWide = wide
		defer func() { simdWide = true }()
		a, _ := guarded[T](t, len(in), shift)
		copy(a, in)
		got, intact := guarded[T](t, len(in), shift)
		Apply(f, got, a)
		intact()
		Apply(f, a, a)
		for k := range a {
			if bitsOf(a[k]) != bitsOf(got[k]) {
				t.Fatalf("entry %d of %d: %v in place, %v elsewhere", k, len(in), a[k], got[k])
			}
		}
		return got
	}
	for f := Exp; f <= Softplus; f++ {
		same := func(in []T, shift int) {
			t.Helper()
			wide, narrow := apply(t, f, in, shift, true), apply(t, f, in, shift, false)
			for k := range in {
				if bitsOf(wide[k]) != bitsOf(narrow[k]) {
					t.Fatalf("function %d of %v, entry %d of %d: %v, in AVX2 %v", f, in[k], k, len(in), wide[k], narrow[k])
				}
			}
		}
		for n := range 101 {
			in := make([]T, n)
			for k := range in {
				in[k] = hard[T](rng)
			}
			for shift := range 3 {
				same(in, shift)
			}
		}
		// The edges of the formulas and of the numbers, with what is next to them, and numbers of all sizes.
		var in []T
		for _, v := range []float64{0, 0x1p-1074, 0x1p-1022, 0x1p-149, 0x1p-126, 0x1p-54, 0x1p-53, math.Sqrt2 / 2, 1,
			math.Sqrt2, 2, 22, 44, 88.7, 103.3, 708.4, 709.8, 710, 745.2, 746, math.MaxFloat32, math.MaxFloat64,
			math.Inf(1), math.NaN()} {
			for offset := range uint64(5) {
				near := fromBits(bitsOf(T(v)) + offset - 2)
				in = append(in, near, -near)
			}
		}
		for range 20000 {
			in = append(in, fromBits(rng.Uint64()), T(800*rng.Float64()-750), T(rng.NormFloat64()))
		}
		same(in, 0)
	}
}

// TestRowsTwins runs both forms of the operations that broadcast a row or a column, into new numbers and in place.
func TestRowsTwins(t *testing.T) {
	if !simd {
		t.Skip("no AVX2 and FMA here")
	}
	t.Run("float64", func(t *testing.T) { testRows[float64](t) })
	t.Run("float32", func(t *testing.T) { testRows[float32](t) })
}

func testRows[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 7))
	for op := Add; op <= Equal; op++ {
		for _, e := range [][2]Extent{{Full, Col}, {Col, Full}, {Full, Row}, {Row, Full}, {Row, Row}, {Row, Col}, {Col, Row}} {
			for cols := range 40 {
				rows := 1 + cols%5
				operand := func(e Extent) []T {
					v, _ := guarded[T](t, map[Extent]int{Full: rows * cols, Row: cols, Col: rows}[e], cols%3)
					for k := range v {
						v[k] = hard[T](rng)
					}
					return v
				}
				a, b, want := operand(e[0]), operand(e[1]), make([]T, rows*cols)
				inGo(func() { Binary(op, want, a, b, rows, cols, e[0], e[1]) })
				got, intact := guarded[T](t, rows*cols, 1)
				Binary(op, got, a, b, rows, cols, e[0], e[1])
				compare(t, rows*cols, got, want, 0)
				intact()
				for k, operand := range [][]T{a, b} {
					if e[k] == Full {
						Binary(op, operand, a, b, rows, cols, e[0], e[1])
						compare(t, rows*cols, operand, want, 0)
						break
					}
				}
			}
		}
	}
}
