package acting

import (
	"fmt"
	"math"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// Spread is a network for [Gaussian] actions: the network inside gives the means, and the standard deviations are
// parameters, one for each number of an action, the same everywhere: exp(log_std), but not below 1e-6.
type Spread struct {
	nn.Network         // d outputs
	Numbers    int     // d, of an action
	Std        float64 // standard deviations at first, above 0
}

var _ nn.Network = Spread{}

// NewSpread returns the policy of the MAML paper for an environment: two hidden layers of 100 ReLU units, standard
// deviations of 1 at first.
func NewSpread(e Environment) Spread {
	s := check("NewSpread", e)
	Gaussian{}.Outputs(s)
	return Spread{nn.MLP{Widths: []int{s.Seen, 100, 100, s.Actions}, Activation: nn.ReLU}, s.Actions, 1}
}

// Shapes implements [nn.Network].
func (s Spread) Shapes() []autodiff.Shape {
	s.check()
	return append(s.Network.Shapes(), autodiff.Shape{Name: "log_std", Rows: 1, Cols: s.Numbers})
}

// Init implements [nn.Network].
func (s Spread) Init(rng *rand.Rand) []float64 {
	s.check()
	theta := s.Network.Init(rng)
	for range s.Numbers {
		theta = append(theta, math.Log(s.Std))
	}
	return theta
}

// Apply implements [nn.Network]: the means, then the standard deviations.
func (s Spread) Apply(t *nn.Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	s.check()
	last := theta.Len() - 1
	std := theta.At(last).Max(x.Graph().Scalar(math.Log(1e-6))).Exp()
	return autodiff.ConcatCols(s.Network.Apply(t, theta.Slice(0, last), x), std.BroadcastTo(x.Rows(), s.Numbers))
}

func (s Spread) check() {
	if s.Network == nil || s.Numbers < 1 || !(s.Std > 0) || math.IsInf(s.Std, 1) {
		panic(fmt.Sprintf("acting: Spread: the network is %v, Numbers %d and Std %v; give a network, at least one number and "+
			"a standard deviation above 0", s.Network, s.Numbers, s.Std))
	}
}
