package real

import (
	"context"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// Hidden is a network of one layer of hidden ReLU units for groups, each of which counts by its rows.
type Hidden struct {
	Network
	Units  int
	Epochs int // at most; ten in a row that bring nothing on the validation rows end it
	Batch  int // rows of a group in a step on average, in proportion to its rows
}

// Alone gives each group a network of its own.
func (h Hidden) Alone(ctx context.Context, s *Split) (Predict, string, error) {
	return h.train(ctx, s, s.Tasks, s.Fitting, s.Holding, func(m sharing.HardSharing) mtlkit.Model {
		return mtlkit.Independent{Of: m}
	})
}

// Shared gives all groups the same hidden units, and each a head.
func (h Hidden) Shared(ctx context.Context, s *Split) (Predict, string, error) {
	return h.train(ctx, s, s.Tasks, s.Fitting, s.Holding, func(m sharing.HardSharing) mtlkit.Model { return m })
}

// Pool is one network for all groups, which does not know them.
func (h Hidden) Pool(ctx context.Context, s *Split) (Predict, string, error) {
	h.Batch *= len(s.Tasks)
	p, chosen, err := h.train(ctx, s, s.Tasks[:1], Pooled(s.Fitting), Pooled(s.Holding),
		func(m sharing.HardSharing) mtlkit.Model { return m })
	return func(_ int, x *mat.Dense) ([]float64, error) { return p(0, x) }, chosen, err
}

func (h Hidden) train(ctx context.Context, s *Split, tasks []mtlkit.Task, fitting, holding mtlkit.Data,
	model func(sharing.HardSharing) mtlkit.Model) (Predict, string, error) {
	_, inputs := fitting.X[0].Dims()
	hard := sharing.HardSharing{Trunk: []int{inputs, h.Units}, Activation: nn.ReLU}
	for range tasks {
		hard.Heads = append(hard.Heads, []int{1})
	}
	weights := fitting.SizeShares(1)
	for k := range weights {
		weights[k] *= float64(len(weights))
	}
	tuned, err := h.Tune(ctx, mtlkit.Trainer{
		Model: model(hard), Tasks: tasks, Data: fitting, Validation: holding, Patience: 10,
		Balance: balance.Fixed{Weights: weights}, Epochs: h.Epochs, BatchSize: h.Batch, SizePower: 1, Seed: s.Seed,
	})
	if err != nil {
		return nil, "", err
	}
	return func(group int, x *mat.Dense) ([]float64, error) {
		z, err := tuned.Of(group).PredictTask(group, x)
		if err != nil {
			return nil, err
		}
		return mat.Col(nil, 0, z), nil
	}, tuned.Chosen, nil
}
