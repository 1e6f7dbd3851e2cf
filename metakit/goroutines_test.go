package metakit_test

import (
	"context"
	"errors"
	"testing"

	"kindred/internal/goroutines"
	"kindred/metakit"
	"kindred/metakit/baseline"
	"kindred/metakit/tasks"
)

// No long call leaves a goroutine behind, whether it ends, is cancelled at the start or on its way, is broken off by
// its caller, or panics.
func TestNoGoroutineIsLeft(t *testing.T) {
	l := metakit.MAML{Network: small, Loss: mse, Inner: sgd}
	meta := start(l, 1)
	training := func(d metakit.Distribution) metakit.Training {
		return metakit.Training{Learner: l, Tasks: d, Iterations: 5, MetaBatch: 25, Optimizer: adam}
	}
	calls := map[string]func(context.Context, metakit.Distribution) error{
		"Training": func(ctx context.Context, d metakit.Distribution) error { _, err := training(d).Run(ctx); return err },
		"Training, validated": func(ctx context.Context, d metakit.Distribution) error {
			t := training(d)
			t.Validation = metakit.Validation{Tasks: d, Episodes: 20, Every: 2}
			_, err := t.Run(ctx)
			return err
		},
		"Panels": func(ctx context.Context, d metakit.Distribution) error {
			_, err := metakit.Evaluation{Learner: l, Episodes: 200, Steps: []int{0, 3}}.Panels(ctx, meta,
				metakit.Panel{Name: "a", Tasks: d}, metakit.Panel{Name: "b", Tasks: d})
			return err
		},
		"Evaluation": func(ctx context.Context, d metakit.Distribution) error {
			_, err := metakit.Evaluation{Learner: l, Tasks: d, Episodes: 400, Steps: []int{0, 3}}.Run(ctx, meta)
			return err
		},
		"Baseline": func(ctx context.Context, d metakit.Distribution) error {
			_, err := metakit.Evaluation{Tasks: d, Episodes: 400}.Baseline(ctx, baseline.Zero{}, mse)
			return err
		},
	}
	for what, call := range calls {
		goroutines.NoneLeft(t, what, func() {
			if err := call(t.Context(), sines); err != nil {
				t.Errorf("%s: %v", what, err)
			}
		})
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		goroutines.NoneLeft(t, what+", cancelled", func() {
			if err := call(gone, sines); !errors.Is(err, context.Canceled) {
				t.Errorf("%s, cancelled: %v", what, err)
			}
		})
		onTheWay, cancel := context.WithCancel(t.Context())
		goroutines.NoneLeft(t, what+", cancelled on its way", func() {
			if err := call(onTheWay, ender{sines, cancel}); !errors.Is(err, context.Canceled) {
				t.Errorf("%s, cancelled on its way: %v", what, err)
			}
		})
		goroutines.NoneLeft(t, what+", panics", func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", what)
				}
			}()
			_ = call(t.Context(), breaking{sines})
		})
	}
	goroutines.NoneLeft(t, "Steps, broken off", func() {
		run, err := training(sines).Start()
		if err != nil {
			t.Fatal(err)
		}
		for range run.Steps(t.Context()) {
			break
		}
	})
	goroutines.NoneLeft(t, "Adapter", func() {
		a := metakit.NewAdapter(l, meta, nil, 0, 3)
		for k := range uint64(20) {
			e := metakit.Draw(tasks.NewSinusoid(1+int(k)%4), 1, k)
			if _, err := a.Predict(e.Support, e.Query.X); err != nil {
				t.Error(err)
			}
		}
	})
	goroutines.NoneLeft(t, "CheckMetaGradient", func() {
		if _, err := metakit.CheckMetaGradient(l, meta, metakit.Draw(sines, 1, 1), 1); err != nil {
			t.Error(err)
		}
	})
}

// ender is waves that cancel a context when the eighth is drawn.
type ender struct {
	tasks.Sinusoid
	cancel func()
}

func (e ender) Draw(to *metakit.Episode, seed, index uint64) {
	if index&7 == 7 {
		e.cancel()
	}
	e.Sinusoid.Draw(to, seed, index)
}
