package mtlkit

import (
	"slices"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/nn"
)

// A wholeGradient is a gradient by all parameters, of the weighted losses or of the penalties. What is frozen has zeros
// there, and nothing is computed for it.
type wholeGradient struct {
	output  autodiff.Output // of the main program; nil if there is none, or nothing moves
	movesAt []span          // where what moves lies; nil if all does
	moving  []float64
	placed  bool // it is read where the main program computed it
}

// traceWhole traces the gradient of v by what moves.
func (w *wholeGradient) traceWhole(t *Trainer, theta autodiff.Params, v autodiff.Value) (outputs []autodiff.Output) {
	shapes := t.Model.Shapes()
	frozen := nn.Frozen(shapes, t.Groups...)
	if len(frozen) > 0 {
		var matrices []int
		for k, s := range shapes {
			if !slices.Contains(frozen, s.Name) {
				matrices = append(matrices, k)
			}
		}
		theta, w.movesAt = pick(theta, matrices), spansOf(shapes, matrices)
		w.moving = make([]float64, theta.Size())
	}
	if theta.Len() == 0 {
		return nil
	}
	w.output = autodiff.GradParams(v, theta)
	return []autodiff.Output{w.output}
}

// add adds the gradient to one by all parameters.
func (w *wholeGradient) add(from *autodiff.Workspace, grad, scratch []float64) {
	switch {
	case w.output == nil:
	case w.moving == nil:
		floats.Add(grad, from.Read(w.output, scratch))
	default:
		rest := from.Read(w.output, w.moving)
		for _, s := range w.movesAt {
			floats.Add(grad[s.at:s.at+s.n], rest[:s.n])
			rest = rest[s.n:]
		}
	}
}

// place returns the gradient where it lies in a workspace of float64, or nil if it does not lie there as a whole.
func (w *wholeGradient) place(from *autodiff.Workspace) (grad []float64) {
	if w.output == nil || w.moving != nil {
		return nil
	}
	grad = from.ViewParams(w.output.(autodiff.Params))
	w.placed = grad != nil
	return grad
}

// read makes grad the gradient.
func (w *wholeGradient) read(from *autodiff.Workspace, grad []float64) {
	if w.placed {
		return
	}
	if w.output != nil && w.moving == nil {
		from.Read(w.output, grad)
		return
	}
	clear(grad)
	w.add(from, grad, nil)
}

// freeze takes from their users what is frozen: no task reaches it in training, so that no balancer sees its gradient,
// and tasks that share nothing else share nothing.
func (u users) freeze(shapes []autodiff.Shape, groups []nn.Group) {
	frozen := nn.Frozen(shapes, groups...)
	for k, s := range shapes {
		if slices.Contains(frozen, s.Name) {
			u[k] = nil
		}
	}
}
