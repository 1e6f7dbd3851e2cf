package real

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/mtlkit/convex"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// groups returns a set of three groups of unequal size, whose target is near linear in two inputs with weights that
// differ a little, and a level of its own in each.
func groups() Grouped {
	rng := rand.New(rand.NewPCG(1, 0))
	t := &datasets.Table{Inputs: []string{"a", "b"}, Targets: []string{"y"}}
	var x, y []float64
	for g, rows := range []int{20, 30, 50} {
		for range rows {
			a, b := rng.NormFloat64(), rng.NormFloat64()
			x, y = append(x, a, b), append(y, (1+0.2*float64(g))*a-b+2*float64(g)+0.3*rng.NormFloat64())
			t.Groups = append(t.Groups, g)
		}
	}
	t.X, t.Y = mat.NewDense(len(y), 2, x), mat.NewDense(len(y), 1, y)
	return Grouped{Table: t, Task: mtlkit.Task{Name: "y", Loss: nn.SquaredError{}}, Share: 0.7}
}

// The members on rows of groups come as near to the least objective as the tolerance of the solver asks for. The
// objective and, by normal equations, its least value are computed here in plain loops, of predictions alone: at 0 and
// at unit vectors they tell the weights.
func TestMembersMinimise(t *testing.T) {
	s, err := groups().deal(3)
	if err != nil {
		t.Fatal(err)
	}
	l := Linear{Penalties: []convex.Penalty{convex.Alone{Ridge: 1}}, From: 1e-3, To: 1e-3, Strengths: 2}
	all, levels := Pooled(s.Train), 0
	for _, c := range []struct {
		name   string
		fit    Fit
		pooled bool
		levels int // more columns
	}{{"each", l.Each, false, 0}, {"pool", l.Pool, true, 0}, {"with levels", l.PoolWithLevels, true, 3}} {
		p, _, err := c.fit(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		for g := range 3 {
			x, y := s.Train.X[g], s.Train.Y[g]
			if c.pooled {
				x, y = all.X[0], all.Y[0]
			}
			levels = c.levels
			n, _ := x.Dims()
			wide := mat.NewDense(n, 3+levels, nil) // the two inputs, the levels, the ones
			row := 0
			for k, part := range s.Train.X {
				if !c.pooled && k != g {
					continue
				}
				for i := range part.RawMatrix().Rows {
					wide.Set(row, 0, part.At(i, 0))
					wide.Set(row, 1, part.At(i, 1))
					if levels > 0 {
						wide.Set(row, 2+k, 1)
					}
					wide.Set(row, 2+levels, 1)
					row++
				}
			}
			ridge, err := convex.Largest(convex.Problem{Tasks: []convex.Task{{X: wide, Y: mat.Col(nil, 0, y)}}}, l.Penalties[0])
			if err != nil {
				t.Fatal(err)
			}
			ridge *= l.From
			objective := func(w *mat.VecDense) float64 {
				var miss mat.VecDense
				miss.MulVec(wide, w)
				miss.SubVec(y.ColView(0), &miss)
				return mat.Dot(&miss, &miss)/(2*float64(n)) + ridge/2*mat.Dot(w, w)
			}
			var gram mat.Dense
			gram.Mul(wide.T(), wide)
			gram.Scale(1/float64(n), &gram)
			for j := range 3 + levels {
				gram.Set(j, j, gram.At(j, j)+ridge)
			}
			var right, best mat.VecDense
			right.MulVec(wide.T(), y.ColView(0))
			right.ScaleVec(1/float64(n), &right)
			if err := best.SolveVec(&gram, &right); err != nil {
				t.Fatal(err)
			}
			got := mat.NewVecDense(3+levels, nil)
			base := ask(t, p, g, 0, 0)
			got.SetVec(0, ask(t, p, g, 1, 0)-base)
			got.SetVec(1, ask(t, p, g, 0, 1)-base)
			got.SetVec(2, base)
			if levels > 0 { // of base, what is common to the groups cannot be told apart: take the best's
				got.SetVec(2+levels, best.AtVec(2+levels))
				for k := range levels {
					got.SetVec(2+k, ask(t, p, k, 0, 0)-best.AtVec(2+levels))
				}
			}
			excess, scale := objective(got)-objective(&best), objective(mat.NewVecDense(3+levels, nil))
			if excess < -1e-12 || excess > 1e-4*scale {
				t.Errorf("%s, group %d: %v above the least objective %v", c.name, g, excess, objective(&best))
			}
		}
	}
}

func ask(t *testing.T, p Predict, group int, a, b float64) float64 {
	t.Helper()
	z, err := p(group, mat.NewDense(1, 2, []float64{a, b}))
	if err != nil {
		t.Fatal(err)
	}
	return z[0]
}

// Of the ratios and strengths that are tried the one with the least loss of cross-validation is taken, by name.
func TestTuneTakesTheBest(t *testing.T) {
	s, err := groups().deal(3)
	if err != nil {
		t.Fatal(err)
	}
	p := Problem(s.Train, convex.Squared)
	for k, y := range s.Train.Y {
		if want := 3 * float64(y.RawMatrix().Rows) / 70; math.Abs(p.Weights[k]-want) > 1e-12 {
			t.Errorf("group %d counts %v, want %v", k, p.Weights[k], want)
		}
	}
	l := Linear{
		Penalties: []convex.Penalty{convex.Mean{Mu: 1, Ridge: 1}, convex.Mean{Mu: 1, Ridge: 0.01}},
		From:      1, To: 1e-6, Strengths: 6,
	}
	best, least := "", math.Inf(1)
	for _, penalty := range l.Penalties {
		strongest, err := convex.Largest(p, penalty)
		if err != nil {
			t.Fatal(err)
		}
		factors := convex.Geometric(strongest, 1e-6*strongest, 6)
		cv, err := convex.NewSolver().CrossValidate(t.Context(), p, penalty, factors, folds, folding)
		if err != nil {
			t.Fatal(err)
		}
		for k, loss := range cv.Loss {
			if loss < least {
				best, least = fmt.Sprintf("%+v × %.3g, %d of 6", penalty, factors[k], k+1), loss
			}
		}
	}
	if _, chosen, err := l.Tune(t.Context(), p); err != nil || chosen != best {
		t.Errorf("chosen is %q, want %q; %v", chosen, best, err)
	}
}

// A rate that learns is taken, and one that hardly does is not; twins choose each for itself.
func TestNetworksTakeTheBest(t *testing.T) {
	s, err := groups().deal(3)
	if err != nil {
		t.Fatal(err)
	}
	n := Network{Rates: []float64{1e-9, 0.05}, Decays: []float64{0}}
	for _, apart := range []bool{false, true} {
		n.Apart = apart
		h := Hidden{Network: n, Units: 4, Epochs: 5, Batch: 8}
		for name, fit := range map[string]Fit{"alone": h.Alone, "shared": h.Shared, "pooled": h.Pool} {
			p, chosen, err := fit(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(chosen, "rate 0.05") || strings.Contains(chosen, "rate 1e-09") {
				t.Errorf("%s: chosen is %q", name, chosen)
			}
			for g, x := range s.Test.X {
				if z, err := p(g, x); err != nil || len(z) != x.RawMatrix().Rows {
					t.Errorf("%s: %d predictions, %v", name, len(z), err)
				}
			}
		}
	}
	hard := sharing.HardSharing{Trunk: []int{2, 3}, Heads: [][]int{{1}, {1}, {1}}, Activation: nn.ReLU}
	trainer := mtlkit.Trainer{
		Model: mtlkit.Independent{Of: hard}, Tasks: s.Tasks, Data: s.Fitting, Validation: s.Holding, Epochs: 5,
	}
	tuned, err := n.Tune(context.Background(), trainer)
	if err != nil {
		t.Fatal(err)
	}
	scores, err := tuned.Evaluate(s.Holding)
	if err != nil {
		t.Fatal(err)
	}
	for k, score := range scores {
		one, err := tuned.Of(k).Evaluate(s.Holding)
		if err != nil {
			t.Fatal(err)
		}
		if score != one[k] || score.Task != s.Tasks[k].Name {
			t.Errorf("task %d: %v, want %v", k, score, one[k])
		}
	}
}
