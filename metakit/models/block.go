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
	of := b.parts().of(theta)
	z := b.norm.Apply(t.Scope("norm1"), of[0], h)
	seen := z.SliceRows(0, keys)
	h = h.SliceRows(first, h.Rows())
	h = h.Add(b.attention.Attend(t.Scope("attention"), of[1], z.SliceRows(first, z.Rows()), seen, seen, sees))
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
