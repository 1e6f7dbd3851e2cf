package compare_test

import (
	"context"
	"testing"

	"kindred/internal/goroutines"
)

// A study leaves no goroutine behind, whether it ends or is cancelled on its way.
func TestNoGoroutineIsLeft(t *testing.T) {
	goroutines.NoneLeft(t, "Run", func() { run(t, study(2), t.TempDir()) })
	goroutines.NoneLeft(t, "Run, cancelled", func() {
		ctx, cancel := context.WithCancel(t.Context())
		s := study(2)
		s.Log = func(string) { cancel() }
		if _, err := s.Run(ctx, t.TempDir()); err == nil {
			t.Error("a study that was cancelled has a report")
		}
	})
}
