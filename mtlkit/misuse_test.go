package mtlkit_test

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/datasets"
	"kindred/internal/exported"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// A mistake is a call that makes no sense, with the sentence that it panics with. It is named after the function or the
// field that is at fault, and what is wrong with it.
type mistake struct {
	name string
	call func()
	says string
}

func mistakes(t *testing.T) []mistake {
	nan := math.NaN()
	var none context.Context
	x, empty := mtlkit.SquareGrid(-1, 1, 2), new(mat.Dense)
	one := func(uint64) mtlkit.Trainer { return mixed() }
	start := func(change func(t *mtlkit.Trainer)) func() {
		return func() { trainer := mixed(); change(&trainer); _, _ = trainer.Start() }
	}
	run := train(t, mixed())
	predictor := run.Predictor()
	theta := slices.Clone(run.Theta)
	table := &datasets.Table{Inputs: []string{"a"}, Targets: []string{"some"}, X: x.Slice(0, 4, 0, 1).(*mat.Dense),
		Y: mat.NewDense(4, 1, []float64{1, 2, 3, 4})}
	some := mixed().Tasks[:1]
	standardizer := mtlkit.Standardize(some, table)
	inGroups, oneWord, otherwise := *table, *table, *table
	otherwise.Inputs = []string{"b"}
	inGroups.Groups, oneWord.Words = []int{1, 1, 2, 2}, map[string][]string{"some": {"always"}}
	play := func(change func(t *mtlkit.Tournament)) func() {
		return func() { c := cup(); change(&c); c.Play(context.Background(), nil)(ignore) }
	}
	related := func(change func(r *mtlkit.RelatedTasks)) func() {
		return func() { r := mtlkit.NewRelatedTasks(0.5); change(&r); r.Draw(1) }
	}
	scored := mtlkit.Comparison{JointScores: [][]mtlkit.Score{{{}}}, AloneScores: [][]mtlkit.Score{{{}}}}
	twins := mtlkit.Independent{Of: threeTasks}
	apart := regressions(wide{}, 2)
	apart.Data.X = append(apart.Data.X, gaussian(rand.New(rand.NewPCG(1, 0)), 24, 3, 1))
	wideRun := train(t, apart)
	copied := *run
	cut := train(t, mixed())
	cut.Theta = cut.Theta[1:]
	return []mistake{
		{"Trainer.Model", start(func(t *mtlkit.Trainer) { t.Model = nil }), `mtlkit: Trainer: no Model; give one, such as a sharing.HardSharing`},
		{"Trainer.Model, outputs", start(func(t *mtlkit.Trainer) { t.Model = wide{} }), `mtlkit: Trainer: a mtlkit_test.wide with 2 outputs for 3 tasks`},
		{"Trainer.Model, columns", start(func(t *mtlkit.Trainer) {
			t.Model = sharing.HardSharing{Trunk: []int{3, 2}, Heads: [][]int{{1}, {2}, {1}}}
		}), `nn: MLP.Apply: the inputs x1 20×2 have 2 columns; widths [3 2] want 3`},
		{"Trainer.Model, width", start(func(t *mtlkit.Trainer) {
			t.Model = sharing.HardSharing{Trunk: []int{2, 3}, Heads: [][]int{{1}, {1}, {1}}}
		}), `mtlkit: output 1 of sharing.HardSharing has 1 columns, task "kind" has Width 2`},
		{"Trainer.Model, traced outputs", start(func(t *mtlkit.Trainer) { t.Model = oneOutput{threeTasks} }), `mtlkit: mtlkit_test.oneOutput says that it has 3 outputs, and traces 1`},
		{"Trainer.Tasks", start(func(t *mtlkit.Trainer) { t.Tasks = nil }), `mtlkit: Trainer: no tasks`},
		{"Trainer.Tasks, Width", start(func(t *mtlkit.Trainer) { t.Tasks[0].Width = -1 }), `mtlkit: Trainer: task "some" has Width -1`},
		{"Trainer.Tasks, classes", start(func(t *mtlkit.Trainer) { t.Tasks[1].Width = 1 }), `mtlkit: Trainer: task "kind" has a nn.SoftmaxLoss and Width 1: nn: 1 outputs; a class needs at least 2, one for each class; Width is the number of outputs, such as that of the classes`},
		{"Task.Name", start(func(t *mtlkit.Trainer) { t.Tasks[0].Name = "" }), `mtlkit: Trainer: task 0 is called ""; every task needs a name of its own`},
		{"Task.Name, twice", start(func(t *mtlkit.Trainer) { t.Tasks[1].Name = "some" }), `mtlkit: Trainer: task 1 is called "some"; every task needs a name of its own`},
		{"Task.Loss", start(func(t *mtlkit.Trainer) { t.Tasks[2].Loss = nil }), `mtlkit: Trainer: task "huber" has no Loss`},
		{"Task.Loss, settings", start(func(t *mtlkit.Trainer) { t.Tasks[2].Loss = nn.HuberLoss{} }), `nn: HuberLoss: Delta is 0; it must be finite and above 0, and 1 is usual`},
		{"Trainer.Optimizer", start(func(t *mtlkit.Trainer) { t.Optimizer = nil }), `mtlkit: Trainer: no Optimizer; give a rule, such as nn.NewAdam(0.001)`},
		{"Trainer.Optimizer, rate", start(func(t *mtlkit.Trainer) { t.Optimizer = nn.SGD{Rate: -1} }), `nn: SGD: Rate is -1; it must be finite and not negative`},
		{"Trainer.Groups", start(func(t *mtlkit.Trainer) { t.Groups = []nn.Group{{Names: "stitch*"}} }), `nn: NewOptimizer: no matrix is called like "stitch*"; there are [trunk.W1 2×5 trunk.b1 1×5 trunk.W2 5×3 trunk.b2 1×3 head1.W1 3×1 head1.b1 1×1 head2.W1 3×4 head2.b1 1×4 head2.W2 4×2 head2.b2 1×2 head3.W1 3×1 head3.b1 1×1]`},
		{"Trainer.Schedule", start(func(t *mtlkit.Trainer) { t.Schedule = nn.CosineDecay{} }), `nn: CosineDecay: Steps is 0; it must be at least 1`},
		{"Trainer.Schedule, later", func() { trainer := mixed(); trainer.Schedule = steeper{}; _, _ = trainer.Train(context.Background()) }, `nn: Optimizer.Step: the factor is -1; it must be finite and not negative`},
		{"Trainer.Epochs", start(func(t *mtlkit.Trainer) { t.Epochs = -1 }), `mtlkit: Trainer: Epochs is -1, BatchSize 0; neither can be negative`},
		{"Trainer.BatchSize", start(func(t *mtlkit.Trainer) { t.BatchSize = -5 }), `mtlkit: Trainer: Epochs is 5, BatchSize -5; neither can be negative`},
		{"Trainer.SizePower", start(func(t *mtlkit.Trainer) { t.SizePower = nan }), `mtlkit: Trainer: SizePower is NaN, want 0 to 1`},
		{"Trainer.SizePower, shared inputs", start(func(t *mtlkit.Trainer) { t.SizePower, t.BatchSize = 0.5, 4 }), `mtlkit: Trainer: SizePower is 0.5, BatchSize 4, and there are 1 matrices of inputs for 3 tasks; it deals out the rows of a batch, and needs a BatchSize and rows for each task`},
		{"Trainer.SizePower, all rows", start(func(t *mtlkit.Trainer) {
			t.SizePower, t.Data.X = 0.5, append(t.Data.X, t.Data.X[0], t.Data.X[0])
		}), `mtlkit: Trainer: SizePower is 0.5, BatchSize 0, and there are 3 matrices of inputs for 3 tasks; it deals out the rows of a batch, and needs a BatchSize and rows for each task`},
		{"Task.ClassWeights", start(func(t *mtlkit.Trainer) { t.Tasks[1].ClassWeights = []float64{1, 2, 3} }), `mtlkit: Trainer: task "kind" has the ClassWeights [1 2 3]; it takes one for each of its 2 classes, finite and not negative, and one above 0`},
		{"Task.ClassWeights, negative", start(func(t *mtlkit.Trainer) { t.Tasks[1].ClassWeights = []float64{1, -2} }), `mtlkit: Trainer: task "kind" has the ClassWeights [1 -2]; it takes one for each of its 2 classes, finite and not negative, and one above 0`},
		{"Task.ClassWeights, NaN", start(func(t *mtlkit.Trainer) { t.Tasks[1].ClassWeights = []float64{1, nan} }), `mtlkit: Trainer: task "kind" has the ClassWeights [1 NaN]; it takes one for each of its 2 classes, finite and not negative, and one above 0`},
		{"Task.ClassWeights, none", start(func(t *mtlkit.Trainer) { t.Tasks[1].ClassWeights = []float64{0, 0} }), `mtlkit: Trainer: task "kind" has the ClassWeights [0 0]; it takes one for each of its 2 classes, finite and not negative, and one above 0`},
		{"Task.ClassWeights, numbers", start(func(t *mtlkit.Trainer) { t.Tasks[0].ClassWeights = []float64{1, 2} }), `mtlkit: Trainer: task "some" has ClassWeights, and its labels are numbers; Data.Weights weigh rows`},
		{"Task.ClassWeights, a loss of several labels", start(func(t *mtlkit.Trainer) {
			t.Tasks[1] = mtlkit.Task{Name: "kind", Loss: together{}, Width: 2, ClassWeights: []float64{1, 2}}
		}), `mtlkit: Trainer: task "kind" has ClassWeights and 2 labels a row, and the loss of a row of mtlkit_test.together is not the mean of those of its labels; make each column a task, or weigh rows by Data.Weights`},
		{"BalancedWeights", func() { _, _ = mtlkit.BalancedWeights(mixed().Tasks[0], x) }, `mtlkit: BalancedWeights: the labels of task "some" are numbers, not classes`},
		{"BalancedWeights, none", func() { _, _ = mtlkit.BalancedWeights(mixed().Tasks[1], empty) }, `mtlkit: BalancedWeights: no labels of task "kind"`},
		{"Data.SizeShares", func() { mixed().Data.SizeShares(nan) }, `mtlkit: Data.SizeShares: the power is NaN, want 0 to 1`},
		{"Data.SizeShares, no labels", func() { mtlkit.Data{X: mixed().Data.X}.SizeShares(1) }, `mtlkit: Data.SizeShares: no task has a label`},
		{"Trainer.CheckpointFile", start(func(t *mtlkit.Trainer) { t.CheckpointFile = "a file" }), `mtlkit: Trainer: CheckpointFile is "a file" and CheckpointEvery 0s; give both, time.Minute is usual, or neither`},
		{"Trainer.CheckpointEvery", start(func(t *mtlkit.Trainer) { t.CheckpointEvery = time.Minute }), `mtlkit: Trainer: CheckpointFile is "" and CheckpointEvery 1m0s; give both, time.Minute is usual, or neither`},
		{"Trainer.CheckpointEvery, negative", start(func(t *mtlkit.Trainer) { t.CheckpointFile, t.CheckpointEvery = "a file", -1 }), `mtlkit: Trainer: CheckpointFile is "a file" and CheckpointEvery -1ns; give both, time.Minute is usual, or neither`},
		{"Trainer.ClipNorm", start(func(t *mtlkit.Trainer) { t.ClipNorm = -1 }), `mtlkit: Trainer: ClipNorm is -1; it must not be negative, and 0 is none`},
		{"Trainer.ClipNorm, NaN", start(func(t *mtlkit.Trainer) { t.ClipNorm = nan }), `mtlkit: Trainer: ClipNorm is NaN; it must not be negative, and 0 is none`},
		{"Trainer.Initial", start(func(t *mtlkit.Trainer) { t.Initial = []float64{1} }), `mtlkit: Trainer: 1 first parameters, the model has 67`},
		{"Trainer.Initial, NaN", start(func(t *mtlkit.Trainer) { t.Initial = []float64{nan} }), `mtlkit: Trainer: a number of Initial is not finite`},
		{"Trainer.Balance", start(func(t *mtlkit.Trainer) { t.Balance = balance.Stateless{} }), `mtlkit: Trainer: Balance is a balance.Stateless, which is neither a scalarizer nor an aggregator`},
		{"Trainer.Balance, batches", start(func(t *mtlkit.Trainer) { t.Balance = balance.NewMoDo() }), `mtlkit: Trainer: balance.MoDo needs 3 independent batches; set a BatchSize below the number of rows`},
		{"Trainer.Balance, weights", start(func(t *mtlkit.Trainer) { t.Balance = balance.Fixed{Weights: []float64{1}} }), `balance: Fixed: 1 numbers in Weights for 3 tasks`},
		{"Trainer.Diagnose", start(func(t *mtlkit.Trainer) { t.Model, t.Diagnose = twins, true }), `mtlkit: Trainer: Diagnose: the tasks share no parameters of mtlkit.Independent that are trained, so that there are no gradients to look at`},
		{"Trainer.ByRepresentation", start(func(t *mtlkit.Trainer) { t.ByRepresentation = true }), `mtlkit: Trainer: ByRepresentation needs an aggregator, an Encoder and inputs that all tasks share; Balance is a balance.Equal, Model a sharing.HardSharing, and there are 1 matrices of inputs`},
		{"Trainer.Validation", start(func(t *mtlkit.Trainer) { t.Validation = t.Data }), `mtlkit: Trainer: row 1 of task "some" in Validation is also in Data: rows that are trained on choose the epoch that fits them closest; split them, as Data.Split does`},
		{"Trainer.Validation, held out", start(func(t *mtlkit.Trainer) {
			t.Data, t.HeldOut = t.Data.Split(0.5, 1)
			_, t.Validation = mixed().Data.Split(0.5, 1)
		}), `mtlkit: Trainer: Validation has the same rows as HeldOut: a number that is reported must be of rows that have not chosen; split them, as Data.Split does`},
		{"Trainer.Patience", start(func(t *mtlkit.Trainer) { t.Patience = -1 }), `mtlkit: Trainer: Patience is -1; it must not be negative, and 0 is none`},
		{"Trainer.Patience, nothing to choose on", start(func(t *mtlkit.Trainer) { t.Patience = 5 }), `mtlkit: Trainer: Patience is 5, MinDelta 0 and Watch 0, and there is no Validation to choose on; give rows that are neither trained on nor reported`},
		{"Trainer.MinDelta", start(func(t *mtlkit.Trainer) { t.MinDelta = nan }), `mtlkit: Trainer: MinDelta is NaN; it must be finite and not negative`},
		{"Trainer.MinDelta, no patience", start(func(t *mtlkit.Trainer) {
			t.Data, t.Validation = t.Data.Split(0.5, 1)
			t.MinDelta = 1
		}), `mtlkit: Trainer: MinDelta is 1 and Patience 0; MinDelta is what a better epoch must gain for patience to begin anew`},
		{"Trainer.Watch", start(func(t *mtlkit.Trainer) { t.Watch = 2 }), `mtlkit: Trainer: Watch is 2; there are SumOfLosses and SumOfLogs`},
		{"Trainer.Precision", start(func(t *mtlkit.Trainer) { t.Precision = 7 }), `autodiff: Compile: 7 is no precision; there are Float64 and Float32`},
		{"Trainer.Start", func() { _, _ = mtlkit.Trainer{}.Start() }, `mtlkit: Trainer: no tasks`},
		{"Trainer.Train", func() { _, _ = mixed().Train(none) }, `mtlkit: Trainer.Train: the context is nil; give context.Background()`},
		{"Run.Epochs", func() { run.Epochs(none) }, `mtlkit: Run.Epochs: the context is nil; give context.Background()`},
		{"Run.Epochs, zero", func() { new(mtlkit.Run).Epochs(context.Background()) }, `mtlkit: Run.Epochs: the run was not started; Trainer.Start returns one`},
		{"Run.Epochs, nil", func() { (*mtlkit.Run)(nil).Epochs(context.Background()) }, `mtlkit: Run.Epochs: the run was not started; Trainer.Start returns one`},
		{"Run.Params", func() { new(mtlkit.Run).Params() }, `mtlkit: Run.Params: the run was not started; Trainer.Start returns one`},
		{"Run.Params, copied", func() { copied.Params() }, `mtlkit: Run.Params: this is a copy of a run, which shares its insides; use the pointer that Trainer.Start returned`},
		{"Run.StatisticParams", func() { copied.StatisticParams() }, `mtlkit: Run.StatisticParams: this is a copy of a run, which shares its insides; use the pointer that Trainer.Start returned`},
		{"Run.BalanceState", func() { copied.BalanceState() }, `mtlkit: Run.BalanceState: this is a copy of a run, which shares its insides; use the pointer that Trainer.Start returned`},
		{"Run.Checkpoint", func() { copied.Checkpoint() }, `mtlkit: Run.Checkpoint: this is a copy of a run, which shares its insides; use the pointer that Trainer.Start returned`},
		{"Run.Predictor", func() { new(mtlkit.Run).Predictor() }, `mtlkit: Run.Predictor: the run was not started; Trainer.Start returns one`},
		{"Run.Evaluate", func() { _, _ = copied.Evaluate(mixed().Data) }, `mtlkit: Run.Evaluate: this is a copy of a run, which shares its insides; use the pointer that Trainer.Start returned`},
		{"Run.Lookahead", func() { new(mtlkit.Run).Lookahead() }, `mtlkit: Run.Lookahead: the run was not started; Trainer.Start returns one`},
		{"Lookahead.At", func() { run.Lookahead().At(0) }, `mtlkit: Lookahead.At: the rate is 0; it must be positive and finite`},
		{"Lookahead.At, NaN", func() { run.Lookahead().At(nan) }, `mtlkit: Lookahead.At: the rate is NaN; it must be positive and finite`},
		{"Lookahead.At, zero", func() { new(mtlkit.Lookahead).At(1) }, `mtlkit: Lookahead.At: the lookahead was not made; Run.Lookahead makes one`},
		{"Run.Predict", func() { _, _ = run.Predict(nil) }, `mtlkit: Predict: no rows to predict for`},
		{"Run.Predict, zero", func() { _, _ = new(mtlkit.Run).Predict(x) }, `mtlkit: Run.Predict: the run was not started; Trainer.Start returns one`},
		{"Run.Predict, columns of their own", func() { _, _ = wideRun.Predict(x) }, `mtlkit: Predict: the inputs of task "task 1" have 3 columns, those of "task 0" 2; Predictor.PredictTask predicts for one of them`},
		{"Run.Theta", func() { cut.Checkpoint() }, `mtlkit: Run.Checkpoint: Theta has 66 numbers and Statistics 0, the model 67 and 0`},
		{"NewPredictor", func() { mtlkit.NewPredictor(nil, mixed().Tasks, theta, nil) }, `mtlkit: NewPredictor: no Model; give one, such as a sharing.HardSharing`},
		{"NewPredictor, tasks", func() { mtlkit.NewPredictor(threeTasks, nil, theta, nil) }, `mtlkit: NewPredictor: no tasks`},
		{"NewPredictor, parameters", func() { mtlkit.NewPredictor(threeTasks, mixed().Tasks, theta[1:], nil) }, `mtlkit: NewPredictor: 66 parameters, sharing.HardSharing has 67`},
		{"NewPredictor, NaN", func() { mtlkit.NewPredictor(threeTasks, mixed().Tasks, append(theta[1:], nan), nil) }, `mtlkit: NewPredictor: a parameter or a running statistic is not finite`},
		{"Predictor.Predict", func() { _, _ = new(mtlkit.Predictor).Predict(x) }, `mtlkit: Predictor.Predict: the predictor was not made; NewPredictor or Run.Predictor makes one`},
		{"Predictor.Predict, empty", func() { _, _ = predictor.Predict(empty) }, `mtlkit: Predict: no rows to predict for`},
		{"Predictor.Predict, columns of their own", func() { _, _ = wideRun.Predictor().Predict(x) }, `mtlkit: Predict: the inputs of task "task 1" have 3 columns, those of "task 0" 2; Predictor.PredictTask predicts for one of them`},
		{"Predictor.PredictTask", func() { _, _ = predictor.PredictTask(3, x) }, `mtlkit: Predictor.PredictTask: task 3 of 3`},
		{"Predictor.PredictTask, nil", func() { _, _ = predictor.PredictTask(0, nil) }, `mtlkit: PredictTask: no rows to predict for`},
		{"Predictor.Evaluate", func() { _, _ = (*mtlkit.Predictor)(nil).Evaluate(mixed().Data) }, `mtlkit: Predictor.Evaluate: the predictor was not made; NewPredictor or Run.Predictor makes one`},
		{"Predictor.Shown", func() { _, _ = predictor.Shown(nil) }, `mtlkit: Shown: no rows to predict for`},
		{"Predictor.WriteFile", func() { _ = new(mtlkit.Predictor).WriteFile("a file", nil) }, `mtlkit: Predictor.WriteFile: the predictor was not made; NewPredictor or Run.Predictor makes one`},
		{"Predictor.WriteFile, another standardizer", func() { _ = predictor.WriteFile("a file", standardizer) }, `mtlkit: Predictor.WriteFile: the standardizer is of other tasks`},
		{"OpenPredictor", func() { _, _, _ = mtlkit.OpenPredictor("a file", nil, mixed().Tasks) }, `mtlkit: OpenPredictor: no Model; give one, such as a sharing.HardSharing`},
		{"SharedInputs", func() { mtlkit.SharedInputs(x, []float64{1, 2, 3, 4}, nil) }, `mtlkit: SharedInputs: no labels for task 1`},
		{"Rows", func() { mtlkit.Rows() }, `mtlkit: Rows: no numbers`},
		{"Rows, ragged", func() { mtlkit.Rows([]float64{1, 2}, []float64{3}) }, `mtlkit: Rows: row 1 has 1 numbers, row 0 has 2`},
		{"Data.Split", func() { mixed().Data.Split(nan, 1) }, `mtlkit: Data.Split: the share to train on is NaN, want between 0 and 1`},
		{"Data.Split, nothing", func() { mtlkit.Data{}.Split(0.5, 1) }, `mtlkit: Data.Split: 0 matrices of inputs and 0 of labels`},
		{"Data.Split, one row", func() { mtlkit.SharedInputs(mtlkit.Rows([]float64{1}), []float64{1}).Split(0.5, 1) }, `mtlkit: Data.Split: matrix 0 of the inputs has 1 rows; it takes two`},
		{"Data.Weights", func() {
			mtlkit.Data{X: []*mat.Dense{x}, Y: []*mat.Dense{x}, Weights: [][]float64{{1}}}.Split(0.5, 1)
		}, `mtlkit: Data.Split: 1 lists of weights for 1 tasks, list 0 of 1 weights; it takes one for each row of each task, or nil`},
		{"SquareGrid", func() { mtlkit.SquareGrid(0, 1, 0) }, `mtlkit: SquareGrid: 0 points a side from 0 to 1; a side has 1 to 8192, and finite ends`},
		{"SquareGrid, huge", func() { mtlkit.SquareGrid(0, 1, math.MaxInt) }, `mtlkit: SquareGrid: 9223372036854775807 points a side from 0 to 1; a side has 1 to 8192, and finite ends`},
		{"SquareGrid, NaN", func() { mtlkit.SquareGrid(nan, 1, 2) }, `mtlkit: SquareGrid: 2 points a side from NaN to 1; a side has 1 to 8192, and finite ends`},
		{"Repeat", func() { _, _ = mtlkit.Repeat(none, 1, one) }, `mtlkit: Repeat: the context is nil; give context.Background()`},
		{"Repeat, none", func() { _, _ = mtlkit.Repeat(context.Background(), -1, one) }, `mtlkit: Repeat: -1 seeds; there must be at least 1`},
		{"Repeat, one file", func() {
			_, _ = mtlkit.Repeat(context.Background(), 2, func(uint64) mtlkit.Trainer {
				trainer := mixed()
				trainer.Epochs, trainer.CheckpointFile, trainer.CheckpointEvery = 0, "a file", time.Minute
				return trainer
			})
		}, `mtlkit: Repeat: seeds 0 and 1 have the same CheckpointFile "a file"; give each its own`},
		{"Repeat, nil", func() { _, _ = mtlkit.Repeat(context.Background(), 1, nil) }, `mtlkit: Repeat: the function that configures a trainer is nil`},
		{"Compare", func() { _, _ = mtlkit.Compare(none, 1, one) }, `mtlkit: Compare: the context is nil; give context.Background()`},
		{"Compare, none", func() { _, _ = mtlkit.Compare(context.Background(), 0, one) }, `mtlkit: Compare: 0 seeds; there must be at least 1`},
		{"Compare, nil", func() { _, _ = mtlkit.Compare(context.Background(), 1, nil) }, `mtlkit: Compare: the function that configures a trainer is nil`},
		{"Compare, no twin", func() { _, _ = mtlkit.Compare(context.Background(), 1, func(uint64) mtlkit.Trainer { return apart }) }, `mtlkit: Independent: a mtlkit_test.wide does not say what network a task would have alone; give it a Twin method (see Twinned)`},
		{"Comparison.Losses", func() { mtlkit.Comparison{}.Losses(0) }, `mtlkit: Comparison.Losses: the joint model has scores of 0 seeds, the twins of 0; Compare makes a comparison`},
		{"Comparison.Values", func() { scored.Values(-1) }, `mtlkit: Comparison.Values: task -1 of 1`},
		{"Comparison.Gain", func() { scored.Gain(1) }, `mtlkit: Comparison.Gain: task 1 of 1`},
		{"History.Cosine", func() { mtlkit.History{}.Cosine(0, 1) }, `mtlkit: History.Cosine: tasks 0 and 1 of 0, in a history with the cosines of 0 pairs; it takes Trainer.Diagnose and two different tasks`},
		{"History.Cosine, one task", func() { run.History.Cosine(1, 1) }, `mtlkit: History.Cosine: tasks 1 and 1 of 3, in a history with the cosines of 0 pairs; it takes Trainer.Diagnose and two different tasks`},
		{"History.Conflicts", func() { run.History.Conflicts(0, 1) }, `mtlkit: History.Cosine: tasks 0 and 1 of 3, in a history with the cosines of 0 pairs; it takes Trainer.Diagnose and two different tasks`},
		{"CompareAtCapacity", func() { _, _ = mtlkit.CompareAtCapacity(none, 1, one) }, `mtlkit: CompareAtCapacity: the context is nil; give context.Background()`},
		{"EqualCapacity", func() { mtlkit.EqualCapacity(lost{threeTasks}) }, `mtlkit: Independent: a mtlkit_test.lost does not say what network a task would have alone; give it a Twin method (see Twinned)`},
		{"EqualCapacity, one width", func() { mtlkit.EqualCapacity(stiff{threeTasks}) }, `mtlkit: Independent: a mtlkit_test.lost, the twin of task 0 of mtlkit_test.stiff, does not say what it would be with other widths; give it a Resized method (see Resizable)`},
		{"Trainer.Alone", func() { apart.Alone() }, `mtlkit: Independent: a mtlkit_test.wide does not say what network a task would have alone; give it a Twin method (see Twinned)`},
		{"Trainer.AloneAtCapacity", func() { apart.AloneAtCapacity() }, `mtlkit: Independent: a mtlkit_test.wide does not say what network a task would have alone; give it a Twin method (see Twinned)`},
		{"Independent.Factors", func() { mtlkit.Independent{Of: threeTasks, Factors: []float64{1}}.Shapes() }, `mtlkit: Independent: 1 Factors for 3 tasks; EqualCapacity finds them, and nil leaves widths as they are`},
		{"Independent.Factors, zero", func() { mtlkit.Independent{Of: threeTasks, Factors: make([]float64, 3)}.Shapes() }, `sharing: HardSharing.Resized: the factor is 0; it must be finite and above 0`},
		{"Independent.Split, Factors", func() { mtlkit.Independent{Of: threeTasks, Factors: make([]float64, 3)}.Split(theta) }, `mtlkit: Independent.Split: twins with Factors have matrices of other sizes than the model; Init draws theirs`},
		{"Embedded.Resized", func() { mtlkit.Embedded{Of: lost{threeTasks}}.Resized(1) }, `mtlkit: Embedded.Resized: a mtlkit_test.lost does not say what it would be with other widths; give it a Resized method (see Resizable)`},
		{"Independent.Of", func() { mtlkit.Independent{}.Shapes() }, `mtlkit: Independent: a <nil> does not say what network a task would have alone; give it a Twin method (see Twinned)`},
		{"Independent.Of, no twin", func() { mtlkit.Independent{Of: lost{threeTasks}}.Tasks() }, `mtlkit: Independent: a mtlkit_test.lost does not say what network a task would have alone; give it a Twin method (see Twinned)`},
		{"Independent.Split", func() { twins.Split([]float64{1}) }, `mtlkit: Independent.Split: 1 parameters, sharing.HardSharing has 67`},
		{"Independent.Twin", func() { twins.Twin(twins.Split(theta), 3) }, `mtlkit: Independent.Twin: task 3 of 3, of 133 parameters; the twins of sharing.HardSharing have 133`},
		{"Independent.Twin, negative", func() { twins.Twin(twins.Split(theta), -1) }, `mtlkit: Independent.Twin: task -1 of 3, of 133 parameters; the twins of sharing.HardSharing have 133`},
		{"Independent.Twin, parameters", func() { twins.Twin(nil, 0) }, `mtlkit: Independent.Twin: task 0 of 3, of 0 parameters; the twins of sharing.HardSharing have 133`},
		{"Independent.CheckInputs", func() { _ = twins.CheckInputs(3, nil) }, `sharing: HardSharing.Twin: task 3 of 3`},
		{"Embedded.Of", func() { mtlkit.Embedded{}.Tasks() }, `mtlkit: Embedded: no model Of; give one, such as a sharing.HardSharing`},
		{"Embedded.Embedding", func() { mtlkit.Embedded{Of: threeTasks}.Shapes() }, `nn: Embedding: no Tables; without a column of categories there is nothing to embed`},
		{"Embedded.Init", func() { mtlkit.Embedded{Of: threeTasks}.Init(nil) }, `nn: Embedding.Init: the source of random numbers is nil; give one, such as rand.New(rand.NewPCG(1, 0))`},
		{"Embedded.Apply", func() { shops.Apply(nil, autodiff.Params{}, nil) }, `mtlkit: Embedded: 0 matrices of parameters, want 7`},
		{"Embedded.Twin", func() { mtlkit.Embedded{Embedding: shops.Embedding, Of: lost{threeTasks}}.Twin(0) }, `mtlkit: Embedded.Twin: a mtlkit_test.lost does not say what network a task would have alone; give it a Twin method (see Twinned)`},
		{"Embedded.CheckInputs", func() { _ = mtlkit.Embedded{}.CheckInputs(0, nil) }, `nn: Embedding: no Tables; without a column of categories there is nothing to embed`},
		{"Standardize", func() { mtlkit.Standardize(some, nil) }, `mtlkit: Standardize: the table is nil`},
		{"Standardize, no such target", func() { mtlkit.Standardize(mixed().Tasks[2:], table) }, `datasets: Table.Target: no "huber" among ["some"]`},
		{"Standardize, no tasks", func() { mtlkit.Standardize(nil, table) }, `mtlkit: Standardize: no tasks`},
		{"Standardizer.Data", func() { standardizer.Data(nil) }, `mtlkit: Standardizer.Data: the table is nil`},
		{"Standardizer.Data, zero", func() { new(mtlkit.Standardizer).Data(table) }, `mtlkit: Standardizer.Data: the standardizer was not made; Standardize makes one`},
		{"Standardizer.Data, other inputs", func() { standardizer.Data(&otherwise) }, `mtlkit: Standardizer.Data: the inputs are ["b"], those of the table to train on ["a"]; encode both by one datasets.Encoding`},
		{"Standardizer.Units", func() { standardizer.Units(1, x) }, `mtlkit: Standardizer.Units: task 1 of 1`},
		{"Standardizer.Units, nil", func() { standardizer.Units(0, nil) }, `mtlkit: Standardizer.Units: no outputs`},
		{"Standardizer.Units, columns", func() { standardizer.Units(0, x) }, `datasets: Scaler.Undo: a matrix of 2 columns, want 1`},
		{"Standardizer.Units, zero", func() { (*mtlkit.Standardizer)(nil).Units(0, x) }, `mtlkit: Standardizer.Units: the standardizer was not made; Standardize makes one`},
		{"Standardizer.Inputs", func() { standardizer.Inputs(nil) }, `mtlkit: Standardizer.Inputs: no rows`},
		{"StandardizeGroups", func() { mtlkit.StandardizeGroups(some[0], nil) }, `mtlkit: StandardizeGroups: the table is nil, or has no groups`},
		{"StandardizeGroups, no groups", func() { mtlkit.StandardizeGroups(some[0], table) }, `mtlkit: StandardizeGroups: the table is nil, or has no groups`},
		{"StandardizeGroups, no loss", func() { mtlkit.StandardizeGroups(mtlkit.Task{Name: "some"}, &inGroups) }, `mtlkit: StandardizeGroups: task "some" has no Loss`},
		{"StandardizeGroups, no such target", func() { mtlkit.StandardizeGroups(mixed().Tasks[2], &inGroups) }, `datasets: Table.Target: no "huber" among ["some"]`},
		{"GroupStandardizer.Tasks", func() { new(mtlkit.GroupStandardizer).Tasks() }, `mtlkit: GroupStandardizer.Tasks: the standardizer was not made; StandardizeGroups makes one`},
		{"GroupStandardizer.Data", func() { _, _ = (*mtlkit.GroupStandardizer)(nil).Data(&inGroups) }, `mtlkit: GroupStandardizer.Data: the standardizer was not made; StandardizeGroups makes one`},
		{"GroupStandardizer.Data, no groups", func() { _, _ = mtlkit.StandardizeGroups(some[0], &inGroups).Data(table) }, `mtlkit: GroupStandardizer.Data: the table is nil, or has no groups`},
		{"TableTasks", func() { mtlkit.TableTasks(nil) }, `mtlkit: TableTasks: the table is nil, or its targets have no names; give it Targets`},
		{"TableTasks, one word", func() { mtlkit.TableTasks(&oneWord) }, `mtlkit: TableTasks: target "some" has the words ["always"]; a class needs two or more: name all in datasets.CSV.Categories`},
		{"TableEmbedding", func() { mtlkit.TableEmbedding(table, nil) }, `mtlkit: TableEmbedding: the table or the function of widths is nil`},
		{"TableEmbedding, no words", func() { mtlkit.TableEmbedding(table, func(n int) int { return n }) }, `nn: Embedding: no Tables; without a column of categories there is nothing to embed`},
		{"ClassNames", func() { mtlkit.ClassNames(mixed().Tasks[1], nil, []string{"p", "q"}) }, `mtlkit: ClassNames: no outputs`},
		{"ClassNames, numbers", func() { mtlkit.ClassNames(some[0], x, []string{"p", "q"}) }, `mtlkit: ClassNames: task "some" has a nn.SquaredError, whose labels are numbers`},
		{"ClassNames, words", func() { mtlkit.ClassNames(mixed().Tasks[1], x, []string{"p"}) }, `mtlkit: ClassNames: 2 columns of outputs and 1 words for task "kind" with a nn.SoftmaxLoss and Width 2; want 2 columns and 2 words`},
		{"Standardizer.Inputs, columns", func() { standardizer.Inputs(x) }, `datasets: Scaler.Apply: a matrix of 2 columns, want 1`},
		{"CheckResults", func() { mtlkit.CheckResults(nil, 0, 1) }, `mtlkit: CheckResults: 0 tasks; a tournament has at least one`},
		{"Tournament.Seeds", play(func(t *mtlkit.Tournament) { t.Seeds = -1 }), `mtlkit: Tournament: 3 entrants, -1 seeds and 3 trials; there must be at least one of each, and Trial must be set`},
		{"Tournament.Trials", play(func(t *mtlkit.Tournament) { t.Trials = 0 }), `mtlkit: Tournament: 3 entrants, 2 seeds and 0 trials; there must be at least one of each, and Trial must be set`},
		{"Tournament.Trial", play(func(t *mtlkit.Tournament) { t.Trial = nil }), `mtlkit: Tournament: 3 entrants, 2 seeds and 3 trials; there must be at least one of each, and Trial must be set`},
		{"Tournament.Trial, checkpoint file", play(func(t *mtlkit.Tournament) {
			t.Trial = func(uint64, int) (mtlkit.Trainer, mtlkit.Data) {
				trainer := mixed()
				trainer.HeldOut, trainer.CheckpointFile, trainer.CheckpointEvery = trainer.Data, "a file", time.Minute
				return trainer, trainer.Data
			}
		}), `mtlkit: Tournament: Trial returns a trainer with a CheckpointFile; a tournament keeps results, and goes on from those it is given`},
		{"Tournament.Trial, no validation", play(func(t *mtlkit.Tournament) {
			t.Trial = func(uint64, int) (mtlkit.Trainer, mtlkit.Data) { return mixed(), mtlkit.Data{} }
		}), `mtlkit: Tournament: Trial returns a trainer without Validation and HeldOut; it wants the validation rows there`},
		{"Tournament.Entrants", play(func(t *mtlkit.Tournament) { t.Entrants = nil }), `mtlkit: Tournament: 0 entrants, 2 seeds and 3 trials; there must be at least one of each, and Trial must be set`},
		{"Entrant.Name", play(func(t *mtlkit.Tournament) { t.Entrants[1].Name = "equal" }), `mtlkit: Tournament: two entrants are called "equal"; their results could not be told apart`},
		{"Entrant.Balance", play(func(t *mtlkit.Tournament) { t.Entrants[0] = mtlkit.Enter("odd", balance.Stateless{}) }), `mtlkit: Trainer: Balance is a balance.Stateless, which is neither a scalarizer nor an aggregator`},
		{"Entrant.Balance, nil", play(func(t *mtlkit.Tournament) { t.Entrants[0].Balance = func(uint64, int) balance.Balancer { return nil } }), `mtlkit: Tournament: the Balance of entrant "equal" returns nil in trial 0 of seed 0; give one, such as balance.Equal`},
		{"Enter", func() { mtlkit.Enter("nothing", nil) }, `mtlkit: Enter: the balancer of "nothing" is nil; give one, such as balance.Equal`},
		{"Tournament.Play", func() { cup().Play(none, nil) }, `mtlkit: Tournament.Play: the context is nil; give context.Background()`},
		{"Tournament.PlayOne", func() { _, _ = cup().PlayOne(none, "equal", 0) }, `mtlkit: Tournament.PlayOne: the context is nil; give context.Background()`},
		{"Tournament.PlayOne, entrant", func() { _, _ = cup().PlayOne(t.Context(), "best", 0) }, `mtlkit: Tournament.PlayOne: no entrant is called "best"`},
		{"Tournament.PlayOne, seed", func() { _, _ = cup().PlayOne(t.Context(), "equal", 2) }, `mtlkit: Tournament.PlayOne: seed 2; Seeds is 2, and they count from 0`},
		{"Spread", func() { mtlkit.Spread(-1) }, `mtlkit: Spread: point -1; they count from 0`},
		{"Ranks", func() { mtlkit.Ranks([][]float64{{1, 2}, {1}}, []bool{true, false}) }, `mtlkit: Ranks: row 1 has 1 columns, higherIsBetter 2`},
		{"MeanRank", func() { mtlkit.MeanRank([][]float64{{}}, nil) }, `mtlkit: MeanRank: no columns to rank by`},
		{"MeanRank, ragged", func() { mtlkit.MeanRank([][]float64{{1}, {}}, []bool{true}) }, `mtlkit: Ranks: row 1 has 0 columns, higherIsBetter 1`},
		{"Gains", func() { _, _ = mtlkit.Gains([]float64{1}, nil, nil) }, `mtlkit: Gains: 1 multi-task metrics, 0 single-task metrics, 0 directions`},
		{"DeltaM", func() { _, _ = mtlkit.DeltaM(nil, nil, nil) }, `mtlkit: Gains: 0 multi-task metrics, 0 single-task metrics, 0 directions`},
		{"DeltaP", func() { _, _ = mtlkit.DeltaP([][]float64{{1}}, nil, nil) }, `mtlkit: DeltaP: multi-task metrics of 1 tasks, single-task metrics of 0, directions of 0`},
		{"MeanInterval", func() { mtlkit.MeanInterval(nil) }, `interval: Mean: no values`},
		{"PairedInterval", func() { mtlkit.PairedInterval([]float64{1}, nil) }, `interval: Paired: 1 values paired with 0`},
		{"PairedTest", func() { mtlkit.PairedTest([]float64{1}, []float64{1, 2}) }, `interval: PairedTest: 1 values paired with 2`},
		{"MedianRange", func() { mtlkit.MedianRange(nil) }, `interval: MedianRange: no values`},
		{"Holm", func() { mtlkit.Holm([]float64{2}) }, `interval: Holm: p-value 0 is 2; it must lie in [0, 1]`},
		{"NewRelatedTasks", func() { mtlkit.NewRelatedTasks(2) }, `mtlkit: RelatedTasks: Relatedness is 2, want 0 to 1`},
		{"RelatedTasks.Draw", func() { mtlkit.RelatedTasks{}.Draw(1) }, `mtlkit: RelatedTasks: 0 inputs, 0 features, rows [] and 0 held out; there must be at least one of each, as NewRelatedTasks has`},
		{"RelatedTasks.Relatedness", related(func(r *mtlkit.RelatedTasks) { r.Relatedness = nan }), `mtlkit: RelatedTasks: Relatedness is NaN, want 0 to 1`},
		{"RelatedTasks.Noise", related(func(r *mtlkit.RelatedTasks) { r.Noise = -1 }), `mtlkit: RelatedTasks: Noise is -1; it must be finite and not negative`},
		{"RelatedTasks.Inputs", related(func(r *mtlkit.RelatedTasks) { r.Inputs = 0 }), `mtlkit: RelatedTasks: 0 inputs, 3 features, rows [400 40] and 500 held out; there must be at least one of each, as NewRelatedTasks has`},
		{"RelatedTasks.Features", related(func(r *mtlkit.RelatedTasks) { r.Features = -1 }), `mtlkit: RelatedTasks: 8 inputs, -1 features, rows [400 40] and 500 held out; there must be at least one of each, as NewRelatedTasks has`},
		{"RelatedTasks.Rows", related(func(r *mtlkit.RelatedTasks) { r.Rows = []int{1, 0} }), `mtlkit: RelatedTasks: 8 inputs, 3 features, rows [1 0] and 500 held out; there must be at least one of each, as NewRelatedTasks has`},
		{"RelatedTasks.HeldOut", related(func(r *mtlkit.RelatedTasks) { r.HeldOut = 0 }), `mtlkit: RelatedTasks: 8 inputs, 3 features, rows [400 40] and 0 held out; there must be at least one of each, as NewRelatedTasks has`},
		{"DeadUnits", func() { mtlkit.DeadUnits(nil, theta, x) }, `mtlkit: DeadUnits: it takes a model and rows of inputs`},
		{"DeadUnits, parameters", func() { mtlkit.DeadUnits(threeTasks, theta[1:], x) }, `mtlkit: DeadUnits: 66 parameters, sharing.HardSharing has 67`},
		{"DeadUnits, rows", func() { mtlkit.DeadUnits(threeTasks, theta, empty) }, `mtlkit: DeadUnits: it takes a model and rows of inputs`},
	}
}

// wide has inputs of 2 columns for its first task and of 3 for the second.
type wide struct{}

func (wide) parts() parts {
	return parts{{"one", dense(nn.Linear, 2, 1)}, {"two", dense(nn.Linear, 3, 1)}}
}

func (wide) Tasks() int                      { return 2 }
func (w wide) Shapes() []autodiff.Shape      { return w.parts().Shapes() }
func (w wide) Init(rng *rand.Rand) []float64 { return w.parts().Init(rng) }

func (w wide) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	return []autodiff.Value{w.parts().apply("one", t, theta, x[0]), w.parts().apply("two", t, theta, x[1])}
}

// steeper is a schedule of a factor that makes no sense from step 2.
type steeper struct{}

func (steeper) Factor(step int) float64 { return 2 - float64(step)*1.5 }

// together is a loss whose rows are not the means of their labels.
type together struct{ nn.LogisticLoss }

func (l together) PerRow(logits, labels autodiff.Value) autodiff.Value {
	return l.LogisticLoss.PerRow(logits, labels).Square()
}

// lost is a model that is no twinned one.
type lost struct{ mtlkit.Model }

// stiff has twins of one width.
type stiff struct{ mtlkit.Twinned }

func (s stiff) Twin(task int) (mtlkit.Model, []string) {
	twin, from := s.Twinned.Twin(task)
	return lost{twin}, from
}

func TestMisuse(t *testing.T) {
	for _, m := range mistakes(t) {
		exported.Says(t, m.name, m.call, m.says)
	}
}

// harmless lists what is exported and cannot be misused by itself, with the reason.
var harmless = map[string]string{
	"Checkpoint.Steps": "TestDamagedCheckpoints", "Checkpoint.Theta": "TestDamagedCheckpoints",
	"Checkpoint.Statistics": "TestDamagedCheckpoints", "Checkpoint.Optimizer": "TestDamagedCheckpoints",
	"Checkpoint.Balance": "TestDamagedCheckpoints", "Checkpoint.Fresh": "both make sense",
	"Checkpoint.Sums": "TestDamagedCheckpoints", "Checkpoint.History": "TestDamagedCheckpoints",
	"Checkpoint.Settings": "TestDamagedCheckpoints", "Setting.Name": "TestDamagedCheckpoints",
	"Setting.Text": "TestDamagedCheckpoints", "Trainer.Resume": "TestDamagedCheckpoints",
	"Data.Check": "its errors: TestDataFaults", "Data.X": "its errors: TestDataFaults", "Data.Y": "its errors: TestDataFaults",
	"Trainer.Data": "its errors: TestDataFaults", "Trainer.HeldOut": "its errors: TestDataFaults",
	"Epoch.Number": "the kit sets it", "Epoch.Losses": "the kit sets it", "Epoch.Weights": "the kit sets it",
	"Epoch.HeldOut": "the kit sets it", "Epoch.Validation": "the kit sets it",
	"History.Validation": "the kit sets it", "History.Best": "the kit sets it", "Checkpoint.BestTheta": "TestDamagedCheckpoints",
	"Checkpoint.BestStatistics": "TestDamagedCheckpoints", "Score.Task": "the kit sets it", "Score.Rows": "the kit sets it",
	"Score.Loss": "the kit sets it", "Score.Metric": "the kit sets it", "Score.Value": "the kit sets it",
	"Score.String": "every score prints", "Shown.Name": "the kit sets it", "Shown.Value": "the kit sets it",
	"Comparison.Joint": "the kit sets it", "Comparison.Alone": "the kit sets it", "Comparison.JointScores": "see the methods",
	"Comparison.AloneScores": "see the methods", "Comparison.Ratio": "the kit sets it", "History.Losses": "see the methods", "History.Cosines": "see the methods",
	"History.Weights": "the kit sets it", "History.HeldOut": "the kit sets it", "History.Norms": "the kit sets it",
	"History.Epochs": "a zero history has none", "History.MarshalJSON": "every history has a text",
	"History.UnmarshalJSON": "its errors are those of encoding/json",
	"Result.Entrant":        "names no entrant: it is played", "Result.Seed": "names no seed: it is played",
	"Result.Trials": "the kit sets it", "Result.Epochs": "the kit sets it", "Result.Losses": "the kit sets it",
	"Result.Values": "the kit sets it", "Run.History": "the kit sets it", "Run.Statistics": "see Run.Theta",
	"Run.Refused": "the kit sets it", "WriteCheckpoint": "its errors: internal/durable", "ReadCheckpoint": "its errors: TestRefusedCheckpointFile",
	"Trainer.Seed": "all make sense", "Task.Metric": "zero is the loss's own",
	"Task.Width": "see Trainer.Tasks", "Embedded.Shapes": "see Embedded.Of", "Embedded.Tasks": "see Embedded.Of",
	"Independent.Shapes": "see Independent.Of", "Independent.Init": "see Independent.Of",
	"Independent.Tasks": "see Independent.Of", "Independent.Apply": "Start calls it, with what fits",
	"GroupStandardizer.Standardizer": "StandardizeGroups makes it",
	"RelatedTasks.Tasks":             "without rows there are none",
}

// Everything exported has a row in the table above, or a reason not to.
func TestMisuseIsComplete(t *testing.T) {
	var tested []string
	for _, m := range mistakes(t) {
		name, _, _ := strings.Cut(m.name, " ")
		tested = append(tested, strings.TrimSuffix(name, ","))
	}
	exported.Complete(t, exported.FunctionsAndFields(t), tested, harmless)
}
