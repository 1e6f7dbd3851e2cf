package autodiff

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
)

// drawn returns the numbers of a request as its documentation says: with the key laid out once more by hand.
func drawn(seed, step, stream, request uint64, n int, normal bool) []float64 {
	var key []byte
	for _, v := range []uint64{seed, step, stream, request} {
		key = binary.LittleEndian.AppendUint64(key, v)
	}
	r := rand.New(rand.NewChaCha8([32]byte(key)))
	out := make([]float64, n)
	for k := range out {
		if normal {
			out[k] = r.NormFloat64()
		} else {
			out[k] = r.Float64()
		}
	}
	return out
}

func TestNoiseIsWhatItsKeySays(t *testing.T) {
	g := New()
	a, b, c := g.Uniform(3, 5), g.Normal(4, 2), g.Uniform(3, 5)
	sum := a.Add(c)
	for _, precision := range []Precision{Float64, Float32} {
		ws := CompileAs(precision, a, b, c, sum).NewWorkspace()
		for _, key := range [][3]uint64{{1, 2, 3}, {1 << 60, 0, 5}, {1, 2, 3}} {
			ws.SetNoise(key[0], key[1], key[2])
			ws.Run()
			for request, v := range []Value{a, b, c} {
				want := drawn(key[0], key[1], key[2], uint64(request), v.Size(), request == 1)
				if precision == Float32 {
					for k := range want {
						want[k] = float64(float32(want[k]))
					}
				}
				if got := ws.Read(v, nil); !same64(got, want) {
					t.Errorf("%v, key %v, request %d: %v, want %v", precision, key, request, got, want)
				}
			}
		}
	}
}

// Requests are drawn apart, and keys that differ in one number have nothing in common.
func TestNoiseDiffers(t *testing.T) {
	g := New()
	x := g.Input("x", 1, 1)
	a, b := g.Uniform(2, 3).Add(x), g.Uniform(2, 3).Add(x)
	ws := Compile(a, b).NewWorkspace()
	ws.Set(x, []float64{0})
	seen := map[float64]bool{}
	for _, key := range [][3]uint64{{1, 1, 1}, {2, 1, 1}, {1, 2, 1}, {1, 1, 2}} {
		ws.SetNoise(key[0], key[1], key[2])
		ws.Run()
		for _, v := range append(ws.Read(a, nil), ws.Read(b, nil)...) {
			if seen[v] {
				t.Errorf("key %v: %v was drawn before", key, v)
			}
			seen[v] = true
		}
	}
}

// Means of 20,000 numbers are within five of their standard deviations.
func TestNoiseDistribution(t *testing.T) {
	g := New()
	u, z := g.Uniform(100, 200), g.Normal(100, 200)
	outs := []Output{u.Mean(), u.Square().Mean(), z.Mean(), z.Square().Mean(), z.Pow(3).Mean(), z.Pow(4).Mean()}
	ws := Compile(outs...).NewWorkspace()
	ws.SetNoise(1, 0, 0)
	ws.Run()
	for k, want := range [][2]float64{{0.5, 1. / 12}, {1. / 3, 4. / 45}, {0, 1}, {1, 2}, {0, 15}, {3, 96}} {
		if got := ws.Scalar(outs[k].(Value)); math.Abs(got-want[0]) > 5*math.Sqrt(want[1]/20000) {
			t.Errorf("moment %d is %v, want %v", k, got, want[0])
		}
	}
}

func TestUniformNumbersAreBelowOne(t *testing.T) {
	if v := float32(1 - 0x1p-53); v != 1 || belowOne(v) != math.Nextafter32(1, 0) {
		t.Errorf("the largest number below 1 becomes %v in float32", belowOne(v))
	}
	if v := 1 - 0x1p-53; belowOne(v) != v {
		t.Errorf("%v was changed", v)
	}
}

// dropout traces a network with dropout and noise on its way, in pieces under Checkpoint or all at once.
func dropout(wrap func(f func(Params) Params, p Params) Params) (inputs, outs []Output) {
	g := New()
	theta := g.Params([]Shape{{"W1", 6, 20}, {"W2", 20, 20}, {"W3", 20, 1}})
	x := g.Input("x", 30, 6)
	layer := func(h, w Value) Value {
		h = h.MatMul(w).Tanh()
		return h.Mul(g.Uniform(h.Rows(), h.Cols()).Greater(g.Scalar(0.3))).Add(g.Normal(1, h.Cols()).Scale(0.1))
	}
	half := func(p Params) Params {
		return ParamsOf([]string{"h"}, []Value{layer(layer(p.At(0), p.At(1)), p.At(2))})
	}
	h := wrap(half, ParamsOf([]string{"x", "W1", "W2"}, []Value{x, theta.At(0), theta.At(1)})).At(0)
	h = wrap(half, ParamsOf([]string{"h", "W2", "W2"}, []Value{h, theta.At(1), theta.At(1)})).At(0)
	loss := h.MatMul(theta.At(2)).Square().Mean()
	return []Output{theta, x}, []Output{loss, GradParams(loss, theta), HessianVector(loss, theta, theta)}
}

// A loss and its derivatives draw the same numbers, together or each in a program of its own, and when a checkpoint
// computes them again.
func TestNoiseIsTheSameInAllPrograms(t *testing.T) {
	all := func(f func(Params) Params, p Params) Params { return f(p) }
	run := func(inputs []Output, outs ...Output) (got []float64) {
		ws := Compile(outs...).NewWorkspace()
		fillInputs(ws, inputs)
		ws.SetNoise(7, 8, 9)
		ws.Run()
		for _, o := range outs {
			got = append(got, ws.Read(o, nil)...)
		}
		return got
	}
	inputs, outs := dropout(all)
	want := run(inputs, outs...)
	var apart []float64
	for _, o := range outs {
		apart = append(apart, run(inputs, o)...)
	}
	if !same64(apart, want) {
		t.Error("programs of their own draw other numbers")
	}
	inputs, outs = dropout(Checkpoint)
	if got := run(inputs, outs...); !close64(got, want, 1e-13) { // cotangents are summed up in another order
		t.Error("a checkpoint draws other numbers")
	}
	inputs, outs = dropout(func(f func(Params) Params, p Params) Params {
		return Checkpoint(func(p Params) Params { return Checkpoint(f, p) }, p)
	})
	if got := run(inputs, outs...); !close64(got, want, 1e-13) {
		t.Error("a checkpoint within a checkpoint draws other numbers")
	}
}

// Under Checkpoint, masks are drawn again and not kept: memory does not grow with the number of pieces.
func TestCheckpointDoesNotKeepNoise(t *testing.T) {
	memory := func(pieces int) int {
		g := New()
		p := g.Params([]Shape{{"h", 50, 100}})
		h := p
		for range pieces {
			h = Checkpoint(func(q Params) Params {
				return q.Map(func(v Value) Value {
					for range 4 {
						v = v.Sin().Mul(g.Uniform(50, 100).Greater(g.Scalar(0.5)))
					}
					return v
				})
			}, h)
		}
		return Compile(GradParams(h.At(0).Sum(), p)).Cost().Memory
	}
	const each = 8 * 50 * 100
	if grown := memory(12) - memory(4); grown > 8*each { // what lies between the pieces
		t.Errorf("8 pieces more need room for %.1f matrices more", float64(grown)/each)
	}
}

func TestDeterminismNoise(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	inputs, outs := dropout(func(f func(Params) Params, p Params) Params { return f(p) })
	p := Compile(outs...)
	var want []float64
	for _, n := range []int{1, 2, 3, 8} {
		runtime.GOMAXPROCS(n)
		batch := p.NewBatch(outs...)
		for _, in := range inputs {
			var data []float64
			for _, v := range in.outputs() {
				data = append(data, noise(v.Size(), uint64(v.id))...)
			}
			batch.Set(in, data)
		}
		batch.Run(12, func(_, task int, ws *Workspace) {
			ws.SetNoise(3, 4, uint64(task))
			ws.Run()
		})
		var got []float64
		for _, o := range outs {
			got = append(got, batch.Sum(o, nil)...)
		}
		if want == nil {
			want = got
		}
		if !same64(got, want) {
			t.Errorf("%d processors give other bits than one", n)
		}
	}
}

func TestNoiseDoesNotAllocate(t *testing.T) {
	inputs, outs := dropout(func(f func(Params) Params, p Params) Params { return f(p) })
	for _, precision := range []Precision{Float64, Float32} {
		ws := CompileAs(precision, outs...).NewWorkspace()
		fillInputs(ws, inputs)
		step := uint64(0)
		if n := testing.AllocsPerRun(20, func() {
			step++
			ws.SetNoise(1, step, 0)
			ws.Run()
		}); n > 0 {
			t.Errorf("%v allocations a run", n)
		}
	}
}

func TestNoiseHasNoDerivative(t *testing.T) {
	g := New()
	u := g.Uniform(2, 2)
	ws := Compile(Grad(u.Square().Sum(), u), Grad(u.Log().Sum(), g.Normal(1, 1))).NewWorkspace()
	ws.SetNoise(1, 1, 1)
	ws.Run()
}

func TestNoiseIsPassedOver(t *testing.T) {
	ws := Compile(New().Scalar(1)).NewWorkspace()
	ws.SetNoise(1, 2, 3) // passed over
	ws.Run()
}
