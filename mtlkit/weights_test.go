package mtlkit_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

var fourTasks = sharing.HardSharing{Trunk: []int{2, 5, 3}, Heads: [][]int{{1}, {4, 2}, {3}, {2}}, Activation: nn.Tanh}

// weighed trains fourTasks on 20 rows with everything that makes labels count differently: weights of rows and of
// classes, labels missing by the row and one by one.
func weighed(seed uint64) mtlkit.Trainer {
	rng := rand.New(rand.NewPCG(seed, 12))
	trainer := mtlkit.Trainer{
		Model: fourTasks,
		Tasks: []mtlkit.Task{
			{Name: "some", Loss: nn.SquaredError{}},
			{Name: "kind", Loss: nn.SoftmaxLoss{}, Width: 2, ClassWeights: []float64{0.3, 7}},
			{Name: "marks", Loss: nn.LogisticLoss{}, Width: 3, ClassWeights: []float64{1, 4}},
			{Name: "place", Loss: nn.HuberLoss{Delta: 1}, Width: 2},
		},
		Data: mtlkit.Data{X: []*mat.Dense{gaussian(rng, 20, 2, 1)},
			Y: []*mat.Dense{gaussian(rng, 20, 1, 1), mat.NewDense(20, 1, nil), mat.NewDense(20, 3, nil),
				gaussian(rng, 20, 2, 2)}},
		Optimizer: nn.NewAdam(0.01), Epochs: 5,
	}
	for i, y := range trainer.Data.Y {
		rows, cols := y.Dims()
		weights := make([]float64, rows)
		for r := range rows {
			weights[r] = math.Exp(2 * rng.NormFloat64())
			for c := range cols {
				if trainer.Tasks[i].Loss.Target().Kind != nn.Number {
					y.Set(r, c, float64(rng.IntN(2)))
				}
				if rng.IntN(4) == 0 {
					y.Set(r, c, math.NaN())
				}
			}
		}
		weights[3], weights[11] = 0, 0
		trainer.Data.Weights = append(trainer.Data.Weights, weights)
	}
	trainer.Data.Y[2].Set(0, 0, 0.25) // of both classes
	trainer.Data.Weights[3] = nil     // its rows count alike
	return trainer
}

// lossOf is a task's loss of one label in plain Go.
func lossOf(loss nn.Loss, z []float64, c int, y float64) float64 {
	switch loss := loss.(type) {
	case nn.SquaredError:
		return (z[c] - y) * (z[c] - y)
	case nn.LogisticLoss:
		return math.Log1p(math.Exp(z[c])) - z[c]*y
	case nn.SoftmaxLoss:
		return floats.LogSumExp(z) - z[int(y)]
	case nn.HuberLoss:
		if r := math.Abs(z[c] - y); r > loss.Delta {
			return loss.Delta * (r - loss.Delta/2)
		}
		return (z[c] - y) * (z[c] - y) / 2
	}
	panic("no such loss")
}

// weightOf is what a label counts for, in plain Go; 0 if it is missing.
func weightOf(trainer mtlkit.Trainer, data mtlkit.Data, i, r, c int) float64 {
	y, w := data.Y[i].At(r, c), 1.0
	if math.IsNaN(y) {
		return 0
	}
	if data.Weights != nil && data.Weights[i] != nil {
		w = data.Weights[i][r]
	}
	if classes := trainer.Tasks[i].ClassWeights; len(classes) > 0 && len(classes) == 2 {
		w *= (1-y)*classes[0] + y*classes[1]
	}
	return w
}

// byHand returns each task's loss on some rows of data, Σ w·l/(w̄·n), by a loop over labels in plain Go. The mean
// weight w̄ is that of the given rows of other data.
func byHand(t *testing.T, trainer mtlkit.Trainer, theta []float64, data mtlkit.Data, rows []int,
	of mtlkit.Data) []float64 {
	t.Helper()
	out, err := mtlkit.NewPredictor(trainer.Model, trainer.Tasks, theta, nil).Predict(data.X[0])
	if err != nil {
		t.Fatal(err)
	}
	losses := make([]float64, len(data.Y))
	for i, task := range trainer.Tasks {
		sum, n, all, count := 0.0, 0.0, 0.0, 0.0
		_, cols := data.Y[i].Dims()
		for c := range cols {
			for _, r := range rows {
				if w := weightOf(trainer, data, i, r, c); w > 0 {
					sum += w * lossOf(task.Loss, out[i].RawRowView(r), c, data.Y[i].At(r, c))
					n++
				}
			}
			for r := range of.Y[i].RawMatrix().Rows {
				if w := weightOf(trainer, of, i, r, c); w > 0 {
					all += w
					count++
				}
			}
		}
		losses[i] = sum / (all / count) / max(n, 1)
	}
	return losses
}

func everyRow(d mtlkit.Data) []int {
	rows := make([]int, d.X[0].RawMatrix().Rows)
	for r := range rows {
		rows[r] = r
	}
	return rows
}

// Losses of all rows, of batches and in evaluation are those of a loop in plain Go.
func TestWeightsAgainstALoop(t *testing.T) {
	for seed := range uint64(10) {
		trainer := weighed(seed)
		theta := trainer.Model.Init(rand.New(rand.NewPCG(seed, 2)))
		want := byHand(t, trainer, theta, trainer.Data, everyRow(trainer.Data), trainer.Data)
		closeTo(t, "losses", look(t, trainer, theta, 0).Losses, want, 1e-12)
		other := weighed(seed + 100).Data
		heldOut := byHand(t, trainer, theta, other, everyRow(other), other)
		for i, s := range scoresOn(t, trainer, theta, other) {
			closeTo(t, "score of "+s.Task, []float64{s.Loss}, heldOut[i:i+1], 1e-12)
		}
		trainer.BatchSize = 6
		for k := range 3 {
			rows := mtlkit.BatchRows(trainer, 0, 1, k)
			want := byHand(t, trainer, theta, trainer.Data, rows, trainer.Data)
			closeTo(t, fmt.Sprint("losses of batch ", k), look(t, trainer, theta, k).Losses, want, 1e-12)
		}
	}
}

func scoresOn(t *testing.T, trainer mtlkit.Trainer, theta []float64, data mtlkit.Data) []mtlkit.Score {
	t.Helper()
	trainer.Data = data
	return scores(t, trainer, theta)
}

// A step goes along the gradients of the losses as they are weighed, whatever balances them, by the representation too.
func TestWeightedGradients(t *testing.T) {
	trainer := weighed(3)
	theta := trainer.Model.Init(rand.New(rand.NewPCG(5, 0)))
	_, jac := differences(t, trainer, theta)
	for _, b := range []balance.Balancer{nil, product{}} {
		trainer.Balance = b
		s := look(t, trainer, theta, 0)
		want := make([]float64, len(theta))
		for i, w := range s.Weights {
			floats.AddScaled(want, w, jac[i])
		}
		closeTo(t, fmt.Sprintf("%T", b), s.Grad, want, 20*numericTol) // product: weights of some 10
	}
	trainer.Balance = largest{}
	s := look(t, trainer, theta, 0)
	for i := range jac {
		at := 0
		for _, span := range mtlkit.SpansOf(trainer, 0, 1, 2, 3) {
			closeTo(t, "row of the Jacobian", s.Jacobians[0].RawRowView(i)[at:at+span[1]-span[0]],
				jac[i][span[0]:span[1]], numericTol)
			at += span[1] - span[0]
		}
	}
	trainer.Balance = balance.Equal{}
	plain := look(t, trainer, theta, 0).Grad
	trainer.Balance, trainer.ByRepresentation = sumOf{}, true
	closeTo(t, "by the representation", look(t, trainer, theta, 0).Grad, plain, 1e-12)
}

// sumOf is the aggregator that adds up the rows.
type sumOf struct{ balance.Stateless }

func (sumOf) Combine(dst []float64, jac *mat.Dense, _ balance.State) {
	clear(dst)
	for i := range jac.RawMatrix().Rows {
		floats.Add(dst, jac.RawRowView(i))
	}
}

// A weight that is a whole number is as many rows.
func TestWholeWeightsAreRepeatedRows(t *testing.T) {
	weighted := weighed(4)
	repeated := weighted
	var index []int
	for i := range weighted.Tasks {
		weighted.Tasks[i].ClassWeights = nil
		weighted.Data.Weights[i] = make([]float64, 20)
	}
	for r := range 20 {
		for range (r * r) % 4 { // none, or one
			index = append(index, r)
		}
		if r%5 == 1 {
			index = append(index, r, r, r)
		}
	}
	for _, r := range index {
		for i := range weighted.Tasks {
			weighted.Data.Weights[i][r]++
		}
	}
	plain := mtlkit.Data{X: weighted.Data.X, Y: weighted.Data.Y}
	repeated.Data = plain.RowsOf([][]int{index})
	for _, b := range []balance.Balancer{nil, balance.PCGrad{}, balance.NewUncertainty(), balance.MGDA{}} {
		weighted.Balance, repeated.Balance = b, b
		weighted.HeldOut, repeated.HeldOut = weighted.Data, repeated.Data
		a, c := train(t, weighted), train(t, repeated)
		// Sums of 20 rows differ by 1e-15 in five steps.
		closeTo(t, "parameters", a.Theta, c.Theta, 1e-10)
		for i := range weighted.Tasks {
			closeTo(t, "losses", a.History.Losses[i], c.History.Losses[i], 1e-10)
			closeTo(t, "held-out losses", a.History.HeldOut[i], c.History.HeldOut[i], 1e-10)
		}
	}
}

// Gradients of batches have the mean of that of all rows, which a division by each batch's own weights would miss; and
// the loss of an epoch is that of all rows.
func TestBatchesOfWeightedRowsHaveTheMeanOfAll(t *testing.T) {
	trainer := weighed(6)
	for i, y := range trainer.Data.Y { // as many labels in every batch
		for k, v := range y.RawMatrix().Data {
			if math.IsNaN(v) {
				y.RawMatrix().Data[k] = 1
			}
		}
		if w := trainer.Data.Weights[i]; w != nil {
			w[3], w[11] = 0.1, 0.2
		}
	}
	theta := trainer.Model.Init(rand.New(rand.NewPCG(5, 0)))
	whole := look(t, trainer, theta, 0)
	trainer.BatchSize = 5
	grad, losses := make([]float64, len(theta)), make([]float64, 4)
	for k := range 4 {
		s := look(t, trainer, theta, k)
		floats.AddScaled(grad, 0.25, s.Grad)
		floats.AddScaled(losses, 0.25, s.Losses)
	}
	closeTo(t, "gradient", grad, whole.Grad, 1e-13)
	closeTo(t, "losses", losses, whole.Losses, 1e-13)
	trainer = weighed(6)
	trainer.Optimizer, trainer.BatchSize, trainer.Epochs = still{}, 5, 1
	run := train(t, trainer)
	for i, s := range evaluate(t, run, trainer.Data) { // the labels may fall into batches unevenly
		closeTo(t, s.Task, run.History.Losses[i], []float64{s.Loss}, 1e-13)
	}
	// Where batches of 6 do not divide 20 rows, the first four are dealt twice, and count twice in the epoch's loss.
	trainer.BatchSize = 6
	dealt := everyRow(trainer.Data)
	dealt = append(dealt, mtlkit.BatchRows(trainer, 0, 1, 0)[:4]...)
	run = train(t, trainer)
	twice := trainer.Data.RowsOf([][]int{dealt})
	for i, s := range evaluate(t, run, twice) {
		closeTo(t, s.Task+", rows dealt twice", run.History.Losses[i], []float64{s.Loss}, 1e-13)
	}
}

// Weights of any size: only ratios matter, and nothing overflows.
func TestWeightsOfAnySize(t *testing.T) {
	want := weighed(14)
	theta := want.Model.Init(rand.New(rand.NewPCG(5, 0)))
	losses := look(t, want, theta, 0).Losses
	for _, factor := range []float64{0x1p1000, 0x1p-1000, 0x1p-3} {
		trainer := weighed(14)
		for i := range trainer.Tasks {
			if len(trainer.Data.Weights[i]) > 0 {
				floats.Scale(factor, trainer.Data.Weights[i])
			}
			floats.Scale(factor, trainer.Tasks[i].ClassWeights)
		}
		sameBits(t, fmt.Sprint("weights times ", factor), look(t, trainer, theta, 0).Losses, losses)
	}
}
