package company

import (
	"context"

	"kindred/mtlkit"
	"kindred/mtlkit/relate"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// Helped returns how many tasks of a study sharing helps, by its report.
func Helped(s relate.Study) (n int) {
	r, err := s.Report(context.Background(), false)
	if err != nil {
		panic(err)
	}
	for _, f := range r.Findings {
		if f.Verdict == relate.Helps {
			n++
		}
	}
	return n
}

// EqualWidth returns how many times as wide as a shared layer the layers of so many networks of their own may be to have
// as many parameters together.
func EqualWidth(inputs, tasks int) float64 {
	unit := func(tasks int) float64 { // the parameters of one unit more
		size := func(units int) int {
			return nn.Size(sharing.HardSharing{Trunk: []int{inputs, units}, Heads: Heads(make([]int, tasks)),
				Activation: nn.Tanh}.Shapes())
		}
		return float64(size(2) - size(1))
	}
	return unit(tasks) / (float64(tasks) * unit(1))
}

// Gain returns the mean gain of a task and the ends of its 95 % interval, from its losses alone and together on the same
// seeds.
func Gain(alone, together []float64) []float64 {
	r, err := relate.NewReport([]string{"task"}, [][]float64{together}, [][]float64{alone}, relate.Judge{})
	if err != nil {
		panic(err)
	}
	g := r.Findings[0].Gain
	return []float64{g.Mean, g.Low, g.High}
}

// Shorter returns a study that trains so many epochs.
func Shorter(s relate.Study, epochs int) relate.Study {
	whole := s.Configure
	s.Configure = func(seed uint64, some []int) (mtlkit.Trainer, mtlkit.Data) {
		t, test := whole(seed, some)
		t.Epochs = epochs
		return t, test
	}
	return s
}
