package balance

import (
	"fmt"
	"slices"
	"testing"

	"gonum.org/v1/gonum/diff/fd"

	"kindred/internal/golden"
)

func TestGoldenFAMO(t *testing.T) {
	var file struct {
		Weightings struct {
			FAMO struct {
				Cases []struct {
					Decay float64 `json:"weight_decay"`
					LR    float64
					Least []float64 `json:"min_losses"`
					Steps []struct {
						Before      []float64 `json:"losses_before"`
						After       []float64 `json:"losses_after"`
						W           []float64
						Value       float64
						LossWeights []float64 `json:"loss_weights"`
						Delta       []float64
						Grad        []float64 `json:"grad_w_without_decay"`
						WAfter      []float64 `json:"w_after"`
					}
				}
			}
		}
	}
	golden.Load(t, "weightings.json", &file)
	ran := 0
	for k, c := range file.Weightings.FAMO.Cases {
		t.Run(fmt.Sprint("case ", k), func(t *testing.T) {
			method := FAMO{Rate: c.LR, Decay: c.Decay, Least: c.Least}
			var state State
			for n, s := range c.Steps {
				ran++
				m := len(s.Before)
				if state.Memory == nil {
					state = Start(method, Setting{Tasks: m, Params: 0})
				}
				step := fmt.Sprintf("step %d: ", n)
				golden.Within(t, step+"w", state.Memory[:m], s.W, weightingTol)
				weights := make([]float64, m)
				value := method.Scalarize(weights, s.Before, state)
				golden.Within(t, step+"value", []float64{value}, []float64{s.Value}, weightingTol)
				golden.Within(t, step+"loss_weights", weights, s.LossWeights, weightingTol)
				first := slices.Clone(state.Memory[m : 2*m])
				method.AfterStep(s.After, state)
				for i := range first { // Adam's first moment is 0.9 of the old one and 0.1 of the gradient
					first[i] = (state.Memory[m+i]-0.9*first[i])/0.1 - c.Decay*s.W[i]
				}
				golden.Within(t, step+"grad_w_without_decay", first, s.Grad, weightingTol)
				golden.Within(t, step+"delta", state.Memory[len(state.Memory)-m:], s.Delta, weightingTol)
				golden.Within(t, step+"w_after", state.Memory[:m], s.WAfter, weightingTol)
			}
		})
	}
	if ran == 0 {
		t.Fatal("no case of FAMO in weightings.json")
	}
}

// The weights are c times the derivative of Σᵢ zᵢ log Dᵢ, with the c that makes them add up to 1.
func TestFAMOWeightsAreTheDerivative(t *testing.T) {
	method := FAMO{Rate: 0.025, Least: []float64{0.1, 0, -0.2}}
	losses, state, weights := []float64{0.8, 2.5, 0.1}, Start(method, Setting{Tasks: 3, Params: 0}), make([]float64, 3)
	copy(state.Memory, []float64{0.5, -1, 0.2}) // w
	value := method.Scalarize(weights, losses, state)
	c := 0.0 // V(L)/Σᵢ zᵢ log Dᵢ
	plain := func(x []float64) float64 {
		z, sum := make([]float64, 3), 0.0
		softmax(z, []float64{0.5, -1, 0.2})
		for i := range x {
			sum += z[i] * positiveLog(x[i]-method.Least[i]+1e-8)
		}
		return sum
	}
	c = value / plain(losses)
	numeric := fd.Gradient(nil, plain, losses, &fd.Settings{Formula: fd.Central, Step: 1e-5})
	for i := range numeric {
		numeric[i] *= c
	}
	// Central differences: the error is about 1e-10 log''' ~ 2e-7 relative at the smallest D of 0.3.
	golden.Within(t, "weights", weights, numeric, 1e-6)
	golden.Within(t, "their sum", []float64{weights[0] + weights[1] + weights[2]}, []float64{1}, 1e-15)
}
