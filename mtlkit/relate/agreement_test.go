package relate

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestSpearman(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		x, y []float64
		want float64
	}{
		{[]float64{1, 2, 3}, []float64{10, 100, 1000}, 1},
		{[]float64{1, 2, 3}, []float64{3, 2, 1}, -1},
		// Without ties 1 − 6Σd²/(n(n² − 1)): the example of Wikipedia, IQ and hours of television, −29/165.
		{[]float64{106, 100, 86, 101, 99, 103, 97, 113, 112, 110}, []float64{7, 27, 2, 50, 28, 29, 20, 12, 6, 17},
			-29. / 165},
		// Ties share their mean rank: ranks 1.5, 1.5, 3 and 1, 2, 3, of covariance 1.5 and variances 1.5 and 2.
		{[]float64{5, 5, 7}, []float64{1, 2, 3}, 1.5 / math.Sqrt(3)},
		{[]float64{1, nan, 2, 3}, []float64{1, 9, 2, 3}, 1},
	} {
		if got := Spearman(c.x, c.y); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v, %v: %v, want %v", c.x, c.y, got, c.want)
		}
	}
	for _, x := range [][]float64{{1}, {2, 2}, {1, nan}} {
		if got := Spearman(x, x); got == got {
			t.Errorf("%v: %v, want NaN", x, got)
		}
	}
}

// made returns influences of a truth plus noise, over seeds.
func made(rng *rand.Rand, truth [][]float64, noise float64, seeds int) Influence {
	f := Influence{Values: cube(len(truth))}
	for i := range truth {
		f.Tasks = append(f.Tasks, string(rune('a'+i)))
		for j := range truth {
			for range seeds {
				if i != j {
					f.Values[i][j] = append(f.Values[i][j], truth[i][j]+noise*rng.NormFloat64())
				}
			}
		}
	}
	return f
}

// Agreement with the truth is high, with nothing it is near 0, and the intervals hold the correlation of the truths in
// nearly all of 40 draws: at least 31, where a binomial of 0.95 has 33 or more with a chance of 99.9 %, and the
// percentile bootstrap of 10 tasks is a little short.
func TestAgreement(t *testing.T) {
	rng := rand.New(rand.NewPCG(10, 0))
	truth := randomPairs(rng, 8)
	g := Agree(made(rng, truth, 0.1, 4), made(rng, truth, 0.1, 6), 200, 1)
	if g.All.Value < 0.95 || g.Within.Value < 0.9 || g.Reliable < 0.9 || g.All.Low > g.All.Value ||
		g.All.High < g.All.Value {
		t.Errorf("the same truth: %v", g)
	}
	drawn := func(seed uint64) Influence { return made(rand.New(rand.NewPCG(seed, 1)), truth, 0.1, 4) }
	if Agree(drawn(1), drawn(2), 100, 3) != Agree(drawn(1), drawn(2), 100, 3) {
		t.Error("the same seed draws otherwise")
	}
	held := 0
	for draw := range uint64(40) {
		nothing := Agree(made(rng, randomPairs(rng, 10), 0.5, 4), made(rng, randomPairs(rng, 10), 0.5, 4), 100, draw)
		if nothing.All.Low <= 0 && nothing.All.High >= 0 {
			held++
		}
	}
	if held < 31 {
		t.Errorf("without any agreement %d of 40 intervals hold 0", held)
	}
}
