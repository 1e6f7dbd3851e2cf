package metakit_test

import (
	"encoding/json"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/golden"
	"kindred/metakit"
	"kindred/metakit/metatest"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// metricCase is a case of the file of metric learners and neural processes.
type metricCase struct {
	Name       string
	Sizes      []int
	Activation nn.Activation
	Classes    int
	Theta      array
	Encoder    []int `json:"encoder_sizes"`
	Decoder    []int `json:"decoder_sizes"`

	metricTask
	Tasks    []metricTask
	Expected struct {
		metricValues
		MeanNLL  float64 `json:"mean_nll"`
		MeanGrad array   `json:"mean_grad"`
	}
}

type metricTask struct {
	SupportX array `json:"support_x"`
	SupportY array `json:"support_y"`
	QueryX   array `json:"query_x"`
	QueryY   array `json:"query_y"`
	ContextX array `json:"context_x"`
	ContextY array `json:"context_y"`
	TargetX  array `json:"target_x"`
	TargetY  array `json:"target_y"`
	Expected metricValues
}

type metricValues struct {
	Logits         array
	Loss, Accuracy float64
	Grad, Mu       array
	NLL            float64 `json:"nll"`
}

func metricCases(t *testing.T, family string) []metricCase {
	var file map[string]json.RawMessage
	golden.Load(t, "metric_learners.json", &file)
	var cases []metricCase
	if err := json.Unmarshal(file[family], &cases); err != nil || len(cases) == 0 {
		t.Fatalf("%d cases of %s: %v", len(cases), family, err)
	}
	return cases
}

func TestGoldenPrototypes(t *testing.T) {
	for _, c := range metricCases(t, "protonet") {
		l := prototypes{nn.MLP{Widths: c.Sizes, Activation: c.Activation}, nn.SoftmaxLoss{}, c.Classes}
		e := &metakit.Episode{Support: metakit.Set{X: c.SupportX.dense(), Y: c.SupportY.dense()},
			Query: metakit.Set{X: c.QueryX.dense(), Y: c.QueryY.dense()}}
		want := c.Expected
		near(t, c.Name+": logits", predict(t, l, c.Theta.Data, e, []int{0})[0].RawMatrix().Data, want.Logits.Data)
		loss, gradient := metaGradient(t, l, c.Theta.Data, e)
		near(t, c.Name+": loss", []float64{loss}, []float64{want.Loss})
		near(t, c.Name+": gradient", gradient, want.Grad.Data)
		o, err := metakit.Evaluation{Learner: l, Tasks: metakit.Collection{e}, Steps: []int{0}}.Run(t.Context(), c.Theta.Data)
		if err != nil {
			t.Fatal(err)
		}
		near(t, c.Name+": accuracy", o[0].Score.Values, []float64{want.Accuracy})
	}
}

// The sets of context points differ in size; some are empty in the file, which is not an episode here.
func TestGoldenNeuralProcess(t *testing.T) {
	ran := 0
	for _, c := range metricCases(t, "cnp") {
		l := neuralProcess{Encoder: nn.MLP{Widths: c.Encoder, Activation: c.Activation},
			Decoder: nn.MLP{Widths: c.Decoder, Activation: c.Activation}}
		for _, task := range c.Tasks {
			if task.ContextX.Shape[0] == 0 {
				continue
			}
			ran++
			e := &metakit.Episode{Support: metakit.Set{X: task.ContextX.dense(), Y: task.ContextY.dense()},
				Query: metakit.Set{X: task.TargetX.dense(), Y: task.TargetY.dense()}}
			loss, gradient := metaGradient(t, l, c.Theta.Data, e)
			near(t, c.Name+": loss", []float64{loss}, []float64{task.Expected.NLL})
			near(t, c.Name+": gradient", gradient, task.Expected.Grad.Data)
			p := predict(t, l, c.Theta.Data, e, []int{0})[0]
			rows, d := task.TargetY.dense().Dims()
			near(t, c.Name+": mean", mat.DenseCopyOf(p.Slice(0, rows, 0, d)).RawMatrix().Data, task.Expected.Mu.Data)
		}
	}
	if ran == 0 {
		t.Fatal("no case ran")
	}
}

// train returns the run of a short training.
func train(t *testing.T, l metakit.Learner, d metakit.Distribution, iterations int) *metakit.Run {
	t.Helper()
	r, err := metakit.Training{Learner: l, Tasks: d, Iterations: iterations, MetaBatch: 8, Optimizer: nn.NewAdam(0.01),
		Seed: 1}.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// evaluate returns the outcomes on 200 new tasks.
func evaluate(t *testing.T, l metakit.Learner, d metakit.Distribution, r *metakit.Run, steps ...int) []metakit.Outcome {
	t.Helper()
	o, err := metakit.Evaluation{Learner: l, Tasks: d, Steps: steps, Episodes: 200,
		Statistics: r.Statistics}.Run(t.Context(), r.Meta)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// spots are 20 classes of points in 16 dimensions, of which the first 4 tell the classes apart and the others are
// noise.
func spots() tasks.NWay {
	rng := new(metakit.Episode).Rand(3, 0)
	var x []float64
	var class []int
	for k := range 20 {
		var centre [16]float64
		for j := range 4 {
			centre[j] = rng.NormFloat64()
		}
		for range 30 {
			for j, c := range centre {
				spread := 0.3
				if j >= 4 {
					spread = 3
				}
				x = append(x, c+spread*rng.NormFloat64())
			}
			class = append(class, k)
		}
	}
	return tasks.NewNWay(mat.NewDense(len(class), 16, x), class, 5, 1, 5)
}

func TestPrototypesLearn(t *testing.T) {
	l := prototypes{nn.MLP{Widths: []int{16, 8}}, nn.SoftmaxLoss{}, 5}
	d := spots()
	before := evaluate(t, l, d, train(t, l, d, 0), 0)[0].Score
	after := evaluate(t, l, d, train(t, l, d, 150), 0)[0].Score
	if before.Name != "accuracy" || !(before.High < 0.5) || !(after.Low > 0.8) {
		t.Errorf("%s %v before training, %v after; chance is 0.2, and the classes hardly overlap", before.Name,
			before.Interval, after.Interval)
	}
}

// Only the context adapts, from zeros: with no inner steps all tasks look alike.
func TestCaviaLearns(t *testing.T) {
	l := metakit.CAVIA{Network: nn.MLP{Widths: []int{5, 20, 20, 1}, Activation: nn.Tanh}, Loss: mse, Context: 4, Steps: 2,
		Inner: nn.SGD{Rate: 0.3}}
	o := evaluate(t, l, sines.Test(), train(t, l, sines, 300), 0, 2)
	if floor := sines.ZeroShotFloor(); !(o[0].High > floor) || !(o[1].High < floor/2) {
		t.Errorf("error %v before two steps, %v after; %v without a look at the points", o[0].Interval, o[1].Interval, floor)
	}
	if _, err := metakit.CheckMetaGradient(l, start(l, 1), metakit.Draw(sines, 1, 1), 1); err != nil {
		t.Error(err)
	}
}

// anySize is waves of 1 to 10 support points.
type anySize struct{ tasks.Sinusoid }

func (a anySize) Size(seed, index uint64) metakit.Size {
	a.Shots = 1 + int(new(metakit.Episode).Rand(seed, ^index).Uint64N(10))
	return a.Sinusoid.Size(seed, index)
}

func TestNeuralProcessLearns(t *testing.T) {
	l := neuralProcess{Encoder: nn.MLP{Widths: []int{2, 24, 16}, Activation: nn.Tanh},
		Decoder: nn.MLP{Widths: []int{17, 24, 2}, Activation: nn.Tanh}}
	r := train(t, l, anySize{sines}, 1000)
	previous := math.Inf(1)
	for _, shots := range []int{1, 3, 10} {
		test := tasks.NewSinusoid(shots).Test()
		o := evaluate(t, l, test, r, 0)[0]
		if !(o.Mean < previous) || o.Score.Name != "mean squared error" {
			t.Errorf("%d points: negative log-likelihood %v, %v with fewer; %s %v", shots, o.Interval, previous, o.Score.Name, o.Score.Interval)
		}
		previous = o.Mean
	}
}

func TestAnilLearns(t *testing.T) {
	l := metakit.MAML{Network: nn.MLP{Widths: []int{1, 20, 20, 1}, Activation: nn.Tanh}, Loss: mse, Steps: 1,
		Inner: nn.SGD{Rate: 0.1}, Adapts: metakit.Head}
	o := evaluate(t, l, sines.Test(), train(t, l, sines, 300), 0, 1)
	if floor := sines.ZeroShotFloor(); !(o[1].High < floor/2) {
		t.Errorf("error %v after one step; %v without a look at the points", o[1].Interval, floor)
	}
}

// The learners of other families have the properties that their papers claim for them.
func TestPropertiesOfFamilies(t *testing.T) {
	const all = metatest.ExactGradient | metatest.OrderFree | metatest.QueriesApart
	tanh := nn.MLP{Widths: []int{1, 20, 1}, Activation: nn.Tanh}
	metatest.TestLearner(t, prototypes{nn.MLP{Widths: []int{16, 8}}, nn.SoftmaxLoss{}, 5}, spots(), all)
	metatest.TestLearner(t, attention{nn.MLP{Widths: []int{1, 20, 8}, Activation: nn.Tanh}, mse}, sines, all)
	metatest.TestLearner(t, neuralProcess{Encoder: nn.MLP{Widths: []int{2, 24, 16}, Activation: nn.Tanh},
		Decoder: nn.MLP{Widths: []int{17, 24, 2}, Activation: nn.Tanh}}, anySize{sines}, all)

	transductive := metakit.MAML{Network: normalised{MLP: tanh, Transductive: true}, Loss: mse, Steps: 1, Inner: sgd}
	metatest.TestLearner(t, transductive, sines, metatest.OrderFree|metatest.ExactGradient)
	if metatest.Check(transductive, sines, metatest.QueriesApart) == nil {
		t.Error("transductive normalisation is taken to look at each query point by itself")
	}
	running := metakit.MAML{Network: normalised{MLP: tanh}, Loss: mse, Steps: 1, Inner: sgd}
	metatest.TestLearner(t, running, sines, all)
}
