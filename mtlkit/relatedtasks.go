package mtlkit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/nn"
)

// familyStream is where the random streams of a family begin: apart from those of a trainer of the same seed.
const familyStream = 1 << 32

// RelatedTasks makes regressions that may have features in common. Task i is
//
//	y = wᵢ·φ(Aᵢx) + Noise·ε,   Aᵢ = √ρ A + √(1 − ρ) Bᵢ
//
// with x and ε standard normal, φ(v) = sin v, entry by entry, and ρ the relatedness. All tasks have A in common, so
// that for ρ = 1 they share all features and for ρ = 0 none. The entries of A and Bᵢ are N(0, 1.5²/Inputs), so that a
// sine bends well; wᵢ has a random direction and the length √2, so that y has a variance of about 1 besides the noise.
// Each task has rows of its own.
type RelatedTasks struct {
	Inputs      int     // entries of x
	Features    int     // entries of φ
	Rows        []int   // to train on, for each task
	HeldOut     int     // rows of each task to measure on, without noise
	Relatedness float64 // ρ, from 0 to 1
	Noise       float64 // standard deviation
}

// NewRelatedTasks returns a family of two tasks of 400 and of 40 rows, with 8 inputs, 3 features and 500 rows of each
// to measure on, without noise. It panics unless the relatedness is from 0 to 1.
func NewRelatedTasks(relatedness float64) RelatedTasks {
	r := RelatedTasks{Inputs: 8, Features: 3, Rows: []int{400, 40}, HeldOut: 500, Relatedness: relatedness}
	r.check()
	return r
}

// Tasks returns the tasks, called "task 1", "task 2", …, each with a squared error.
func (r RelatedTasks) Tasks() []Task {
	var tasks []Task
	for i := range r.Rows {
		tasks = append(tasks, Task{Name: fmt.Sprintf("task %d", i+1), Loss: nn.SquaredError{}})
	}
	return tasks
}

// Draw returns a family of tasks, and rows of each to train and to measure on. The same seed draws the same, and for
// another relatedness from the same A, Bᵢ, wᵢ, x and ε. It panics if a setting makes no sense.
func (r RelatedTasks) Draw(seed uint64) (train, held Data) {
	r.check()
	inputs, features := r.Inputs, r.Features
	rng := rand.New(rand.NewPCG(seed, familyStream))
	scale := 1.5 / math.Sqrt(float64(inputs))
	common := gaussian(rng, features, inputs, scale)
	for i, rows := range r.Rows {
		rng := rand.New(rand.NewPCG(seed, familyStream+uint64(1+i)))
		var a, own mat.Dense
		a.Scale(math.Sqrt(r.Relatedness), common)
		own.Scale(math.Sqrt(1-r.Relatedness), gaussian(rng, features, inputs, scale))
		a.Add(&a, &own)
		w := gaussian(rng, features, 1, 1)
		w.Scale(math.Sqrt2/mat.Norm(w, 2), w)
		sample := func(n int, noise float64) (x, y *mat.Dense) {
			x, y = gaussian(rng, n, inputs, 1), gaussian(rng, n, 1, noise)
			var v, signal mat.Dense
			v.Mul(x, a.T())
			v.Apply(func(_, _ int, a float64) float64 { return math.Sin(a) }, &v)
			signal.Mul(&v, w)
			y.Add(y, &signal)
			return x, y
		}
		x, y := sample(rows, r.Noise)
		train.X, train.Y = append(train.X, x), append(train.Y, y)
		x, y = sample(r.HeldOut, 0)
		held.X, held.Y = append(held.X, x), append(held.Y, y)
	}
	return train, held
}

func (r RelatedTasks) check() {
	if !(r.Relatedness >= 0 && r.Relatedness <= 1) {
		panic(fmt.Sprintf("mtlkit: RelatedTasks: Relatedness is %v, want 0 to 1", r.Relatedness))
	}
	if !(r.Noise >= 0) || math.IsInf(r.Noise, 1) {
		panic(fmt.Sprintf("mtlkit: RelatedTasks: Noise is %v; it must be finite and not negative", r.Noise))
	}
	if r.Inputs < 1 || r.Features < 1 || r.HeldOut < 1 || len(r.Rows) == 0 || slices.Min(r.Rows) < 1 {
		panic(fmt.Sprintf("mtlkit: RelatedTasks: %d inputs, %d features, rows %v and %d held out; there must be at least "+
			"one of each, as NewRelatedTasks has", r.Inputs, r.Features, r.Rows, r.HeldOut))
	}
}

// gaussian returns a matrix with entries drawn from N(0, std²).
func gaussian(rng *rand.Rand, rows, cols int, std float64) *mat.Dense {
	m := mat.NewDense(rows, cols, nil)
	for r := range rows {
		for c := range cols {
			m.Set(r, c, std*rng.NormFloat64())
		}
	}
	return m
}
