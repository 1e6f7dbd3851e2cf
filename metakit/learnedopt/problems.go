package learnedopt

import (
	"fmt"
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/nn"
)

// Problems are trainings of a network, each on the support set of an episode of its own, from a start of its own.
// Problem i of a seed is the same wherever it is asked for. The loss is the mean over the rows. The network must ask
// nothing of its trace: no noise, no running statistics; penalties are dropped.
type Problems struct {
	nn.Network
	nn.Loss
	Tasks metakit.Distribution // whose support sets are trained on; all must be of one size
	Batch int                  // rows, drawn with replacement, that the gradient of a step is of; 0 is all
}

// Streams of random numbers of problems, beside those of the episodes of metakit.
const (
	startStream = 1 << 61 // the network's start
	ownStream   = 1 << 62 // the rule's first parameters
	batchStream = 1 << 60 // rows of the batches
)

func (p Problems) check(what string) {
	switch {
	case p.Network == nil || p.Loss == nil || p.Tasks == nil:
		panic("learnedopt: " + what + ": Network, Loss or Tasks of Problems is nil; give all three, such as nn.MLP{Widths: " +
			"[]int{1, 16, 16, 1}}, nn.SquaredError{} and tasks.NewSinusoid(100)")
	case p.Batch < 0 || p.Batch > 1<<20:
		panic(fmt.Sprintf("learnedopt: %s: Batch of Problems is %d; it must be between 0, which is all rows, and %d", what,
			p.Batch, 1<<20))
	}
}

// A problem is one of them: its data and where the parameters start.
type problem struct {
	episode *metakit.Episode
	theta   []float64
}

// draw returns problem i of a seed.
func (p Problems) draw(size metakit.Size, seed, i uint64) (problem, error) {
	if is := p.Tasks.Size(seed, i); is != size {
		return problem{}, fmt.Errorf("problem %d of seed %d is of size %+v, the first of %+v; they must be of one size", i,
			seed, is, size)
	}
	e := metakit.NewEpisode(size)
	p.Tasks.Draw(e, seed, i)
	if err := p.checkData(e); err != nil {
		return problem{}, fmt.Errorf("problem %d of seed %d: %w", i, seed, err)
	}
	return problem{e, p.Network.Init(rand.New(rand.NewPCG(seed, i^startStream)))}, nil
}

// checkData returns an error that names a number of the support set that cannot be used.
func (p Problems) checkData(e *metakit.Episode) error {
	rows, _ := e.Support.X.Dims()
	outputs := p.outputs(e.Size())
	for r := range rows {
		for c, v := range e.Support.X.RawRowView(r) {
			if v-v != 0 {
				return fmt.Errorf("support X is %v in row %d, column %d: it must be finite", v, r, c)
			}
		}
		for c, v := range e.Support.Y.RawRowView(r) {
			if err := p.Loss.Target().Check(v, outputs); err != nil || v-v != 0 {
				return fmt.Errorf("support Y is %v in row %d, column %d, which %T does not take: %v", v, r, c, p.Loss, err)
			}
		}
	}
	return nil
}

// outputs returns the number of columns of the network's outputs. It panics if they do not go with the labels.
func (p Problems) outputs(size metakit.Size) int {
	g := autodiff.New()
	n := p.Network.Apply(nil, g.Params(p.Network.Shapes()), g.Input("x", 1, size.In)).Cols()
	target := p.Loss.Target()
	if err := target.CheckOutputs(n); err != nil {
		panic(fmt.Sprintf("learnedopt: Problems: the outputs of %T: %v", p.Network, err))
	}
	if want := target.Columns(n); want != size.Out {
		panic(fmt.Sprintf("learnedopt: Problems: the %d outputs of %T go with %d columns of labels; Y has %d", n,
			p.Network, want, size.Out))
	}
	return n
}

// rows puts the rows of the batches of n steps, from step first on, of problem i into dst.
func (p Problems) rows(dst []float64, size metakit.Size, seed, i uint64, first, n int) []float64 {
	dst = dst[:0]
	for k := first; k < first+n; k++ {
		rng := rand.New(rand.NewPCG(seed+uint64(k), i^batchStream))
		for range p.Batch {
			dst = append(dst, float64(rng.IntN(size.Support)))
		}
	}
	return dst
}
