// Package golden reads files of known values in tests and compares with them.
package golden

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// Dir is the environment variable that names a folder to read instead of testdata.
const Dir = "KINDRED_GOLDEN"

// Load decodes the JSON file of that name into v: from the folder that the environment variable [Dir] names, else from
// testdata of the package under test. A file that cannot be read ends the test.
func Load(t testing.TB, name string, v any) {
	t.Helper()
	folder := os.Getenv(Dir)
	if folder == "" {
		folder = "testdata"
	}
	data, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatalf("golden values: %v", err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("golden values in %s: %v", name, err)
	}
}

// Within fails the test unless got has the length of want and |got − want| ≤ tol·|want|, or is below 1e-3·tol, in
// every entry. No values at all fail too: there was nothing to compare.
func Within(t testing.TB, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) || len(want) == 0 {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
		return
	}
	for i := range got {
		if Differ(got[i], want[i], tol) {
			t.Errorf("%s[%d] = %v, want %v within %v", what, i, got[i], want[i], tol)
		}
	}
}

// Differ reports whether got is further from want than tol·|want| and than 1e-3·tol. NaN differs from everything but
// NaN, and an infinity from everything but itself. It panics at a tolerance that is negative, infinite or NaN.
func Differ(got, want, tol float64) bool {
	if !(tol >= 0) || math.IsInf(tol, 0) {
		panic(fmt.Sprintf("golden: Differ: a tolerance of %v; it must be finite and not negative", tol))
	}
	if got == want || math.IsNaN(got) && math.IsNaN(want) {
		return false
	}
	return math.IsInf(want, 0) || !(math.Abs(got-want) <= tol*max(math.Abs(want), 1e-3))
}

// Metric fails the test unless |got − want| ≤ 1e-12·max(1, |want|), as the file metrics.json asks for what is computed from
// its numbers, or both are the same infinity.
func Metric(t testing.TB, what string, got, want float64) {
	t.Helper()
	if got != want && (math.IsInf(want, 0) || !(math.Abs(got-want) <= 1e-12*max(1, math.Abs(want)))) {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}
