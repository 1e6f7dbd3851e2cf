package balance

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// GradVac brings the cosines between task gradients up to what they have been of late; [PCGrad] brings them up to 0:
//
//	pᵢ = gᵢ;   for j ≠ i in order, with c = pᵢ·gⱼ/(|pᵢ||gⱼ|):
//	    if c < φᵢⱼ then pᵢ += |pᵢ|(φᵢⱼ√(1−c²) − c√(1−φᵢⱼ²)) / (|gⱼ|√(1−φᵢⱼ²)) gⱼ
//	    φᵢⱼ = (1 − Beta) φᵢⱼ + Beta c
//	d = Σᵢ pᵢ
//
// φ starts at 0; with Beta = 0 it stays there and d is that of PCGrad. A zero gradient has the cosine 0 with all others
// and changes none of them. Where φᵢⱼ has come to 1, no multiple of gⱼ gives that cosine, and pᵢ is left as it is.
//
// The paper draws the order of j at random for every i (Shuffle). TorchJD adds 1e-8 to the denominators of c and of the
// correction (Eps). Other codes take the cosine of gᵢ instead of pᵢ, or update φ before the correction.
//
// Where tasks are absent, φ of them, and of the others beside them, waits.
//
// Reference: Wang et al. Gradient vaccine: investigating and improving multi-task optimization in massively
// multilingual models. ICLR 2021, arXiv:2010.05874.
type GradVac struct {
	Beta    float64 // the rate of the moving average, in [0, 1]; 0 is [PCGrad]
	Eps     float64 // added to the denominators, not negative; 0 is the definition
	Mean    bool    // divide the sum by the number of tasks that are present
	Shuffle bool    // draw the order of j anew for every i and step
	Seed    uint64  // of the orders
}

// NewGradVac returns GradVac with the paper's Beta = 0.01, in the order of the tasks.
func NewGradVac() GradVac { return GradVac{Beta: 0.01} }

var _ GramAggregator = GradVac{}

// NewState returns φ, row after row, followed by the number of steps taken if the order is drawn.
func (a GradVac) NewState(s Setting) []float64 { a.check(s); return make([]float64, a.memory(s)) }

func (a GradVac) memory(s Setting) int { return s.Tasks*s.Tasks + orderLen(a.Shuffle) }

func (a GradVac) check(s Setting) {
	s.check("GradVac")
	checkRange("GradVac", "Beta", a.Beta, 0, 1)
	checkNotNegative("GradVac", "Eps", a.Eps)
}

// WeighGram stores the weights of the sum of the pᵢ.
func (a GradVac) WeighGram(weights []float64, gram mat.Symmetric, s State) {
	a.check(s.Setting)
	checkGram("GradVac", weights, gram, s, a.memory(s.Setting))
	m := len(weights)
	tmp := borrow()
	defer tmp.release()
	g, e := tmp.load(gram)
	eps := math.Ldexp(a.Eps, -2*e) // beside products of two lengths
	norms := tmp.lengths(g)
	order := newOrder(tmp, m, a.Shuffle, a.Seed, s.Memory[s.Tasks*s.Tasks:])
	p := tmp.floats.take(m)  // the weights of pᵢ
	gp := tmp.floats.take(m) // pᵢ·gⱼ
	clear(weights)
	for i := range m {
		clear(p)
		p[i] = 1
		copy(gp, g.row(i))
		length := norms[i]
		for _, j := range order.next() {
			if j == i {
				continue
			}
			phi := &s.Memory[s.Task(i)*s.Tasks+s.Task(j)]
			c := 0.0
			if length > 0 && norms[j] > 0 {
				c = max(-1, min(1, gp[j]/(length*norms[j]+eps)))
			}
			// Eps beside a length has the unit of a length.
			below := norms[j]*math.Sqrt(1-*phi**phi) + math.Ldexp(a.Eps, -e)
			if c < *phi && norms[j] > 0 && below > 0 {
				x := length * (*phi*math.Sqrt(1-c*c) - c*math.Sqrt(1-*phi**phi)) / below
				p[j] += x
				for k := range gp {
					gp[k] += x * g.at(j, k)
				}
				length = math.Sqrt(lengthSquared(p, gp, norms))
			}
			*phi = (1-a.Beta)**phi + a.Beta*c
		}
		for j, v := range p {
			weights[j] += v
		}
	}
	if a.Mean {
		for i := range weights {
			weights[i] /= float64(m)
		}
	}
}

// lengthSquared returns |Σᵢ pᵢgᵢ|² = p·Gp, or 0 if it is no more than rounding.
func lengthSquared(p, gp, norms []float64) float64 {
	square, size := 0.0, 0.0
	for i, v := range p {
		square += v * gp[i]
		size += math.Abs(v) * norms[i]
	}
	if square <= float64(len(p)+4)*epsilon*size*size {
		return 0
	}
	return square
}
