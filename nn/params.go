package nn

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
)

// Params are the numbers of a network: one flat vector with a name for each of its matrices.
type Params struct {
	Shapes []autodiff.Shape
	Data   []float64 // the matrices end to end, row-major
}

// NewParams returns parameters of the given shapes over data, which is shared and not copied. It panics if data has not
// their size or two shapes have one name.
func NewParams(shapes []autodiff.Shape, data []float64) Params {
	if len(data) != Size(shapes) {
		panic(fmt.Sprintf("nn: NewParams: the shapes hold %d numbers, got %d", Size(shapes), len(data)))
	}
	seen := map[string]bool{}
	for _, s := range shapes {
		if seen[s.Name] {
			panic(fmt.Sprintf("nn: NewParams: two matrices are called %q", s.Name))
		}
		seen[s.Name] = true
	}
	return Params{Shapes: slices.Clone(shapes), Data: data}
}

// View returns the matrix of the given name. It shares its numbers with the flat vector. It panics if there is none, or
// if Data has not the size of the shapes.
func (p Params) View(name string) *mat.Dense {
	if size := Size(p.Shapes); len(p.Data) != size {
		panic(fmt.Sprintf("nn: Params.View: the shapes hold %d numbers, Data %d", size, len(p.Data)))
	}
	at := 0
	for _, s := range p.Shapes {
		if s.Name == name {
			return mat.NewDense(s.Rows, s.Cols, p.Data[at:at+s.Size():at+s.Size()])
		}
		at += s.Size()
	}
	panic(fmt.Sprintf("nn: Params.View: no matrix is called %q; there are %v", name, p.Shapes))
}
