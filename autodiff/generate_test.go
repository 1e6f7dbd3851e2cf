package autodiff

import "math/rand/v2"

// generate draws an experiment. Most programs are small; some have the lengths at which vectors end, some matrices of
// the sizes at which steps run together, and a few are wide enough for lanes.
func generate(seed uint64) *experiment {
	rng := rand.New(rand.NewPCG(seed, 11))
	d := &drawing{rng: rng}
	calls, ys, wide := 4+rng.IntN(22), 1+rng.IntN(3), false
	switch p := rng.Float64(); {
	case p < 0.05:
		d.dims = []int{1, 2 + rng.IntN(5), 1 + rng.IntN(6)}
		d.heads()
		ys = 1 // in lanes nothing is joined
	case p < 0.70:
		d.dims = []int{1, 1 + rng.IntN(6), 1 + rng.IntN(6), 1 + rng.IntN(6)}
	case p < 0.94:
		d.dims = []int{1, 1 + rng.IntN(17), 1 + rng.IntN(17)}
	case p < 0.946:
		d.dims = []int{1, 40, 144}
		calls = 4 + rng.IntN(5)
		d.images()
	case p < 0.967:
		large := [][2]int{{64, 64}, {63, 65}, {128, 64}, {200, 30}, {1, 4200}, {4097, 1}, {70, 90}, {33, 129}, {300, 17},
			{91, 91}}
		s := large[rng.IntN(len(large))]
		d.dims = []int{s[0], s[0], s[1], s[1], 1}
		calls = 4 + rng.IntN(7)
	default:
		d.dims = []int{64 + rng.IntN(16), 64 + rng.IntN(16), 1}
		calls = 8 + rng.IntN(6)
		d.layer()
		ys, wide = 3, true
	}
	made := len(d.calls) - 1 // the result of the layer, of the convolution or of the heads
	for inputs := len(d.calls) + 2 + rng.IntN(2); len(d.calls) < inputs; {
		d.try(kindNamed("Input")) // again if it is too large
	}
	for tries := 0; len(d.calls) < calls+2 && tries < 200; tries++ {
		switch p := rng.Float64(); {
		case p < 0.2:
			d.combineWithPart()
		case p < 0.25:
			d.again()
		default:
			d.try(&kinds[rng.IntN(len(kinds))])
		}
	}
	e := &experiment{seed: seed}
	for range ys {
		v := d.any()
		if rng.IntN(2) == 0 {
			v = len(d.values) - 1
		}
		if large, ok := d.pick(func(v *matrix) bool { return len(v.n) > 4000 }); made > 0 && ok {
			v = max(large, made)
		}
		if len(d.values[v].n) > 1 {
			m := d.values[v]
			if w := d.add(call{kind: kindNamed("Const"), i: m.rows, j: m.cols, k: rng.IntN(1 << 20)}); w >= 0 {
				if p := d.add(call{kind: kindNamed("Mul"), in: []int{v, w}}); p >= 0 {
					v = p
				}
			}
			if v = d.add(call{kind: kindNamed("Mean"), in: []int{v}}); v < 0 {
				continue
			}
		}
		e.ys = append(e.ys, v)
	}
	if len(e.ys) == 0 {
		return nil
	}
	e.calls = d.calls
	for range rng.IntN(3) {
		e.outs = append(e.outs, d.any())
	}
	e.x1 = rng.IntN(e.ys[0] + 1)
	if wide {
		e.x1 = rng.IntN(3)
	}
	if e.x2 = e.x1; rng.IntN(3) > 0 {
		e.x2 = rng.IntN(e.x1 + 1)
	}
	if rng.IntN(3) > 0 {
		e.x2 = rng.IntN(2) // an input
		e.x1 = max(e.x1, e.x2)
	}
	if n := len(e.calls); n > 4 && rng.IntN(2) == 0 {
		for first := 1; first < n-1 && len(e.cuts) < 6; {
			first += rng.IntN(n - first)
			end := first + 1 + rng.IntN(n-first)
			e.cuts = append(e.cuts, cut{first, end, rng.Uint64()})
			if rng.IntN(2) == 0 && end > first+1 {
				from := first + rng.IntN(end-first)
				e.cuts = append(e.cuts, cut{from, from + 1 + rng.IntN(end-from), rng.Uint64()})
			}
			first = end
			if rng.IntN(2) == 0 {
				break
			}
		}
	}
	return e
}

// images draws a convolution of so many patches that they come in pieces.
func (d *drawing) images() {
	input := func(rows, cols int) int {
		return d.add(call{kind: kindNamed("Input"), i: rows, j: cols, k: d.rng.IntN(1 << 20)})
	}
	d.add(call{kind: kindNamed("Conv"), in: []int{input(36+d.rng.IntN(10), 144), input(9, 1)},
		i: 12, j: 12, k: 3, l: 3, x: 1, y: 1})
}

// layer draws a layer wide enough for the gradients of several values by its inputs to run side by side.
func (d *drawing) layer() {
	input := func(rows, cols int) int {
		return d.add(call{kind: kindNamed("Input"), i: rows, j: cols, k: d.rng.IntN(1 << 20)})
	}
	rows, width := d.dims[0], d.dims[1]
	x, w := input(rows, width), input(width, width)
	between := []string{"Scale", "Tanh", "Sin", "Barrier"}[d.rng.IntN(4)]
	w = d.add(call{kind: kindNamed(between), in: []int{w}, x: 0.5})
	h := d.add(call{kind: kindNamed("MatMul"), in: []int{x, w}})
	h = d.add(call{kind: kindNamed("Scale"), in: []int{h}, x: 0.1})
	d.add(call{kind: kindNamed("Tanh"), in: []int{h}})
}

// heads draws several narrow products of one matrix, and their sum.
func (d *drawing) heads() {
	input := func(rows, cols int) int {
		return d.add(call{kind: kindNamed("Input"), i: rows, j: cols, k: d.rng.IntN(1 << 20)})
	}
	width, cols := d.dims[1], 1+d.rng.IntN(narrow)
	h := d.add(call{kind: kindNamed("Tanh"), in: []int{input(2+d.rng.IntN(8), width)}})
	sum := -1
	for range 2 + d.rng.IntN(4) {
		w := input(width, cols)
		if d.rng.IntN(4) == 0 {
			w = d.add(call{kind: kindNamed("T"), in: []int{input(cols, width)}})
		}
		z := d.add(call{kind: kindNamed("MatMul"), in: []int{h, w}})
		z = d.add(call{kind: kindNamed("Tanh"), in: []int{z}})
		if sum >= 0 {
			z = d.add(call{kind: kindNamed("Add"), in: []int{sum, z}})
		}
		sum = z
	}
}

func (d *drawing) try(k *kind) int {
	c, ok := k.draw(d)
	if !ok {
		return -1
	}
	return d.add(c)
}

// again makes an earlier call once more.
func (d *drawing) again() {
	if c := d.calls[d.any()]; c.kind.name != "Input" {
		d.add(c)
	}
}

// combineWithPart combines a matrix with a part of itself: a row, a column, an entry, the transpose, a sum; or with a
// function, or a part, of a part.
func (d *drawing) combineWithPart() {
	x, ok := d.pick(func(v *matrix) bool { return len(v.n) > 1 })
	if !ok {
		return
	}
	v := d.values[x]
	row, col := d.rng.IntN(v.rows), d.rng.IntN(v.cols)
	parts := []call{
		{kind: kindNamed("SliceRows"), i: row, j: row + 1},
		{kind: kindNamed("SliceCols"), i: col, j: col + 1},
		{kind: kindNamed("Slice"), i: row, j: row + 1, k: col, l: col + 1},
		{kind: kindNamed("MeanAxis"), i: d.rng.IntN(2)},
		{kind: kindNamed("MaxAxis"), i: d.rng.IntN(2)},
	}
	if v.rows == v.cols {
		parts = append(parts, call{kind: kindNamed("T")})
	}
	part := parts[d.rng.IntN(len(parts))]
	part.in = []int{x}
	p := d.add(part)
	if p >= 0 && d.rng.IntN(3) == 0 {
		between := []string{"Tanh", "Sigmoid", "Scale", "Barrier", "StopGradient", "Reshape", "ReLU"}
		c := call{kind: kindNamed(between[d.rng.IntN(len(between))]), in: []int{p}, x: 0.5}
		c.i, c.j = d.values[p].rows, d.values[p].cols
		p = d.add(c)
	}
	for range 2 { // with the matrix as it is, or with what an elementwise step made of it
		if p < 0 {
			return
		}
		with := []string{"Add", "Sub", "Mul", "Max", "Greater"}
		c := call{kind: kindNamed(with[d.rng.IntN(len(with))]), in: []int{x, p}}
		if d.rng.IntN(2) == 0 {
			c.in = []int{p, x}
		}
		if p = d.add(c); d.rng.IntN(2) == 0 {
			return
		}
	}
}
