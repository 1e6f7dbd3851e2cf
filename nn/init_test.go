package nn

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestInitializers(t *testing.T) {
	const fanIn, fanOut = 300, 200
	for _, c := range []struct {
		name    string
		init    Initializer
		std     float64
		largest float64 // no entry is larger
	}{
		{"Glorot uniform", GlorotUniform{}, math.Sqrt(2. / 500), math.Sqrt(6. / 500)},
		{"Glorot normal", GlorotNormal{}, math.Sqrt(2. / 500), math.Inf(1)},
		{"He uniform", HeUniform{}, math.Sqrt(2. / 300), math.Sqrt(6. / 300)},
		{"He normal", HeNormal{}, math.Sqrt(2. / 300), math.Inf(1)},
		// The variance of a normal cut at ±c is 1 − 2c·φ(c)/(2Φ(c) − 1) = 0.7737 for c = 2.
		{"truncated normal", TruncatedNormal{Std: 0.01}, 0.01 * math.Sqrt(0.77374), 0.02},
	} {
		w := make([]float64, fanIn*fanOut)
		c.init.Fill(w, fanIn, fanOut, rand.New(rand.NewPCG(1, 0)))
		n := float64(len(w))
		var sum, squares, largest float64
		for _, v := range w {
			sum += v
			squares += v * v
			largest = max(largest, math.Abs(v))
		}
		// The mean of n draws has deviation std/√n, their mean square at most √2·std²/√n: five of each.
		if mean := sum / n; math.Abs(mean) > 5*c.std/math.Sqrt(n) {
			t.Errorf("%s: mean %g", c.name, mean)
		}
		if v := squares / n; math.Abs(v-c.std*c.std) > 5*math.Sqrt2*c.std*c.std/math.Sqrt(n) {
			t.Errorf("%s: variance %g, want %g", c.name, v, c.std*c.std)
		}
		if largest > c.largest {
			t.Errorf("%s: an entry of size %g, limit %g", c.name, largest, c.largest)
		}
	}
	w := []float64{1, 2}
	Zeros{}.Fill(w, 1, 2, nil)
	if w[0] != 0 || w[1] != 0 {
		t.Errorf("zeros: %v", w)
	}
}
