package metakit

import "fmt"

// Linear is a family of linear functions y = w·x, w ~ N(Mean, Spread²·I), every coordinate of x uniform on [0, 1). The
// targets of the support set carry Gaussian noise, those of the query set do not, so that an error is one of the
// prediction alone.
type Linear struct {
	Shots   int       // support points; 0 stands for 5
	Queries int       // query points; 0 stands for 100
	Mean    []float64 // of w; nil stands for {1, 2}
	Spread  float64   // standard deviation of every weight; 0 stands for 0.5
	Noise   float64   // standard deviation of the noise in the support targets
}

var _ Distribution = Linear{}

// Size implements [Distribution].
func (l Linear) Size() Size {
	size := Size{Support: l.Shots, Query: l.Queries, In: len(l.mean()), Out: 1}
	if size.Support == 0 {
		size.Support = 5
	}
	if size.Query == 0 {
		size.Query = 100
	}
	return size
}

// Draw implements [Distribution].
func (l Linear) Draw(e *Episode, seed, index uint64) {
	if !(l.Noise >= 0) || !(l.Spread >= 0) {
		panic(fmt.Sprintf("metakit: Linear: noise %v and spread %v must not be negative", l.Noise, l.Spread))
	}
	rng := e.Rand(seed, index)
	mean, spread := l.mean(), l.Spread
	if spread == 0 {
		spread = 0.5
	}
	var room [8]float64
	w := append(room[:0], mean...)
	for j := range w {
		w[j] += spread * rng.NormFloat64()
	}
	draw := func(set Set, noise float64) {
		x, y := set.X.RawMatrix().Data, set.Y.RawMatrix().Data
		for i := range y {
			y[i] = noise * rng.NormFloat64()
			for j, wj := range w {
				v := rng.Float64()
				x[i*len(w)+j] = v
				y[i] += wj * v
			}
		}
	}
	draw(e.Support, l.Noise)
	draw(e.Query, 0)
}

// ZeroShot returns the best prediction at x from no points at all, Mean·x.
func (l Linear) ZeroShot(x []float64) float64 {
	sum := 0.0
	for j, w := range l.mean() {
		sum += w * x[j]
	}
	return sum
}

// ZeroShotFloor returns the mean squared error of [Linear.ZeroShot], Spread²·E‖x‖² = Spread²·d/3.
func (l Linear) ZeroShotFloor() float64 {
	spread := l.Spread
	if spread == 0 {
		spread = 0.5
	}
	return spread * spread * float64(len(l.mean())) / 3
}

// Oracle returns least squares on the support points, the classical method for one task alone.
func (l Linear) Oracle() LeastSquares { return LeastSquares{} }

func (l Linear) mean() []float64 {
	if l.Mean == nil {
		return articleMean
	}
	return l.Mean
}

var articleMean = []float64{1, 2}
