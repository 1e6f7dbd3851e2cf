package nn

import "kindred/autodiff"

// A Norm is a normalisation that [MLP] puts between the product of a hidden layer and its activation: [LayerNorm],
// [BatchNorm] or [TransductiveNorm], whose Units it sets, or one of your own.
type Norm interface {
	// For returns the layer for that many columns. It gives as many columns as it takes.
	For(units int) Network
}

var _ = []Norm{LayerNorm{}, BatchNorm{}, TransductiveNorm{}}

// A columnNorm brings columns to mean 0 and variance 1 by what it takes for their means and variances, and then scales
// and shifts them by its two parameters.
type columnNorm interface {
	Network
	moments(t *Trace, theta autodiff.Params, x autodiff.Value) (mean, variance autodiff.Value)
	epsilon() float64
}

var _ = []columnNorm{BatchNorm{}, TransductiveNorm{}}

// For implements [Norm]: the same layer with other Units.
func (l LayerNorm) For(units int) Network {
	l.Units = units
	return l
}

// For implements [Norm]: the same layer with other Units.
func (b BatchNorm) For(units int) Network {
	b.Units = units
	return b
}
