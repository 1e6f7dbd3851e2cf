package nn

// A Layered network says which layer each of its parameters belongs to, for those who treat layers apart: adapt the head
// alone, or learn a rate for each. The head is the last layer.
type Layered interface {
	Network
	// LayerOf returns a number for each of the network's shapes, in their order: the first layer is 0, and the numbers
	// never fall and never skip one.
	LayerOf() []int
}

var _ Layered = MLP{}

// LayerOf implements [Layered]: matrix, bias and norm of a layer belong together.
func (m MLP) LayerOf() []int {
	var layers []int
	for k := range m.layers() {
		n := 2
		if norm := m.norm(k); norm != nil {
			n += len(norm.Shapes())
		}
		for range n {
			layers = append(layers, k)
		}
	}
	return layers
}
