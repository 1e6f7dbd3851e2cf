package balance

// DWA is the dynamic weight average, which gives more weight to a task whose loss falls slowly:
//
//	V = Σᵢ wᵢLᵢ,   w = m softmax(r/T),   rᵢ = L̄ᵢ(t−1)/L̄ᵢ(t−2)
//
// where L̄ᵢ(t) is the mean loss of epoch t, an epoch having the Setting's StepsPerEpoch. All weights are 1 in the first
// two epochs. The ratio of a task counts as 1 if its mean loss two epochs ago was 0 or is not known.
//
// Where tasks are absent, m and the softmax are those of the tasks that are present, and the mean loss of a task is over
// the steps that it took part in; after an epoch without any its means stay as they were. Epochs go on all the same.
//
// Reference: Liu, Johns, Davison. End-to-end multi-task learning with attention. CVPR 2019, arXiv:1803.10704.
type DWA struct {
	Temperature float64 // T > 0: the greater, the more alike the weights
}

// NewDWA returns DWA with the paper's temperature of 2.
func NewDWA() DWA { return DWA{Temperature: 2} }

var _ Scalarizer = DWA{}

// NewState returns the number of steps taken, followed by m numbers each: the sums of the losses in this epoch, the
// numbers of these losses, and the means in the last epoch and in the one before.
func (d DWA) NewState(s Setting) []float64 { d.check(s); return make([]float64, 1+4*s.Tasks) }

func (d DWA) check(s Setting) {
	s.check("DWA")
	checkPositive("DWA", "Temperature", d.Temperature)
}

// Scalarize stores the weights of this epoch in weights, returns V, and adds the losses to the epoch's means.
func (d DWA) Scalarize(weights, losses []float64, s State) float64 {
	m := s.Tasks
	d.check(s.Setting)
	checkScalarize("DWA", weights, losses, s, 1+4*m)
	sums, counts := s.Memory[1:1+m], s.Memory[1+m:1+2*m]
	last, before := s.Memory[1+2*m:1+3*m], s.Memory[1+3*m:]
	perEpoch, step := max(s.StepsPerEpoch, 1), int(s.Memory[0])
	fill(weights, 1)
	if step >= 2*perEpoch {
		for k := range weights {
			if i := s.Task(k); before[i] != 0 {
				weights[k] = last[i] / before[i]
			}
			weights[k] /= d.Temperature
		}
		softmax(weights, weights)
		for k := range weights {
			weights[k] *= float64(len(weights))
		}
	}
	for k, l := range losses {
		sums[s.Task(k)] += l
		counts[s.Task(k)]++
	}
	s.Memory[0]++
	if (step+1)%perEpoch == 0 {
		for i, n := range counts {
			if n > 0 {
				before[i], last[i] = last[i], sums[i]/n
			}
		}
		clear(sums)
		clear(counts)
	}
	return inner(weights, losses)
}
