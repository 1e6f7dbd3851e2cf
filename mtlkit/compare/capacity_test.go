package compare_test

import (
	"math"
	"reflect"
	"testing"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/compare"
	"kindred/nn"
)

// Twins enter as an architecture. Those of the width of hard sharing are its single networks, to the bit, where neither
// has a trial or an epoch to choose; those of equal capacity are what the tournament makes of them, and others.
func TestDeterminismOfTwinsAsAnArchitecture(t *testing.T) {
	joint := hard(4, 12)
	twins, ratio := mtlkit.EqualCapacity(joint)
	if n := float64(nn.Size(twins.Shapes())) / float64(nn.Size(joint.Shapes())); n != ratio || math.Abs(n-1) > 0.04 {
		t.Errorf("the twins have %v times the parameters, said to be %v; half a unit of 6 parameters is 4 %% of 86", n,
			ratio)
	}
	s := study(2)
	s.Entrants = []compare.Entrant{
		compare.Architecture("equal width", mtlkit.Independent{Of: joint}),
		compare.Architecture("equal capacity", twins),
	}
	s.Trials = 1
	trial := s.Trial
	s.Trial = func(seed uint64, k int) (mtlkit.Trainer, mtlkit.Data) {
		trainer, test := trial(seed, k)
		trainer.Model, trainer.Epochs = joint, 1
		return trainer, test
	}
	r := run(t, s, t.TempDir())
	alone, width, capacity := row(t, r, compare.Alone), row(t, r, "equal width"), row(t, r, "equal capacity")
	if !reflect.DeepEqual(width.Losses, alone.Losses) {
		t.Errorf("twins of equal width have the losses %v, single networks %v", width.Losses, alone.Losses)
	}
	if reflect.DeepEqual(capacity.Losses, alone.Losses) || capacity.Kind != "architectures under the plain sum" {
		t.Errorf("twins of equal capacity stand among %q with the losses %v, single networks have %v", capacity.Kind,
			capacity.Losses, alone.Losses)
	}
	cup := mtlkit.Tournament{
		Entrants: []mtlkit.Entrant{mtlkit.Enter("equal capacity", balance.Equal{})}, Seeds: 2, Trials: 1,
		Trial: func(seed uint64, k int) (mtlkit.Trainer, mtlkit.Data) {
			trainer, test := s.Trial(seed, k)
			trainer.Model = twins
			return trainer, test
		},
	}
	for seed := range uint64(2) {
		want, err := cup.PlayOne(t.Context(), "equal capacity", seed)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range r.Results {
			if x.Entrant == "equal capacity" && x.Seed == seed && !reflect.DeepEqual(x, want) {
				t.Errorf("the result is %+v, by hand %+v", x, want)
			}
		}
	}
}
