package relate_test

import (
	"context"
	"errors"
	"testing"

	"kindred/internal/goroutines"
)

// No study leaves a goroutine behind, whether it ends or is cancelled at the start.
func TestNoGoroutineIsLeft(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	s := family(0.5, 2, 20, 10, 5)
	s.Seeds = 2
	for what, ctx := range map[string]context.Context{"": t.Context(), ", cancelled": gone} {
		check := func(err error) {
			t.Helper()
			if !errors.Is(err, ctx.Err()) {
				t.Errorf("%v%s", err, what)
			}
		}
		goroutines.NoneLeft(t, "Report"+what, func() { _, err := s.Report(ctx, true); check(err) })
		goroutines.NoneLeft(t, "Pairs"+what, func() { _, err := s.Pairs(ctx); check(err) })
		goroutines.NoneLeft(t, "LeaveOneOut"+what, func() { _, err := s.LeaveOneOut(ctx); check(err) })
		goroutines.NoneLeft(t, "Affinities"+what, func() { _, err := s.Affinities(ctx, 0.1, 1); check(err) })
		kept := s
		kept.Store, kept.Setup = t.TempDir(), "a test"
		goroutines.NoneLeft(t, "Pairs with a store"+what, func() { _, err := kept.Pairs(ctx); check(err) })
	}
}
