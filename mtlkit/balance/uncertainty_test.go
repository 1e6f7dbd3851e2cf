package balance

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"kindred/internal/golden"
)

func TestGoldenUncertainty(t *testing.T) {
	var file struct {
		Weightings struct {
			UW struct {
				Cases []struct {
					S, Losses       []float64
					Value           float64
					LossWeights     []float64 `json:"loss_weights"`
					GradS           []float64 `json:"grad_s"`
					SAfterSGDLr0dot []float64 `json:"s_after_sgd_lr_0_1"`
				}
				Optimum *struct {
					Losses, S []float64
					Value     float64
				} `json:"optimum_for_fixed_losses"`
				Mixed struct {
					Cases []struct {
						MSE, CE, Value float64
						S              []float64
						LossWeights    []float64 `json:"loss_weights"`
						GradS          []float64 `json:"grad_s"`
					}
				} `json:"regression_and_classification"`
			}
		}
	}
	golden.Load(t, "weightings.json", &file)
	uw := file.Weightings.UW
	ran := 0
	// check steps once with the rate 1, so that the step is the gradient, and returns s after a step of rate 0.1.
	check := func(t *testing.T, setting Setting, s, losses []float64, value float64, weights, gradient []float64) []float64 {
		ran++
		got, stepped := make([]float64, len(s)), slices.Clone(s)
		v := Uncertainty{Rate: 1}.Scalarize(got, losses, State{Setting: setting, Memory: stepped})
		golden.Within(t, "value", []float64{v}, []float64{value}, weightingTol)
		golden.Within(t, "loss_weights", got, weights, weightingTol)
		for i := range stepped {
			stepped[i] = s[i] - stepped[i]
		}
		golden.Within(t, "grad_s", stepped, gradient, weightingTol)
		after := slices.Clone(s)
		Uncertainty{Rate: 0.1}.Scalarize(got, losses, State{Setting: setting, Memory: after})
		return after
	}
	for k, c := range uw.Cases {
		t.Run(fmt.Sprint("case ", k), func(t *testing.T) {
			after := check(t, Setting{Tasks: len(c.S)}, c.S, c.Losses, c.Value, c.LossWeights, c.GradS)
			golden.Within(t, "s_after_sgd_lr_0_1", after, c.SAfterSGDLr0dot, weightingTol)
		})
	}
	if o := uw.Optimum; o != nil {
		t.Run("optimum for fixed losses", func(t *testing.T) {
			weights := make([]float64, len(o.S))
			for i, l := range o.Losses {
				weights[i] = 0.5 / l
			}
			check(t, Setting{Tasks: len(o.S)}, o.S, o.Losses, o.Value, weights, make([]float64, len(o.S)))
		})
	}
	for k, c := range uw.Mixed.Cases {
		t.Run(fmt.Sprint("regression and classification ", k), func(t *testing.T) {
			setting := Setting{Tasks: 2, Classes: []bool{false, true}}
			check(t, setting, c.S, []float64{c.MSE, c.CE}, c.Value, c.LossWeights, c.GradS)
		})
	}
	if ran == 0 {
		t.Fatal("no case of UW in weightings.json")
	}
}

// For losses that stay as they are, s goes to log L, of a classification to log 2L, by descent and by Adam.
func TestUncertaintyFindsTheNoise(t *testing.T) {
	losses := []float64{0.8, 2.5, 0.1}
	want := []float64{math.Log(0.8), math.Log(2 * 2.5), math.Log(0.1)}
	for _, adam := range []bool{false, true} {
		u := Uncertainty{Rate: 0.1, Adam: adam, Start: -0.5}
		state, weights := Start(u, Setting{Tasks: 3, Classes: []bool{false, true, false}}), make([]float64, 3)
		for range 2000 {
			u.Scalarize(weights, losses, state)
		}
		// Descent contracts by 1 − 0.1·½ a step near the optimum: 0.95^2000 is nothing.
		golden.Within(t, fmt.Sprintf("s (Adam %v)", adam), state.Memory[:3], want, 1e-6)
	}
}
