package sharing

import (
	"math"
	"slices"
	"testing"

	"kindred/autodiff"
	"kindred/mtlkit/mtltest"
	"kindred/nn"
)

var soft = SoftSharing{[]int{2, 3}, [][]int{{4, 1}, {4, 2}, {4, 1}}, 0.3, nn.Tanh, nil}

func TestSoftSharing(t *testing.T) { mtltest.TestModel(t, soft, []int{1, 2, 1}, 2) }

// Outputs are those of separate networks, and the twin has what a task uses.
func TestSoftSharingFormula(t *testing.T) {
	theta, x := moved(soft), gaussian(5, 2)
	out, _ := outputsOf(soft, theta, x)
	p := readerOf(soft, theta)
	for i := range out {
		z := p.tanh(headName(i), 1, p.tanh(trunkName(i), 1, x))
		same(t, "an output", out[i], p.dense(headName(i), 2, z))
		if _, from := soft.Twin(i); !slices.Equal(from, reached(soft, i)) {
			t.Errorf("the twin of task %d starts from %q, the task uses %q", i+1, from, reached(soft, i))
		}
	}
}

// The penalty is that of all pairs of matrices alike: the last layer of the second head is like no other.
func TestSoftSharingPenalty(t *testing.T) {
	theta := moved(soft)
	p := readerOf(soft, theta)
	want := 0.0
	pair := func(a, b string) {
		u, v := p.View(a).RawMatrix().Data, p.View(b).RawMatrix().Data
		for k := range u {
			want += 0.3 * (u[k] - v[k]) * (u[k] - v[k])
		}
	}
	for _, tasks := range [][2]string{{"1", "2"}, {"1", "3"}, {"2", "3"}} {
		for _, k := range []string{"W1", "b1"} {
			pair("trunk"+tasks[0]+"."+k, "trunk"+tasks[1]+"."+k)
			pair("head"+tasks[0]+"."+k, "head"+tasks[1]+"."+k)
		}
	}
	pair("head1.W2", "head3.W2")
	pair("head1.b2", "head3.b2")
	if got := penaltyOf(soft, theta); !(math.Abs(got-want) <= 1e-13*want) {
		t.Errorf("the penalty is %v, want %v", got, want)
	}
	loose := soft
	loose.Tie = 0
	if got := penaltyOf(loose, theta); got != 0 {
		t.Errorf("without a tie the penalty is %v", got)
	}
}

// penaltyOf returns the sum of a model's penalties at parameters.
func penaltyOf(m SoftSharing, theta []float64) float64 {
	g := autodiff.New()
	trace, p := nn.NewTrace(g, true), g.Params(m.Shapes())
	m.Apply(trace, p, slices.Repeat([]autodiff.Value{g.Const(1, 2, []float64{1, 2})}, m.Tasks()))
	sum := g.Scalar(0)
	for _, v := range trace.Penalties() {
		sum = sum.Add(v.Value)
	}
	ws := autodiff.Compile(sum).NewWorkspace()
	if len(trace.Penalties()) > 0 {
		ws.Set(p, theta)
	}
	ws.Run()
	return ws.Scalar(sum)
}
