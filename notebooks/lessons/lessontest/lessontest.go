// Package lessontest has what the tests of several lessons share.
package lessontest

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/plots"
)

// Near fails unless got is want within tol.
func Near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol) {
		t.Errorf("%s = %v, want %v within %v", what, got, want, tol)
	}
}

// Save fails if the figure is not one, and writes it as a picture into the folder that FIGURES names.
func Save(t *testing.T, name string, f plots.Figure) {
	t.Helper()
	if len(f.SVG()) < 1000 || !strings.Contains(f.HTML(), "alt=") {
		t.Errorf("%s: no figure", name)
	}
	dir := os.Getenv("FIGURES")
	if dir == "" {
		return
	}
	for suffix, g := range map[string]plots.Figure{"": f, "-dark": f.Dark()} {
		out, err := os.Create(filepath.Join(dir, name+suffix+".png"))
		if err != nil {
			t.Fatal(err)
		}
		defer out.Close()
		if err := g.WritePNG(out, 1); err != nil {
			t.Fatal(err)
		}
	}
}
