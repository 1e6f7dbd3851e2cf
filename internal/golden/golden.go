// Package golden reads files of known values in tests and compares with them.
package golden

import (
	"embed"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// Dir is the environment variable that names a folder to read instead of testdata.
const Dir = "KINDRED_GOLDEN"

// shared has the files that the tests of several packages read.
//
//go:embed testdata/*.json
var shared embed.FS

// Load decodes the JSON file of that name into v: from the folder that the environment variable [Dir] names, else from
// testdata of this package if several read it, and of the package under test if not. A file that cannot be read ends the
// test.
func Load(t testing.TB, name string, v any) {
	t.Helper()
	data, err := read(os.Getenv(Dir), name)
	if err != nil {
		t.Fatalf("golden values: %v", err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("golden values in %s: %v", name, err)
	}
}

func read(folder, name string) ([]byte, error) {
	if folder != "" {
		return os.ReadFile(filepath.Join(folder, name))
	}
	if data, err := shared.ReadFile("testdata/" + name); err == nil {
		return data, nil
	}
	return os.ReadFile(filepath.Join("testdata", name))
}

// Near fails the test unless got has the length of want and |got − want| ≤ tol·max|want| in every entry: the largest
// entry of an array is what its others are measured by. No values at all fail too: there was nothing to compare.
func Near(t testing.TB, what string, got, want []float64, tol float64) {
	t.Helper()
	if len(got) != len(want) || len(want) == 0 {
		t.Errorf("%s: %d values, want %d", what, len(got), len(want))
		return
	}
	largest := 0.0
	for _, w := range want {
		largest = max(largest, math.Abs(w))
	}
	for i, g := range got {
		if !(math.Abs(g-want[i]) <= tol*largest) {
			t.Errorf("%s[%d] = %v, want %v within %v of %v", what, i, g, want[i], tol, largest)
		}
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
