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
// The state is φ, and the number of steps if the order is drawn.
//
// Reference: Wang et al. Gradient vaccine: investigating and improving multi-task optimization in massively
// multilingual models. ICLR 2021, arXiv:2010.05874.
type GradVac struct {
	Beta    float64 // the rate of the moving average; the paper uses 0.01
	Eps     float64 // added to the denominators; 0 is the definition
	Mean    bool    // divide the sum by the number of tasks
	Shuffle bool    // draw the order of j anew for every i and step
	Seed    uint64  // of the orders
}

var _ GramAggregator = GradVac{}

// NewState returns φ, row after row, followed by the number of steps taken if the order is drawn.
func (a GradVac) NewState(m, n int) []float64 {
	return append(make([]float64, m*m), newOrderState(a.Shuffle)...)
}

// WeighGram stores the weights of the sum of the pᵢ.
func (a GradVac) WeighGram(weights []float64, gram mat.Symmetric, state []float64) {
	m := len(weights)
	checkGram("GradVac", weights, gram, state, m*m+len(newOrderState(a.Shuffle)))
	tmp := borrow()
	defer tmp.release()
	g, e := tmp.load(gram)
	eps := math.Ldexp(a.Eps, -2*e) // beside products of two lengths
	norms := tmp.lengths(g)
	order := newOrder(tmp, m, a.Shuffle, a.Seed, state[m*m:])
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
			phi := &state[i*m+j]
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
