package balance_test

import (
	"fmt"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"kindred/internal/golden"
	run "kindred/internal/settings"
	"kindred/mtlkit/balance"
)

// A teller gives the weights that it is told, one row in each step, as every kind of balancer that CRMOGM can smooth.
type teller [][]float64

func (w teller) NewState(balance.Setting) []float64 { return make([]float64, 1) }

func (w teller) tell(weights []float64, s balance.State) {
	copy(weights, w[int(s.Memory[0])])
	s.Memory[0]++
}

type (
	tellerScalarizer struct{ teller }
	tellerWeight     struct{ teller }
	tellerNormLoss   struct{ teller }
	tellerGram       struct{ teller }
	tellerGramLoss   struct{ teller }
)

func (w tellerScalarizer) Scalarize(weights, losses []float64, s balance.State) float64 {
	w.tell(weights, s)
	return floats.Dot(weights, losses)
}

func (w tellerWeight) Weigh(weights []float64, s balance.State) { w.tell(weights, s) }

func (w tellerNormLoss) WeighNorms(weights, norms, losses []float64, s balance.State) {
	w.tell(weights, s)
}

func (w tellerGram) WeighGram(weights []float64, gram mat.Symmetric, s balance.State) {
	w.tell(weights, s)
}

func (w tellerGramLoss) WeighGramLoss(weights []float64, gram mat.Symmetric, losses []float64, s balance.State) {
	w.tell(weights, s)
}

func TestGoldenCRMOGM(t *testing.T) {
	var file struct {
		CRMOGM []struct {
			Alpha             float64
			Weights, Smoothed [][]float64
		}
	}
	golden.Load(t, "preferences.json", &file)
	if len(file.CRMOGM) == 0 {
		t.Fatal("no case of CRMOGM in preferences.json")
	}
	for k, c := range file.CRMOGM {
		w := teller(c.Weights)
		for _, of := range []balance.Balancer{tellerScalarizer{w}, tellerWeight{w}, tellerNormLoss{w}, tellerGram{w}, tellerGramLoss{w}} {
			t.Run(fmt.Sprintf("case %d, alpha %v, %T", k, c.Alpha, of), func(t *testing.T) {
				if len(c.Smoothed) == 0 || len(c.Smoothed) != len(c.Weights) {
					t.Fatalf("%d smoothed of %d weights", len(c.Smoothed), len(c.Weights))
				}
				m := len(c.Weights[0])
				got := smoothed(t, of, c.Alpha, m, len(c.Weights))
				for step, want := range c.Smoothed {
					golden.Within(t, fmt.Sprintf("weights of step %d", step), got[step], want, 1e-9)
				}
			})
		}
	}
}

// smoothed returns the weights of some steps.
func smoothed(t *testing.T, of balance.Balancer, alpha float64, m, steps int) (all [][]float64) {
	t.Helper()
	if scalarizer, ok := of.(balance.Scalarizer); ok {
		b := balance.CRMOGMScalarizer{Of: scalarizer, Alpha: alpha}
		s := start(b, m, 0)
		for range steps {
			weights := make([]float64, m)
			if v := b.Scalarize(weights, ones(m), s); v != inner(weights) {
				t.Errorf("V = %v of losses of 1, with the weights %v", v, weights)
			}
			all = append(all, weights)
		}
		return all
	}
	b := balance.CRMOGM{Of: of, Alpha: alpha}
	s := start(b, m, 3)
	for step := range steps {
		var a balance.Aggregation
		if err := a.Apply(make([]float64, 3), b, normal(m, 3, uint64(step)), ones(m), s); err != nil {
			t.Fatal(err)
		}
		all = append(all, slices.Clone(a.Weights()))
	}
	return all
}

// inner returns the sum of the weights in their order.
func inner(weights []float64) (sum float64) {
	for _, w := range weights {
		sum += w
	}
	return sum
}

// What is smoothed are the weights that the wrapped method gives by itself, whatever of the gradients it needs and however
// it learns; with Alpha = 0 the two are the same to the last bit.
func TestCRMOGMSmoothsWhatTheMethodGives(t *testing.T) {
	const m, n, alpha = 4, 6, 0.75
	wrapped := 0
	for _, method := range balance.Methods() {
		of := method.New(m)
		step := func(b balance.Balancer, s balance.State, step int) []float64 {
			losses := []float64{1, 0.5, 2 + float64(step), 3}
			if scalarizer, ok := b.(balance.Scalarizer); ok {
				weights := make([]float64, m)
				scalarizer.Scalarize(weights, losses, s)
				if after, ok := b.(balance.AfterStep); ok {
					after.AfterStep([]float64{0.9, 0.5, 1.5, 2}, s)
				}
				return weights
			}
			var a balance.Aggregation
			if err := a.Apply(make([]float64, n), b, normal(m, n, uint64(step)), losses, s); err != nil {
				t.Fatal(err)
			}
			return slices.Clone(a.Weights())
		}
		around := func(alpha float64) balance.Balancer {
			if scalarizer, ok := of.(balance.Scalarizer); ok {
				return balance.CRMOGMScalarizer{Of: scalarizer, Alpha: alpha}
			}
			return balance.CRMOGM{Of: of, Alpha: alpha}
		}
		switch of.(type) {
		case balance.JacobianAggregator, balance.JacobianLossAggregator, balance.BatchAggregator:
			continue // refused: see the table of misuse
		}
		t.Run(method.Name, func(t *testing.T) {
			wrapped++
			alone, same, smooth := start(of, m, n), start(around(0), m, n), start(around(alpha), m, n)
			var want []float64
			for k := range 4 {
				w := step(of, alone, k)
				if k == 0 {
					want = slices.Clone(w)
				}
				for i := range want {
					want[i] = alpha*want[i] + (1-alpha)*w[i]
				}
				// The norms of an Aggregation and those from the diagonal of its Gram matrix are the same up to rounding.
				near(t, "weights with Alpha = 0", step(around(0), same, k), w, 1e-12*floats.Norm(w, 2))
				near(t, "weights", step(around(alpha), smooth, k), want, 1e-12*floats.Norm(want, 2))
			}
		})
	}
	if wrapped < 20 {
		t.Errorf("%d methods were wrapped", wrapped)
	}
}

// The first λ of a task is its w in the first step that it takes part in, and waits while it is away.
func TestCRMOGMOfAbsentTasks(t *testing.T) {
	b := balance.CRMOGMScalarizer{Of: tellerScalarizer{teller{{1, 2}, {8}, {3, 4}, {5, 0}}}, Alpha: 0.5}
	s := start(b, 3, 0)
	for step, c := range []struct {
		present []int
		want    []float64
	}{{[]int{0, 1}, []float64{1, 2}}, {[]int{2}, []float64{8}}, {[]int{1, 2}, []float64{2.5, 6}}, {[]int{0, 2}, []float64{3, 3}}} {
		s.Present = c.present
		weights := make([]float64, len(c.want))
		b.Scalarize(weights, ones(len(c.want)), s)
		near(t, fmt.Sprintf("weights of step %d", step), weights, c.want, 0)
	}
}

// A run is told from one with another balancer inside, and copies what is inside.
func TestCRMOGMIsToldApart(t *testing.T) {
	pref := []float64{1, 2}
	first, second := balance.NewCRMOGM(balance.UPGrad{Pref: pref}), balance.NewCRMOGM(balance.DualProj{Pref: pref})
	if one, two := run.Text(first), run.Text(second); one == two {
		t.Errorf("two balancers have the text %s", one)
	}
	before, copied := run.Text(first), run.Copy(first)
	pref[0] = 9
	if got := run.Text(copied); got != before {
		t.Errorf("the copy has become %s, from %s", got, before)
	}
}

// Losses that the method inside cannot take are refused as it does.
func TestCRMOGMNeedsWhatIsInside(t *testing.T) {
	for _, c := range []struct {
		b    balance.PositiveLosses
		want bool
	}{
		{balance.NewCRMOGM(balance.MGDA{}), false}, {balance.NewCRMOGM(balance.MGDA{Scale: balance.MGDAByLoss}), true},
		{balance.NewCRMOGM(balance.Sum{}), false}, {balance.NewCRMOGMScalarizer(balance.GLS{}), true},
		{balance.NewCRMOGMScalarizer(balance.NewSTCH()), false}, {balance.NewCRMOGMScalarizer(balance.Equal{}), false},
	} {
		if got := c.b.NeedsPositiveLosses(); got != c.want {
			t.Errorf("%+v needs positive losses: %v", c.b, got)
		}
	}
}
