package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"
)

// A pass and a placed product give the bits of the functions that they are the ready form of, and write nothing else.
func TestPassesAreTheFunctions(t *testing.T) {
	if !Passes() {
		t.Skip("no AVX2 and FMA here")
	}
	t.Run("float64", testPasses[float64])
	t.Run("float32", testPasses[float32])
}

func testPasses[T Float](t *testing.T) {
	const most, a, b, c, out = 40, 50, 100, 150, 200
	const x, y = 0.3, 0.7
	type pass struct {
		name string
		p    Pass
		run  func(out, a, b, c []T)
	}
	var passes []pass
	add := func(name string, k PassKernel, run func(out, a, b, c []T)) {
		passes = append(passes, pass{name, Pass{Kernel: k}, run})
	}
	for op := Add; op <= Equal; op++ {
		for _, e := range [][2]Extent{{Full, Full}, {Full, One}, {One, Full}} {
			p := Pass{In: [3]int{a, b, c}}
			if !p.Binary(op, e[0], e[1]) {
				t.Fatalf("no pass for operation %d of extents %v", op, e)
			}
			passes = append(passes, pass{fmt.Sprintf("operation %d of extents %v", op, e), p, func(out, a, b, _ []T) {
				Binary(op, out, a, b, len(out), 1, e[0], e[1])
			}})
		}
	}
	for f := Exp; f <= Abs; f++ {
		add(fmt.Sprintf("function %d", f), PassFun+PassKernel(f), func(out, a, _, _ []T) { Apply(f, out, a) })
	}
	add("scale", PassScale, func(out, a, _, _ []T) { Scale(out, a, x) })
	add("shift", PassShift, func(out, a, _, _ []T) { Shift(out, a, x) })
	add("reciprocal", PassReciprocal, func(out, a, _, _ []T) { scalarVector(Div, out, x, a) })
	add("add scaled", PassAddScaled, func(out, a, b, _ []T) { AddScaled(out, a, b, x) })
	add("select", PassSelect, func(out, a, b, c []T) { Select(out, a, b, c, len(out), 1, Full, Full, Full) })
	add("relu", PassReLU, func(out, a, _, _ []T) { LeakyReLU(out, a, 0) })
	add("leaky relu", PassLeakyReLU, func(out, a, _, _ []T) { LeakyReLU(out, a, x) })
	add("gate", PassGate, func(out, a, b, _ []T) { Gate(out, a, b, 0) })
	add("leaky gate", PassLeakyGate, func(out, a, b, _ []T) { Gate(out, a, b, x) })
	add("clamp", PassClamp, func(out, a, _, _ []T) { Clamp(out, a, x, y) })
	add("within", PassWithin, func(out, a, _, _ []T) { Within(out, a, x, y) })
	rng := rand.New(rand.NewPCG(7, 0))
	for _, w := range passes {
		for n := 1; n <= most; n++ {
			memory := make([]T, out+most+10)
			for k := range memory {
				memory[k] = T(rng.NormFloat64())
			}
			want := append([]T(nil), memory...)
			w.run(want[out:out+n], want[a:a+n], want[b:b+n], want[c:c+n])
			p := w.p
			p.N, p.Out, p.X, p.Y = n, out, x, y
			if p.In == [3]int{} {
				p.In = [3]int{a, b, c}
			}
			RunPass(&p, memory)
			sameMemory(t, fmt.Sprintf("%s, length %d", w.name, n), memory, want)
		}
	}
}

func TestPlacedProductsAreTheProducts(t *testing.T) {
	if !Passes() {
		t.Skip("no AVX2 and FMA here")
	}
	t.Run("float64", testPlaced[float64])
	t.Run("float32", testPlaced[float32])
}

func testPlaced[T Float](t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 0))
	for k := range 400 {
		p := Product{M: 1 + rng.IntN(12), N: 1 + rng.IntN(20), K: 1 + rng.IntN(12), TransA: rng.IntN(2) == 0,
			TransB: rng.IntN(2) == 0, ReLU: rng.IntN(2) == 0, Gate: rng.IntN(2) == 0, Add: Addend(rng.IntN(3)),
			Scale: rng.IntN(2) == 0, Alpha: 0.3}
		if k%4 == 0 {
			p.N = 1
		}
		plan := p.Plan(int(unsafe.Sizeof(T(0))))
		const c, a, b, d, by = 7, 307, 607, 907, 1207
		memory := make([]T, 1507)
		for k := range memory {
			memory[k] = T(rng.NormFloat64())
		}
		placed, ok := plan.Place(c, a, b, d, by)
		if ok == (plan.path == packed) {
			t.Fatalf("%+v: placed is %v; all can be that need no copy of an operand", p, ok)
		}
		if !ok {
			continue
		}
		want := append([]T(nil), memory...)
		Multiply(plan, want[c:c+p.M*p.N], want[a:], want[b:], want[d:], want[by:], nil, plan.All(), nil)
		RunPlaced(placed, memory)
		sameMemory(t, fmt.Sprintf("%+v", p), memory, want)
	}
}

func sameMemory[T Float](t *testing.T, what string, got, want []T) {
	t.Helper()
	for k := range got {
		g, w := float64(got[k]), float64(want[k])
		if same := g == w && math.Signbit(g) == math.Signbit(w) || g != g && w != w; !same {
			t.Fatalf("%s: number %d of the memory is %v, want %v", what, k, got[k], want[k])
		}
	}
}
