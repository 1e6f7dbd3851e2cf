package mtlkit_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

var fourTasks = sharing.HardSharing{Trunk: []int{2, 5, 3}, Heads: [][]int{{1}, {4, 2}, {3}, {2}}, Activation: nn.Tanh}

// weighed trains fourTasks on 20 rows with everything that makes labels count differently: weights of rows and of classes,
// labels missing by the row and one by one.
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
			Y: []*mat.Dense{gaussian(rng, 20, 1, 1), mat.NewDense(20, 1, nil), mat.NewDense(20, 3, nil), gaussian(rng, 20, 2, 2)}},
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

// byHand returns each task's loss on some rows of data, Σ w·l/(w̄·n), by a loop over labels in plain Go. The mean weight
// w̄ is that of the given rows of other data.
func byHand(t *testing.T, trainer mtlkit.Trainer, theta []float64, data mtlkit.Data, rows []int, of mtlkit.Data) []float64 {
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
			closeTo(t, "row of the Jacobian", s.Jacobians[0].RawRowView(i)[at:at+span[1]-span[0]], jac[i][span[0]:span[1]], numericTol)
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

// Weights that are all alike are none, to the bit, and a weight of 0 is a missing label.
func TestDeterminismWeightsThatAreNone(t *testing.T) {
	for _, b := range []balance.Balancer{nil, balance.NewUncertainty(), balance.MGDA{}, balance.NewFAMO()} {
		plain := mixed()
		plain.Balance, plain.BatchSize, plain.HeldOut = b, 6, plain.Data
		alike := mixed()
		alike.Balance, alike.BatchSize = b, 6
		alike.Tasks[1].ClassWeights = []float64{3, 3}
		for range alike.Tasks {
			weights := make([]float64, 20)
			for r := range weights {
				weights[r] = 0.7
			}
			alike.Data.Weights = append(alike.Data.Weights, weights)
		}
		alike.HeldOut = alike.Data
		a, c := train(t, alike), train(t, plain)
		sameBits(t, fmt.Sprintf("%T", b), a.Theta, c.Theta)
		zero, missing := weighed(7), weighed(7)
		zero.Balance, zero.BatchSize, missing.Balance, missing.BatchSize = b, 6, b, 6
		zero.Data.Weights[0][5], zero.Data.Weights[2][9] = 0, 0
		missing.Data.Y[0].Set(5, 0, math.NaN())
		for c := range 3 {
			missing.Data.Y[2].Set(9, c, math.NaN())
		}
		zero.HeldOut, missing.HeldOut = zero.Data, missing.Data
		a, c = train(t, zero), train(t, missing)
		sameBits(t, fmt.Sprintf("%T, weight 0", b), a.Theta, c.Theta)
		for i := range zero.Tasks {
			sameBits(t, "held-out losses", a.History.HeldOut[i], c.History.HeldOut[i])
		}
		if x, y := evaluate(t, a, zero.Data), evaluate(t, c, missing.Data); !slices.Equal(x, y) {
			t.Errorf("%T: scores %v, want %v", b, x, y)
		}
	}
	// A class of weight 0 is left out of metrics too.
	trainer := mixed()
	trainer.Tasks[1].ClassWeights = []float64{0, 1}
	if s := evaluate(t, train(t, trainer), trainer.Data)[1]; s.Rows != 10 {
		t.Errorf("with a class of weight 0: %v of %d rows", s, s.Rows)
	}
}

// Where all rows of a batch have a weight of 0, the task is absent from the step.
func TestDeterminismBatchOfNoWeight(t *testing.T) {
	for name, b := range balancers() {
		trainer := absentIn(1, b) // by missing labels
		want := train(t, trainer)
		weighted := trainer
		weighted.Data.Weights = make([][]float64, 3)
		weights := make([]float64, 20)
		for r := range weights {
			if weights[r] = 1; math.IsNaN(trainer.Data.Y[1].At(r, 0)) {
				weights[r] = 0
			}
		}
		weighted.Data.Weights[1] = weights
		y := mat.DenseCopyOf(trainer.Data.Y[1])
		for r := range 20 {
			if math.IsNaN(y.At(r, 0)) {
				y.Set(r, 0, 1)
			}
		}
		weighted.Data.Y = []*mat.Dense{trainer.Data.Y[0], y, trainer.Data.Y[2]}
		sameBits(t, name, train(t, weighted).Theta, want.Theta)
	}
}

// The same bits on any number of processors, and of a run that goes on from a checkpoint; another weight is refused.
func TestDeterminismWeights(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, b := range []balance.Balancer{nil, balance.NewUncertainty(), balance.UPGrad{}, balance.NewMoDo()} {
		trainer := weighed(8)
		trainer.Balance, trainer.BatchSize, trainer.HeldOut = b, 6, weighed(9).Data
		trainer.Epochs = 12
		var want *mtlkit.Run
		for _, procs := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(procs)
			run := train(t, trainer)
			if want == nil {
				want = run
			}
			sameBits(t, fmt.Sprintf("%T on %d processors", b, procs), run.Theta, want.Theta)
			for i := range trainer.Tasks {
				sameBits(t, "held-out losses", run.History.HeldOut[i], want.History.HeldOut[i])
			}
		}
		run, err := trainer.Start()
		if err != nil {
			t.Fatal(err)
		}
		for range 5 { // into the midst of an epoch
			if err := run.Take(); err != nil {
				t.Fatal(err)
			}
		}
		c := run.Checkpoint()
		again, err := trainer.Resume(c)
		if err != nil {
			t.Fatal(err)
		}
		finish(t, again)
		sameBits(t, fmt.Sprintf("%T, resumed", b), again.Theta, want.Theta)
		for i := range trainer.Tasks {
			sameBits(t, "resumed losses", again.History.Losses[i], want.History.Losses[i])
		}
		other := trainer
		other.Data.Weights = slices.Clone(other.Data.Weights)
		other.Data.Weights[3] = make([]float64, 20)
		other.Data.Weights[3][0] = 1
		if _, err := other.Resume(c); err == nil || !strings.Contains(err.Error(), "with another Data:") {
			t.Errorf("other weights of rows: %v", err)
		}
		other = trainer
		other.Tasks = slices.Clone(other.Tasks)
		other.Tasks[1].ClassWeights = []float64{1, 2}
		if _, err := other.Resume(c); err == nil || !strings.Contains(err.Error(), "with another Tasks:") {
			t.Errorf("other weights of classes: %v", err)
		}
	}
}

// Twins of weighted tasks are as if they were trained alone; comparisons and tournaments take weights as they are.
func TestWeightsInComparisons(t *testing.T) {
	trainer := weighed(10)
	trainer.HeldOut, trainer.BatchSize = weighed(11).Data, 6
	c, err := mtlkit.Compare(context.Background(), 2, func(seed uint64) mtlkit.Trainer { trainer.Seed = seed; return trainer })
	if err != nil {
		t.Fatal(err)
	}
	for seed := range c.Alone {
		for i, task := range trainer.Tasks {
			alone := trainer
			alone.Seed = uint64(seed)
			var start []float64
			alone.Model, start = mtlkit.Independent{Of: fourTasks}.Twin(
				mtlkit.Independent{Of: fourTasks}.Init(rand.New(rand.NewPCG(uint64(seed), 0))), i)
			alone.Initial, alone.Tasks = start, []mtlkit.Task{task}
			only := func(d mtlkit.Data) mtlkit.Data {
				return mtlkit.Data{X: d.X, Y: d.Y[i : i+1], Weights: d.Weights[i : i+1]}
			}
			alone.Data, alone.HeldOut = only(trainer.Data), only(trainer.HeldOut)
			one := train(t, alone)
			closeTo(t, task.Name, c.Alone[seed].History.HeldOut[i], one.History.HeldOut[0], 1e-9)
			closeTo(t, task.Name, []float64{c.AloneScores[seed][i].Loss}, one.History.HeldOut[0][4:], 1e-9)
		}
	}
	cup := mtlkit.Tournament{Seeds: 1, Trials: 2, Entrants: []mtlkit.Entrant{mtlkit.Enter("equal", balance.Equal{}), {Name: "alone"}},
		Trial: func(seed uint64, trial int) (mtlkit.Trainer, mtlkit.Data) { return trainer, weighed(13).Data }}
	for _, r := range playAll(t, cup, nil) {
		if len(r.Losses) != 4 || slices.ContainsFunc(r.Losses, math.IsNaN) {
			t.Errorf("%v", r)
		}
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
		`mtlkit: BalancedWeights: class 1 of the 3 of task "kind" has no label, and so no balanced weight; leave the class out, or give ClassWeights of your own`:        column(0, 2, 2),
		`mtlkit: BalancedWeights: class 0 of the 3 of task "kind" has no label, and so no balanced weight; leave the class out, or give ClassWeights of your own`:        column(nan),
		`mtlkit: BalancedWeights: task "kind": label 3 in row 1, column 0: with 3 outputs, a class is a whole number from 0 to 2; mend it, or mark it as missing by NaN`: column(0, 3),
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

// Rows take their weights along, and wrong weights are an error at every door.
func TestWeightsOfData(t *testing.T) {
	d := mtlkit.Data{X: []*mat.Dense{column(0, 1, 2, 3)}, Y: []*mat.Dense{column(0, 1, 2, 3), column(0, 1, 2, 3)},
		Weights: [][]float64{{0, 1, 2, 3}, nil}}
	for _, part := range slices.Collect(func(yield func(mtlkit.Data) bool) { a, b := d.Split(0.5, 1); _ = yield(a) && yield(b) }) {
		if !slices.Equal(part.Weights[0], part.X[0].RawMatrix().Data) || part.Weights[1] != nil {
			t.Errorf("weights %v of the rows %v", part.Weights, part.X[0].RawMatrix().Data)
		}
	}
	separate := d
	separate.X = []*mat.Dense{column(0, 1, 2, 3), column(0, 1, 2, 3)}
	separate.Weights = [][]float64{{0, 1, 2, 3}, {0, 1, 2, 3}}
	a, _ := separate.Split(0.5, 1)
	for i, w := range a.Weights {
		if !slices.Equal(w, a.X[i].RawMatrix().Data) {
			t.Errorf("weights %v of the rows %v", w, a.X[i].RawMatrix().Data)
		}
	}
	d.Weights[1] = []float64{1}
	mustPanic(t, "too few weights", func() { d.Split(0.5, 1) })
	for says, weights := range map[string][][]float64{
		`1 lists of weights for 4 tasks; give one for each task, nil where rows count alike, or none at all`: {nil},
		`task "kind": 2 weights for 20 rows of inputs; give one for each row`:                                {nil, {1, 2}, nil, nil},
		`task "marks": weight -1 in row 2; it must be finite and not negative, and 0 leaves the row out`:     {nil, nil, set(2, -1), nil},
		`task "some": weight NaN in row 7; it must be finite and not negative, and 0 leaves the row out`:     {set(7, math.NaN()), nil, nil, nil},
		`task "place": weight +Inf in row 0; it must be finite and not negative, and 0 leaves the row out`:   {nil, nil, nil, set(0, math.Inf(1))},
		`every label has a weight of 0, by its row or its class; give at least one that counts`:              {make([]float64, 20), make([]float64, 20), make([]float64, 20), make([]float64, 20)},
	} {
		good := weighed(1)
		run := train(t, good)
		bad := good
		bad.Data.Weights = weights
		held := good
		held.HeldOut = bad.Data
		_, trained := bad.Start()
		_, evaluated := run.Evaluate(bad.Data)
		_, predicted := run.Predictor().Evaluate(bad.Data)
		_, outside := held.Start()
		for door, err := range map[string]error{"trained": trained, "evaluated": evaluated, "predictor": predicted,
			"held out: ": outside, "checked": bad.Data.Check(bad.Tasks)} {
			want := "mtlkit: Data: " + says
			if door == "held out: " {
				want = door + want
			}
			if fmt.Sprint(err) != want {
				t.Errorf("%s:\n\t%v\nwant\n\t%s", door, err, want)
			}
		}
	}
	// A task whose rows all have a weight of 0 is one without labels.
	trainer := weighed(1)
	trainer.Data.Weights[1] = make([]float64, 20)
	run := train(t, trainer)
	if s := evaluate(t, run, trainer.Data)[1]; s.Rows != 0 || !math.IsNaN(s.Loss) || !math.IsNaN(run.History.Losses[1][0]) {
		t.Errorf("without weight: %v, and the loss %v", s, run.History.Losses[1])
	}
}

// set returns 20 weights of 1 but for one.
func set(r int, w float64) []float64 {
	weights := make([]float64, 20)
	for k := range weights {
		weights[k] = 1
	}
	weights[r] = w
	return weights
}
