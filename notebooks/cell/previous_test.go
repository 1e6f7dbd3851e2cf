package cell

import (
	"path/filepath"
	"testing"
)

func TestPrevious(t *testing.T) {
	path := filepath.Join(t.TempDir(), "curve")
	for i, c := range []struct{ run, want float64 }{
		{1, 0}, // nothing to compare with
		{1, 0},
		{2, 1},
		{2, 1}, // run again without a change: still the result before the change
		{5, 2},
		{2, 5},
	} {
		got, ok := remember(path, []float64{c.run})
		if ok != (c.want != 0) || ok && got[0] != c.want {
			t.Errorf("run %d: got %v, %v, want %v", i, got, ok, c.want)
		}
	}
}

func TestPreviousNeedsABrowser(t *testing.T) {
	keep(t)
	for _, run := range []int{1, 2} {
		if _, ok := Previous("x", run); ok {
			t.Error("a run without a browser was compared")
		}
	}
}
