package mtltest

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/balance"
)

// crooked is a scalarizer of equal weights that counts its steps of each task, spoiled.
type crooked struct {
	fresh func() []float64
	spoil func(weights, losses []float64, s balance.State) (value float64)
}

func (c crooked) NewState(s balance.Setting) []float64 {
	if c.fresh != nil {
		return c.fresh()
	}
	return make([]float64, s.Tasks)
}

func (c crooked) Scalarize(weights, losses []float64, s balance.State) float64 {
	value := 0.0
	for k, l := range losses {
		weights[k] = 1
		value += l
		s.Memory[s.Task(k)] += l
	}
	if c.spoil != nil {
		return value + c.spoil(weights, losses, s)
	}
	return value
}

// accepts reports whether b passes a check on all trainings.
func accepts(check func(balance.Scalarizer, Training) error, b balance.Scalarizer) bool {
	for _, tr := range Trainings() {
		if check(b, tr) != nil {
			return false
		}
	}
	return true
}

func TestScalarizerKitAcceptsWhatIsRight(t *testing.T) {
	TestScalarizer(t, crooked{})
	TestScalarizer(t, balance.NewUncertainty())
}

// Each spoiled in one way, and refused by the check that looks for it.
func TestScalarizerKitRejects(t *testing.T) {
	starts, calls := 0.0, 0.0
	for name, b := range map[string]crooked{
		"weights of −1": {spoil: func(weights, losses []float64, s balance.State) (v float64) {
			for k, l := range losses {
				weights[k] = -1
				v -= 2 * l
			}
			return v
		}},
		"no weight at all": {spoil: func(weights, losses []float64, s balance.State) float64 { clear(weights); return 0 }},
		"a NaN":            {spoil: func(weights, losses []float64, s balance.State) float64 { weights[0] = math.NaN(); return 0 }},
		"an infinite V":    {spoil: func(weights, losses []float64, s balance.State) float64 { return math.Inf(1) }},
		"a V that is not the same": {spoil: func(weights, losses []float64, s balance.State) float64 {
			calls++
			return calls
		}},
		"losses that it changes": {spoil: func(weights, losses []float64, s balance.State) float64 { losses[0]++; return 0 }},
		"a memory that overflows": {spoil: func(weights, losses []float64, s balance.State) float64 {
			s.Memory[0] = math.Inf(1)
			return 0
		}},
		"a first state that is not the same": {fresh: func() []float64 { starts++; return []float64{starts, 0, 0, 0, 0} }},
	} {
		if accepts(CheckScalarizer, b) {
			t.Errorf("CheckScalarizer accepts %s", name)
		}
	}
	for name, spoil := range map[string]func(weights, losses []float64, s balance.State) float64{
		"half the derivative": func(weights, losses []float64, s balance.State) float64 { weights[0] /= 2; return 0 },
		"a V of which the weights know nothing": func(weights, losses []float64, s balance.State) float64 {
			return 1e-3 * losses[0] * losses[0]
		},
	} {
		b := crooked{spoil: spoil}
		if accepts(CheckDerivative, b) {
			t.Errorf("CheckDerivative accepts %s", name)
		}
		if !accepts(CheckScalarizer, b) {
			t.Errorf("CheckScalarizer rejects %s, which it does not look for", name)
		}
	}
}

// byPlace remembers of the k-th task that is present what belongs to its number.
type byPlace struct{ balance.Equal }

func (byPlace) NewState(s balance.Setting) []float64 { return make([]float64, s.Tasks) }

func (byPlace) Scalarize(weights, losses []float64, s balance.State) float64 {
	for k, l := range losses {
		weights[k] = 1
		s.Memory[k] += l
	}
	return 0
}

// keeper remembers its losses by reference, and uses those of the call before.
type keeper struct{ last *[]float64 }

func (keeper) NewState(s balance.Setting) []float64 { return nil }

func (b keeper) Scalarize(weights, losses []float64, s balance.State) float64 {
	value := 0.0
	for k := range losses {
		weights[k] = 1
		if *b.last != nil {
			value += (*b.last)[k]
		}
	}
	*b.last = losses
	return value
}

// hog remembers its gradients by reference, and goes along those of the call before.
type hog struct{ last *[]float64 }

func (hog) NewState(s balance.Setting) []float64 { return nil }

func (b hog) Combine(dst []float64, jac *mat.Dense, s balance.State) {
	copy(dst, jac.RawRowView(0))
	if *b.last != nil {
		copy(dst, *b.last)
	}
	*b.last = jac.RawRowView(0)
}

func TestContractChecksReject(t *testing.T) {
	if CheckAbsent(byPlace{}) == nil {
		t.Error("CheckAbsent accepts a memory by place")
	}
	if CheckKeepsNothing(keeper{new([]float64)}) == nil {
		t.Error("CheckKeepsNothing accepts losses that are kept")
	}
	if CheckKeepsNothing(hog{new([]float64)}) == nil {
		t.Error("CheckKeepsNothing accepts gradients that are kept")
	}
	for name, check := range map[string]func(balance.Balancer) error{
		"CheckAbsent": CheckAbsent, "CheckKeepsNothing": CheckKeepsNothing,
	} {
		for _, b := range []balance.Balancer{crooked{}, balance.NewFAMO(), balance.NewMoCo(), balance.GradVac{Beta: 0.5}} {
			if err := check(b); err != nil {
				t.Errorf("%s rejects %T: %v", name, b, err)
			}
		}
	}
}
