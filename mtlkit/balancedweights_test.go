package mtlkit_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

func TestBalancedWeights(t *testing.T) {
	nan := math.NaN()
	kind := mtlkit.Task{Name: "kind", Loss: nn.SoftmaxLoss{}, Width: 3}
	sold := mtlkit.Task{Name: "sold", Loss: nn.LogisticLoss{}, Width: 2}
	// Ten labels: n/(K·n_k), by hand.
	got, err := mtlkit.BalancedWeights(kind, column(0, 0, 0, 0, 0, 1, 1, 1, 2, 2, nan, nan))
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "three classes", got, []float64{10. / 15, 10. / 9, 10. / 6}, 1e-15)
	if got, err = mtlkit.BalancedWeights(sold, mat.NewDense(2, 2, []float64{0, 0, nan, 0.75})); err != nil {
		t.Fatal(err)
	}
	closeTo(t, "binary, a label of both", got, []float64{3 / (2 * 2.25), 3 / (2 * 0.75)}, 1e-15)
	for says, labels := range map[string]*mat.Dense{
		`mtlkit: BalancedWeights: class 1 of the 3 of task "kind" has no label, and so no balanced weight; ` +
			`leave the class out, or give ClassWeights of your own`: column(0, 2, 2),
		`mtlkit: BalancedWeights: class 0 of the 3 of task "kind" has no label, and so no balanced weight; ` +
			`leave the class out, or give ClassWeights of your own`: column(nan),
		`mtlkit: BalancedWeights: task "kind": label 3 in row 1, column 0: with 3 outputs, a class is a whole number ` +
			`from 0 to 2; mend it, or mark it as missing by NaN`: column(0, 3),
	} {
		if _, err := mtlkit.BalancedWeights(kind, labels); fmt.Sprint(err) != says {
			t.Errorf("%v, want %s", err, says)
		}
	}
}

// A class without rows has a weight that nobody uses in training, and that counts where the class is met.
func TestClassWithoutRows(t *testing.T) {
	trainer := mixed()
	trainer.Tasks[1].Width = 3
	trainer.Model = sharing.HardSharing{Trunk: []int{2, 5, 3}, Heads: [][]int{{1}, {4, 3}, {1}}, Activation: nn.Tanh}
	plain := train(t, trainer)
	trainer.Tasks[1].ClassWeights = []float64{2, 2, 9}
	run := train(t, trainer)
	sameBits(t, "with a weight for the class", run.Theta, plain.Theta)
	other := trainer.Data
	y := mat.DenseCopyOf(other.Y[1])
	y.Set(0, 0, 2)
	other.Y = []*mat.Dense{other.Y[0], y, other.Y[2]}
	want := byHandClasses(t, run, other, trainer.Tasks[1].ClassWeights)
	closeTo(t, "a class that was not trained on", []float64{evaluate(t, run, other)[1].Loss}, []float64{want}, 1e-13)
}

func byHandClasses(t *testing.T, run *mtlkit.Run, data mtlkit.Data, weights []float64) float64 {
	t.Helper()
	out, err := run.Predict(data.X[0])
	if err != nil {
		t.Fatal(err)
	}
	sum, all := 0.0, 0.0
	for r, y := range data.Y[1].RawMatrix().Data {
		sum += weights[int(y)] * (floats.LogSumExp(out[1].RawRowView(r)) - out[1].At(r, int(y)))
		all += weights[int(y)]
	}
	return sum / all
}
