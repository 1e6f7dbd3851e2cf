package datasets

import (
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// What a seed names is the same to the bit in two calls, and another for another seed.
func TestDeterminismSeeds(t *testing.T) {
	table := Energy()
	for name, draw := range map[string]func(seed uint64) *mat.Dense{
		"Moons":             func(seed uint64) *mat.Dense { return Moons(10, 0.1, seed).X },
		"Rings":             func(seed uint64) *mat.Dense { return Rings(10, 0.1, seed).X },
		"Corners":           func(seed uint64) *mat.Dense { return Corners(10, 0.1, seed).X },
		"Spirals":           func(seed uint64) *mat.Dense { return Spirals(10, 2, 1, 0.1, seed).X },
		"TwoTaskExample":    func(seed uint64) *mat.Dense { return TwoTaskExample(uint32(seed)).X },
		"AdaptationExample": func(seed uint64) *mat.Dense { return AdaptationExample(uint32(seed)).X },
		"Split":             func(seed uint64) *mat.Dense { train, _ := table.Split(0.3, seed); return train.X },
		"SplitGroups": func(seed uint64) *mat.Dense {
			train, _ := numbered(40, 20).SplitGroups(0.5, seed)
			return train.X
		},
		"SplitWithinGroups": func(seed uint64) *mat.Dense {
			train, _ := numbered(40, 4).SplitWithinGroups(0.5, seed)
			return train.X
		},
		"Folds": func(seed uint64) *mat.Dense {
			for _, test := range table.Folds(5, seed) {
				return test.X
			}
			return nil
		},
		"NewScaler": func(seed uint64) *mat.Dense { m := Moons(1000, 1, seed).X; return NewScaler(m).Apply(m) },
	} {
		if !mat.Equal(draw(1), draw(1)) {
			t.Errorf("%s: two calls with seed 1 differ", name)
		}
		if mat.Equal(draw(1), draw(2)) {
			t.Errorf("%s: seeds 1 and 2 give the same", name)
		}
	}
}

// The streams themselves: a program that names a seed gets the same data from every version.
func TestDeterminismStreams(t *testing.T) {
	train, test := numbered(8, 8).Split(0.5, 1)
	left, _ := numbered(8, 8).SplitGroups(0.5, 1)
	within, _ := numbered(8, 2).SplitWithinGroups(0.5, 1)
	for what, pair := range map[string][2][]float64{
		"train":  {train.Target("row"), {2, 7, 1, 5}},
		"test":   {test.Target("row"), {6, 4, 0, 3}},
		"left":   {left.Target("row"), {1, 2, 5, 7}},
		"within": {within.Target("row"), {2, 3, 4, 7}},
		"moons": {flat(Moons(2, 0.1, 1).X),
			{0.7748214102614424, 0.6310769258219702, 1.014605395034458, -0.5367531188580019}},
	} {
		if !slices.Equal(pair[0], pair[1]) {
			t.Errorf("%s: %v, want %v", what, pair[0], pair[1])
		}
	}
}
