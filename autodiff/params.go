package autodiff

import "fmt"

// Params are the named parameters of a network, in order. Laid end to end, row-major, they form one flat vector; that
// is how [Workspace.Set] and [Workspace.Read] see them.
type Params struct {
	names  []string
	values []Value
}

// Params declares one input for each shape.
func (g *Graph) Params(shapes []Shape) Params {
	p := Params{names: make([]string, len(shapes)), values: make([]Value, len(shapes))}
	for k, s := range shapes {
		p.names[k] = s.Name
		p.values[k] = g.Input(s.Name, s.Rows, s.Cols)
	}
	return p
}

// ParamsOf joins values under names; both have the same length.
func ParamsOf(names []string, values []Value) Params {
	if len(names) != len(values) {
		panic(fmt.Sprintf("autodiff: ParamsOf: %d names for %d values", len(names), len(values)))
	}
	return Params{names: names, values: values}
}

// Len returns the number of matrices.
func (p Params) Len() int { return len(p.values) }

// Size returns the number of entries of all matrices.
func (p Params) Size() int {
	n := 0
	for _, v := range p.values {
		n += v.Size()
	}
	return n
}

// At returns matrix k.
func (p Params) At(k int) Value { return p.values[k] }

// Name returns the name of matrix k.
func (p Params) Name(k int) string { return p.names[k] }

// Slice returns the parameters from index i up to, not including, j.
func (p Params) Slice(i, j int) Params { return Params{p.names[i:j], p.values[i:j]} }

// Join returns the parameters of p followed by those of q.
func (p Params) Join(q Params) Params {
	return Params{append(p.names[:len(p.names):len(p.names)], q.names...),
		append(p.values[:len(p.values):len(p.values)], q.values...)}
}

// Map applies f to every matrix.
func (p Params) Map(f func(v Value) Value) Params {
	out := Params{p.names, make([]Value, len(p.values))}
	for k, v := range p.values {
		out.values[k] = f(v)
	}
	return out
}

// Zip applies f to the matrices of p and q pair by pair.
func (p Params) Zip(q Params, f func(v, w Value) Value) Params {
	if len(p.values) != len(q.values) {
		panic(fmt.Sprintf("autodiff: Params: %d matrices meet %d", len(p.values), len(q.values)))
	}
	out := Params{p.names, make([]Value, len(p.values))}
	for k, v := range p.values {
		out.values[k] = f(v, q.values[k])
	}
	return out
}

// Add returns p + q.
func (p Params) Add(q Params) Params { return p.Zip(q, Value.Add) }

// Sub returns p − q.
func (p Params) Sub(q Params) Params { return p.Zip(q, Value.Sub) }

// Mul returns the product entry by entry.
func (p Params) Mul(q Params) Params { return p.Zip(q, Value.Mul) }

// Scale returns c·p.
func (p Params) Scale(c float64) Params { return p.Map(func(v Value) Value { return v.Scale(c) }) }

// ScaleBy returns s·p for a 1×1 value s.
func (p Params) ScaleBy(s Value) Params { return p.Map(func(v Value) Value { return v.Mul(s) }) }

// StopGradient returns p as constants to every derivative.
func (p Params) StopGradient() Params { return p.Map(Value.StopGradient) }

// Dot returns the sum of the products of all entries, 1×1.
func (p Params) Dot(q Params) Value {
	if len(p.values) == 0 {
		panic("autodiff: Params.Dot: no parameters")
	}
	products := p.Zip(q, func(v, w Value) Value { return v.Mul(w).Sum() })
	sum := products.values[0]
	for _, v := range products.values[1:] {
		sum = sum.Add(v)
	}
	return sum
}
