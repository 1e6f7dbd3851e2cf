package tasks_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// What a Gaussian process draws has the moments of its kernel: over n tasks with even queries a product of values has
// the mean that the kernel says, within five standard errors; √2·Scale² is the largest standard deviation of a product.
func TestGaussianProcessMoments(t *testing.T) {
	g := tasks.GaussianProcess{Shots: 1, Queries: 8, Length: 0.7, Scale: 1.5, Input: uniform(-2, 2), EvenQueries: true}
	const n = 20_000
	e := metakit.NewEpisode(g.Size(0, 0))
	var mean [8]float64
	products := mat.NewDense(8, 8, nil)
	for index := range uint64(n) {
		g.Draw(e, 1, index)
		y := e.Query.Y.RawMatrix().Data
		for i := range y {
			mean[i] += y[i] / n
			for j := range y {
				products.Set(i, j, products.At(i, j)+y[i]*y[j]/n)
			}
		}
	}
	for i := range 8 {
		if math.Abs(mean[i]) > 5*1.5/math.Sqrt(n) {
			t.Errorf("value %d has the mean %v", i, mean[i])
		}
		for j := range 8 {
			d := (e.Query.X.At(i, 0) - e.Query.X.At(j, 0)) / 0.7
			want := 1.5 * 1.5 * math.Exp(-d*d/2)
			if math.Abs(products.At(i, j)-want) > 5*math.Sqrt2*1.5*1.5/math.Sqrt(n) {
				t.Errorf("the product of values %d and %d has the mean %v, the kernel is %v", i, j, products.At(i, j), want)
			}
		}
	}
}

// The oracle is the conditional distribution of a joint Gaussian, by an inverse that is written down as it stands in
// books.
func TestGaussianProcessOracleIsADenseSolve(t *testing.T) {
	for index := range uint64(5) {
		g := tasks.NewGaussianProcess(6)
		g.Scale, g.Noise, g.NoisyQueries = 1.3, 0.1, index%2 == 0
		e := metakit.Draw(g, 2, index)
		n, q := 6, 10
		k := func(a, b float64) float64 { return 1.3 * 1.3 * math.Exp(-(a-b)*(a-b)/(2*0.4*0.4)) }
		inner, cross := mat.NewDense(n, n, nil), mat.NewDense(q, n, nil)
		for j := range n {
			for i := range n {
				inner.Set(i, j, k(e.Support.X.At(i, 0), e.Support.X.At(j, 0)))
			}
			for i := range q {
				cross.Set(i, j, k(e.Query.X.At(i, 0), e.Support.X.At(j, 0)))
			}
			inner.Set(j, j, inner.At(j, j)+0.01)
		}
		var inverse, half, mean, explained mat.Dense
		if err := inverse.Inverse(inner); err != nil {
			t.Fatal(err)
		}
		half.Mul(cross, &inverse)
		mean.Mul(&half, e.Support.Y)
		explained.Mul(&half, cross.T())
		oracle := g.Oracle()
		means := oracle.Predict(e.Support, e.Query.X)
		oracle.Deviations = true
		both := oracle.Predict(e.Support, e.Query.X)
		for i := range q {
			variance := 1.3*1.3 - explained.At(i, i)
			if g.NoisyQueries {
				variance += 0.01
			}
			// The condition number is below 6·1.3²/0.01 = 1,000.
			near(t, "mean", means.At(i, 0), mean.At(i, 0), 1e-11)
			near(t, "mean beside a deviation", both.At(i, 0), mean.At(i, 0), 1e-11)
			near(t, "variance", both.At(i, 1)*both.At(i, 1), variance, 1e-11)
		}
	}
}

// The posterior of weights is the textbook's, by inverses of the covariance.
func TestBayesianLinearOracleIsADenseSolve(t *testing.T) {
	b := tasks.NewBayesianLinear(4)
	b.Columns, b.Noise, b.Spread = 2, 0.3, 1.5
	e := metakit.Draw(b, 1, 5)
	phi := func(x *mat.Dense) *mat.Dense {
		n, _ := x.Dims()
		p := mat.NewDense(n, 3, nil)
		for i := range n {
			p.SetRow(i, []float64{x.At(i, 0), x.At(i, 1), 1})
		}
		return p
	}
	var precision, covariance, w, mean mat.Dense
	p, q := phi(e.Support.X), phi(e.Query.X)
	precision.Mul(p.T(), p)
	precision.Scale(1/(0.3*0.3), &precision)
	for i := range 3 {
		precision.Set(i, i, precision.At(i, i)+1/(1.5*1.5))
	}
	if err := covariance.Inverse(&precision); err != nil {
		t.Fatal(err)
	}
	w.Mul(p.T(), e.Support.Y)
	w.Scale(1/(0.3*0.3), &w)
	w.Mul(&covariance, &w)
	mean.Mul(q, &w)
	oracle := b.Oracle()
	oracle.Deviations = true
	got := oracle.Predict(e.Support, e.Query.X)
	for i := range 4 {
		row := q.RowView(i)
		near(t, "mean", got.At(i, 0), mean.At(i, 0), 1e-11)
		near(t, "variance", got.At(i, 1)*got.At(i, 1), mat.Inner(row, &covariance, row)+0.3*0.3, 1e-11)
	}
	// A shift of all weights shifts the predictions by the functions of the shift.
	shift := []float64{2, -1, 3}
	moved, support := oracle, metakit.Set{X: e.Support.X, Y: mat.DenseCopyOf(e.Support.Y)}
	moved.Mean = shift
	for i := range 4 {
		support.Y.Set(i, 0, support.Y.At(i, 0)+mat.Dot(p.RowView(i), mat.NewVecDense(3, shift)))
	}
	after := moved.Predict(support, e.Query.X)
	for i := range 4 {
		near(t, "moved mean", after.At(i, 0), got.At(i, 0)+mat.Dot(q.RowView(i), mat.NewVecDense(3, shift)), 1e-11)
	}
}

// The oracles are calibrated: (y − μ)²/σ² has mean 1 over tasks, and their loss is that of their own deviations, log σ
// + ½ + ½·log 2π, within four standard errors. One that takes half or twice the noise is worse.
func TestOraclesAreCalibrated(t *testing.T) {
	process := tasks.NewGaussianProcess(5)
	process.Noise = 0.2
	linear := tasks.NewBayesianLinear(3)
	a, b := process.Oracle(), linear.Oracle()
	a.Deviations, b.Deviations = true, true
	falseNoise := a
	falseNoise.Noise = 0.4
	other := b
	other.Noise = 0.05
	for _, c := range []struct {
		name          string
		d             metakit.Distribution
		oracle, wrong metakit.Predictor
	}{{"Gaussian process", process, a, falseNoise}, {"Bayesian linear", linear, b, other}} {
		test := metakit.Evaluation{Tasks: c.d, Episodes: 2000, Seed: 3}
		o, err := test.Baseline(t.Context(), c.oracle, nn.GaussianLoss{})
		if err != nil {
			t.Fatal(err)
		}
		var squares, expected []float64
		for k := range 2000 {
			e := test.Episode(k)
			p := c.oracle.Predict(e.Support, e.Query.X)
			n, _ := p.Dims()
			square, loss := 0.0, 0.0
			for i := range n {
				z := (e.Query.Y.At(i, 0) - p.At(i, 0)) / p.At(i, 1)
				square += z * z / float64(n)
				loss += (math.Log(p.At(i, 1)) + 0.5 + 0.5*math.Log(2*math.Pi)) / float64(n)
			}
			squares, expected = append(squares, square), append(expected, loss)
		}
		if one := metakit.MeanInterval(squares); math.Abs(one.Mean-1) > 2*(one.High-one.Mean) {
			t.Errorf("%s: the mean of (y − μ)²/σ² is %v", c.name, one)
		}
		if gap := metakit.PairedInterval(o.Losses, expected); math.Abs(gap.Mean) > 2*(gap.High-gap.Mean) {
			t.Errorf("%s: its loss is off what it expects by %v", c.name, gap)
		}
		worse, err := test.Baseline(t.Context(), c.wrong, nn.GaussianLoss{})
		if err != nil {
			t.Fatal(err)
		}
		if gain := metakit.PairedInterval(worse.Losses, o.Losses); !(gain.Low > 0) {
			t.Errorf("%s: the oracle gains %v over one with other noise", c.name, gain)
		}
	}
}

// All sizes come, each as often: of 3,500 tasks of 7 sizes 500 each, give or take five standard deviations of 21.
func TestMixShots(t *testing.T) {
	m := tasks.MixShots(3, 9, func(n int) metakit.Distribution { return tasks.NewGaussianProcess(n) })
	count := map[int]int{}
	for index := range uint64(3500) {
		count[m.Size(1, index).Support]++
	}
	for shots := 3; shots <= 9; shots++ {
		if math.Abs(float64(count[shots])-500) > 5*21 {
			t.Errorf("%d shots come %d times", shots, count[shots])
		}
	}
	if len(count) != 7 {
		t.Errorf("sizes %v", count)
	}
}
