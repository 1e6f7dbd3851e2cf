package threeways

import (
	"regexp"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/nn"
)

// A dissection goes through the values of a graph, from the outputs down to the inputs, and finds the layers: a layer
// is where what depends on the inputs meets matrices.
type dissection struct {
	inputs   autodiff.Value
	matrices []autodiff.Value
	names    []string               // of the layer of each matrix
	at       map[autodiff.Value]int // the place of a matrix
	shown    []autodiff.Value
	pieces   map[autodiff.Value]piece

	found []string // layers, each after all that it reads
	parts map[string][]int
	reads map[string][]source
	gates map[string]bool
}

// A piece tells where a value comes from: the matrices that it is part of, or the layers whose outputs it holds.
type piece struct {
	matrices []int
	sources  []source
	factor   bool // it is a gate that the model shows: what it is multiplied by, it weighs
}

// A source is a layer, "" for the inputs, and what its output was multiplied by.
type source struct {
	layer   string
	factors []autodiff.Value
}

var (
	numbered = regexp.MustCompile(`\.?[Wb](\d+)$`) // a matrix of a dense layer, or its bias
	digits   = regexp.MustCompile(`\d+`)
)

func newDissection(in autodiff.Value, params autodiff.Params, shown []nn.Named) *dissection {
	d := &dissection{
		inputs: in, at: map[autodiff.Value]int{}, pieces: map[autodiff.Value]piece{},
		parts: map[string][]int{}, reads: map[string][]source{}, gates: map[string]bool{},
	}
	for k := range params.Len() {
		d.matrices = append(d.matrices, params.At(k))
		d.at[params.At(k)] = k
		d.names = append(d.names, numbered.ReplaceAllString(params.Name(k), ".$1"))
	}
	for _, s := range shown {
		d.shown = append(d.shown, s.Value)
	}
	return d
}

// take returns the piece of a value, and notes the layers that it completes.
func (d *dissection) take(v autodiff.Value) piece {
	if p, ok := d.pieces[v]; ok {
		return p
	}
	var p piece
	if k, matrix := d.at[v]; matrix {
		p.matrices = []int{k}
	} else if v == d.inputs {
		p.sources = []source{{}}
	} else {
		p = d.combine(v)
	}
	p.factor = p.factor || slices.Contains(d.shown, v)
	d.pieces[v] = p
	return p
}

// combine returns the piece of what was computed from other values.
func (d *dissection) combine(v autodiff.Value) (p piece) {
	operands := v.Operands()
	var parts []piece
	plain := false // is there an output of layers that is no gate?
	for _, o := range operands {
		q := d.take(o)
		parts = append(parts, q)
		plain = plain || len(q.sources) > 0 && !q.factor
	}
	var of []int // matrices
	var factors []autodiff.Value
	p.factor = len(parts) > 0
	for k, q := range parts {
		p.factor = p.factor && q.factor
		switch {
		case plain && (q.factor && len(q.sources) > 0 || d.weight(operands[k], q)):
			factors = append(factors, operands[k])
			for _, s := range q.sources {
				d.gates[s.layer] = true
			}
		case len(q.sources) == 0:
			of = append(of, q.matrices...)
		}
	}
	for k, q := range parts {
		for _, s := range q.sources {
			if !slices.Contains(factors, operands[k]) && !d.gates[s.layer] {
				s.factors = slices.Concat(s.factors, factors)
			}
			p.add(s)
		}
	}
	switch {
	case len(p.sources) == 0:
		p.matrices = of
	case len(of) > 0:
		p.sources = []source{{layer: d.layer(of, p.sources)}}
	}
	return p
}

// add adds a source, unless it is there.
func (p *piece) add(s source) {
	if !slices.ContainsFunc(p.sources, func(t source) bool {
		return s.layer == t.layer && slices.Equal(s.factors, t.factors)
	}) {
		p.sources = append(p.sources, s)
	}
}

// weight reports whether a value is a single number that belongs to no dense layer, such as an entry of a stitch.
func (d *dissection) weight(v autodiff.Value, q piece) bool {
	return v.Size() == 1 && len(q.matrices) > 0 && !slices.ContainsFunc(q.matrices, func(k int) bool {
		return strings.Contains(d.names[k], ".")
	})
}

// layer notes that matrices read these sources, and returns the name of the layer that they are.
func (d *dissection) layer(matrices []int, sources []source) (name string) {
	name = d.names[matrices[0]]
	for _, k := range matrices[1:] { // parts of one gate: what their names have in common
		for !strings.HasPrefix(d.names[k]+".", name+".") {
			name = name[:strings.LastIndex("."+name, ".")]
			name = strings.TrimSuffix(name, ".")
		}
	}
	if d.parts[name] == nil {
		d.found = append(d.found, name)
	}
	d.parts[name] = union(d.parts[name], matrices)
	reads := piece{sources: d.reads[name]}
	for _, s := range sources {
		if s.layer != name {
			reads.add(s)
		}
	}
	d.reads[name] = reads.sources
	return name
}

// weights returns for each layer what the outputs of those that it reads are multiplied by, and leaves in d.reads each
// of them once.
func (d *dissection) weights(params autodiff.Params, theta []float64, in autodiff.Value,
	x *mat.Dense) map[string][]float64 {
	values := map[string][]autodiff.Value{}
	outputs := []autodiff.Output{params, in}
	for _, name := range d.found {
		var once []source
		for _, s := range d.reads[name] {
			w := in.Graph().Scalar(1)
			for _, f := range s.factors {
				w = w.Mul(f)
			}
			w = w.Mean()
			k := slices.IndexFunc(once, func(t source) bool { return t.layer == s.layer })
			if k >= 0 {
				values[name][k] = values[name][k].Add(w)
				continue
			}
			once, values[name] = append(once, s), append(values[name], w)
		}
		d.reads[name] = once
		for _, w := range values[name] {
			outputs = append(outputs, w)
		}
	}
	ws := autodiff.Compile(outputs...).NewWorkspace()
	ws.Set(params, theta)
	ws.Set(in, x.RawMatrix().Data)
	ws.Run()
	numbers := map[string][]float64{}
	for name, list := range values {
		for _, w := range list {
			numbers[name] = append(numbers[name], ws.Scalar(w))
		}
	}
	return numbers
}
