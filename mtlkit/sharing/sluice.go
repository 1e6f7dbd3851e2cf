package sharing

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// Sluice is a sluice network: a column of dense layers for each task, whose levels are stitched together subspace by
// subspace, and a head that reads a mixture of all levels. What a level hands on, h columns, is cut into S subspaces of
// h/S columns each. From z₁ = … = z_T = x, in each level
//
//	hₜ = levelₜ(zₜ),   zₜ[a] ← Σ_{u,b} α[(t,a),(u,b)] hᵤ[b]
//
// for subspaces a and b, and at last outputₜ = headₜ(Σ_l βₜ[l] zₜ⁽ˡ⁾) over the levels l, which are of one width. α of a
// level is TS×TS, the subspaces of the first task first. All columns see task t's own rows on the way to output t. A
// penalty keeps the subspaces of a column apart,
//
//	Orthogonal · Σₜ Σ_l Σ_{a<b} ‖GₐᵀG_b‖²   (Frobenius norm),
//
// where Gₐ are the columns of subspace a of the matrix of the last layer of level l, inputs × h/S: the weights of a
// unit in one are to be at right angles to those in the other. It belongs to no task ([nn.Trace.Penalty]).
//
// β begins at 0.9 for the last level, and at 0.1 shared evenly among the others. α leans towards one subspace of each
// column: 0.95 for it and 0.05 among the others, divided by T; for tasks 1, 3, … it is the last one, for tasks 2, 4, …
// the first. With one subspace α begins as the stitch of [CrossStitch], which the network then is, but for β. A row
// sums to 1 at first and is not held there.
//
// Parameters are called column1.W1, column1.b1, …, alpha1, … (by level), beta1, … (by task), head1.W1, …; α and β are
// shown. A task alone is its column with its β and its head, without α and the penalty.
//
// The paper tags words with three bidirectional LSTM of 100 units and two subspaces. The authors' code differs: α is
// not divided by T, so that a row sums to T, and its program starts from 1/(TS) unless told otherwise; the penalty is
// on two recurrent matrices of an LSTM, units × inputs, of which it takes GₐᵀG_b, inputs × inputs, for G of every other
// row; and as DyNet reshapes column by column, its α mixes neighbouring units of one column, and half of what task t
// goes on with comes from each of two columns, whatever α is. Its example has a penalty of weight 0.1.
//
// Reference: Ruder, Bingel, Augenstein, Søgaard. Sluice networks: learning what to share between loosely related tasks.
// 2017, arXiv:1705.08142 (AAAI 2019 as: Latent multi-task architecture learning); the code is
// github.com/sebastianruder/sluice-networks.
type Sluice struct {
	Inputs     int            // columns of the inputs
	Levels     [][]int        // the units of the layers of a column, level by level; the last of all levels are alike
	Subspaces  int            // S, of what a level hands on, whose width it divides; the paper has 2
	Heads      [][]int        // for each task the units of its own layers; the last is the width of its output
	Orthogonal float64        // weight of the penalty, at least 0; 0 is none
	Activation nn.Activation  // of all hidden layers, the last of a level too
	Weights    nn.Initializer // of the matrices of layers; nil is GlorotUniform. Biases start at 0.
}

var (
	_ mtlkit.Twinned   = Sluice{}
	_ mtlkit.Resizable = Sluice{}
)

// Tasks implements [mtlkit.Model].
func (s Sluice) Tasks() int { return len(s.Heads) }

// Shapes implements [mtlkit.Model].
func (s Sluice) Shapes() []autodiff.Shape { return s.parts().shapes() }

// Init implements [mtlkit.Model]: the columns are drawn first, then the heads.
func (s Sluice) Init(rng *rand.Rand) []float64 { return s.parts().init(rng) }

// Apply implements [mtlkit.Model].
func (s Sluice) Apply(t *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	b := s.parts().bind("Sluice", t, theta, len(x), len(s.Heads))
	for l := range s.Levels {
		if len(s.Heads) > 1 {
			t.Show(alphaName(l), b.matrix(alphaName(l)))
		}
	}
	out := make([]autodiff.Value, len(x))
	for task := range x {
		t.Show(betaName(task), b.matrix(betaName(task)))
	}
	for _, tasks := range byInput(x) {
		z := slices.Repeat(x[tasks[0]:tasks[0]+1], len(s.Heads))
		levels := make([][]autodiff.Value, len(z)) // of each task
		at := 0
		for l, units := range s.Levels {
			end := at + 2*len(units)
			h := make([]autodiff.Value, len(z))
			for u := range h {
				h[u] = s.stack().expert(l).Apply(t, b.theta[columnName(u)].Slice(at, end), z[u])
			}
			at, z = end, s.stitch(b, l, h)
			for u := range z {
				levels[u] = append(levels[u], z[u])
			}
		}
		for _, task := range tasks {
			out[task] = b.apply(headName(task), mix(b.matrix(betaName(task)), levels[task]))
		}
	}
	if s.Orthogonal > 0 && s.Subspaces > 1 {
		t.Penalty("orthogonal", s.overlap(b).Scale(s.Orthogonal))
	}
	return out
}

// stitch returns what the columns go on with after level l.
func (s Sluice) stitch(b bound, l int, h []autodiff.Value) []autodiff.Value {
	if len(h) == 1 {
		return h
	}
	alpha, width := b.matrix(alphaName(l)), h[0].Cols()/s.Subspaces
	var from []autodiff.Value
	for _, v := range h {
		for a := range s.Subspaces {
			from = append(from, v.SliceCols(a*width, (a+1)*width))
		}
	}
	z := make([]autodiff.Value, len(h))
	for t := range z {
		var subspaces []autodiff.Value
		for a := range s.Subspaces {
			k := t*s.Subspaces + a
			subspaces = append(subspaces, mix(alpha.SliceRows(k, k+1), from))
		}
		z[t] = autodiff.ConcatCols(subspaces...)
	}
	return z
}

// overlap returns the sum of ‖GₐᵀG_b‖² over columns, levels and pairs of subspaces.
func (s Sluice) overlap(b bound) (sum autodiff.Value) {
	found := false
	for task := range s.Heads {
		at := 0
		for _, units := range s.Levels {
			at += 2 * len(units)
			w := b.theta[columnName(task)].At(at - 2)
			width := w.Cols() / s.Subspaces
			for k := range s.Subspaces {
				for j := range k {
					one, other := w.SliceCols(j*width, (j+1)*width), w.SliceCols(k*width, (k+1)*width)
					square := one.TMatMul(other).Square().Sum()
					if found {
						square = sum.Add(square)
					}
					sum, found = square, true
				}
			}
		}
	}
	return sum
}

// Twin implements [mtlkit.Twinned].
func (s Sluice) Twin(task int) (twin mtlkit.Model, from []string) {
	s.stack().twinOf(task)
	from = s.parts().names(columnName(task), betaName(task), headName(task))
	s.Heads, s.Subspaces, s.Orthogonal = s.Heads[task:task+1], 1, 0
	return s, from
}

// Resized implements [mtlkit.Resizable]: the subspaces get wider, not more.
func (s Sluice) Resized(factor float64) mtlkit.Model {
	r := resize("Sluice", factor)
	levels := r.levels(s.Levels)
	for l, units := range s.Levels {
		levels[l][len(units)-1] = r.width(last(units)/s.Subspaces, 1) * s.Subspaces
	}
	s.Levels, s.Heads = levels, r.heads(s.Heads)
	return s
}

func (s Sluice) stack() stack {
	k := stack{"Sluice", s.Inputs, s.Levels, s.Heads, s.Activation, s.Weights}.checked()
	k.count("Subspaces", s.Subspaces)
	for l, units := range s.Levels {
		if last(units) != last(s.Levels[0]) {
			panic(fmt.Sprintf("sharing: Sluice: Levels[%d] ends in %d units, Levels[0] in %d; a head reads a mixture "+
				"of all levels, which are of one width", l, last(units), last(s.Levels[0])))
		}
	}
	if w := last(s.Levels[0]); w%s.Subspaces != 0 {
		panic(fmt.Sprintf("sharing: Sluice: Levels end in %d units, which are not to be cut into %d Subspaces of one "+
			"width", w, s.Subspaces))
	}
	if !(s.Orthogonal >= 0) || math.IsInf(s.Orthogonal, 0) {
		panic(fmt.Sprintf("sharing: Sluice: Orthogonal is %v; it must be finite and not negative", s.Orthogonal))
	}
	return k
}

func (s Sluice) parts() (p parts) {
	k := s.stack()
	tasks := len(s.Heads)
	for u := range tasks {
		widths := append([]int{s.Inputs}, slices.Concat(s.Levels...)...)
		p = append(p, part{columnName(u), nn.MLP{Widths: widths, Activation: s.Activation, Output: s.Activation,
			Weights: s.Weights}})
	}
	for l := range s.Levels {
		if tasks > 1 {
			p = append(p, part{alphaName(l), matrix{tasks * s.Subspaces, tasks * s.Subspaces, s.startAlpha}})
		}
	}
	for u := range tasks {
		p = append(p, part{betaName(u), matrix{1, len(s.Levels), startBeta}})
	}
	return append(p, k.headParts()...)
}

// startAlpha leans towards one subspace of each column; of one subspace it is the start of a stitch.
func (s Sluice) startAlpha(alpha []float64, rng *rand.Rand) {
	if s.Subspaces == 1 {
		startStitch(alpha, rng)
		return
	}
	tasks, n := len(s.Heads), len(s.Heads)*s.Subspaces
	for k := range alpha {
		towards := s.Subspaces - 1
		if k/n/s.Subspaces%2 == 1 {
			towards = 0
		}
		alpha[k] = 0.05 / float64((s.Subspaces-1)*tasks)
		if k%n%s.Subspaces == towards {
			alpha[k] = 0.95 / float64(tasks)
		}
	}
}

// startBeta sets the last level to 0.9, and 0.1 among the others; a single one to 1.
func startBeta(beta []float64, _ *rand.Rand) {
	end := len(beta) - 1
	for l := range beta {
		beta[l] = 0.1 / float64(end)
	}
	if beta[end] = 0.9; end == 0 {
		beta[end] = 1
	}
}

func alphaName(l int) string   { return fmt.Sprintf("alpha%d", l+1) }
func betaName(task int) string { return fmt.Sprintf("beta%d", task+1) }
