package characters

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"kindred/datasets"
	"kindred/nn"
	"kindred/plots"
)

// roles of the characters in a plane of embeddings.
var roles = []plots.Role{plots.Blue, plots.Vermillion, plots.Green, plots.Purple, plots.Ink}

// people is how many drew each character.
const people = 20

// some returns all drawings of as many new characters as there are roles, chosen by the seed, ordered by character.
func (d Drawings) some(seed uint64) *mat.Dense {
	_, others := datasets.OmniglotBackground()
	x := mat.NewDense(len(roles)*people, side*side, nil)
	for k, class := range rand.New(rand.NewPCG(seed, 2)).Perm(len(others))[:len(roles)] {
		for person := range people {
			x.SetRow(k*people+person, d.Images.Picture(others[class]*people+person))
		}
	}
	return x
}

// Maps draws the embeddings of five new characters, with random weights and with those that were learned, on their first
// two principal components.
func (d Drawings) Maps(seed uint64, embedding nn.Network, meta []float64) Figure {
	return d.or(func() Figure {
		x := d.some(seed)
		page := plots.Panels{Free: true}
		var found []float64
		for _, state := range []struct {
			name string
			meta []float64
		}{{"before", embedding.Init(rand.New(rand.NewPCG(1, 0)))}, {"after", meta}} {
			at := prototypes{embedding, state.meta}.embed(x)
			found = append(found, nearestRight(at))
			page.Panels = append(page.Panels, scatter(state.name, x, at))
		}
		page.Title = fmt.Sprintf("Nearest to the right one of five examples: %.0f %% before, %.0f %% after", found[0], found[1])
		page.Subtitle = fmt.Sprintf("%d drawings of each; of %d directions the two of most variance; stamps: prototypes", people,
			numbers(embedding))
		return page.Figure("Two scatter plots of embeddings of drawings, a colour a character. " + page.Title + ".")
	})
}

// numbers is how many an embedding has.
func numbers(embedding nn.Network) int {
	shapes := embedding.Shapes()
	return shapes[len(shapes)-1].Cols
}

// scatter draws embeddings, of which people rows each belong to a character.
func scatter(title string, x, at *mat.Dense) plots.Field {
	plane := principal(at)
	f := plots.Field{Title: title, X: "first direction", Y: "second direction", Stretch: true}
	for k, role := range roles {
		p := plots.Points{Role: role}
		for person := range people {
			row := plane.RawRowView(k*people + person)
			p.X, p.Y = append(p.X, row[0]), append(p.Y, row[1])
		}
		f.Points = append(f.Points, p)
		f.Stamps = append(f.Stamps, plots.Stamp{X: floats.Sum(p.X) / people, Y: floats.Sum(p.Y) / people,
			Pixels: x.RawRowView(k * people), Role: role})
	}
	return f
}

// principal returns rows projected on their first two principal components, each turned so that its largest weight is
// above 0.
func principal(at *mat.Dense) *mat.Dense {
	var pc stat.PC
	if !pc.PrincipalComponents(at, nil) {
		panic("characters: the embeddings have no principal components")
	}
	var vectors, plane mat.Dense
	pc.VectorsTo(&vectors)
	rows, _ := vectors.Dims()
	two := mat.DenseCopyOf(vectors.Slice(0, rows, 0, 2))
	for j := range 2 {
		largest := 0.0
		for i := range rows {
			if v := two.At(i, j); math.Abs(v) > math.Abs(largest) {
				largest = v
			}
		}
		for i := range rows {
			two.Set(i, j, math.Copysign(1, largest)*two.At(i, j))
		}
	}
	plane.Mul(at, two)
	return &plane
}

// nearestRight is how often, in per cent, a drawing is nearest to the example of its own character, where the examples are
// by one person and all people are examples in turn.
func nearestRight(at *mat.Dense) float64 {
	rows, _ := at.Dims()
	right, all := 0, 0
	for example := range people {
		for i := range rows {
			if i%people == example {
				continue
			}
			best, nearest := math.Inf(1), 0
			for k := range rows / people {
				if d := floats.Distance(at.RawRowView(i), at.RawRowView(k*people+example), 2); d < best {
					best, nearest = d, k
				}
			}
			if all++; nearest == i/people {
				right++
			}
		}
	}
	return 100 * float64(right) / float64(all)
}
