package balance

// CRMOGMScalarizer smooths the weights of another scalarizer over the steps, as [CRMOGM] does those of an aggregator:
//
//	V = Σᵢ λᵢLᵢ,   λᵢ = Alpha·λᵢ(before) + (1 − Alpha)wᵢ
//
// w are the weights ∂V/∂Lᵢ that Of gives in this step; the first λ of a task is its first w. λ counts as a constant: the
// weights are the λᵢ. They have the unit of those of Of; V is another one than Of's, which may have terms of its own.
//
// The losses are looked at again after each step, for an Of that learns then ([AfterStep]); it costs a pass forward.
//
// The λ of an absent task waits. Where tasks come and go, the λ of those present need not add up to what their w do.
//
// Reference: as for [CRMOGM].
type CRMOGMScalarizer struct {
	Of    Scalarizer // whose weights are smoothed
	Alpha float64    // the share of the past, in [0, 1]; 0 is none
}

// NewCRMOGMScalarizer returns CRMOGMScalarizer of a scalarizer with TorchJD's Alpha = 0.9.
func NewCRMOGMScalarizer(of Scalarizer) CRMOGMScalarizer { return CRMOGMScalarizer{Of: of, Alpha: 0.9} }

var (
	_ AfterStep      = CRMOGMScalarizer{}
	_ PositiveLosses = CRMOGMScalarizer{}
)

// NewState returns m zeros for the λᵢ, m numbers that are 1 once a task took part, and the state of Of.
func (c CRMOGMScalarizer) NewState(s Setting) []float64 {
	c.check(s)
	return append(make([]float64, 2*s.Tasks), c.Of.NewState(s)...)
}

func (c CRMOGMScalarizer) check(s Setting) {
	s.check("CRMOGMScalarizer")
	checkShare("CRMOGMScalarizer", "Alpha", c.Alpha)
	if c.Of == nil {
		panic("balance: CRMOGMScalarizer: Of is nil; give a scalarizer, such as NewDWA()")
	}
}

// NeedsPositiveLosses reports whether Of does.
func (c CRMOGMScalarizer) NeedsPositiveLosses() bool { return needsPositiveLosses(c.Of) }

// Scalarize lets Of take its step, stores the λᵢ in weights and returns V.
func (c CRMOGMScalarizer) Scalarize(weights, losses []float64, s State) float64 {
	c.check(s.Setting)
	checkScalarize("CRMOGMScalarizer", weights, losses, s, smoothedLen(s))
	c.Of.Scalarize(weights, losses, smoothedState(s))
	smooth(weights, c.Alpha, s)
	return inner(weights, losses)
}

// AfterStep shows Of the losses of the same batch, if it looks at them.
func (c CRMOGMScalarizer) AfterStep(losses []float64, s State) {
	c.check(s.Setting)
	checkScalarize("CRMOGMScalarizer", losses, losses, s, smoothedLen(s))
	if of, ok := c.Of.(AfterStep); ok {
		of.AfterStep(losses, smoothedState(s))
	}
}
