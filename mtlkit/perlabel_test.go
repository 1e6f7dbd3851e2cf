package mtlkit_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// normal is a loss of one's own, the negative log-likelihood of a normal distribution, whose mean and logarithm of the
// variance are two outputs for each label: side by side, or in two blocks.
type normal struct{ InBlocks bool }

func (l normal) PerRow(out, y autodiff.Value) autodiff.Value {
	d := y.Cols()
	mean, logVar := out.SliceCols(0, d), out.SliceCols(d, 2*d)
	if !l.InBlocks {
		var means, logVars []autodiff.Value
		for c := range d {
			means, logVars = append(means, out.SliceCols(2*c, 2*c+1)), append(logVars, out.SliceCols(2*c+1, 2*c+2))
		}
		mean, logVar = autodiff.ConcatCols(means...), autodiff.ConcatCols(logVars...)
	}
	return mean.Sub(y).Square().Mul(logVar.Neg().Exp()).Add(logVar).Scale(0.5).MeanAxis(1)
}

func (normal) Target() nn.Target { return nn.Target{Extra: 1, Metric: anyScore} }

var anyScore = nn.Metric{Name: "nothing", Of: func(output, labels *mat.Dense) float64 { return 0 }}

// pair is a loss that takes rows of two labels alone.
type pair struct{ nn.SquaredError }

func (p pair) PerRow(out, y autodiff.Value) autodiff.Value {
	if y.Cols() != 2 {
		panic("two labels")
	}
	return p.SquaredError.PerRow(out, y)
}

// wideTrainer trains a task of three labels a row, some of them missing, and a plain one beside it.
func wideTrainer(loss nn.Loss) mtlkit.Trainer {
	rng := rand.New(rand.NewPCG(31, 0))
	target := loss.Target()
	width := 3 * (1 + target.Extra)
	y := gaussian(rng, 24, 3, 1)
	for r := range 24 {
		for c := range 3 {
			if target.Kind == nn.Binary {
				y.Set(r, c, float64(rng.IntN(2)))
			}
			if target.Positive {
				y.Set(r, c, math.Exp(y.At(r, c)))
			}
			if rng.IntN(3) == c { // so that labels of a column are not as many as of another
				y.Set(r, c, math.NaN())
			}
		}
	}
	return mtlkit.Trainer{
		Model:     sharing.HardSharing{Trunk: []int{2, 5}, Heads: [][]int{{width}, {1}}, Activation: nn.Tanh},
		Tasks:     []mtlkit.Task{{Name: "wide", Loss: loss, Width: width}, {Name: "plain", Loss: nn.SquaredError{}}},
		Data:      mtlkit.Data{X: []*mat.Dense{gaussian(rng, 24, 2, 1)}, Y: []*mat.Dense{y, gaussian(rng, 24, 1, 1)}},
		Optimizer: nn.SGD{Rate: 0.1}, Epochs: 4,
	}
}

// columnsOf makes each column of the wide task a task of its own.
func columnsOf(trainer mtlkit.Trainer, outputs func(c int) []int) (mtlkit.Trainer, []float64) {
	wide, apart := trainer, trainer
	each := len(outputs(0))
	apart.Model = sharing.HardSharing{Trunk: []int{2, 5}, Heads: [][]int{{each}, {each}, {each}, {1}},
		Activation: nn.Tanh}
	apart.Tasks, apart.Data.Y = nil, nil
	var weights []float64
	all := 0.0
	for c := range 3 {
		task := wide.Tasks[0]
		task.Name, task.Width = fmt.Sprint("column ", c), each
		column := mat.NewDense(24, 1, mat.Col(nil, c, wide.Data.Y[0]))
		apart.Tasks, apart.Data.Y = append(apart.Tasks, task), append(apart.Data.Y, column)
		n := 0.0
		for _, v := range column.RawMatrix().Data {
			if !math.IsNaN(v) {
				n++
			}
		}
		weights, all = append(weights, n), all+n
	}
	floats.Scale(1/all, weights)
	apart.Tasks, apart.Data.Y = append(apart.Tasks, wide.Tasks[1]), append(apart.Data.Y, wide.Data.Y[1])
	apart.Balance = balance.Fixed{Weights: append(weights, 1)}

	rng := rand.New(rand.NewPCG(3, 0))
	wide.Initial = wide.Model.Init(rng)
	p, q := nn.NewParams(wide.Model.Shapes(), wide.Initial), nn.NewParams(apart.Model.Shapes(), apart.Model.Init(rng))
	for _, name := range []string{"trunk.W1", "trunk.b1"} {
		q.View(name).Copy(p.View(name))
	}
	for c := range 3 {
		for k, at := range outputs(c) {
			for r := range 5 {
				q.View(fmt.Sprintf("head%d.W1", c+1)).Set(r, k, p.View("head1.W1").At(r, at))
			}
			q.View(fmt.Sprintf("head%d.b1", c+1)).Set(0, k, p.View("head1.b1").At(0, at))
		}
	}
	q.View("head4.W1").Copy(p.View("head2.W1"))
	q.View("head4.b1").Copy(p.View("head2.b1"))
	apart.Initial = q.Data
	return apart, wide.Initial
}

// A wide task some of whose labels are missing trains as its columns do, each a task that counts by its labels: for all
// losses of package nn, and for losses of one's own, one that embeds another and changes it among them.
func TestMissingLabelsOfAWideTask(t *testing.T) {
	single := func(c int) []int { return []int{c} }
	for name, c := range map[string]struct {
		loss    nn.Loss
		outputs func(c int) []int
	}{
		"squared": {nn.SquaredError{}, single}, "logistic": {nn.LogisticLoss{}, single},
		"Huber":     {nn.HuberLoss{Delta: 0.5}, single},
		"a pointer": {&nn.LogisticLoss{}, single}, "changed": {smoothed{}, single}, "positive": {waiting{}, single},
		"two outputs":           {normal{}, func(c int) []int { return []int{2 * c, 2*c + 1} }},
		"two outputs in blocks": {normal{InBlocks: true}, func(c int) []int { return []int{c, 3 + c} }},
	} {
		trainer := wideTrainer(c.loss)
		apart, initial := columnsOf(trainer, c.outputs)
		trainer.Initial = initial
		trainer.HeldOut, apart.HeldOut = trainer.Data, apart.Data
		a, b := train(t, trainer), train(t, apart)
		weights := apart.Balance.(balance.Fixed).Weights
		for e := range 4 {
			want := 0.0
			for i := range 3 {
				want += weights[i] * b.History.Losses[i][e]
			}
			closeTo(t, name+": loss", a.History.Losses[0][e:e+1], []float64{want}, 1e-11)
			closeTo(t, name+": the task beside it", a.History.HeldOut[1], b.History.HeldOut[3], 1e-11)
		}
		n := 2*5 + 5
		closeTo(t, name+": trunk", a.Theta[:n], b.Theta[:n], 1e-11)
	}
}

// Evaluation leaves single labels out, of the loss and of the metric; more rows than fit into a piece, too.
func TestEvaluateLeavesSingleLabelsOut(t *testing.T) {
	trainer := wideTrainer(nn.LogisticLoss{})
	run := train(t, trainer)
	rng := rand.New(rand.NewPCG(8, 0))
	x, y := gaussian(rng, 700, 2, 1), mat.NewDense(700, 3, nil)
	for r := range 700 {
		for c := range 3 {
			y.Set(r, c, float64(rng.IntN(2)))
			if r == 5 || rng.IntN(3) == 0 {
				y.Set(r, c, math.NaN())
			}
		}
	}
	out, err := run.Predict(x)
	if err != nil {
		t.Fatal(err)
	}
	sum, right, n, rows := 0.0, 0.0, 0.0, 0
	for r := range 700 {
		some := 0
		for c := range 3 {
			if label := y.At(r, c); !math.IsNaN(label) {
				sum += lossOf(nn.LogisticLoss{}, out[0].RawRowView(r), c, label)
				if (out[0].At(r, c) > 0) == (label == 1) {
					right++
				}
				n++
				some = 1
			}
		}
		rows += some
	}
	got := evaluate(t, run, mtlkit.Data{X: []*mat.Dense{x}, Y: []*mat.Dense{y, nil}})[0]
	closeTo(t, "loss and accuracy", []float64{got.Loss, got.Value}, []float64{sum / n, right / n}, 1e-12)
	if got.Rows != rows || rows == 700 {
		t.Errorf("%d rows, want %d", got.Rows, rows)
	}
	// With all labels there, it is what it was, to the bit, beside a task that lacks some.
	full := mat.DenseCopyOf(y)
	for k, v := range full.RawMatrix().Data {
		if math.IsNaN(v) {
			full.RawMatrix().Data[k] = 1
		}
	}
	two := mtlkit.Trainer{Model: sharing.HardSharing{Trunk: []int{2, 4}, Heads: [][]int{{3}, {3}}, Activation: nn.Tanh},
		Tasks: []mtlkit.Task{{Name: "a", Loss: nn.LogisticLoss{}, Width: 3},
			{Name: "b", Loss: nn.LogisticLoss{}, Width: 3}},
		Data: mtlkit.Data{X: []*mat.Dense{x}, Y: []*mat.Dense{full, y}}, Optimizer: nn.NewAdam(0.01), Epochs: 1}
	both := train(t, two)
	beside := evaluate(t, both, two.Data)[0]
	two.Data.Y[1] = full
	if alone := evaluate(t, both, two.Data)[0]; alone != beside {
		t.Errorf("%v beside a task that lacks labels, %v else", beside, alone)
	}
}

// Where the loss of a row is not the mean of those of its labels, a row has all of them or none.
func TestLossesThatNeedAllLabels(t *testing.T) {
	for name, loss := range map[string]nn.Loss{"distance": distance{}, "of two labels": pair{}} {
		trainer := wideTrainer(nn.SquaredError{})
		trainer.Model = sharing.HardSharing{Trunk: []int{2, 5}, Heads: [][]int{{2}, {1}}, Activation: nn.Tanh}
		trainer.Tasks[0].Loss, trainer.Tasks[0].Width = loss, 2
		trainer.Data.Y[0] = mat.DenseCopyOf(trainer.Data.Y[0].Slice(0, 24, 0, 2))
		if _, err := trainer.Start(); err == nil ||
			!strings.Contains(err.Error(),
				`task "wide": row 0 has some of its labels, and the loss of a row of mtlkit_test.`) {
			t.Errorf("%s: %v", name, err)
		}
		for r := range 24 { // none at all where one is missing
			if row := trainer.Data.Y[0].RawRowView(r); math.IsNaN(row[0]) || math.IsNaN(row[1]) {
				row[0], row[1] = math.NaN(), math.NaN()
			}
		}
		train(t, trainer)
	}
}
