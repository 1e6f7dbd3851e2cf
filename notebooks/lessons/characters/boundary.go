package characters

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/nn"
	"kindred/plots"
)

// Boundaries draws the two of five new characters that are hardest to tell apart where a prototypical network decides: by
// the difference of their logits, which is linear in the embedding, with so many shots of each.
func (d Drawings) Boundaries(seed uint64, embedding nn.Network, meta []float64, shots ...int) Figure {
	return d.or(func() Figure {
		x := d.some(seed)
		at := prototypes{embedding, meta}.embed(x)
		a, b := hardest(at)
		page := plots.Panels{}
		found := ""
		for i, k := range shots {
			panel, right := boundary(x, at, a, b, k, seed)
			page.Panels = append(page.Panels, panel)
			if found += fmt.Sprintf("%.0f %% with %d", right, k); i < len(shots)-1 {
				found += ", "
			}
		}
		page.Title = "On the right side of the line: " + found
		page.Subtitle = "two new characters, drawings that are no shots; stamps: the mean of the shots"
		return page.Figure("Scatter plots of two characters over the difference of their logits, a panel a number of shots. " +
			page.Title + ".")
	})
}

// RidgeLength returns the length of the weights of ridge regression on two embeddings of length 1, whose product is rho, with
// the targets 1 and −1: w = Xᵀ(XXᵀ + λI)⁻¹y.
func RidgeLength(rho, lambda float64) float64 {
	x := mat.NewDense(2, 2, []float64{1, 0, rho, math.Sqrt(1 - rho*rho)})
	var gram mat.Dense
	gram.Mul(x, x.T())
	for k := range 2 {
		gram.Set(k, k, gram.At(k, k)+lambda)
	}
	var dual, w mat.VecDense
	if err := dual.SolveVec(&gram, mat.NewVecDense(2, []float64{1, -1})); err != nil {
		panic(fmt.Sprintf("characters: RidgeLength: %v", err))
	}
	w.MulVec(x.T(), &dual)
	return mat.Norm(&w, 2)
}

// hardest returns the two characters whose means are nearest, measured by their spread.
func hardest(at *mat.Dense) (a, b int) {
	best := math.Inf(1)
	for i := range roles {
		for j := range i {
			x, y := centre(at, i, all), centre(at, j, all)
			if r := floats.Distance(x, y, 2) / (spread(at, i, x) + spread(at, j, y)); r < best {
				best, a, b = r, j, i
			}
		}
	}
	return a, b
}

// all are the people.
var all = func() (p []int) {
	for i := range people {
		p = append(p, i)
	}
	return p
}()

// centre is the mean of what some people drew of a character.
func centre(at *mat.Dense, character int, of []int) []float64 {
	_, cols := at.Dims()
	mean := make([]float64, cols)
	for _, p := range of {
		floats.AddScaled(mean, 1/float64(len(of)), at.RawRowView(character*people+p))
	}
	return mean
}

// spread is the root of the mean square distance of a character's drawings to their mean.
func spread(at *mat.Dense, character int, mean []float64) float64 {
	sum := 0.0
	for p := range people {
		d := floats.Distance(at.RawRowView(character*people+p), mean, 2)
		sum += d * d / people
	}
	return math.Sqrt(sum)
}

// permutation is the order in which people give shots.
func permutation(seed uint64) []int { return rand.New(rand.NewPCG(seed, 3)).Perm(people) }

// boundary draws characters a and b, and returns how many of the drawings in per cent are on the right side.
func boundary(x, at *mat.Dense, a, b, shots int, seed uint64) (plots.Field, float64) {
	order := permutation(seed)
	ca, cb := centre(at, a, order[:shots]), centre(at, b, order[:shots])
	w := floats.SubTo(make([]float64, len(ca)), ca, cb) // logit a − logit b = 2w·f − (|ca|² − |cb|²)
	shift := floats.Dot(ca, ca) - floats.Dot(cb, cb)
	along := mat.NewDense(2*people, len(ca), nil) // without their part along w
	for k, character := range []int{a, b} {
		for p := range people {
			row := along.RawRowView(k*people + p)
			copy(row, at.RawRowView(character*people+p))
			floats.AddScaled(row, -floats.Dot(row, w)/floats.Dot(w, w), w)
		}
	}
	up := principal(along)
	f := plots.Field{Title: fmt.Sprintf("%d of each", shots), X: "logit of the one − logit of the other", Y: "along the line",
		Stretch: true}
	middle := mat.Sum(up.ColView(0)) / (2 * people)
	right := 0
	low, high := math.Inf(1), math.Inf(-1)
	for k, character := range []int{a, b} {
		points := plots.Points{Role: roles[k]}
		for _, p := range order[shots:] {
			logit := 2*floats.Dot(w, at.RawRowView(character*people+p)) - shift
			points.X, points.Y = append(points.X, logit), append(points.Y, up.At(k*people+p, 0)-middle)
			if logit > 0 == (k == 0) {
				right++
			}
		}
		f.Points = append(f.Points, points)
		prototype := [][]float64{ca, cb}[k]
		f.Stamps = append(f.Stamps, plots.Stamp{X: 2*floats.Dot(w, prototype) - shift, Role: roles[k],
			Y: floats.Sum(points.Y) / float64(len(points.Y)), Pixels: centre(x, character, order[:shots])})
		low, high = min(low, floats.Min(points.Y)), max(high, floats.Max(points.Y))
	}
	margin := 0.08 * (high - low)
	f.Paths = []plots.Path{{Role: plots.Grey, Plain: true, X: []float64{0, 0}, Y: []float64{low - margin, high + margin}}}
	return f, 100 * float64(right) / float64(2*(people-shots))
}
