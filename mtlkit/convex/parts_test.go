package convex

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// eachPart calls f with every kind of part, at sizes on both sides of square.
func eachPart(f func(name string, s size, p part)) {
	for _, s := range []size{{1, 1}, {1, 4}, {4, 1}, {3, 5}, {5, 3}, {4, 4}} {
		k := mat.NewSymDense(s.tasks, nil)
		for t := range s.tasks {
			k.SetSym(t, t, 1)
			if t > 0 {
				k.SetSym(t, t-1, -0.3)
			}
		}
		for name, p := range map[string]part{
			"rows": rows{norm{0.7, s.longestRow}, s}, "nuclear": newNuclear(s, 0.7),
			"largest": largest{norm{0.7, s.heaviestRow}, s},
			"entries": entries{norm{0.7, largestEntry}}, "apart": apart{norm{0.7, s.longestTask}, s},
			"squared nuclear": squaredNuclear{s, 0.7}, "coupling": newCoupling(s, k), "diagonal": diagonal(s, 0.7),
		} {
			f(fmt.Sprintf("%s %d×%d", name, s.columns, s.tasks), s, p)
		}
	}
}

// hurtful returns weights that are normal, equal to each other, of one direction, tiny, large and 0.
func hurtful(s size, r *rand.Rand) [][]float64 {
	n := s.tasks * s.columns
	all := make([][]float64, 7)
	for i := range all {
		all[i] = make([]float64, n)
		for j := range n {
			all[i][j] = r.NormFloat64()
		}
	}
	for j := range n {
		all[1][j] = 1
		all[2][j] = all[0][j/s.columns*s.columns] * all[1][j%s.columns]
		all[3][j] *= 1e-9
		all[4][j] *= 1e9
		all[5][j] = 0
		all[6][j] = math.Round(all[6][j])
	}
	return all
}

// v = prox(w) if and only if u = (w − v)/step is a subgradient at v: Ω(v) + Ω*(u) = ⟨u, v⟩ (Fenchel and Young). So a
// value, a step or a conjugate that is wrong shows. Where v is rounded by some ten ε, u is so by as much of w/step.
func TestProx(t *testing.T) {
	eachPart(func(name string, s size, p part) {
		r := rand.New(rand.NewPCG(1, 0))
		for i, w := range hurtful(s, r) {
			for _, step := range []float64{0.01, 1, 30} {
				v := slices.Clone(w)
				p.prox(v, step)
				u := make([]float64, len(w))
				floats.SubTo(u, w, v)
				floats.Scale(1/step, u)
				quadratic, limit := p.conjugate(u)
				scale := 1 + floats.Norm(w, 2)
				rest := p.value(v) + quadratic - floats.Dot(u, v)
				if !(math.Abs(rest) <= 1e-14*scale*scale*(1+1/step)) ||
					!(limit >= 1-1e-14*scale*(1+1/step)) {
					t.Errorf("%s, weights %d, step %v: Ω(v) + Ω*(u) − ⟨u, v⟩ = %v, and Ω* is infinite from %v on", name,
						i, step, rest, limit)
				}
			}
		}
	})
}

// No v has a ⟨g, v⟩ − Ω(v) above Ω*(g), of random ones and those along the subgradient; a little beyond the limit some
// has.
func TestConjugate(t *testing.T) {
	eachPart(func(name string, s size, p part) {
		r := rand.New(rand.NewPCG(2, 0))
		for i, g := range hurtful(s, r) {
			quadratic, limit := p.conjugate(g)
			at := min(1, limit)
			g = slices.Clone(g)
			floats.Scale(at, g)
			conjugate := quadratic * at * at
			most := math.Inf(-1)
			for range 50 {
				v := slices.Clone(hurtful(s, r)[0])
				if r.IntN(2) == 0 {
					floats.Add(v, g)
				}
				most = max(most, floats.Dot(g, v)-p.value(v))
			}
			if !(most <= conjugate+1e-12*(1+math.Abs(conjugate)+square(g))) {
				t.Errorf("%s, weights %d: some ⟨g, v⟩ − Ω(v) is %v, Ω*(g) %v", name, i, most, conjugate)
			}
		}
	})
}

// The level of the L1/∞ prox, and the threshold of the squared trace norm, by bisection.
func TestLevels(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 0))
	bisect := func(falling func(v float64) float64, high float64) float64 {
		low := 0.0
		for range 200 {
			if mid := (low + high) / 2; falling(mid) > 0 {
				low = mid
			} else {
				high = mid
			}
		}
		return low
	}
	over := func(x []float64, level float64) (sum float64) {
		for _, v := range x {
			sum += max(0, v-level)
		}
		return sum
	}
	for range 200 {
		x := make([]float64, 1+r.IntN(6))
		for i := range x {
			x[i] = math.Abs(r.NormFloat64())
			if r.IntN(3) == 0 {
				x[i] = x[0]
			}
		}
		excess, strength := 3*r.Float64(), 2*r.Float64()
		want := bisect(func(v float64) float64 { return over(x, v) - excess }, 10)
		if got := excessLevel(slices.Clone(x), excess); math.Abs(got-want) > 1e-13 {
			t.Errorf("the level of %v with excess %v is %v, want %v", x, excess, got, want)
		}
		// Of a diagonal matrix the singular values are its entries.
		s := size{len(x), len(x)}
		w := make([]float64, len(x)*len(x))
		for i, v := range x {
			w[i*len(x)+i] = v
		}
		squaredNuclear{s, strength}.prox(w, 1)
		less := bisect(func(v float64) float64 { return strength*over(x, v) - v }, 100)
		for i, v := range x {
			if want := max(0, v-less); math.Abs(w[i*len(x)+i]-want) > 1e-12 {
				t.Errorf("singular values %v, strength %v: entry %d is %v, want %v", x, strength, i, w[i*len(x)+i],
					want)
			}
		}
	}
}

// The compressed task gives the loss and the gradient of its rows, on both sides of as many rows as columns and labels.
func TestCompress(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 0))
	const d = 3
	for n := 1; n <= 9; n++ {
		rows := present{n: n}
		for range n * d {
			rows.x = append(rows.x, r.NormFloat64())
		}
		ys := make([][]float64, 4)
		for k := range ys {
			for range n {
				ys[k] = append(ys[k], r.NormFloat64())
			}
		}
		w := []float64{r.NormFloat64(), r.NormFloat64(), r.NormFloat64()}
		x := slices.Clone(rows.x)
		a, q, rest := compress(rows, d, ys)
		for k, y := range ys {
			direct, got := 0.0, rest[k]
			for i, v := range y {
				v -= floats.Dot(x[i*d:][:d], w)
				direct += v * v / float64(n)
			}
			for i, v := range q[k] {
				v -= floats.Dot(a.Data[i*a.Stride:][:d], w)
				got += v * v
			}
			if math.Abs(got-direct) > 1e-13*direct {
				t.Errorf("%d rows, labels %d: the mean of squares is %v, want %v", n, k, got, direct)
			}
		}
	}
}

// The intercept is the root, from any beginning and for predictions far apart.
func TestMeet(t *testing.T) {
	for _, z := range [][]float64{{0, 0, 0}, {-800, 1, 800}, {1e-9, 2e-9, 5}, {-40, -41, 39}, {700, 701, 702}} {
		for _, start := range []float64{0, 1e6, -1e6} {
			task := labelled{z: z, ones: 1, b: start}
			task.meet()
			sum := -1.0
			for _, v := range z {
				sum += sigmoid(v + task.b)
			}
			if !(math.Abs(sum) <= 1e-13*(1+math.Abs(task.b))) {
				t.Errorf("predictions %v from %v: at the intercept %v the probabilities are %v too many", z, start,
					task.b, sum)
			}
		}
	}
}
