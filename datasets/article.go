package datasets

import (
	"gonum.org/v1/gonum/mat"

	"kindred/internal/numpyrand"
)

// TwoTask is the data of the article's section 4.1: a regression and a classification on the same inputs.
type TwoTask struct {
	X     *mat.Dense // 100×2, uniform on [0, 1)
	Noise []float64  // 100, standard normal
	Y1    []float64  // x₁ + 2x₂ + noise

	// Y2 is 1 where x₁ > 0.5, else 0. The article prints the condition x₁ > 0, which holds everywhere: that is
	// Y2Printed.
	Y2, Y2Printed []float64

	XTest *mat.Dense // 2×2: [1 2] and [−1 −2], both outside the square that X fills
}

// TwoTaskExample returns the data of section 4.1 as NumPy draws them after np.random.seed(seed). The article takes seed
// 0.
func TwoTaskExample(seed uint32) TwoTask {
	const n = 100
	rng := numpyrand.New(seed)
	d := TwoTask{
		X:         uniform(rng, n, 2),
		Noise:     make([]float64, n),
		Y1:        make([]float64, n),
		Y2:        make([]float64, n),
		Y2Printed: make([]float64, n),
		XTest:     mat.NewDense(2, 2, []float64{1, 2, -1, -2}),
	}
	for i := range n {
		x1, x2 := d.X.At(i, 0), d.X.At(i, 1)
		d.Noise[i] = rng.Randn()
		d.Y1[i] = x1 + 2*x2 + d.Noise[i]
		if x1 > 0.5 {
			d.Y2[i] = 1
		}
		if x1 > 0 {
			d.Y2Printed[i] = 1
		}
	}
	return d
}

// Adaptation is the data of the article's section 4.2: known points and one point of a new task. All are uniform on
// [0, 1), so that there is nothing to learn but the mean.
type Adaptation struct {
	X    *mat.Dense // 10×2
	Y    []float64  // 10
	XNew *mat.Dense // 1×2
	YNew float64
}

// AdaptationExample returns the data of section 4.2 as NumPy draws them after np.random.seed(seed). The article's seed
// is 0; its X is then the first ten rows of section 4.1's.
func AdaptationExample(seed uint32) Adaptation {
	rng := numpyrand.New(seed)
	d := Adaptation{X: uniform(rng, 10, 2), Y: make([]float64, 10)}
	for i := range d.Y {
		d.Y[i] = rng.Rand()
	}
	d.XNew = uniform(rng, 1, 2)
	d.YNew = rng.Rand()
	return d
}

func uniform(rng *numpyrand.Generator, rows, cols int) *mat.Dense {
	m := mat.NewDense(rows, cols, nil)
	for i := range rows {
		for j := range cols {
			m.Set(i, j, rng.Rand())
		}
	}
	return m
}
