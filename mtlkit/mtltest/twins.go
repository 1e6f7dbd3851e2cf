package mtltest

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// checkResized looks at what the model would be with other widths: by 1 it is as it is, and by other factors its
// matrices keep their names, grow and shrink with it, and it traces outputs of the same widths.
func checkResized(s subject) error {
	m, ok := s.Model.(mtlkit.Resizable)
	if !ok {
		return nil
	}
	if same := m.Resized(1).Shapes(); !slices.Equal(same, s.Shapes()) {
		return fmt.Errorf("resized by 1 it has the matrices %v, and %v before", same, s.Shapes())
	}
	least := 0
	for _, factor := range []float64{0.01, 0.5, 1, 1.7, 3} {
		other := m.Resized(factor)
		if !slices.EqualFunc(other.Shapes(), s.Shapes(), func(a, b autodiff.Shape) bool { return a.Name == b.Name }) {
			return fmt.Errorf("resized by %v it has the matrices %v, which have other names than %v", factor,
				other.Shapes(), s.Shapes())
		}
		n := nn.Size(other.Shapes())
		if n < least {
			return fmt.Errorf("resized by %v it has %d parameters, and by less %d", factor, n, least)
		}
		least = n
		if err := checkShapes(subject{other, s.widths, s.columns}); err != nil {
			return fmt.Errorf("resized by %v: %w", factor, err)
		}
	}
	return nil
}

// checkTwins looks at the twins, which start from matrices of their size, and at [mtlkit.Independent] ones together.
func checkTwins(s subject) error {
	twinned, ok := s.Model.(mtlkit.Twinned)
	if !ok {
		return nil
	}
	for i, width := range s.widths {
		twin, from := twinned.Twin(i)
		if twin == nil || len(from) != len(twin.Shapes()) {
			return fmt.Errorf("the twin of task %d tells of %d matrices what they start from; it has others", i,
				len(from))
		}
		for k, shape := range twin.Shapes() {
			at := slices.IndexFunc(s.Shapes(), func(o autodiff.Shape) bool { return o.Name == from[k] })
			if at < 0 || s.Shapes()[at].Rows != shape.Rows || s.Shapes()[at].Cols != shape.Cols {
				return fmt.Errorf("%v of the twin of task %d starts from %q, which is no matrix of that size", shape, i,
					from[k])
			}
		}
		for _, p := range modelProperties[:len(modelProperties)-1] {
			if err := p.check(subject{twin, []int{width}, s.columns}); err != nil {
				return fmt.Errorf("the twin of task %d: %s: %w", i, p.name, err)
			}
		}
	}
	all := mtlkit.Independent{Of: s.Model}
	theta, x := all.Split(s.theta()), s.inputs(5)
	together := subject{all, s.widths, s.columns}.compile(5, false).at(theta, x)
	for i := range s.widths {
		twin, own := all.Twin(theta, i)
		alone := subject{twin, s.widths[i : i+1], s.columns}.compile(5, false).at(own, x[i:i+1])
		if !floats.EqualApprox(alone[0], together[i], 1e-12) {
			return fmt.Errorf("the twin of task %d predicts %v alone, and %v beside the others", i, alone[0],
				together[i])
		}
	}
	return nil
}
