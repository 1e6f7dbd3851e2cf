package balance_test

import (
	"fmt"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/golden"
	"kindred/mtlkit/balance"
)

// weightingTolerance is what weightings.json asks for.
const weightingTolerance = 1e-9

func dense(rows [][]float64) *mat.Dense {
	return mat.NewDense(len(rows), len(rows[0]), slices.Concat(rows...))
}

func TestGoldenGradNorm(t *testing.T) {
	type gradNormCase struct {
		Alpha       float64
		W, Losses   []float64
		Gradients   [][]float64
		Initial     []float64 `json:"initial_losses"`
		LR          float64
		AfterSGD    []float64 `json:"w_after_sgd"`
		AfterAdam   []float64 `json:"w_after_first_adam_step"`
		S           []float64 `json:"loss_scale"`
		Used        []float64 `json:"weights_used"`
		AfterSGDOnS []float64 `json:"loss_scale_after_sgd_lr_0_025"`
	}
	var file struct {
		Weightings struct {
			GradNorm struct {
				Gradients [][]float64
				Cases     []gradNormCase
				LibMTL    struct{ Cases []gradNormCase } `json:"libmtl_variant"`
			}
		}
	}
	golden.Load(t, "weightings.json", &file)
	g := file.Weightings.GradNorm
	// step applies b from learned parameters and returns the weights it used and the parameters it learned.
	step := func(t *testing.T, b balance.GradNorm, learned []float64, j *mat.Dense, losses []float64) (w, next []float64) {
		m, n := j.Dims()
		state := start(b, m, n)
		copy(state.Memory, learned)
		var a balance.Aggregation
		if err := a.Apply(make([]float64, n), b, j, losses, state); err != nil {
			t.Fatal(err)
		}
		return a.Weights(), state.Memory[:m]
	}
	ran := 0
	losses := g.Cases[0].Losses
	for i, c := range g.Cases {
		t.Run(fmt.Sprint("paper/", i), func(t *testing.T) {
			ran++
			for _, adam := range []bool{false, true} {
				b := balance.GradNorm{Alpha: c.Alpha, Rate: c.LR, First: c.Initial, Adam: adam}
				used, next := step(t, b, c.W, dense(c.Gradients), c.Losses)
				golden.Within(t, "weights", used, c.W, weightingTolerance)
				want := c.AfterSGD
				if adam {
					want = c.AfterAdam
				}
				golden.Within(t, fmt.Sprint("w after a step, Adam ", adam), next, want, weightingTolerance)
			}
		})
	}
	for i, c := range g.LibMTL.Cases {
		t.Run(fmt.Sprint("LibMTL/", i), func(t *testing.T) {
			ran++
			b := balance.GradNorm{Alpha: c.Alpha, Rate: 0.025, First: g.Cases[0].Initial, Softmax: true}
			used, next := step(t, b, c.S, dense(g.Gradients), losses)
			golden.Within(t, "weights", used, c.Used, weightingTolerance)
			golden.Within(t, "s after a step", next, c.AfterSGDOnS, weightingTolerance)
		})
	}
	if ran == 0 {
		t.Error("no case ran")
	}
}

func TestGoldenExcessMTL(t *testing.T) {
	type call struct {
		J                  [][]float64
		Weights, Direction []float64
	}
	var file struct {
		Weightings struct {
			ExcessMTL struct {
				Eta    float64
				Calls  []call
				LibMTL struct {
					Eta   float64
					Calls []call
				} `json:"libmtl_variant"`
			}
		}
	}
	golden.Load(t, "weightings.json", &file)
	e := file.Weightings.ExcessMTL
	if len(e.Calls) == 0 || len(e.LibMTL.Calls) == 0 {
		t.Fatal("no case ran")
	}
	run := func(name string, b balance.ExcessMTL, calls []call) {
		t.Run(name, func(t *testing.T) {
			j := dense(calls[0].J)
			m, n := j.Dims()
			state := start(b, m, n)
			for i, c := range calls {
				d := make([]float64, n)
				if err := balance.Aggregate(d, b, dense(c.J), nil, state); err != nil {
					t.Fatal(err)
				}
				want := c.Direction
				if want == nil {
					want = aggregate(t, balance.Constant{Weights: c.Weights}, dense(c.J))
				}
				golden.Within(t, fmt.Sprintf("direction of call %d", i), d, want, weightingTolerance)
			}
		})
	}
	run("TorchJD", balance.ExcessMTL{Rate: e.Eta, Eps: 1e-7}, e.Calls)
	run("LibMTL", balance.ExcessMTL{Rate: e.LibMTL.Eta, Eps: 1e-7, RatioWithoutEps: true, SkipFirst: true, SumToM: true},
		e.LibMTL.Calls)
}

func TestGoldenDBMTL(t *testing.T) {
	var file struct {
		Weightings struct {
			DBMTL struct {
				Beta  float64
				Sigma float64 `json:"beta_sigma"`
				Steps []struct {
					J                 [][]float64
					Losses, Direction []float64
					Buffer            [][]float64
				}
			} `json:"DB-MTL"`
		}
	}
	golden.Load(t, "weightings.json", &file)
	c := file.Weightings.DBMTL
	if len(c.Steps) == 0 {
		t.Fatal("no case ran")
	}
	b := balance.DBMTL{Beta: c.Beta, Sigma: c.Sigma, Eps: 1e-8}
	var state balance.State
	for i, step := range c.Steps {
		t.Run(fmt.Sprint("step/", i+1), func(t *testing.T) {
			j := dense(step.J)
			m, n := j.Dims()
			if state.Memory == nil {
				state = start(b, m, n)
			}
			d := make([]float64, n)
			if err := balance.Aggregate(d, b, j, step.Losses, state); err != nil {
				t.Fatal(err)
			}
			golden.Within(t, "direction", d, step.Direction, weightingTolerance)
			golden.Within(t, "averages", state.Memory[1:], slices.Concat(step.Buffer...), weightingTolerance)
		})
	}
}
