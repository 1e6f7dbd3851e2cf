package mtlkit_test

import (
	"context"
	"errors"
	"testing"

	"kindred/internal/goroutines"
	"kindred/mtlkit"
)

// No long call leaves a goroutine behind, whether it ends, is cancelled at the start or on its way, is broken off by its
// caller, or panics.
func TestNoGoroutineIsLeft(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for what, ctx := range map[string]context.Context{"": t.Context(), ", cancelled": gone} {
		check := func(err error) {
			t.Helper()
			if !errors.Is(err, ctx.Err()) {
				t.Errorf("%v%s", err, what)
			}
		}
		goroutines.NoneLeft(t, "Train"+what, func() { _, err := mixed().Train(ctx); check(err) })
		goroutines.NoneLeft(t, "Repeat"+what, func() { _, err := mtlkit.Repeat(ctx, 4, seeded); check(err) })
		goroutines.NoneLeft(t, "Compare"+what, func() { _, err := mtlkit.Compare(ctx, 4, seeded); check(err) })
		goroutines.NoneLeft(t, "Play"+what, func() {
			for _, err := range cup().Play(ctx, nil) {
				check(err)
			}
		})
	}

	goroutines.NoneLeft(t, "Epochs, broken off", func() {
		run, err := mixed().Start()
		if err != nil {
			t.Fatal(err)
		}
		for range run.Epochs(t.Context()) {
			break
		}
	})
	goroutines.NoneLeft(t, "Play, broken off", func() {
		for range cup().Play(t.Context(), nil) {
			break
		}
	})
	for what, call := range map[string]func(context.Context, func(uint64) mtlkit.Trainer) error{
		"Repeat": func(ctx context.Context, f func(uint64) mtlkit.Trainer) error {
			_, err := mtlkit.Repeat(ctx, 4, f)
			return err
		},
		"Compare": func(ctx context.Context, f func(uint64) mtlkit.Trainer) error {
			_, err := mtlkit.Compare(ctx, 4, f)
			return err
		},
		"Play": func(ctx context.Context, f func(uint64) mtlkit.Trainer) (err error) {
			c := cup()
			trial := c.Trial
			c.Trial = func(seed uint64, k int) (mtlkit.Trainer, mtlkit.Data) { f(seed); return trial(seed, k) }
			for _, err = range c.Play(ctx, nil) {
			}
			return err
		},
	} {
		goroutines.NoneLeft(t, what+", cancelled on its way", func() {
			ctx, cancel := context.WithCancel(t.Context())
			err := call(ctx, func(seed uint64) mtlkit.Trainer {
				if seed == 1 {
					cancel()
				}
				return seeded(seed)
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s, cancelled on its way: %v", what, err)
			}
		})
		goroutines.NoneLeft(t, what+", panics", func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", what)
				}
			}()
			_ = call(t.Context(), func(seed uint64) mtlkit.Trainer {
				if seed == 1 {
					panic("here")
				}
				return seeded(seed)
			})
		})
	}

	run := train(t, mixed())
	goroutines.NoneLeft(t, "Predictor", func() {
		p := run.Predictor()
		for _, rows := range []int{2, 40, 80} {
			if _, err := p.Predict(mtlkit.SquareGrid(-1, 1, rows)); err != nil {
				t.Error(err)
			}
		}
		if _, err := p.Evaluate(mixed().Data); err != nil {
			t.Error(err)
		}
	})
}

// seeded is a trainer that holds rows out, as a comparison wants.
func seeded(seed uint64) mtlkit.Trainer {
	trainer := mixed()
	trainer.Seed = seed
	trainer.Data, trainer.HeldOut = trainer.Data.Split(0.5, seed)
	return trainer
}
