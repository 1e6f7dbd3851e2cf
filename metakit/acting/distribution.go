package acting

import (
	"fmt"
	"math"
	"math/rand/v2"

	"kindred/autodiff"
)

// A Distribution says how actions are drawn from what a network puts out, a row for each: [Softmax] for choices,
// [Gaussian] for numbers.
type Distribution interface {
	// Outputs returns how many columns a network puts out for it.
	Outputs(s Sizes) int
	// LogProbability traces the logarithm of the probability, or density, of actions: n × 1 of n rows.
	LogProbability(outputs, actions autodiff.Value) autodiff.Value
	// Entropy traces the entropy of each row, n × 1, in nats.
	Entropy(outputs autodiff.Value) autodiff.Value
	// Draw draws an action from a row.
	Draw(action, outputs []float64, rng *rand.Rand)
	// Likeliest puts the likeliest action of a row into action.
	Likeliest(action, outputs []float64)
}

// Softmax draws one of n choices with the probabilities softmax(outputs).
type Softmax struct{}

// Gaussian draws each number of an action from a normal distribution of its own: outputs are first the means, then the
// standard deviations, as those of nn.GaussianLoss.
type Gaussian struct{}

var _ = []Distribution{Softmax{}, Gaussian{}}

// Outputs implements [Distribution].
func (Softmax) Outputs(s Sizes) int {
	if !s.Choices {
		panic(fmt.Sprintf("acting: Softmax: the environment takes %d numbers, not one of some choices; say Gaussian{}", s.Actions))
	}
	return s.Actions
}

// LogProbability implements [Distribution].
func (Softmax) LogProbability(outputs, actions autodiff.Value) autodiff.Value {
	return outputs.LogSoftmax(1).Gather(actions)
}

// Entropy implements [Distribution].
func (Softmax) Entropy(outputs autodiff.Value) autodiff.Value {
	log := outputs.LogSoftmax(1)
	return log.Exp().Mul(log).SumAxis(1).Neg()
}

// Draw implements [Distribution].
func (Softmax) Draw(action, outputs []float64, rng *rand.Rand) {
	largest := outputs[0]
	for _, v := range outputs {
		largest = max(largest, v)
	}
	sum := 0.0
	for _, v := range outputs {
		sum += math.Exp(v - largest)
	}
	u := rng.Float64() * sum
	for k, v := range outputs {
		p := math.Exp(v - largest)
		if u < p || k == len(outputs)-1 {
			action[0] = float64(k)
			return
		}
		u -= p
	}
}

// Likeliest implements [Distribution]. Of equal ones it is the first.
func (Softmax) Likeliest(action, outputs []float64) {
	best := 0
	for k, v := range outputs {
		if v > outputs[best] {
			best = k
		}
	}
	action[0] = float64(best)
}

// Outputs implements [Distribution].
func (Gaussian) Outputs(s Sizes) int {
	if s.Choices {
		panic(fmt.Sprintf("acting: Gaussian: the environment takes one of %d choices, not numbers; say Softmax{}", s.Actions))
	}
	return 2 * s.Actions
}

// LogProbability implements [Distribution]: −Σ over numbers (½((a − m)/s)² + log s + ½ log 2π).
func (Gaussian) LogProbability(outputs, actions autodiff.Value) autodiff.Value {
	d := outputs.Cols() / 2
	mean, std := outputs.SliceCols(0, d), outputs.SliceCols(d, 2*d)
	z := actions.Sub(mean).Div(std)
	return z.Square().Scale(0.5).Add(std.Log()).SumAxis(1).Shift(float64(d) / 2 * math.Log(2*math.Pi)).Neg()
}

// Entropy implements [Distribution]: Σ over numbers (log s + ½ log 2πe).
func (Gaussian) Entropy(outputs autodiff.Value) autodiff.Value {
	d := outputs.Cols() / 2
	return outputs.SliceCols(d, 2*d).Log().SumAxis(1).Shift(float64(d) / 2 * (1 + math.Log(2*math.Pi)))
}

// Draw implements [Distribution].
func (Gaussian) Draw(action, outputs []float64, rng *rand.Rand) {
	d := len(outputs) / 2
	for k := range action {
		action[k] = outputs[k] + outputs[d+k]*rng.NormFloat64()
	}
}

// Likeliest implements [Distribution].
func (Gaussian) Likeliest(action, outputs []float64) { copy(action, outputs[:len(outputs)/2]) }
