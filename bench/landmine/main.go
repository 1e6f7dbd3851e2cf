// Command landmine compares ways to tell mines from clutter in the radar images of 29 fields, a task each.
//
//	make compare-landmine
//
// See [real.Study] for how it goes on where it was stopped.
package main

import (
	"context"
	"fmt"
	"log"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"kindred/bench/real"
	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/mtlkit/convex"
	"kindred/nn"
)

func main() {
	places, err := datasets.Landmine(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	real.Main(usual(places))
}

// usual is the study whose results are kept.
func usual(places *datasets.Table) real.Study {
	return study(places, 8, real.Hidden{
		Network: real.Network{Rates: []float64{0.02}, Decays: []float64{0, 0.3, 1, 3}}, Units: 16, Epochs: 60, Batch: 32,
	})
}

// alone is the baseline.
const alone = "ridge per field"

// study returns the comparison on a table of places.
func study(places *datasets.Table, strengths int, networks real.Hidden) real.Study {
	g := real.Grouped{
		Table: places, Task: task(places), Loss: convex.Logistic,
		Share: 0.5, Score: score,
	}
	return real.Study{
		Name: "landmine", Title: "Landmine: 29 classifications", About: about, Seeds: 10, Version: 1,
		Measures: []real.Measure{{Name: "mean AUC", Digits: 4, Higher: true}},
		Baseline: alone,
		Methods:  methods(g, strengths, networks),
		Contrasts: [][2]string{
			{"near the mean", "one ridge for all"}, {"near neighbours", "near the mean"}, {"hard sharing", "networks alone"},
			{"hard sharing", "one network for all"}, {"hard sharing", "near the mean"},
		},
	}
}

func task(places *datasets.Table) mtlkit.Task {
	return mtlkit.Task{Name: places.Targets[0], Loss: nn.LogisticLoss{}}
}

var about = []string{
	`Radar images of 29 fields, 445 to 690 places in each, nine features of a place, and whether a mine lies there: 6.1 %
	of them (Xue et al. 2007). Fields 0 to 14 are overgrown, the others bare earth. Each split takes half of each field's
	places to train on. The AUC of a field is that of its test places; their mean over the fields is what is told.`,
	`Linear methods are logistic regressions with a constant among the inputs, whose weight is penalised as the others
	are, and a field counts by its places. Neighbours are all fields of the same ground, which the other methods are not
	told. Strengths are chosen by the log loss, by cross-validation in three folds of each field's training places: 8
	candidates for each method, 8 strengths, or 4 with each of two ratios where there are two of them. Networks have 4
	candidates, weight decays of AdamW, of which, and of whose epochs, a fifth of each field's training places chooses;
	these places train no network.`,
	`Published, with other splits: a mean AUC of about .746 alone and .76 by clustered tasks or learned relations, as the
	literature quotes it.`,
}

// methods returns all of them.
func methods(g real.Grouped, strengths int, networks real.Hidden) (all []real.Method) {
	add := func(name string, tried any, f real.Fit) { all = append(all, g.Method(name, tried, f)) }
	linear := func(name string, from, to float64, penalties ...convex.Penalty) {
		l := real.Linear{Penalties: penalties, From: from, To: to, Strengths: strengths / len(penalties)}
		add(name, fmt.Sprintf("%T%+v", penalties[0], l), l.Together)
	}
	ridge := real.Linear{Penalties: []convex.Penalty{convex.Alone{Ridge: 1}}, From: 1e-3, To: 1e-7, Strengths: strengths}
	same := neighbours(g.Table.Groups)
	linear(alone, ridge.From, ridge.To, ridge.Penalties...)
	add("ridge per field, each tuned", ridge, ridge.Each)
	add("one ridge for all", ridge, ridge.Pool)
	add("one ridge, a level per field", ridge, ridge.PoolWithLevels)
	linear("near the mean", 3e-5, 3e-7, convex.Mean{Mu: 1, Ridge: 0.01}, convex.Mean{Mu: 1, Ridge: 0.1})
	linear("near neighbours", 3e-5, 3e-7, convex.Graph{Edges: same, Mu: 1, Ridge: 0.01},
		convex.Graph{Edges: same, Mu: 1, Ridge: 0.1})
	linear("trace norm", 0.1, 0.003, convex.Trace{Lambda: 1})
	linear("learned relations", 1e-4, 1e-7, convex.Relations{Lambda2: 1})
	linear("multi-task lasso", 0.1, 0.003, convex.L21{Lambda: 1})
	add("networks alone", networks, networks.Alone)
	add("one network for all", networks, networks.Pool)
	add("hard sharing", networks, networks.Shared)
	return all
}

// bare is the first field of bare earth.
const bare = 15

// neighbours joins the fields of the same ground, of all that there are, with weights of one over their number, as they
// would be if Graph were Mean within each ground.
func neighbours(fields []int) (edges []convex.Edge) {
	fields = slices.Compact(slices.Sorted(slices.Values(fields)))
	first, _ := slices.BinarySearch(fields, bare)
	for _, ground := range [][2]int{{0, first}, {first, len(fields)}} {
		for s := ground[0]; s < ground[1]; s++ {
			for t := s + 1; t < ground[1]; t++ {
				edges = append(edges, convex.Edge{S: s, T: t, Weight: 1 / float64(ground[1]-ground[0])})
			}
		}
	}
	return edges
}

// score returns the mean over the fields of the AUC of their test places. A field whose test places are of one class
// has none, and is an error: a mean over other fields could not be compared.
func score(s *real.Split, p real.Predict) ([]float64, error) {
	var areas []float64
	for k, x := range s.Test.X {
		z, err := p(k, x)
		if err != nil {
			return nil, err
		}
		area := nn.AUC.Of(mat.NewDense(len(z), 1, z), s.Test.Y[k])
		if math.IsNaN(area) {
			return nil, fmt.Errorf("field %s has no AUC on seed %d: its test places are of one class, or a prediction is NaN",
				s.Tasks[k].Name, s.Seed)
		}
		areas = append(areas, area)
	}
	return []float64{stat.Mean(areas, nil)}, nil
}
