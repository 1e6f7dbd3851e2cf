package balance

import "math"

// GradNorm learns weights that bring the lengths of the weighed gradients together, longer for tasks that have learned
// less:
//
//	Gᵢ = wᵢ|gᵢ|,   rᵢ = (Lᵢ/Lᵢ(0)) / meanⱼ(Lⱼ/Lⱼ(0)),   w descends Σᵢ |Gᵢ − mean(G)·rᵢ^Alpha|
//	d  = Σᵢ wᵢgᵢ
//
// where mean(G)·r^Alpha is held constant, so that the derivative by wᵢ is ±|gᵢ|. The direction has the weights from
// before the step on them; afterwards they are scaled so that they add up to m. A weight that would become negative
// becomes 0. LibMTL descends on s with w = m·softmax(s) instead (Softmax), which needs neither.
//
// The paper takes |gᵢ| on the last shared layer; this is the length of whatever gradients come. Losses are positive.
//
// Where tasks are absent, m is the number of those that are present and their weights in d add up to that; w and Lᵢ(0)
// of an absent task wait, and a step shares out the weight of the others among them. The first step of a task is the
// first that it is in.
//
// Reference: Chen et al. GradNorm: gradient normalization for adaptive loss balancing in deep multitask networks.
// ICML 2018, arXiv:1711.02257.
type GradNorm struct {
	Alpha   float64   // how much more a task that has learned less is given; 0 brings all to one length
	Rate    float64   // step size for w or s, positive; where nothing is to be learned, use [Constant]
	Adam    bool      // step by Adam, not by plain descent
	Softmax bool      // learn s, not w
	First   []float64 // Lᵢ(0), positive, one for each task; nil is the losses of the first step
}

// NewGradNorm returns GradNorm with Alpha = 1.5 that descends at the rate 0.025; the paper has 0.12 for Alpha too.
func NewGradNorm() GradNorm { return GradNorm{Alpha: 1.5, Rate: 0.025} }

var (
	_ NormLossAggregator = GradNorm{}
	_ PositiveLosses     = GradNorm{}
)

// NewState returns w, or s, m ones; then, with Adam, what that remembers; then the Lᵢ(0), or m zeros if they are to be
// those of the first step.
func (a GradNorm) NewState(s Setting) []float64 {
	a.check(s)
	memory := make([]float64, a.memory(s))
	fill(memory[:s.Tasks], 1)
	copy(memory[learnedLen(s.Tasks, a.Adam):], a.First)
	return memory
}

func (a GradNorm) memory(s Setting) int { return learnedLen(s.Tasks, a.Adam) + s.Tasks }

func (a GradNorm) check(s Setting) {
	s.check("GradNorm")
	checkFinite("GradNorm", "Alpha", a.Alpha)
	checkPositive("GradNorm", "Rate", a.Rate)
	checkOptional("GradNorm", "First", a.First, s, checkPositiveEach)
}

// NeedsPositiveLosses returns true.
func (GradNorm) NeedsPositiveLosses() bool { return true }

// WeighNorms stores w, and then steps it.
func (a GradNorm) WeighNorms(weights, norms, losses []float64, s State) {
	a.check(s.Setting)
	s.check("GradNorm", a.memory(s.Setting))
	checkCount("GradNorm", "weights", weights, s)
	checkCount("GradNorm", "norms", norms, s)
	checkCount("GradNorm", "losses", losses, s)
	learned, first := s.Memory[:s.Tasks], s.Memory[learnedLen(s.Tasks, a.Adam):]
	for k, l := range losses {
		if i := s.Task(k); first[i] == 0 {
			first[i] = l
		}
		weights[k] = learned[s.Task(k)]
	}
	m := float64(len(weights))
	share := 1.0 // of the weight that would be theirs by their number
	if a.Softmax {
		softmax(weights, weights)
		for k := range weights {
			weights[k] *= m
		}
	} else if s.Count() < s.Tasks {
		share = toCount(weights)
	}
	tmp := borrow()
	defer tmp.release()
	ratios := tmp.floats.take(len(losses))
	meanNorm, meanRatio := 0.0, 0.0
	for k, l := range losses {
		ratios[k] = l / first[s.Task(k)]
		meanNorm += weights[k] * norms[k] / m
		meanRatio += ratios[k] / m
	}
	byWeight := func(k int) float64 {
		target := meanNorm * math.Pow(ratios[k]/meanRatio, a.Alpha)
		switch g := weights[k] * norms[k]; {
		case g > target:
			return norms[k]
		case g < target:
			return -norms[k]
		}
		return 0
	}
	gradient := byWeight
	if a.Softmax {
		mean := 0.0
		for k, w := range weights {
			mean += w * byWeight(k) / m
		}
		gradient = func(k int) float64 { return weights[k] * (byWeight(k) - mean) }
	}
	if a.Softmax {
		learn(s.Memory, s.Tasks, s, a.Adam, a.Rate, gradient)
		return
	}
	for k, w := range weights {
		learned[s.Task(k)] = w
	}
	learn(s.Memory, s.Tasks, s, a.Adam, a.Rate, gradient)
	stepped := tmp.floats.take(len(weights))
	for k := range stepped {
		stepped[k] = max(learned[s.Task(k)], 0)
	}
	if toCount(stepped) == 0 {
		copy(stepped, weights) // nothing is left: as before the step
	}
	giveShare(learned, stepped, share, s)
}

// toCount scales w so that it adds up to the number of its entries, and returns by what it was larger before. If all
// are 0, all become 1.
func toCount(w []float64) (factor float64) {
	sum := 0.0
	for _, v := range w {
		sum += v
	}
	if sum == 0 {
		fill(w, 1)
		return 0
	}
	for k := range w {
		w[k] *= float64(len(w)) / sum
	}
	return sum / float64(len(w))
}
