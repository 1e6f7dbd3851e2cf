package nn

// A Norm is a normalisation that [MLP] puts between the product of a hidden layer and its activation: [LayerNorm] or
// [BatchNorm], whose Units it sets, or one of your own.
type Norm interface {
	// For returns the layer for that many columns. It gives as many columns as it takes.
	For(units int) Network
}

var _ = []Norm{LayerNorm{}, BatchNorm{}}

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
