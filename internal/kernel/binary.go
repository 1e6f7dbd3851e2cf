package kernel

// A BinaryOp is an operation on two operands, entry by entry.
type BinaryOp uint8

const (
	Add BinaryOp = iota
	Sub
	Mul
	Div
	Max
	Min
	Greater
	Equal
)

// Binary stores a op b in out, rows × cols, each operand broadcast from its extent.
func Binary[T Float](op BinaryOp, out, a, b []T, rows, cols int, ea, eb Extent) {
	switch {
	case ea == Full && eb == Full:
		vectors(op, out, a, b)
		return
	case ea == Full && eb == One:
		vectorScalar(op, out, a, b[0])
		return
	case ea == One && eb == Full:
		scalarVector(op, out, a[0], b)
		return
	}
	if simdRows(op, out, a, b, rows, cols, ea, eb) {
		return
	}
	for r := range rows {
		o := out[r*cols : (r+1)*cols]
		va, sa, isA := line(a, ea, r, cols)
		vb, sb, isB := line(b, eb, r, cols)
		switch {
		case isA && isB:
			vectors(op, o, va, vb)
		case isA:
			vectorScalar(op, o, va, sb)
		case isB:
			scalarVector(op, o, sa, vb)
		default:
			vectorScalar(op, fill(o, sa), o, sb)
		}
	}
}

// line returns what an operand contributes to row r: a vector, or one number.
func line[T Float](a []T, e Extent, r, cols int) (v []T, s T, vector bool) {
	switch e {
	case Full:
		return a[r*cols : (r+1)*cols], 0, true
	case Row:
		return a[:cols], 0, true
	case Col:
		return nil, a[r], false
	}
	return nil, a[0], false
}

func fill[T Float](o []T, v T) []T {
	for k := range o {
		o[k] = v
	}
	return o
}

func vectors[T Float](op BinaryOp, o, a, b []T) {
	a, b = a[:len(o)], b[:len(o)]
	if simdVectors(op, o, a, b) {
		return
	}
	switch op {
	case Add:
		for k := range o {
			o[k] = a[k] + b[k]
		}
	case Sub:
		for k := range o {
			o[k] = a[k] - b[k]
		}
	case Mul:
		for k := range o {
			o[k] = a[k] * b[k]
		}
	case Div:
		for k := range o {
			o[k] = a[k] / b[k]
		}
	case Max:
		for k := range o {
			o[k] = max(a[k], b[k])
		}
	case Min:
		for k := range o {
			o[k] = min(a[k], b[k])
		}
	case Greater:
		for k := range o {
			o[k] = truth[T](a[k] > b[k])
		}
	case Equal:
		for k := range o {
			o[k] = truth[T](a[k] == b[k])
		}
	}
}

func vectorScalar[T Float](op BinaryOp, o, a []T, b T) {
	a = a[:len(o)]
	if simdVectorScalar(op, o, a, b) {
		return
	}
	switch op {
	case Add:
		for k := range o {
			o[k] = a[k] + b
		}
	case Sub:
		for k := range o {
			o[k] = a[k] - b
		}
	case Mul:
		for k := range o {
			o[k] = a[k] * b
		}
	case Div:
		for k := range o {
			o[k] = a[k] / b
		}
	case Max:
		for k := range o {
			o[k] = max(a[k], b)
		}
	case Min:
		for k := range o {
			o[k] = min(a[k], b)
		}
	case Greater:
		for k := range o {
			o[k] = truth[T](a[k] > b)
		}
	case Equal:
		for k := range o {
			o[k] = truth[T](a[k] == b)
		}
	}
}

func scalarVector[T Float](op BinaryOp, o []T, a T, b []T) {
	b = b[:len(o)]
	if simdScalarVector(op, o, a, b) {
		return
	}
	switch op {
	case Sub:
		for k := range o {
			o[k] = a - b[k]
		}
	case Div:
		for k := range o {
			o[k] = a / b[k]
		}
	case Greater:
		for k := range o {
			o[k] = truth[T](a > b[k])
		}
	default: // the operation is symmetric
		vectorScalar(op, o, b, a)
	}
}

func truth[T Float](b bool) T {
	if b {
		return 1
	}
	return 0
}

// AddScaled stores a + c·b; both roundings are made, as in [Scale] followed by [Binary].
func AddScaled[T Float](out, a, b []T, c T) {
	a, b = a[:len(out)], b[:len(out)]
	if simdAddScaled(out, a, b, c) {
		return
	}
	for k := range out {
		out[k] = a[k] + T(c*b[k]) // the conversion keeps the compiler from fusing
	}
}

// AddMul stores a + b·column, rows × cols, the column broadcast; both roundings are made, as in two calls of [Binary].
func AddMul[T Float](out, a, b, column []T, rows, cols int) {
	out, a, b, column = out[:rows*cols], a[:rows*cols], b[:rows*cols], column[:rows]
	if simdAddMul(out, a, b, column, cols) {
		return
	}
	for r, c := range column {
		for k := r * cols; k < (r+1)*cols; k++ {
			out[k] = a[k] + T(b[k]*c) // the conversion keeps the compiler from fusing
		}
	}
}

// Select stores a where mask is not 0 and b elsewhere, each broadcast from its extent.
func Select[T Float](out, mask, a, b []T, rows, cols int, em, ea, eb Extent) {
	if em == Full && ea == Full && eb == Full && simdSelect(out, mask[:len(out)], a[:len(out)], b[:len(out)]) {
		return
	}
	for r := range rows {
		for c := range cols {
			if mask[index(em, r, c, cols)] != 0 {
				out[r*cols+c] = a[index(ea, r, c, cols)]
			} else {
				out[r*cols+c] = b[index(eb, r, c, cols)]
			}
		}
	}
}

func index(e Extent, r, c, cols int) int {
	switch e {
	case Full:
		return r*cols + c
	case Row:
		return c
	case Col:
		return r
	}
	return 0
}

// Gate stores a where by > 0 and slope·a elsewhere.
func Gate[T Float](out, a, by []T, slope T) {
	a, by = a[:len(out)], by[:len(out)]
	if simdGate(out, a, by, slope) {
		return
	}
	for k := range out {
		v := a[k]
		if !(by[k] > 0) {
			v = times(slope, v)
		}
		out[k] = v
	}
}

// times returns slope·v, and 0 for slope 0 whatever v is.
func times[T Float](slope, v T) T {
	if slope == 0 {
		return 0
	}
	return slope * v
}
