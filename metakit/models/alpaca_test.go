package models_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/golden"
	"kindred/metakit"
	"kindred/metakit/metatest"
	"kindred/metakit/models"
)

func TestPropertiesOfFixedNoise(t *testing.T) {
	l := models.NewALPaCA(line, 6, 1)
	l.FixedNoise = true
	metatest.TestLearner(t, l, waves, all)
}

// random returns an episode of that many points and labels, all of them noise.
func random(support, query, in, labels int) *metakit.Episode {
	e := metakit.NewEpisode(metakit.Size{Support: support, Query: query, In: in, Out: labels})
	rng := rand.New(rand.NewPCG(7, 0))
	for _, m := range []*mat.Dense{e.Support.X, e.Support.Y, e.Query.X, e.Query.Y} {
		m.Apply(func(_, _ int, _ float64) float64 { return rng.NormFloat64() }, m)
	}
	return e
}

// plainGP returns means and variances of labels, noise included, by a Gaussian process computed as the textbook has it,
// with inverses: from covariances of the support points, of query with support points, and of each query point.
func plainGP(t *testing.T, ss, qs *mat.Dense, qq, meanS, meanQ, y []float64, noise float64) (mean, variance []float64) {
	t.Helper()
	k, n := mat.DenseCopyOf(ss), len(y)
	for i := range n {
		k.Set(i, i, k.At(i, i)+noise*noise)
	}
	var inverse, left, means, known mat.Dense
	if err := inverse.Inverse(k); err != nil {
		t.Fatal(err)
	}
	left.Mul(qs, &inverse)
	rest := mat.NewDense(n, 1, nil)
	for i := range n {
		rest.Set(i, 0, y[i]-meanS[i])
	}
	means.Mul(&left, rest)
	known.MulElem(&left, qs)
	for i := range qq {
		mean = append(mean, meanQ[i]+means.At(i, 0))
		variance = append(variance, qq[i]-mat.Sum(known.Slice(i, i+1, 0, n))+noise*noise)
	}
	return mean, variance
}

// In function space it is the Gaussian process of mean φᵀK₀ and covariance σ²φᵀΛ₀⁻¹φ′, for each label on its own.
func TestALPaCAIsItsGaussianProcess(t *testing.T) {
	const labels = 2
	for _, shots := range []int{1, 4, 15} {
		l, e := models.NewALPaCA(line, 6, labels), random(shots, 5, 1, labels)
		l.Floor = 0.3
		meta := start(l, 1)
		meta[len(meta)-1] = math.Log(0.7) // a σ of its own for each label
		k := len(meta) - labels - 36 - 6*labels
		s, q := embed(t, line, meta[:k], e.Support.X), embed(t, line, meta[:k], e.Query.X)
		k0, a := mat.NewDense(6, labels, meta[k:k+6*labels]), mat.NewDense(6, 6, meta[k+6*labels:k+6*labels+36])
		var precision, prior, left, ss, qs, qq, meanS, meanQ mat.Dense
		precision.Mul(a, a.T())
		for i := range 6 {
			precision.Set(i, i, precision.At(i, i)+0.3)
		}
		if err := prior.Inverse(&precision); err != nil {
			t.Fatal(err)
		}
		left.Mul(q, &prior)
		qs.Mul(&left, s.T())
		qq.Mul(&left, q.T())
		ss.Product(s, &prior, s.T())
		meanS.Mul(s, k0)
		meanQ.Mul(q, k0)
		p := predicted(t, l, meta, e)
		for j := range labels {
			sigma := math.Exp(meta[len(meta)-labels+j])
			scaled := func(m mat.Matrix) *mat.Dense {
				out := mat.DenseCopyOf(m)
				out.Scale(sigma*sigma, out)
				return out
			}
			variances := scaled(&qq)
			var own []float64
			for i := range 5 {
				own = append(own, variances.At(i, i))
			}
			mean, variance := plainGP(t, scaled(&ss), scaled(&qs), own, mat.Col(nil, j, &meanS), mat.Col(nil, j, &meanQ),
				mat.Col(nil, j, e.Support.Y), sigma)
			deviation := mat.Col(nil, labels+j, p)
			for i, d := range deviation {
				deviation[i] = d * d
			}
			golden.Near(t, "mean", mat.Col(nil, j, p), mean, 1e-11) // systems of a condition below 1e4
			golden.Near(t, "variance", deviation, variance, 1e-11)
		}
	}
}
