package autodiff

import (
	"fmt"
	"slices"
)

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

// ParamsOf joins values under names; both have the same length, and are copied.
func ParamsOf(names []string, values []Value) Params {
	if len(names) != len(values) {
		panic(fmt.Sprintf("autodiff: ParamsOf: %d names for %d values", len(names), len(values)))
	}
	return Params{slices.Clone(names), slices.Clone(values)}
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
func (p Params) At(k int) Value { return p.values[p.index("At", k)] }

// Name returns the name of matrix k.
func (p Params) Name(k int) string { return p.names[p.index("Name", k)] }

func (p Params) index(what string, k int) int {
	if k < 0 || k >= len(p.values) {
		panic(fmt.Sprintf("autodiff: Params.%s: matrix %d of %d", what, k, len(p.values)))
	}
	return k
}

// Slice returns the parameters from index i up to, not including, j.
func (p Params) Slice(i, j int) Params {
	if i < 0 || j < i || j > len(p.values) {
		panic(fmt.Sprintf("autodiff: Params.Slice: matrices %d up to %d of %d", i, j, len(p.values)))
	}
	return Params{p.names[i:j], p.values[i:j]}
}

// Join returns the parameters of p followed by those of q.
func (p Params) Join(q Params) Params {
	return Params{append(p.names[:len(p.names):len(p.names)], q.names...),
		append(p.values[:len(p.values):len(p.values)], q.values...)}
}

// Map applies f to every matrix.
func (p Params) Map(f func(v Value) Value) Params {
	if f == nil {
		panic("autodiff: Params.Map: the function is nil")
	}
	out := Params{p.names, make([]Value, len(p.values))}
	for k, v := range p.values {
		out.values[k] = f(v)
	}
	return out
}

// Zip applies f to the matrices of p and q pair by pair.
func (p Params) Zip(q Params, f func(v, w Value) Value) Params {
	if f == nil {
		panic("autodiff: Params.Zip: the function is nil")
	}
	if len(p.values) != len(q.values) {
		panic(fmt.Sprintf("autodiff: Params.Zip: %d matrices meet %d", len(p.values), len(q.values)))
	}
	out := Params{p.names, make([]Value, len(p.values))}
	for k, v := range p.values {
		out.values[k] = f(v, q.values[k])
	}
	return out
}

// alike panics unless p and q have matrices of the same shapes.
func (p Params) alike(what string, q Params) {
	if len(p.values) != len(q.values) {
		panic(fmt.Sprintf("autodiff: %s: %d matrices meet %d", what, len(p.values), len(q.values)))
	}
	for k, v := range p.values {
		if w := q.values[k]; v.Rows() != w.Rows() || v.Cols() != w.Cols() {
			panic(fmt.Sprintf("autodiff: %s: matrix %d: %v meets %v; the shapes must be the same", what, k, v, w))
		}
	}
}

// Add returns p + q; their shapes must be the same.
func (p Params) Add(q Params) Params {
	p.alike("Params.Add", q)
	return p.Zip(q, Value.Add)
}

// Sub returns p − q; their shapes must be the same.
func (p Params) Sub(q Params) Params {
	p.alike("Params.Sub", q)
	return p.Zip(q, Value.Sub)
}

// Mul returns the product entry by entry; the shapes must be the same.
func (p Params) Mul(q Params) Params {
	p.alike("Params.Mul", q)
	return p.Zip(q, Value.Mul)
}

// Scale returns c·p.
func (p Params) Scale(c float64) Params { return p.Map(func(v Value) Value { return v.Scale(c) }) }

// ScaleBy returns s·p for a 1×1 value s.
func (p Params) ScaleBy(s Value) Params {
	if s.Size() != 1 {
		panic(fmt.Sprintf("autodiff: Params.ScaleBy: %v is not a 1×1 value", s))
	}
	return p.Map(func(v Value) Value { return v.Mul(s) })
}

// StopGradient returns p as constants to every derivative.
func (p Params) StopGradient() Params { return p.Map(Value.StopGradient) }

// Dot returns the sum of the products of all entries, 1×1; the shapes must be the same.
func (p Params) Dot(q Params) Value {
	if len(p.values) == 0 {
		panic("autodiff: Params.Dot: no parameters")
	}
	p.alike("Params.Dot", q)
	products := p.Zip(q, func(v, w Value) Value { return v.Mul(w).Sum() })
	sum := products.values[0]
	for _, v := range products.values[1:] {
		sum = sum.Add(v)
	}
	return sum
}
