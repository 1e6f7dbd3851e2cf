package real

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/mtlkit/convex"
)

// Together fits all groups at once, with one strength for all of them.
func (l Linear) Together(ctx context.Context, s *Split) (Predict, string, error) {
	f, chosen, err := l.Tune(ctx, Problem(s.Train, s.Loss))
	return ByGroup(f), chosen, err
}

// Each fits and tunes each group by itself.
func (l Linear) Each(ctx context.Context, s *Split) (Predict, string, error) {
	fits := make([]*convex.Fit, len(s.Tasks))
	for k := range fits {
		one := mtlkit.Data{X: s.Train.X[k : k+1], Y: s.Train.Y[k : k+1]}
		var err error
		if fits[k], _, err = l.Tune(ctx, Problem(one, s.Loss)); err != nil {
			return nil, "", fmt.Errorf("group %s: %w", s.Tasks[k].Name, err)
		}
	}
	return func(group int, x *mat.Dense) ([]float64, error) {
		return fits[group].Predict(0, WithOnes(x)), nil
	}, "", nil
}

// Pool fits one set of weights for all groups.
func (l Linear) Pool(ctx context.Context, s *Split) (Predict, string, error) {
	return l.pool(ctx, s, func(_ int, x *mat.Dense) *mat.Dense { return x })
}

// PoolWithLevels fits one set of weights for all groups, and a number for each group that is added, penalised as a
// weight is.
func (l Linear) PoolWithLevels(ctx context.Context, s *Split) (Predict, string, error) {
	return l.pool(ctx, s, func(group int, x *mat.Dense) *mat.Dense {
		rows, cols := x.Dims()
		wide := mat.NewDense(rows, cols+len(s.Tasks), nil)
		wide.Slice(0, rows, 0, cols).(*mat.Dense).Copy(x)
		for i := range rows {
			wide.Set(i, cols+group, 1)
		}
		return wide
	})
}

func (l Linear) pool(ctx context.Context, s *Split, inputs func(group int, x *mat.Dense) *mat.Dense) (
	Predict, string, error) {
	data := mtlkit.Data{Y: s.Train.Y}
	for k, x := range s.Train.X {
		data.X = append(data.X, inputs(k, x))
	}
	f, chosen, err := l.Tune(ctx, Problem(Pooled(data), s.Loss))
	return func(group int, x *mat.Dense) ([]float64, error) {
		return f.Predict(0, WithOnes(inputs(group, x))), nil
	}, chosen, err
}

// ByGroup predicts with the weights of each group.
func ByGroup(f *convex.Fit) Predict {
	return func(group int, x *mat.Dense) ([]float64, error) { return f.Predict(group, WithOnes(x)), nil }
}
