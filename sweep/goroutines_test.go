package sweep

import (
	"context"
	"errors"
	"testing"
	"time"

	"kindred/internal/goroutines"
)

// No sweep leaves a goroutine behind, whether it ends, is cancelled at the start or on its way.
func TestNoGoroutineIsLeft(t *testing.T) {
	goroutines.NoneLeft(t, "Work", func() { must(t, trial(12, time.Millisecond), t.TempDir(), Share{}) })
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	onTheWay, cancel := context.WithCancel(t.Context())
	defer cancel()
	for what, ctx := range map[string]context.Context{"cancelled": gone, "cancelled on its way": onTheWay} {
		e := trial(12, time.Second)
		run := e.Run
		e.Run = func(ctx context.Context, c Cell) (found, error) {
			cancel()
			return run(ctx, c)
		}
		goroutines.NoneLeft(t, "Work, "+what, func() {
			if err := e.Work(ctx, t.TempDir(), Share{}); !errors.Is(err, context.Canceled) {
				t.Errorf("Work, %s: %v", what, err)
			}
		})
	}
}
