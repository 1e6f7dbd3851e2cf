package autodiff

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"kindred/internal/tripping"
)

// bitsOf reads all outputs as bits.
func bitsOf(ws *Workspace, outs []Value) (bits []uint64) {
	for _, v := range outs {
		for _, x := range ws.Read(v, nil) {
			bits = append(bits, math.Float64bits(x))
		}
	}
	return bits
}

// Programs drawn at random, given up at the looks that they make, say so, let nobody read what they left, and compute
// the same bits when they are run again in the same workspace.
func TestDeterminismAfterARunWasGivenUp(t *testing.T) {
	looks, lanes, spans := 0, 0, 0
	for seed := uint64(1); seed < 60; seed++ {
		e := generate(seed)
		if e == nil {
			continue
		}
		for _, precision := range []Precision{Float64, Float32} {
			tr := e.trace(true)
			p := tr.compile(precision, "divided")
			lanes += b2i(p.lanes())
			for _, s := range p.steps {
				spans += b2i(s.span > 0 && s.span < s.rows)
			}
			ws := p.NewWorkspace()
			ws.SetNoise(1, 2, 3)
			for _, id := range tr.inputs {
				ws.Set(tr.named[id], e.calls[id].numbers())
			}
			ws.Run()
			want := bitsOf(ws, tr.asked)
			for k := 0; ; k += 1 + k/16 {
				err := ws.RunContext(tripping.After(k))
				if err == nil {
					if got := bitsOf(ws, tr.asked); !slices.Equal(got, want) {
						t.Fatalf("seed %d, %v: other bits with a context that did not end", seed, precision)
					}
					looks += k
					break
				}
				if !errors.Is(err, context.Canceled) {
					t.Fatalf("seed %d: %v", seed, err)
				}
				ws.Run()
				if got := bitsOf(ws, tr.asked); !slices.Equal(got, want) {
					t.Fatalf("seed %d, %v, given up at look %d: other bits afterwards", seed, precision, k)
				}
			}
		}
	}
	t.Logf("%d looks, %d lanes, %d steps in spans", looks, lanes, spans)
	if looks < 1000 || lanes == 0 || spans == 0 {
		t.Errorf("%d looks, %d lanes and %d steps in spans; there should be many", looks, lanes, spans)
	}
}

// A run that was given up leaves nothing to be read but what was set.
func TestGivenUpRunCannotBeRead(t *testing.T) {
	g := New()
	x := g.Input("x", 2, 2)
	y := x.Exp()
	p := Compile(y)
	ws := p.NewWorkspace()
	ws.Set(x, []float64{1, 2, 3, 4})
	if err := ws.RunContext(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := ws.Read(y, nil)
	if err := ws.RunContext(tripping.After(0)); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	for name, f := range map[string]func(){
		"Read": func() { ws.Read(y, nil) }, "View": func() { ws.View(y) },
	} {
		func() {
			defer func() {
				if s, _ := recover().(string); !strings.Contains(s, name+": ") || !strings.Contains(s, "gave up") {
					t.Errorf("%s: %q", name, s)
				}
			}()
			f()
		}()
	}
	if got := ws.Read(x, nil); !slices.Equal(got, []float64{1, 2, 3, 4}) {
		t.Errorf("the input is %v", got)
	}
	ws.Run()
	if got := ws.Read(y, nil); !slices.Equal(got, want) {
		t.Errorf("%v after another run, want %v", got, want)
	}
}

// A batch that is given up at any look has an error and no sums, and computes the same bits afterwards.
func TestDeterminismAfterABatchWasGivenUp(t *testing.T) {
	g := New()
	x := g.Input("x", 40, 8)
	w := g.Input("w", 8, 8)
	y := x.MatMul(w).Tanh().MatMul(w).Sum()
	gradient := Grad(y, w)
	p := compile(Float64, fine, []Output{y, gradient})
	b := p.NewBatch(y, gradient)
	numbers := make([]float64, 40*8)
	for k := range numbers {
		numbers[k] = math.Sin(float64(k))
	}
	b.Set(x, numbers)
	b.Set(w, numbers[:64])
	const tasks = 13
	run := func(ctx context.Context) error {
		return b.RunContext(ctx, tasks, func(_, task int, ws *Workspace) {
			ws.Set(w, numbers[task:task+64])
			_ = ws.RunContext(ctx)
		})
	}
	if err := run(context.Background()); err != nil {
		t.Fatal(err)
	}
	want := b.Sum(gradient, nil)
	k := 0
	for ; ; k++ {
		err := run(tripping.After(k))
		if err == nil {
			break
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("given up at look %d, and there are sums", k)
				}
			}()
			b.Sum(gradient, nil)
		}()
		if k%3 > 0 {
			continue
		}
		if err := run(context.Background()); err != nil {
			t.Fatal(err)
		}
		if got := b.Sum(gradient, nil); !slices.Equal(got, want) {
			t.Fatalf("given up at look %d: %v afterwards, want %v", k, got, want)
		}
	}
	if k < 3*tasks {
		t.Errorf("%d looks in %d tasks", k, tasks)
	}
}
