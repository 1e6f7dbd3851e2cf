package mtlkit_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/race"
	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// heavy returns a network of two layers of 256 for two tasks, and rows of 10 inputs with labels for it. KINDRED_ROWS
// says how many rows.
func heavy(t testing.TB) (*mtlkit.Predictor, mtlkit.Data) {
	rows := 30_000
	if n := os.Getenv("KINDRED_ROWS"); n != "" {
		if _, err := fmt.Sscan(n, &rows); err != nil {
			t.Fatal(err)
		}
	}
	model := sharing.HardSharing{Trunk: []int{10, 256, 256}, Heads: [][]int{{1}, {1}}, Activation: nn.ReLU}
	tasks := []mtlkit.Task{{Name: "value", Loss: nn.SquaredError{}}, {Name: "class", Loss: nn.LogisticLoss{}}}
	rng := rand.New(rand.NewPCG(3, 0))
	data := mtlkit.Data{X: []*mat.Dense{gaussian(rng, rows, 10, 1)},
		Y: []*mat.Dense{gaussian(rng, rows, 1, 1), mat.NewDense(rows, 1, nil)}}
	return mtlkit.NewPredictor(model, tasks, model.Init(rng), nil), data
}

// peak returns by how many bytes the memory from the system that is in use grows at most while f runs: what lies in the
// heap, garbage included, looked at every millisecond.
func peak(f func()) uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before := m.HeapAlloc
	var most atomic.Uint64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most.Store(max(most.Load(), m.HeapAlloc))
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	f()
	close(stop)
	<-stopped
	return max(most.Load(), before) - before
}

// Beside the data and what is returned, predicting and evaluating take memory for the pieces under way alone: all rows
// at once through 256-256 would take 4 kB for each row, or 120 MB; with KINDRED_ROWS=300000 that is 1.2 GB.
func TestPredictionInBoundedMemory(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector takes memory of its own")
	}
	p, data := heavy(t)
	for name, f := range map[string]func() error{
		"Evaluate": func() error { _, err := p.Evaluate(data); return err },
		"Predict":  func() error { _, err := p.Predict(data.X[0]); return err },
		"Evaluate with missing labels": func() error {
			data.Y[0].Set(0, 0, math.NaN())
			_, err := p.Evaluate(data)
			return err
		},
	} {
		bytes := peak(func() {
			if err := f(); err != nil {
				t.Fatal(err)
			}
		})
		t.Logf("%s of %d rows: %.1f MB", name, data.X[0].RawMatrix().Rows, float64(bytes)/1e6)
		if bytes > 40<<20+200*uint64(data.X[0].RawMatrix().Rows) { // outputs, losses and copies of labels take 50 a row
			t.Errorf("%s takes %d bytes beyond the data", name, bytes)
		}
	}
}

// Rows that are taken a piece at a time have the outputs, to the last bit, that a program of all of them has.
func TestDeterminismPiecesPredictAsAWhole(t *testing.T) {
	trainer := mixed()
	theta := threeTasks.Init(rand.New(rand.NewPCG(2, 0)))
	p := mtlkit.NewPredictor(trainer.Model, trainer.Tasks, theta, nil)
	wider := gaussian(rand.New(rand.NewPCG(4, 0)), 610, 5, 1)
	sizes := []int{}
	for n := 1; n <= 600; n += 1 + n/20 {
		sizes = append(sizes, n)
	}
	sizes = append(sizes, 255, 256, 257, 511, 512, 513, 600)
	for _, n := range sizes {
		x := wider.Slice(3, 3+n, 1, 3).(*mat.Dense) // a part of a wider matrix
		got, err := p.Predict(x)
		if err != nil {
			t.Fatal(err)
		}
		g := autodiff.New()
		params, in := g.Params(threeTasks.Shapes()), g.Input("x", n, 2)
		out := threeTasks.Apply(nil, params, []autodiff.Value{in, in, in})
		ws := autodiff.Compile(out[0], out[1], out[2]).NewWorkspace()
		ws.Set(params, theta)
		ws.Set(in, mat.DenseCopyOf(x).RawMatrix().Data)
		ws.Run()
		for i := range out {
			sameBits(t, fmt.Sprintf("%d rows, task %d", n, i), got[i].RawMatrix().Data, ws.Read(out[i], nil))
		}
	}
}

// The scores of data in matrices that are parts of wider ones are those of copies.
func TestDeterminismPartsOfMatrices(t *testing.T) {
	trainer := mixed()
	run := train(t, trainer)
	part := trainer.Data
	widen := func(m *mat.Dense) *mat.Dense {
		rows, cols := m.Dims()
		wide := mat.NewDense(rows+2, cols+3, nil)
		wide.Slice(1, 1+rows, 2, 2+cols).(*mat.Dense).Copy(m)
		return wide.Slice(1, 1+rows, 2, 2+cols).(*mat.Dense)
	}
	part.X = []*mat.Dense{widen(part.X[0])}
	part.Y = nil
	for _, y := range trainer.Data.Y {
		part.Y = append(part.Y, widen(y))
	}
	want, got := evaluate(t, run, trainer.Data), evaluate(t, run, part)
	if !slices.Equal(got, want) {
		t.Errorf("scores %v, want %v", got, want)
	}
	trainer.Data, trainer.HeldOut = part, part
	sameBits(t, "trained on parts", train(t, trainer).Theta, run.Theta)
}

// Several goroutines use one predictor, while the run goes on, and all see its parameters.
func TestDeterminismPredictorIsShared(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	trainer := mixed()
	trainer.HeldOut, trainer.Epochs = trainer.Data, 20
	run, err := trainer.Start()
	if err != nil {
		t.Fatal(err)
	}
	p := run.Predictor()
	x := mtlkit.SquareGrid(-2, 2, 25)
	want, err := p.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	scores, err := p.Evaluate(trainer.Data)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for k := range 6 {
		all.Go(func() {
			for n := range 10 {
				rows := 1 + (k*101+n*57)%625
				out, err := p.Predict(x.Slice(0, rows, 0, 2).(*mat.Dense))
				if err != nil {
					t.Error(err)
					return
				}
				for r := range rows {
					if d := out[1].At(r, 1) - want[1].At(r, 1); math.Abs(d) > 1e-14 {
						t.Errorf("row %d of %d is off by %v", r, rows, d)
						return
					}
				}
				if got, err := p.Evaluate(trainer.Data); err != nil || !slices.Equal(got, scores) {
					t.Errorf("scores %v, %v", got, err)
				}
				if _, err := p.PredictTask(2, x); err != nil {
					t.Error(err)
				}
			}
		})
	}
	finish(t, run)
	all.Wait()
}

// Inputs of each task may have columns of their own; a task is predicted for by itself.
func TestInputsOfOtherColumns(t *testing.T) {
	trainer := regressions(wide{}, 2)
	rng := rand.New(rand.NewPCG(6, 0))
	trainer.Data.X = append(trainer.Data.X, gaussian(rng, 24, 3, 1))
	trainer.HeldOut = trainer.Data
	run := train(t, trainer)
	scores := evaluate(t, run, trainer.Data)
	byHand, err := mtlkit.NewPredictor(wide{}, trainer.Tasks, run.Theta, nil).Evaluate(trainer.Data)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range scores {
		out, err := run.Predictor().PredictTask(i, trainer.Data.X[i])
		if err != nil {
			t.Fatal(err)
		}
		sum := 0.0
		for r := range 24 {
			d := out.At(r, 0) - trainer.Data.Y[i].At(r, 0)
			sum += d * d / 24
		}
		closeTo(t, "loss", []float64{s.Loss, byHand[i].Loss}, []float64{sum, sum}, 1e-14)
		if s.Loss != run.History.HeldOut[i][5] {
			t.Errorf("held out %v, evaluated %v", run.History.HeldOut[i][5], s.Loss)
		}
	}
	if _, err := run.Predictor().PredictTask(1, trainer.Data.X[0]); err == nil {
		t.Error("two columns were accepted for a task with three")
	}
}

func BenchmarkPredictOneRow(b *testing.B) {
	p := mtlkit.NewPredictor(threeTasks, mixed().Tasks, threeTasks.Init(rand.New(rand.NewPCG(2, 0))), nil)
	x := mtlkit.Rows([]float64{0.3, -0.4})
	for b.Loop() {
		if _, err := p.Predict(x); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkEvaluate(b *testing.B) {
	p, data := heavy(b)
	for b.Loop() {
		if _, err := p.Evaluate(data); err != nil {
			b.Fatal(err)
		}
	}
}
