package exported

import (
	"slices"
	"strings"
	"testing"
)

func TestAPI(t *testing.T) {
	want := strings.Split(`pkg shapes, const Flat Kind = iota, iota 2
pkg shapes, const Round Kind = iota, iota 0
pkg shapes, const Sides = 4
pkg shapes, func New[T any](string, ...T) (*Box[T, io.Reader], error)
pkg shapes, method (*Box[T, U]) Grow([2]float64)
pkg shapes, method (Box) Promoted()
pkg shapes, method (Kind) String() string
pkg shapes, type Also = Kind
pkg shapes, type Box struct, Height float64
pkg shapes, type Box struct, Of map[string][]*T
pkg shapes, type Box struct, Width float64
pkg shapes, type Box struct, embedded io.Reader
pkg shapes, type Box[T any, U io.Reader] struct, with unexported fields
pkg shapes, type Kind int
pkg shapes, type Rule func(int, func(string)) (bool, error)
pkg shapes, type Shape interface, Area(float64) float64
pkg shapes, type Shape interface, io.Writer
pkg shapes, type Shape interface, with unexported methods
pkg shapes, var Area = func(float64, float64) float64 {…}
pkg shapes, var ErrFlat = errors.New(…)
pkg shapes, var Names = []string{…}`, "\n")
	got, err := API("shapes", "testdata/shapes")
	if err != nil {
		t.Fatal(err)
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("from line %d on it lists\n%s\nwant\n%s", i+1, strings.Join(got[min(i, len(got)):], "\n"),
				strings.Join(want[min(i, len(want)):], "\n"))
		}
	}
	if !slices.IsSorted(got) {
		t.Error("the lines are not sorted")
	}
	if _, err := API("none", "testdata"); err == nil {
		t.Error("a folder without a package has no error")
	}
}
