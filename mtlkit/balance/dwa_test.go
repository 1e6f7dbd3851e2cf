package balance

import (
	"fmt"
	"testing"

	"kindred/internal/golden"
)

func TestGoldenDWA(t *testing.T) {
	type step struct {
		Epoch       []float64 `json:"epoch_mean_losses"`
		Batch       []float64 `json:"batch_losses"`
		Value       float64
		WeightsUsed []float64 `json:"weights_used"`
	}
	var file struct {
		Weightings struct {
			DWA struct {
				T   float64
				One []step `json:"one_batch_per_epoch"`
				Two []step `json:"two_batches_per_epoch"`
			}
		}
	}
	golden.Load(t, "weightings.json", &file)
	dwa := file.Weightings.DWA
	if len(dwa.One)+len(dwa.Two) == 0 {
		t.Fatal("no case of DWA in weightings.json")
	}
	run := func(name string, batches int, steps []step) {
		t.Run(name, func(t *testing.T) {
			d := DWA{Temperature: dwa.T}
			var state State
			for k, s := range steps {
				losses := s.Epoch
				if losses == nil {
					losses = s.Batch
				}
				if state.Memory == nil {
					state = Start(d, Setting{Tasks: len(losses), StepsPerEpoch: batches})
				}
				weights := make([]float64, len(losses))
				value := d.Scalarize(weights, losses, state)
				golden.Within(t, fmt.Sprint("value of step ", k), []float64{value}, []float64{s.Value}, weightingTol)
				golden.Within(t, fmt.Sprint("weights of step ", k), weights, s.WeightsUsed, weightingTol)
			}
		})
	}
	run("one batch an epoch", 0, dwa.One)
	run("two batches an epoch", 2, dwa.Two)
}

// A task that stood at zero has no ratio; it counts as one that stays as it is.
func TestDWAZeroLoss(t *testing.T) {
	d := DWA{Temperature: 1}
	state, weights := Start(d, Setting{Tasks: 2, Params: 0}), make([]float64, 2)
	for _, losses := range [][]float64{{0, 1}, {3, 1}, {3, 1}} {
		d.Scalarize(weights, losses, state)
	}
	golden.Within(t, "weights", weights, []float64{1, 1}, 1e-15)
}
