package tasks

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/nn"
)

// The random streams of a draw: apart from those of a trainer of the same seed, and of mtlkit.RelatedTasks.
const (
	weightStream = 2<<32 + iota
	shapeStream
	rowStream // of the first set; the others follow
)

func random(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }

// gaussian returns n numbers from N(0, 1).
func gaussian(rng *rand.Rand, n int) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	return v
}

// orthonormal returns n orthogonal vectors of length 1 and of dim entries, in a random position. Each is made
// orthogonal to those before it (Gram and Schmidt), twice, so that what rounding leaves of them goes too.
func orthonormal(rng *rand.Rand, n, dim int) [][]float64 {
	var u [][]float64
	for range n {
		v := gaussian(rng, dim)
		for range 2 {
			for _, w := range u {
				add(v, -dot(v, w), w)
			}
		}
		length := math.Sqrt(dot(v, v))
		for j := range v {
			v[j] /= length
		}
		u = append(u, v)
	}
	return u
}

func dot(v, w []float64) float64 {
	sum := 0.0
	for j := range v {
		sum += v[j] * w[j]
	}
	return sum
}

// add adds s·w to v.
func add(v []float64, s float64, w []float64) {
	for j := range v {
		v[j] += s * w[j]
	}
}

// regressions returns n tasks called "task 1", "task 2", …, each with a squared error.
func regressions(n int) []mtlkit.Task {
	var all []mtlkit.Task
	for i := range n {
		all = append(all, mtlkit.Task{Name: fmt.Sprintf("task %d", i+1), Loss: nn.SquaredError{}})
	}
	return all
}

// draw returns sets of rows that all tasks share: inputs from N(0, 1), and for each task of(i, wᵢ·x) with noise of
// the deviation noise[i]. A set has a random stream of its own, so that it does not depend on how many rows the
// others have.
func draw(seed uint64, rows []int, w [][]float64, noise []float64, of func(task int, z float64) float64) []mtlkit.Data {
	var sets []mtlkit.Data
	for k, n := range rows {
		rng := random(seed, rowStream+uint64(k))
		x := mat.NewDense(n, len(w[0]), nil)
		labels := make([][]float64, len(w))
		for r := range n {
			row := x.RawRowView(r)
			copy(row, gaussian(rng, len(row)))
			for i := range w {
				labels[i] = append(labels[i], of(i, dot(w[i], row))+noise[i]*rng.NormFloat64())
			}
		}
		sets = append(sets, mtlkit.SharedInputs(x, labels...))
	}
	return sets
}

// checkRows panics unless there are sets of rows to draw.
func checkRows(family string, rows []int) {
	if len(rows) == 0 {
		panic(fmt.Sprintf("tasks: %s.Draw: no sets of rows; say how many each has, such as 1000, 500, 500", family))
	}
	for _, n := range rows {
		if n < 1 {
			panic(fmt.Sprintf("tasks: %s.Draw: sets of %v rows; each must have at least 1", family, rows))
		}
	}
}

func checkDeviation(family string, noise float64) {
	if !(noise >= 0) || math.IsInf(noise, 1) {
		panic(fmt.Sprintf("tasks: %s: Noise is %v; it must be finite and not negative", family, noise))
	}
}
