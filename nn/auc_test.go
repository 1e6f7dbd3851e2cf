package nn

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func TestAUCByHand(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, c := range map[string]struct {
		output, labels *mat.Dense
		want           float64
	}{
		"set apart":        {column(-1, 2, 0, 3), column(0, 1, 0, 1), 1},
		"the wrong way":    {column(-1, 2, 0, 3), column(1, 0, 1, 0), 0},
		"all equal":        {column(7, 7, 7), column(0, 1, 1), 0.5},
		"three of four":    {column(1, 3, 2, 4), column(0, 0, 1, 1), 0.75},
		"a tie":            {column(1, 2, 2, 4), column(0, 0, 1, 1), 0.875},
		"infinite outputs": {column(-inf, inf, inf), column(0, 1, 0), 0.75},
		"zeros of a sign":  {column(0, math.Copysign(0, -1)), column(1, 0), 0.5},
		"half a label":     {column(1, 2), column(0.5, 0.6), 1}, // is of class 0, as for Accuracy
		"one class":        {column(1, 2, 3), column(1, 1, 1), nan},
		"the other class":  {column(1), column(0), nan},
		"missing labels":   {column(1, 9, 2), column(0, nan, 1), 1},
		"without labels":   {column(1, 2), column(nan, nan), nan},
		"NaN":              {column(1, nan, 2), column(0, 1, 1), nan},
		"NaN, no label":    {column(1, nan, 2), column(0, nan, 1), nan},
		// Areas of 1 and 0; then the second column has one class alone.
		"two columns":        {mat.NewDense(2, 2, []float64{1, 1, 2, 2}), mat.NewDense(2, 2, []float64{0, 1, 1, 0}), 0.5},
		"a column of ones":   {mat.NewDense(2, 2, []float64{1, 1, 2, 2}), mat.NewDense(2, 2, []float64{0, 1, 1, 1}), 1},
		"columns of a class": {mat.NewDense(1, 2, []float64{1, 2}), mat.NewDense(1, 2, []float64{0, 1}), nan},
	} {
		if got := AUC.Of(c.output, c.labels); got != c.want && !(math.IsNaN(got) && math.IsNaN(c.want)) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// The area is the share of pairs that a double loop counts, to the bit: both are a whole number of half pairs, divided
// once. It is the same for whatever keeps the order of the outputs, and what is left to 1 where the order is turned.
func TestAUCCountsPairs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	for range 300 {
		n, values := 1+rng.IntN(60), 1+rng.IntN(12) // few values: many ties
		z, y := mat.NewDense(n, 1, nil), mat.NewDense(n, 1, nil)
		for i := range n {
			z.Set(i, 0, float64(rng.IntN(values))-3)
			y.Set(i, 0, float64(rng.IntN(2)))
		}
		halves, pairs := 0, 0
		for i := range n {
			for j := range n {
				if y.At(i, 0) == 0 || y.At(j, 0) == 1 {
					continue
				}
				pairs += 2
				switch a, b := z.At(i, 0), z.At(j, 0); {
				case a > b:
					halves += 2
				case a == b:
					halves++
				}
			}
		}
		want, got := float64(halves)/float64(pairs), AUC.Of(z, y)
		if pairs == 0 {
			if !math.IsNaN(got) {
				t.Fatalf("%v for one class", got)
			}
			continue
		}
		if got != want {
			t.Fatalf("%v, want %v", got, want)
		}
		var odds, turned mat.Dense
		odds.Apply(func(_, _ int, v float64) float64 { return 1 / (1 + math.Exp(-v)) }, z)
		turned.Scale(-1, z)
		if same, rest := AUC.Of(&odds, y), AUC.Of(&turned, y); same != want || rest != float64(pairs-halves)/float64(pairs) {
			t.Fatalf("%v of probabilities, %v of the order turned, want %v and the rest", same, rest, want)
		}
	}
}
