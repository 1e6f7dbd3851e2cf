package plots

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/plot/vg"
	"pgregory.net/rapid"
)

func TestSpread(t *testing.T) {
	for _, c := range []struct{ ys, want []vg.Length }{
		{[]vg.Length{10, 50}, []vg.Length{10, 50}},
		{[]vg.Length{50, 50}, []vg.Length{45, 55}},
		{[]vg.Length{52, 50, 48}, []vg.Length{60, 50, 40}},
		{[]vg.Length{0, 0}, []vg.Length{0, 10}},
		{[]vg.Length{100, 100, 97}, []vg.Length{90, 100, 80}},
	} {
		if got := spread(c.ys, 10, 0, 100); !slices.Equal(got, c.want) {
			t.Errorf("spread(%v) = %v, want %v", c.ys, got, c.want)
		}
	}
}

// TestSpreadKeepsClear: where there is room, labels keep their order, do not overlap and stay inside.
func TestSpreadKeepsClear(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SliceOfN(rapid.Float64Range(0, 100), 1, 11).Draw(t, "ys") // 11 labels just fit
		ys := make([]vg.Length, len(raw))
		for i, y := range raw {
			ys[i] = vg.Length(y)
		}
		out := spread(ys, 10, 0, 100)
		for i := range ys {
			if out[i] < -1e-9 || out[i] > 100+1e-9 {
				t.Fatalf("label %d of %v at %v", i, ys, out)
			}
			for j := range i {
				if math.Abs(float64(out[i]-out[j])) < 10-1e-9 {
					t.Fatalf("labels %d and %d of %v overlap: %v", i, j, ys, out)
				}
				if ys[i] < ys[j] && out[i] > out[j] {
					t.Fatalf("labels %d and %d of %v change places: %v", i, j, ys, out)
				}
			}
		}
	})
}

func TestSimplify(t *testing.T) {
	var line, wave []vg.Point
	for i := range 1001 {
		x := vg.Length(i) / 10
		line = append(line, vg.Point{X: x, Y: 2 * x})
		wave = append(wave, vg.Point{X: x, Y: vg.Length(20 * math.Sin(float64(x)/5))})
	}
	if got := simplify(line, 0.1); len(got) != 2 {
		t.Errorf("a straight line keeps %d points, want 2", len(got))
	}
	kept := simplify(wave, 0.1)
	if len(kept) > 250 {
		t.Errorf("a wave keeps %d of %d points", len(kept), len(wave))
	}
	k := 1
	for _, q := range wave {
		for kept[k].X < q.X {
			k++
		}
		if d := distance(q, kept[k-1], kept[k]); d > 0.1 {
			t.Fatalf("a point lies %v from the simplified wave, want at most 0.1", d)
		}
	}
}

// TestSimplifyToAndFro: between two places, where each split is one point long, time still grows with the points.
func TestSimplifyToAndFro(t *testing.T) {
	line := append(slices.Repeat([]vg.Point{{X: 0, Y: 0}, {X: 5, Y: 5}}, 100_000), vg.Point{X: 0, Y: 9})
	if got := simplify(line, 0.1); !slices.Equal(got, line) {
		t.Errorf("%d of %d points are kept, want all", len(got), len(line))
	}
}

func TestWrap(t *testing.T) {
	lines := wrap("one two three four", 10, false, width("one two three", 10, false))
	if !slices.Equal(lines, []string{"one two", "three four"}) { // and not "four" by itself
		t.Errorf("wrapped into %q", lines)
	}
	lines = wrap("a gain of 95 % by [−0.1, 0.2] of it", 10, false, width("a gain of 95", 10, false))
	if !slices.Equal(lines, []string{"a gain of", "95 % by", "[−0.1, 0.2]", "of it"}) {
		t.Errorf("wrapped into %q", lines)
	}
}
