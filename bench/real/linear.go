package real

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/mtlkit/convex"
)

const (
	folds   = 3
	folding = 1 // the seed that deals rows into folds
)

// Linear is a linear member and what it is tuned over.
type Linear struct {
	Penalties []convex.Penalty // of which the ratios of their strengths differ
	From, To  float64          // the strongest and the weakest, as parts of [convex.Largest]
	Strengths int              // tried of each penalty, at least 2
}

// Tune solves p with the penalty and the strength that are the best by cross-validation within the tasks, and says
// which.
func (l Linear) Tune(ctx context.Context, p convex.Problem) (*convex.Fit, string, error) {
	s := convex.Solver{Tol: 1e-4, Iterations: 100_000}
	var fit *convex.Fit
	chosen, least := "", 0.0
	for _, penalty := range l.Penalties {
		strongest, err := convex.Largest(p, penalty)
		if err != nil {
			return nil, "", err
		}
		factors := convex.Geometric(l.From*strongest, l.To*strongest, l.Strengths)
		cv, err := s.CrossValidate(ctx, p, penalty, factors, folds, folding)
		if err != nil {
			return nil, "", err
		}
		if loss := cv.Loss[cv.Best]; fit == nil || loss < least {
			fit, least = cv.Fit, loss
			chosen = fmt.Sprintf("%+v × %.3g, %d of %d", penalty, factors[cv.Best], cv.Best+1, len(factors))
		}
	}
	return fit, chosen, nil
}

// Problem returns data as a problem in which all rows of all tasks count alike. A column of ones is added to the
// inputs, whose weight is penalised as the others are: so tasks share a level as they share what else the penalty draws
// together.
func Problem(data mtlkit.Data, loss convex.Loss) convex.Problem {
	p := convex.Problem{Loss: loss}
	all := 0.0
	for k, x := range data.X {
		y := mat.Col(nil, 0, data.Y[k])
		p.Tasks = append(p.Tasks, convex.Task{X: WithOnes(x), Y: y})
		p.Weights = append(p.Weights, float64(len(y)))
		all += float64(len(y))
	}
	for k := range p.Weights {
		p.Weights[k] *= float64(len(p.Tasks)) / all
	}
	return p
}

// Pooled returns the rows of all tasks as those of one.
func Pooled(data mtlkit.Data) mtlkit.Data {
	var x, y mat.Dense
	x.CloneFrom(data.X[0])
	y.CloneFrom(data.Y[0])
	for k := 1; k < len(data.X); k++ {
		var longer, more mat.Dense
		longer.Stack(&x, data.X[k])
		more.Stack(&y, data.Y[k])
		x, y = longer, more
	}
	return mtlkit.Data{X: []*mat.Dense{&x}, Y: []*mat.Dense{&y}}
}

// WithOnes returns x with a last column of ones.
func WithOnes(x *mat.Dense) *mat.Dense {
	rows, cols := x.Dims()
	wide := mat.NewDense(rows, cols+1, nil)
	wide.Slice(0, rows, 0, cols).(*mat.Dense).Copy(x)
	for i := range rows {
		wide.Set(i, cols, 1)
	}
	return wide
}
