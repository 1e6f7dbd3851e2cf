package main

import (
	"context"
	"fmt"

	"kindred/autodiff"
	"kindred/bench/real"
	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// network is what networks are tuned over.
type network struct {
	real.Network
	epochs, batch int
}

// split is the people of a seed, encoded and standardised by those to fit.
type split struct {
	seed                   uint64
	tasks                  []mtlkit.Task
	fitting, holding, test mtlkit.Data
	table                  *datasets.Table // to fit
}

// methods returns all of them.
func methods(people *datasets.Table, n network) (all []real.Method) {
	for _, m := range []struct {
		name  string
		model func(*datasets.Table) mtlkit.Model
	}{
		{"logistic regressions", logistic},
		{baseline, func(t *datasets.Table) mtlkit.Model { return mtlkit.Independent{Of: shared(t)} }},
		{"shared bottom", func(t *datasets.Table) mtlkit.Model { return shared(t) }},
		{"MMoE", mixture},
		{"PLE", extraction},
	} {
		run := func(ctx context.Context, seed uint64) ([]float64, string, error) {
			s, err := deal(people, seed)
			if err != nil {
				return nil, "", err
			}
			return n.train(ctx, s, m.model(s.table))
		}
		all = append(all, real.Method{Name: m.name, Tried: fmt.Sprintf("%+v", n), Run: run})
	}
	return all
}

// deal splits, encodes and standardises.
func deal(people *datasets.Table, seed uint64) (split, error) {
	fitting, rest := people.Split(0.6, seed)
	holding, test := rest.Split(0.5, seed)
	var words []string
	for _, name := range people.Inputs {
		if people.Words[name] != nil {
			words = append(words, name)
		}
	}
	encoding, err := datasets.Encoder{Whole: words, Unseen: true}.Learn(fitting)
	if err != nil {
		return split{}, err
	}
	for _, part := range []**datasets.Table{&fitting, &holding, &test} {
		if *part, err = encoding.Apply(*part); err != nil {
			return split{}, err
		}
	}
	s := split{seed: seed, table: fitting}
	for _, name := range people.Targets {
		s.tasks = append(s.tasks, mtlkit.Task{Name: name, Loss: nn.LogisticLoss{}, Metric: nn.AUC})
	}
	units := mtlkit.Standardize(s.tasks, fitting)
	s.fitting, s.holding, s.test = units.Data(fitting), units.Data(holding), units.Data(test)
	return s, nil
}

// train tunes a network, one candidate for both tasks or, of single tasks, each its own, and returns the AUC of both.
func (n network) train(ctx context.Context, s split, model mtlkit.Model) ([]float64, string, error) {
	_, n.Apart = model.(mtlkit.Independent)
	tuned, err := n.Tune(ctx, mtlkit.Trainer{
		Model: model, Tasks: s.tasks, Data: s.fitting, Validation: s.holding, Patience: 1,
		Epochs: n.epochs, BatchSize: n.batch, Seed: s.seed, Precision: autodiff.Float32,
	})
	if err != nil {
		return nil, "", err
	}
	scores, err := tuned.Evaluate(s.test)
	if err != nil {
		return nil, "", err
	}
	var areas []float64
	for _, score := range scores {
		areas = append(areas, score.Value)
	}
	return areas, tuned.Chosen, nil
}

// few is the width of the embedding of so many categories.
func few(categories int) int { return min(8, 1+categories/4) }

func embedded(table *datasets.Table, width func(int) int, of func(inputs int) mtlkit.Model) mtlkit.Model {
	e := mtlkit.TableEmbedding(table, width)
	return mtlkit.Embedded{Embedding: e, Of: of(e.Outputs())}
}

// logistic is linear: a number for each category, and one unit without an activation.
func logistic(table *datasets.Table) mtlkit.Model {
	return mtlkit.Independent{Of: embedded(table, func(int) int { return 1 }, func(inputs int) mtlkit.Model {
		return sharing.HardSharing{Trunk: []int{inputs, 1}, Heads: [][]int{{1}, {1}}}
	})}
}

func shared(table *datasets.Table) mtlkit.Model {
	return embedded(table, few, func(inputs int) mtlkit.Model {
		return sharing.HardSharing{Trunk: []int{inputs, 128, 32}, Heads: heads, Activation: nn.ReLU}
	})
}

func mixture(table *datasets.Table) mtlkit.Model {
	return embedded(table, few, func(inputs int) mtlkit.Model {
		return sharing.MMoE{Inputs: inputs, Levels: [][]int{{32, 32}}, Experts: 4, Heads: heads, Activation: nn.ReLU}
	})
}

func extraction(table *datasets.Table) mtlkit.Model {
	return embedded(table, few, func(inputs int) mtlkit.Model {
		return sharing.PLE{
			Inputs: inputs, Levels: [][]int{{32}, {32}}, Own: 1, Shared: 2, Heads: heads, Activation: nn.ReLU,
		}
	})
}

var heads = [][]int{{16, 1}, {16, 1}}
