package balance

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// NashMTL goes in the direction of Nash's solution to the tasks' bargaining game, the one that maximises the product of
// their gains Σᵢ log gᵢ·d over a ball:
//
//	d = Σᵢ wᵢgᵢ,   w > 0 with (Gw)ᵢ = 1/wᵢ for all i
//
// All gradients count alike whatever their lengths: d depends on the unit gradients alone, gains of all tasks are
// positive, and its length is √m for every m tasks with gradients that are not zero. For two tasks d is √2 times the
// unit vector along g₁/|g₁| + g₂/|g₂|.
//
// A zero gradient has weight 0, and the others bargain among themselves. If 0 is in their convex hull there is no
// solution, and d is 0. The authors' code keeps the weights of the step before where its solver fails, and limits d to
// the length MaxNorm, 1; from two tasks on that limit always acts.
//
// Weights may be kept for some steps (Keep). They are found anew earlier where a task is present that was absent when
// they were found; those of tasks that are absent since drop out.
//
// Reference: Navon et al. Multi-task learning as a bargaining game. ICML 2022, arXiv:2202.01017.
type NashMTL struct {
	MaxNorm float64 // d is shortened to this length if it is longer, not negative; 0 is no limit
	Keep    int     // for how many further steps the weights, before that limit, are kept; 0 is for none
}

// NewNashMTL returns NashMTL that limits d to the length 1, as the authors do, and finds weights in every step.
func NewNashMTL() NashMTL { return NashMTL{MaxNorm: 1} }

var _ GramAggregator = NashMTL{}

// NewState returns the numbers of the steps taken and of the step that last found weights, m weights, and the numbers
// of the steps that these were found in; nil if no weights are kept. Steps count from 1.
func (a NashMTL) NewState(s Setting) []float64 { a.check(s); return make([]float64, a.memory(s)) }

func (a NashMTL) memory(s Setting) int {
	if a.Keep == 0 {
		return 0
	}
	return 2 + 2*s.Tasks
}

func (a NashMTL) check(s Setting) {
	s.check("NashMTL")
	checkNotNegative("NashMTL", "MaxNorm", a.MaxNorm)
	if a.Keep < 0 {
		panic(fmt.Sprintf("balance: NashMTL: Keep is %d; it must not be negative", a.Keep))
	}
}

// WeighGram stores the weights of d, or zeros.
func (a NashMTL) WeighGram(weights []float64, gram mat.Symmetric, s State) {
	a.check(s.Setting)
	checkGram("NashMTL", weights, gram, s, a.memory(s.Setting))
	tmp := borrow()
	defer tmp.release()
	g, e := tmp.load(gram)
	if a.Keep == 0 {
		bargain(tmp, weights, g, e, 1)
	} else {
		a.weighOrKeep(tmp, weights, g, e, s)
	}
	if norm := math.Ldexp(math.Sqrt(norm2(g, weights)), e); a.MaxNorm > 0 && norm > a.MaxNorm {
		for i := range weights {
			weights[i] *= a.MaxNorm / norm
		}
	}
}

// weighOrKeep stores the weights kept, if they still hold, or else new ones, which it keeps.
func (a NashMTL) weighOrKeep(tmp *pool, weights []float64, g square, e int, s State) {
	step, found := &s.Memory[0], &s.Memory[1]
	kept, when := s.Memory[2:2+s.Tasks], s.Memory[2+s.Tasks:]
	*step++
	fresh := *found > 0 && *step-*found <= float64(a.Keep)
	for k := range weights {
		fresh = fresh && when[s.Task(k)] == *found
	}
	if !fresh {
		bargain(tmp, weights, g, e, 1)
		*found = *step
	}
	for k := range weights {
		i := s.Task(k)
		if fresh {
			weights[k] = kept[i]
		} else {
			kept[i], when[i] = weights[k], *step
		}
	}
}
