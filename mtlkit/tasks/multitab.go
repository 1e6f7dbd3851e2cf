package tasks

import (
	"fmt"
	"math"
	"slices"

	"kindred/mtlkit"
)

// MultiTab is any number of regressions, each a polynomial of one direction of the inputs; the directions of any two
// tasks have the same cosine:
//
//	yᵢ = zᵢ + zᵢ² + … + zᵢ^dᵢ + εᵢ,   zᵢ = wᵢ·x,   ‖wᵢ‖ = 1,   wᵢ·wⱼ = Correlation
//
// with every entry of x from N(0, 1), dᵢ the degree and εᵢ from N(0, Noise²). Tasks of different degrees are of
// different difficulty, and their labels of different size: a variance of 1 for degree 1, of 3 for 2 and of 24 for 3;
// a datasets.Scaler brings them to one scale. What is alike is the inputs that matter, not what is made of them:
// [MultiTab.Covariance] says how the labels go together.
//
// It is the generator of MultiTab-Bench. Where that takes W = QΛ^½U of the eigenvectors Q and values Λ of the Gram
// matrix P and orthonormal rows U, here it is P^½U, in closed form: the tasks are distributed alike, and do not
// depend on which of many bases an eigensolver finds. A correlation that P cannot have is refused, where that takes
// the nearest.
//
// Reference: Sinodinos, Wei, Armanfard. MultiTab: a scalable foundation for multitask learning on tabular data. AAAI
// 2026, arXiv:2511.09970. Its experiments have 7 tasks of 32 inputs, the degrees 1 to 4, noise of 0.01 and a
// correlation of 0.4.
type MultiTab struct {
	Inputs      int       // entries of x, at least as many as tasks
	Correlation float64   // the cosine between the weights of any two tasks, from −1/(T − 1) to 1
	Degrees     []int     // for each task, from 1 to 8
	Noise       []float64 // for each task, the standard deviation of ε
}

// NewMultiTab returns a family with the default degree and noise of the published code for each of n tasks, 2 and 0.01,
// and with 32 inputs, or n if that is more.
func NewMultiTab(n int, correlation float64) MultiTab {
	if n < 1 {
		panic(fmt.Sprintf("tasks: NewMultiTab: %d tasks; there must be at least 1", n))
	}
	f := MultiTab{
		Inputs: max(32, n), Correlation: correlation,
		Degrees: slices.Repeat([]int{2}, n), Noise: slices.Repeat([]float64{0.01}, n),
	}
	f.check()
	return f
}

// Tasks returns the tasks, called "task 1", "task 2", …, each with a squared error.
func (f MultiTab) Tasks() []mtlkit.Task {
	f.check()
	return regressions(len(f.Degrees))
}

// Draw returns sets of so many rows, which all tasks share. The same seed draws from the same orthonormal vectors,
// whatever the other settings are, and the same x and, before they are scaled, ε of each set, whatever the number of
// rows of the others is.
func (f MultiTab) Draw(seed uint64, rows ...int) []mtlkit.Data {
	f.check()
	checkRows("MultiTab", rows)
	return draw(seed, rows, f.Weights(seed), f.Noise, func(i int, z float64) float64 {
		y := 0.0
		for range f.Degrees[i] {
			y = z * (1 + y)
		}
		return y
	})
}

// Weights returns the weights of each task in a draw.
func (f MultiTab) Weights(seed uint64) [][]float64 {
	f.check()
	m := len(f.Degrees)
	u := orthonormal(random(seed, weightStream), m, f.Inputs)
	own, all := f.root()
	sum := make([]float64, f.Inputs)
	for _, v := range u {
		add(sum, 1, v)
	}
	w := make([][]float64, m)
	for i := range w {
		w[i] = make([]float64, f.Inputs)
		add(w[i], own, u[i])
		add(w[i], all, sum)
	}
	return w
}

// root returns a and b of P^½ = a·I + b·J, where J is all ones, for P = (1 − p)·I + p·J.
func (f MultiTab) root() (a, b float64) {
	m, p := float64(len(f.Degrees)), f.Correlation
	a = math.Sqrt(1 - p)
	return a, (math.Sqrt(max(1+(m-1)*p, 0)) - a) / m
}

// NoiseFloor returns the mean squared error of a task that nobody can get below on noisy labels, Noise².
func (f MultiTab) NoiseFloor(task int) float64 {
	f.checkTask("NoiseFloor", task)
	return f.Noise[task] * f.Noise[task]
}

// Covariance returns that of the labels of two tasks; of a task with itself the variance, which is the mean squared
// error of the best constant prediction. With z^k = Σₕ cₖₕ Heₕ(z) in Hermite's polynomials it is Σₕ h!·aₕ·bₕ·ρʰ over
// h ≥ 1, where a and b are the sums of the c over the powers of each task, and ρ the cosine of their weights; and the
// noise's.
func (f MultiTab) Covariance(i, j int) float64 {
	f.checkTask("Covariance", i)
	f.checkTask("Covariance", j)
	rho := f.Correlation
	if i == j {
		rho = 1
	}
	a, b := hermite(f.Degrees[i]), hermite(f.Degrees[j])
	sum, factor := 0.0, 1.0
	for h := 1; h < min(len(a), len(b)); h++ {
		factor *= float64(h) * rho
		sum += factor * a[h] * b[h]
	}
	if i == j {
		sum += f.NoiseFloor(i)
	}
	return sum
}

// hermite returns the coefficients of z + z² + … + z^d in Hermite's polynomials (those of N(0, 1)), from z·Heₕ =
// Heₕ₊₁ + h·Heₕ₋₁.
func hermite(d int) []float64 {
	power, sum := make([]float64, d+1), make([]float64, d+1)
	power[0] = 1
	for range d {
		next := make([]float64, d+1)
		for h := 0; h < d; h++ {
			next[h+1] += power[h]
		}
		for h := 1; h <= d; h++ {
			next[h-1] += float64(h) * power[h]
		}
		power = next
		add(sum, 1, power)
	}
	return sum
}

func (f MultiTab) checkTask(method string, task int) {
	f.check()
	if task < 0 || task >= len(f.Degrees) {
		panic(fmt.Sprintf("tasks: MultiTab.%s: task %d of %d", method, task, len(f.Degrees)))
	}
}

func (f MultiTab) check() {
	const most = 8 // a variance of 15!! ≈ 2 million
	m := len(f.Degrees)
	if m == 0 || m != len(f.Noise) || f.Inputs < m {
		panic(fmt.Sprintf("tasks: MultiTab: %d Degrees, %d Noise and %d Inputs; give a degree and a noise for each "+
			"task, and at least as many inputs", m, len(f.Noise), f.Inputs))
	}
	if slices.Min(f.Degrees) < 1 || slices.Max(f.Degrees) > most {
		panic(fmt.Sprintf("tasks: MultiTab: Degrees is %v, want 1 to %d", f.Degrees, most))
	}
	least := -1.0
	if m > 1 {
		least = -1 / float64(m-1)
	}
	if !(f.Correlation >= least && f.Correlation <= 1) {
		panic(fmt.Sprintf("tasks: MultiTab: Correlation is %v, want %.3g to 1: %d tasks cannot all have a smaller "+
			"cosine", f.Correlation, least, m))
	}
	for _, v := range f.Noise {
		checkDeviation("MultiTab", v)
	}
}
