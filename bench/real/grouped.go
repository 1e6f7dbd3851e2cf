package real

import (
	"context"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/mtlkit/convex"
)

// Grouped is a set whose groups learn the same target, a task each, from rows of their own.
type Grouped struct {
	Table *datasets.Table
	Task  mtlkit.Task // called as the target
	Loss  convex.Loss // of linear members: that of Task
	Share float64     // of each group's rows to train on
	Score func(s *Split, p Predict) ([]float64, error)
}

// Split is a set of a seed, dealt within each group and standardised over the rows to train on of all groups.
type Split struct {
	Grouped
	Seed             uint64
	Units            *mtlkit.GroupStandardizer
	Tasks            []mtlkit.Task
	Train, Test      mtlkit.Data
	Fitting, Holding mtlkit.Data // Train again: four fifths to fit networks, the rest to choose among them
}

// Predict returns what a method says of rows of a group: in standard units, or the log odds of class 1.
type Predict func(group int, x *mat.Dense) ([]float64, error)

// Fit trains a method and says what was chosen.
type Fit func(ctx context.Context, s *Split) (Predict, string, error)

// Method returns a method that is fitted and scored on each split.
func (g Grouped) Method(name string, tried any, fit Fit) Method {
	return Method{Name: name, Tried: tried, Run: func(ctx context.Context, seed uint64) ([]float64, string, error) {
		s, err := g.deal(seed)
		if err != nil {
			return nil, "", err
		}
		p, chosen, err := fit(ctx, s)
		if err != nil {
			return nil, "", err
		}
		values, err := g.Score(s, p)
		return values, chosen, err
	}}
}

func (g Grouped) deal(seed uint64) (*Split, error) {
	train, test := g.Table.SplitWithinGroups(g.Share, seed)
	fitting, holding := train.SplitWithinGroups(0.8, seed)
	s := &Split{Grouped: g, Seed: seed, Units: mtlkit.StandardizeGroups(g.Task, train)}
	s.Tasks = s.Units.Tasks()
	for _, part := range []struct {
		data  *mtlkit.Data
		table *datasets.Table
	}{{&s.Train, train}, {&s.Test, test}, {&s.Fitting, fitting}, {&s.Holding, holding}} {
		data, err := s.Units.Data(part.table)
		if err != nil {
			return nil, err
		}
		*part.data = data
	}
	return s, nil
}
