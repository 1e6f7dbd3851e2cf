package cell

import (
	"math"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	var none []float64
	for _, c := range []struct {
		name         string
		answer, want any
		says         string
	}{
		{"not answered", nil, 0.25, "☐ This exercise waits for a number, in place of nil."},
		{"NaN", math.NaN(), 0.25, "waits for a number"},
		{"a function that returns nil", none, []float64{1, 2, 3}, "waits for 3 values, each a number"},
		{"a whole number is asked for", nil, 3, "waits for a whole number"},
		{"equal", 0.25, 0.25, "✓ **Right.**"},
		{"rounded", 0.5, 0.4988, "Right."},
		{"a whole number for a number", 2, 2.0, "Right."},
		{"a number for a whole one", 3.0, 3, "Right."},
		{"close", 0.26, 0.25, "≈ **Close: 4 % too high.**"},
		{"low", 0.1, 0.25, "✗ **Not yet**: too low."},
		{"a factor", 25.0, 0.25, "too high, by a factor of 1e+02."},
		{"the sign", -0.25, 0.25, "the size is right, the sign is not."},
		{"below a negative number", -1.0, -0.25, "too low, by a factor of 4."},
		{"nothing wanted", 1e-12, 0.0, "Right."},
		{"nothing wanted, something given", 0.1, 0.0, "too high."},
		{"infinite", math.Inf(1), 1.0, "+Inf is no finite number."},
		{"count", 4, 3, "too high."},
		{"text", " maml", "MAML", "Right."},
		{"another text", "Reptile", "MAML", `"Reptile" is not it.`},
		{"text for a number", "a lot", 0.25, "wanted is a number, and not a lot."},
		{"boolean", false, true, "false is not it."},
		{"slices", []float64{1, 2}, []float64{1, 2}, "Right."},
		{"whole numbers in a slice", []int{1, 2}, []float64{1, 2}, "Right."},
		{"an entry", []float64{1, 2}, []float64{1, 4}, "value 2: too low."},
		{"an entry that is close", []float64{1, 3.9}, []float64{1, 4}, "Close: value 2: 2.5 % too low."},
		{"too short", []float64{1}, []float64{1, 4}, "1 values, wanted are 2."},
		{"rows", [][]float64{{1}, {2, 3}}, [][]float64{{1}, {2, 4}}, "value 2: value 2: too low."},
		{"entries of any type", []any{1, "b"}, []any{1, "c"}, `"b" is not it.`},
		{"nothing among entries", []any{1, nil}, []any{1, "c"}, "value 2: it is missing."},
	} {
		if got := check(c.answer, c.want); !strings.Contains(got, c.says) {
			t.Errorf("%s: %q, want %q", c.name, got, c.says)
		}
	}
	for _, want := range []any{nil, math.NaN(), math.Inf(-1), none, struct{}{}, []any{1, nil}, func() {}} {
		func() {
			defer func() {
				if said, _ := recover().(string); !strings.Contains(said, "cell: Check: the wanted value is") {
					t.Errorf("want %v: panicked with %q", want, said)
				}
			}()
			check(1, want)
		}()
	}
}
