package datasets

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestOmniglot(t *testing.T) {
	needs(t, omniglotSmall1, omniglotSmall2)
	table, err := Omniglot(t.Context(), 21) // boxes of 5 × 5
	if err != nil {
		t.Fatal(err)
	}
	shape(t, table, 4840, 21*21, "character")
	drawn := make(map[float64]int)
	alphabets := make(map[float64]int)
	for i, c := range table.Target("character") {
		drawn[c]++
		if a, ok := alphabets[c]; ok && a != table.Groups[i] {
			t.Fatalf("character %v is of alphabets %d and %d", c, a, table.Groups[i])
		}
		alphabets[c] = table.Groups[i]
	}
	for c, n := range drawn {
		if n != 20 {
			t.Errorf("character %v is drawn %d times", c, n)
		}
	}
	characters := make([]int, len(OmniglotAlphabets()))
	for _, a := range alphabets {
		characters[a]++
	}
	// By Omniglot's table of alphabets: Balinese 108-131, Early Aramaic 251-272, Greek 394-417, katakana 596-642,
	// Korean 643-682, Latin 683-708, Sanskrit 851-892, Tagalog 893-909.
	if want := []int{24, 22, 24, 47, 40, 26, 42, 17}; len(drawn) != 242 || !slices.Equal(characters, want) {
		t.Errorf("%d characters: %d of each alphabet, want %d", len(drawn), characters, want)
	}
	if least, most := mat.Min(table.X), mat.Max(table.X); least != 0 || most <= 0.5 || most > 1 {
		t.Errorf("ink from %v to %v", least, most)
	}
	if ink := mat.Sum(table.X) / (4840 * 21 * 21); ink < 0.02 || ink > 0.15 {
		t.Errorf("%v of the paper is ink", ink)
	}
}

func TestShrink(t *testing.T) {
	// A 3 × 3 picture at 2 × 2: a new pixel covers one old one, halves of two and a quarter of one.
	got := newShrinker(3, 2).of([]float64{9, 0, 0, 0, 0, 0, 0, 0, 3})
	near(t, "pixels", got, []float64{4, 0, 0, 4. / 3}, 1e-15)
	near(t, "the same", newShrinker(2, 2).of([]float64{1, 2, 3, 4}), []float64{1, 2, 3, 4}, 0)
}

// The baseline of the source's demo: the training drawing at the least Modified Hausdorff distance is wrong in 38.8 %
// of the 400 trials.
func TestOneShotHausdorff(t *testing.T) {
	needs(t, omniglotRuns)
	runs, err := OneShotRuns(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for _, run := range runs {
		for i, label := range run.Label {
			best, nearest := math.Inf(1), -1
			for k := range 20 {
				if d := ModifiedHausdorff(run.Test.RawRowView(i), run.Training.RawRowView(k)); d < best {
					best, nearest = d, k
				}
			}
			if nearest != label {
				wrong++
			}
		}
	}
	if wrong != 155 { // 38.75 %
		t.Errorf("%d of 400 trials are wrong, want 155", wrong)
	}
}
