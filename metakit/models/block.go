package models

import (
	"math/rand/v2"

	"kindred/autodiff"
	"kindred/nn"
)

// A block is one of a transformer, with norms before what they feed:
//
//	h ← h + attention(norm(h)),   h ← h + MLP(norm(h))
//
// Reference: Xiong and others. On layer normalization in the transformer architecture. ICML 2020, arXiv:2002.04745.
type block struct {
	norm      nn.LayerNorm
	attention nn.Attention
	mlp       nn.MLP
}

func newBlock(width, heads, hidden int, activation nn.Activation) block {
	return block{nn.NewLayerNorm(width), nn.NewAttention(width, heads),
		nn.MLP{Widths: []int{width, hidden, width}, Activation: activation}}
}

func (b block) parts() parts {
	return parts{{"norm1", b.norm}, {"attention", b.attention}, {"norm2", b.norm}, {"mlp", b.mlp}}
}

// apply returns the rows of h from row first on, after the block. All see rows before keys alone, and of these as many
// as sees says.
func (b block) apply(t *nn.Trace, theta autodiff.Params, h autodiff.Value, first, keys int, sees []int) autodiff.Value {
	return b.applyApart(t, theta, h, first, keys, sees, 1)
}

// applyApart is apply for n sets of rows, as many in each, of which none sees another: first the rows before keys of all
// sets, then the others of all. first is 0 or keys.
func (b block) applyApart(t *nn.Trace, theta autodiff.Params, h autodiff.Value, first, keys int, sees []int,
	n int) autodiff.Value {
	of := b.parts().of(theta)
	z := b.norm.Apply(t.Scope("norm1"), of[0], h)
	seen := z.SliceRows(0, n*keys)
	attend := func(from, to int, sees []int) autodiff.Value {
		return b.attention.AttendApart(t.Scope("attention"), of[1], z.SliceRows(from, to), seen, seen, sees, n)
	}
	h = h.SliceRows(n*first, h.Rows())
	switch {
	case n == 1 || first > 0:
		h = h.Add(attend(n*first, z.Rows(), sees))
	case sees == nil:
		h = h.Add(autodiff.ConcatRows(attend(0, n*keys, nil), attend(n*keys, z.Rows(), nil)))
	default:
		h = h.Add(autodiff.ConcatRows(attend(0, n*keys, sees[:keys]), attend(n*keys, z.Rows(), sees[keys:])))
	}
	return h.Add(b.mlp.Apply(t.Scope("mlp"), of[3], b.norm.Apply(t.Scope("norm2"), of[2], h)))
}

// Shapes implements [nn.Network].
func (b block) Shapes() []autodiff.Shape { return b.parts().shapes() }

// Init implements [nn.Network].
func (b block) Init(rng *rand.Rand) []float64 { return b.parts().init(rng) }

// Apply implements [nn.Network]: all rows see each other.
func (b block) Apply(t *nn.Trace, theta autodiff.Params, x autodiff.Value) autodiff.Value {
	return b.apply(t, theta, x, 0, x.Rows(), nil)
}
