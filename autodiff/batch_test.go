package autodiff

import (
	"fmt"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"kindred/internal/race"
)

// trainInBatches descends along the meta-gradient of tasks and returns the parameters.
func trainInBatches(precision Precision, tasks, iterations int) []float64 {
	inputs, outs := maml(1, Value.Tanh)
	loss, gradient := outs[0], outs[1]
	batch := CompileAs(precision, outs...).NewBatch(loss, gradient)
	theta := noise(inputs[0].(Params).Size(), 1)
	sum := make([]float64, len(theta))
	for it := range iterations {
		batch.Set(inputs[0], theta)
		batch.Run(tasks, func(_, k int, ws *Workspace) {
			for i, in := range inputs[1:] {
				ws.Set(in, noise(10, uint64(it*1000+k*10+i)))
			}
			ws.Run()
		})
		batch.Sum(gradient, sum)
		for i := range theta {
			theta[i] -= 1e-3 * sum[i]
		}
	}
	return append(theta, batch.Sum(loss, nil)...)
}

func TestDeterminismBatch(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, precision := range []Precision{Float64, Float32} {
		runtime.GOMAXPROCS(1)
		want := trainInBatches(precision, 25, 20)
		for _, n := range []int{2, 3, 8} {
			runtime.GOMAXPROCS(n)
			if got := trainInBatches(precision, 25, 20); !same64(got, want) {
				t.Errorf("%v: %d processors give other bits than one", precision, n)
			}
		}
	}
}

// wide traces a network whose products are large enough to be divided.
func wide() (inputs, outs []Output) {
	g := New()
	theta := g.Params([]Shape{{"W1", 64, 300}, {"b1", 1, 300}, {"W2", 300, 300}, {"b2", 1, 300}, {"W3", 300, 1}})
	x, y := g.Input("x", 200, 64), g.Input("y", 200, 1)
	h := x.MatMul(theta.At(0)).Add(theta.At(1)).ReLU()
	h = h.MatMul(theta.At(2)).Add(theta.At(3)).Tanh()
	loss := h.MatMul(theta.At(4)).Sub(y).Square().Mean()
	return []Output{theta, x, y}, []Output{loss, GradParams(loss, theta)}
}

func TestDeterminismDividedProducts(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	inputs, outs := wide()
	for _, precision := range []Precision{Float64, Float32} {
		var want []float64
		for _, n := range []int{1, 2, 3, 8} {
			runtime.GOMAXPROCS(n)
			ws := CompileAs(precision, outs...).NewWorkspace()
			fillInputs(ws, inputs)
			for range 3 {
				ws.Run()
			}
			got := ws.Read(outs[1], nil)
			if want == nil {
				want = got
			}
			if !same64(got, want) {
				t.Errorf("%v: %d processors give other bits than one", precision, n)
			}
		}
	}
}

func TestBatchSums(t *testing.T) {
	g := New()
	x := g.Input("x", 1, 3)
	y, z := x.Square(), x.Sum()
	batch := Compile(y, z).NewBatch(y)
	var last atomic.Int64
	batch.Run(10, func(_, k int, ws *Workspace) {
		ws.Set(x, []float64{float64(k), 1, 2})
		ws.Run()
		last.Add(int64(ws.Scalar(z)))
	})
	if got := batch.Sum(y, nil); !same64(got, []float64{285, 10, 40}) || last.Load() != 45+30 {
		t.Errorf("sums %v and %d", got, last.Load())
	}
	if task, ok := batch.NotFinite(); ok {
		t.Errorf("task %d is said to be not finite", task)
	}
	batch.Run(10, func(_, k int, ws *Workspace) {
		ws.Set(x, []float64{1, 2, 1 / max(0, 4-float64(k))})
		ws.Run()
	})
	if task, ok := batch.NotFinite(); !ok || task != 4 {
		t.Errorf("got %d, %v; task 4 was the first to be infinite", task, ok)
	}
	batch.Run(0, nil)
	if got := batch.Sum(y, nil); !same64(got, []float64{0, 0, 0}) {
		t.Errorf("the sum over no task is %v", got)
	}
	defer func() {
		if r := recover(); r == nil {
			t.Error("an output that is not summed was given out")
		}
	}()
	batch.Sum(z, nil)
}

// A task that takes long holds up the sums, and the others only as far as there is room for what they computed.
func TestBatchWaits(t *testing.T) {
	g := New()
	x := g.Input("x", 1, 1)
	y := x.Square()
	batch := Compile(y).NewBatch(y)
	var done atomic.Int64
	batch.Run(200, func(_, k int, ws *Workspace) {
		if k == 0 {
			time.Sleep(20 * time.Millisecond)
		}
		ws.Set(x, []float64{float64(k)})
		ws.Run()
		done.Add(1)
	})
	if got := batch.Sum(y, nil); got[0] != 199*200*399/6 || done.Load() != 200 {
		t.Errorf("sum %v of %d tasks", got[0], done.Load())
	}
}

func TestBatchPanics(t *testing.T) {
	g := New()
	x := g.Input("x", 1, 1)
	y := x.Square()
	batch := Compile(y).NewBatch(y)
	func() {
		defer func() {
			if r := recover(); fmt.Sprint(r) != "task 7" {
				t.Errorf("recovered %v", r)
			}
		}()
		batch.Run(20, func(_, k int, ws *Workspace) {
			ws.Set(x, []float64{float64(k)})
			ws.Run()
			if k == 7 || k == 3 {
				time.Sleep(time.Millisecond) // while others go on
			}
			if k == 7 {
				panic("task 7")
			}
		})
	}()
	batch.Run(4, func(_, k int, ws *Workspace) { // and goes on
		ws.Set(x, []float64{float64(k)})
		ws.Run()
	})
	if got := batch.Sum(y, nil); got[0] != 14 {
		t.Errorf("0 + 1 + 4 + 9 = %v", got[0])
	}
}

func TestBatchDoesNotAllocate(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector allocates")
	}
	inputs, outs := maml(1, Value.ReLU)
	batch := Compile(outs...).NewBatch(outs...)
	data := make([][]float64, len(inputs))
	for k, in := range inputs {
		for _, v := range in.outputs() {
			data[k] = append(data[k], noise(v.Size(), uint64(k))...)
		}
	}
	task := func(_, _ int, ws *Workspace) {
		for k, in := range inputs {
			ws.Set(in, data[k])
		}
		ws.Run()
	}
	sum := make([]float64, len(data[0]))
	if n := testing.AllocsPerRun(200, func() {
		batch.Run(25, task)
		batch.Sum(outs[1], sum)
	}); n > 0 {
		t.Errorf("%v allocations a run", n)
	}
	wideInputs, wideOuts := wide()
	ws := Compile(wideOuts...).NewWorkspace()
	fillInputs(ws, wideInputs)
	ws.Run()
	if n := testing.AllocsPerRun(10, ws.Run); n > 0 {
		t.Errorf("%v allocations a run with divided products", n)
	}
}

// Tasks of programs that differ are summed in the same tree as those of one: a batch whose tasks run two programs for the
// same function has the bits of a batch that runs one.
func TestDeterminismOfMixedBatch(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	trace := func(precision Precision, spare int) (x Value, out []Output, p *Program) {
		g := New()
		for range spare { // so that nothing lies where it does in the other
			g.Input("spare", 3, 3)
		}
		x = g.Input("x", 1, 5)
		out = []Output{x.Exp(), x.Square().Sum()}
		return x, out, CompileAs(precision, out...)
	}
	for _, precision := range []Precision{Float64, Float32} {
		for _, n := range []int{1, 2, 3, 8, 25} {
			var want []float64
			for _, processors := range []int{1, 2, 8} {
				runtime.GOMAXPROCS(processors)
				x, out, p := trace(precision, 0)
				y, others, q := trace(precision, 7)
				batch := p.NewBatch(out...)
				own := make([]*Workspace, batch.Workers())
				read := func() []float64 { return append(batch.Sum(out[0], nil), batch.Sum(out[1], nil)...) }
				batch.Run(n, func(_, k int, ws *Workspace) {
					ws.Set(x, noise(5, uint64(k)))
					ws.Run()
				})
				if want == nil {
					want = read()
				}
				if got := read(); !same64(got, want) {
					t.Fatalf("%v, %d tasks, %d processors: %v, want %v", precision, n, processors, got, want)
				}
				batch.RunEach(n, func(worker, k int, ws *Workspace) (*Workspace, []Output) {
					in, sums := x, out
					if k%3 == 1 {
						if own[worker] == nil {
							own[worker] = q.NewWorkspace()
						}
						in, sums, ws = y, others, own[worker]
					}
					ws.Set(in, noise(5, uint64(k)))
					ws.Run()
					return ws, sums
				})
				if got := read(); !same64(got, want) {
					t.Errorf("%v, %d tasks, %d processors, two programs: %v, want %v", precision, n, processors, got, want)
				}
			}
		}
	}
}
