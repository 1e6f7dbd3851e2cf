package cell

import (
	"context"
	"iter"
	"testing"
)

// Watch takes every step under a context that is still open, and asks for the figure that stays after the last.
func TestWatch(t *testing.T) {
	steps, figures := 0, 0
	Watch(0, func(ctx context.Context) iter.Seq[int] {
		return func(yield func(int) bool) {
			for n := 1; n <= 3 && ctx.Err() == nil && yield(n); n++ {
				steps++
			}
		}
	}, func() picture {
		figures++
		if steps != 3 {
			t.Errorf("the figure was drawn after %d steps, want 3", steps)
		}
		return "<img>"
	})
	if steps != 3 || figures != 1 {
		t.Errorf("%d steps and %d figures, want 3 and 1", steps, figures)
	}
}
