package balance

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"kindred/internal/golden"
)

func TestGoldenIMTLL(t *testing.T) {
	var file struct {
		Weightings struct {
			IMTLL struct {
				Cases []struct {
					S, Losses   []float64
					Value       float64
					LossWeights []float64 `json:"loss_weights"`
					GradS       []float64 `json:"grad_s"`
					After       []float64 `json:"s_after_sgd_lr_0_1"`
				}
			} `json:"IMTL-L"`
		}
	}
	golden.Load(t, "weightings.json", &file)
	if len(file.Weightings.IMTLL.Cases) == 0 {
		t.Fatal("no case of IMTL-L in weightings.json")
	}
	for k, c := range file.Weightings.IMTLL.Cases {
		t.Run(fmt.Sprint("case ", k), func(t *testing.T) {
			weights, after, far := make([]float64, len(c.S)), slices.Clone(c.S), slices.Clone(c.S)
			setting := Setting{Tasks: len(c.S)}
			value := IMTLL{Rate: 0.1}.Scalarize(weights, c.Losses, State{Setting: setting, Memory: after})
			golden.Within(t, "value", []float64{value}, []float64{c.Value}, weightingTol)
			golden.Within(t, "loss_weights", weights, c.LossWeights, weightingTol)
			golden.Within(t, "s_after_sgd_lr_0_1", after, c.After, weightingTol)
			IMTLL{Rate: 1}.Scalarize(weights, c.Losses, State{Setting: setting, Memory: far})
			for i := range far {
				far[i] = c.S[i] - far[i] // a step of rate 1 is the gradient
			}
			golden.Within(t, "grad_s", far, c.GradS, weightingTol)
		})
	}
}

// For losses that stay as they are the weights go to 1/L, by descent and by Adam.
func TestIMTLLBringsLossesToOne(t *testing.T) {
	losses := []float64{0.8, 2.5, 0.1}
	want := []float64{-math.Log(0.8), -math.Log(2.5), -math.Log(0.1)}
	for _, adam := range []bool{false, true} {
		method := IMTLL{Rate: 0.1, Adam: adam}
		state, weights := Start(method, Setting{Tasks: 3, Params: 0}), make([]float64, 3)
		for range 2000 {
			method.Scalarize(weights, losses, state)
		}
		// Descent contracts by 1 − 0.1 a step near the optimum.
		golden.Within(t, fmt.Sprintf("s (Adam %v)", adam), state.Memory[:3], want, 1e-6)
	}
}
