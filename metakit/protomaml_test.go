package metakit_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/learners"
	"kindred/metakit"
	"kindred/metakit/metatest"
	"kindred/metakit/models"
	"kindred/nn"
)

var embedding = nn.MLP{Widths: []int{16, 8, 6}, Activation: nn.Tanh}

// headed is an embedding with a linear head for 5 classes.
type headed struct{ nn.MLP }

func (h headed) Shapes() []autodiff.Shape {
	return append(h.MLP.Shapes(), autodiff.Shape{Name: "W", Rows: 6, Cols: 5},
		autodiff.Shape{Name: "b", Rows: 1, Cols: 5})
}

func (h headed) Init(rng *rand.Rand) []float64 {
	return append(h.MLP.Init(rng), make([]float64, 35)...)
}

func (h headed) Apply(t *nn.Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	n := theta.Len() - 2
	return h.MLP.Apply(t, theta.Slice(0, n), x).MatMul(theta.At(n)).Add(theta.At(n + 1))
}

func protoMAML(steps int) metakit.ProtoMAML {
	return metakit.ProtoMAML{Network: embedding, Loss: nn.SoftmaxLoss{}, Ways: 5, Steps: steps, Inner: steep}
}

// Before the first step it is a prototypical network: the squared distances but for what all classes share.
func TestProtoMAMLStartsFromPrototypes(t *testing.T) {
	e := metakit.Draw(learners.Spots(), 3, 3)
	proto := models.NewPrototypical(embedding, 5)
	meta := start(proto, 5)
	want, wantGradient := metaGradient(t, proto, meta, e)
	got, gradient := metaGradient(t, protoMAML(0), meta, e)
	closeTo(t, "the loss", []float64{got}, []float64{want})
	closeTo(t, "the gradient", gradient, wantGradient)
}

// It is MAML on embedding and head, from where the prototypes put the head; with the prototypes as constants its
// meta-gradient is MAML's by the embedding.
func TestProtoMAMLIsMAMLFromThere(t *testing.T) {
	e := metakit.Draw(learners.Spots(), 3, 3)
	l := protoMAML(3)
	l.StopPrototypes = true
	meta := start(l, 5)
	points := e.Support.X.RawMatrix().Rows
	features := predict(t, metakit.MAML{Network: embedding, Loss: mse}, meta, &metakit.Episode{
		Support: metakit.Set{X: e.Support.X, Y: mat.NewDense(points, 6, nil)},
		Query:   metakit.Set{X: e.Support.X, Y: mat.NewDense(points, 6, nil)}}, []int{0})[0]
	weights, bias, count := mat.NewDense(6, 5, nil), make([]float64, 5), make([]float64, 5)
	for i := range points {
		count[int(e.Support.Y.At(i, 0))]++
	}
	for i := range points {
		k := int(e.Support.Y.At(i, 0))
		for j := range 6 {
			weights.Set(j, k, weights.At(j, k)+2*features.At(i, j)/count[k])
		}
	}
	for k := range bias {
		for j := range 6 {
			bias[k] -= weights.At(j, k) * weights.At(j, k) / 4
		}
	}
	theta := slices.Concat(meta, weights.RawMatrix().Data, bias)
	for _, firstOrder := range []bool{false, true} {
		l.FirstOrder = firstOrder
		maml := metakit.MAML{Network: headed{embedding}, Loss: nn.SoftmaxLoss{}, Steps: 3, Inner: steep,
			FirstOrder: firstOrder}
		want, wantGradient := metaGradient(t, maml, theta, e)
		got, gradient := metaGradient(t, l, meta, e)
		closeTo(t, "the loss", []float64{got}, []float64{want})
		closeTo(t, "the gradient", gradient, wantGradient[:len(meta)])
	}
}

// With prototypes taken for constants no derivative reaches them: to the first order and without a step, only the query
// points move the embedding.
func TestProtoMAMLStopsPrototypes(t *testing.T) {
	e := metakit.Draw(learners.Spots(), 3, 3)
	l := protoMAML(2)
	meta := start(l, 5)
	exact, gradient := metaGradient(t, l, meta, e)
	l.StopPrototypes = true
	loss, stopped := metaGradient(t, l, meta, e)
	if loss != exact {
		t.Errorf("loss %v with prototypes as constants, else %v", loss, exact)
	}
	if r, err := metakit.CheckMetaGradient(l, meta, e, 1); err == nil || math.Abs(r.Slope-1) > 0.2 {
		t.Errorf("without what passes through the prototypes the gradient is taken for exact: %v, %v", r.Slope, err)
	}
	first := protoMAML(2)
	first.FirstOrder = true
	_, half := metaGradient(t, first, meta, e)
	first.StopPrototypes = true
	_, least := metaGradient(t, first, meta, e)
	for name, pair := range map[string][2][]float64{"exact": {gradient, stopped}, "first order": {half, least},
		"prototypes": {gradient, half}} {
		if mat.EqualApprox(mat.NewVecDense(len(meta), pair[0]), mat.NewVecDense(len(meta), pair[1]), 1e-6) {
			t.Errorf("%s: both gradients are %v", name, pair[0])
		}
	}
}

// A class without a support point is never predicted, and leaves the others as they are.
func TestProtoMAMLLacksAClass(t *testing.T) {
	e := metakit.Draw(learners.Spots(), 3, 3)
	for _, y := range []*mat.Dense{e.Support.Y, e.Query.Y} {
		for i := range y.RawMatrix().Rows {
			y.Set(i, 0, min(y.At(i, 0), 3))
		}
	}
	l := protoMAML(2)
	meta := start(l, 5)
	loss, gradient := metaGradient(t, l, meta, e)
	got := predict(t, l, meta, e, []int{0, 2})
	l.Ways = 4
	want, wantGradient := metaGradient(t, l, meta, e)
	closeTo(t, "the loss", []float64{loss}, []float64{want})
	closeTo(t, "the gradient", gradient, wantGradient)
	for k, four := range predict(t, l, meta, e, []int{0, 2}) {
		rows, _ := four.Dims()
		for i := range rows {
			closeTo(t, "logits", got[k].RawRowView(i)[:4], four.RawRowView(i))
			if last := got[k].At(i, 4); !(last <= -1e29) {
				t.Errorf("the class that lacks has the logit %v", last)
			}
		}
	}
}

func TestPropertiesOfProtoMAML(t *testing.T) {
	l := protoMAML(2)
	l.Recompute = 1
	metatest.TestLearner(t, l, learners.Spots(), metatest.ExactGradient|metatest.OrderFree|metatest.QueriesApart)
	l.FirstOrder = true
	if metatest.Check(l, learners.Spots(), metatest.ExactGradient) == nil {
		t.Error("first order is taken for exact")
	}
}

func TestProtoMAMLLearns(t *testing.T) {
	l := metakit.ProtoMAML{Network: nn.MLP{Widths: []int{16, 8}}, Loss: nn.SoftmaxLoss{}, Ways: 5, Steps: 1, Inner: steep}
	d := learners.Spots()
	before := evaluate(t, l, d, train(t, l, d, 0), 1)[0].Score
	after := evaluate(t, l, d, train(t, l, d, 150), 1)[0].Score
	if before.Name != "accuracy" || !(before.High < 0.6) || !(after.Low > 0.8) {
		t.Errorf("%s %v before training, %v after; chance is 0.2, and the classes hardly overlap", before.Name,
			before.Interval, after.Interval)
	}
}
