package mtlkit_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
)

// buggy is a scalarizer with a mistake.
type buggy struct{ balance.Equal }

func (buggy) Scalarize(weights, losses []float64, s balance.State) float64 {
	return losses[len(losses)]
}

// FixedWeights is not what the mistake is in.
func (buggy) FixedWeights(s balance.State) []float64 { return make([]float64, s.Count()) }

// What a programmer did wrong panics in the goroutine of the caller, who can recover, and with the sentence that it has
// without goroutines.
func TestMisuseReachesTheCaller(t *testing.T) {
	broken := mixed()
	broken.Epochs = -1
	sentence := recovered(func() { broken.Start() })
	configure := func(seed uint64) mtlkit.Trainer {
		if seed == 1 {
			return broken
		}
		return mixed()
	}
	withoutHeldOut := mtlkit.Tournament{Entrants: []mtlkit.Entrant{mtlkit.Enter("equal", balance.Equal{}), {Name: "alone"}}, Seeds: 1, Trials: 1,
		Trial: func(uint64, int) (mtlkit.Trainer, mtlkit.Data) { return mixed(), mixed().Data }}
	for name, c := range map[string]struct {
		run  func()
		want string
	}{
		"Repeat":     {func() { mtlkit.Repeat(t.Context(), 4, configure) }, fmt.Sprint(sentence)},
		"Compare":    {func() { mtlkit.Compare(t.Context(), 4, configure) }, fmt.Sprint(sentence)},
		"Tournament": {func() { withoutHeldOut.Play(t.Context(), nil)(ignore) }, "it wants the validation rows there"},
		"nothing (a negative control)": {func() {
			if _, err := mtlkit.Repeat(t.Context(), 1, configure); err != nil {
				t.Error(err)
			}
		}, "<nil>"},
	} {
		if got := fmt.Sprint(recovered(c.run)); !strings.HasSuffix(got, c.want) {
			t.Errorf("%s: recovered %q, want %q", name, got, c.want)
		}
	}
}

// A mistake that Go notices is told with the place where it was made.
func TestMistakeIsLocated(t *testing.T) {
	r := recovered(func() {
		mtlkit.Repeat(t.Context(), 2, func(uint64) mtlkit.Trainer {
			trainer := mixed()
			trainer.Balance = buggy{}
			return trainer
		})
	})
	err, _ := r.(error)
	var fault runtime.Error
	if !errors.As(err, &fault) || !strings.Contains(err.Error(), "buggy.Scalarize") {
		t.Errorf("recovered %v", r)
	}
}

// A panic ends the other runs.
func TestPanicEndsTheOthers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(2))
	work, ctx := mtlkit.NewSideBySide(context.Background())
	work.Do(func() error {
		<-ctx.Done()
		return ctx.Err()
	})
	work.Do(func() error { panic("a sentence") })
	if r := recovered(func() { work.Wait() }); r != "a sentence" {
		t.Errorf("recovered %v", r)
	}
}

func recovered(f func()) (value any) {
	defer func() { value = recover() }()
	f()
	return nil
}

func ignore([]mtlkit.Result, error) bool { return true }
