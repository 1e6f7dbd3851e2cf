package nn

import (
	"fmt"
	"path"
	"slices"

	"kindred/autodiff"
	"kindred/internal/tensors"
)

// Carry copies matrices of from over those of to, in place: those of to whose names match a pattern of [path.Match],
// such as "trunk.*", so that a part of a network starts from another network. It returns their names.
//
// called says what from calls the matrix of a name, and whether it lies there transposed, as in [ReadSafetensors]; nil
// is the same name, as it is.
//
// It is an error if from lacks a matrix that the pattern matches, has it in another size, or with a number that is not
// finite; to is then as before. It panics at a pattern that matches no matrix of to, or makes no sense.
func Carry(to, from Params, names string, called func(name string) (in string, transposed bool)) ([]string, error) {
	to, from = NewParams(to.Shapes, to.Data), NewParams(from.Shapes, from.Data) // panics if they do not fit each other
	if called == nil {
		called = same
	}
	var carried []string
	next := slices.Clone(to.Data)
	at := 0
	for _, s := range to.Shapes {
		rest := next[at : at+s.Size()]
		at += s.Size()
		if matches, err := path.Match(names, s.Name); err != nil {
			panic(fmt.Sprintf("nn: Carry: %q is no pattern of path.Match: %v", names, err))
		} else if !matches {
			continue
		}
		in, transposed := called(s.Name)
		m, ok := from.find(in)
		if !ok {
			return nil, fmt.Errorf("nn: Carry: %s is to be carried from %q, and there is no such matrix among %v; "+
				"name what it is called there", s.Name, in, from.Shapes)
		}
		if problem := fill(rest, s.Rows, s.Cols, m, transposed); problem != "" {
			return nil, fmt.Errorf("nn: Carry: %s: %q %s", s.Name, in, problem)
		}
		carried = append(carried, s.Name)
	}
	if len(carried) == 0 {
		panic(fmt.Sprintf("nn: Carry: no matrix is called like %q; there are %v", names, to.Shapes))
	}
	copy(to.Data, next)
	return carried, nil
}

// find returns the matrix of a name.
func (p Params) find(name string) (tensors.Matrix, bool) {
	at := 0
	for _, s := range p.Shapes {
		if s.Name == name {
			return tensors.Matrix{Name: name, Rows: s.Rows, Cols: s.Cols, Data: p.Data[at : at+s.Size()]}, true
		}
		at += s.Size()
	}
	return tensors.Matrix{}, false
}

// fill copies a matrix, transposed or as it is, into one of that size, and returns what is wrong with it.
func fill(dst []float64, rows, cols int, m tensors.Matrix, transposed bool) (problem string) {
	r, c := rows, cols
	if transposed {
		r, c = cols, rows
	}
	if m.Rows != r || m.Cols != c {
		return fmt.Sprintf("has shape [%d %d], the network wants [%d %d]", m.Rows, m.Cols, r, c)
	}
	for k := range dst {
		if dst[k] = m.Data[k]; transposed {
			dst[k] = m.Data[k%cols*rows+k/cols]
		}
		if notFinite(dst[k]) {
			return fmt.Sprintf("holds %v; it must be finite", dst[k])
		}
	}
	return ""
}

// ReadMatrices reads all matrices of a safetensors file, of this library, a predictor's file too, or of another
// program, whatever they are: for [Carry], which takes some of them. A tensor of one dimension is taken as a row. The
// errors are those of [ReadSafetensors] about the file; a file of this library is held to its checksum.
func ReadMatrices(path string) (Params, error) {
	f, err := tensors.ReadAny(path)
	if err != nil {
		return Params{}, fmt.Errorf("nn: reading parameters: %w", err)
	}
	var p Params
	for _, m := range f.Matrices {
		p.Shapes = append(p.Shapes, autodiff.Shape{Name: m.Name, Rows: m.Rows, Cols: m.Cols})
		p.Data = append(p.Data, m.Data...)
	}
	return NewParams(p.Shapes, p.Data), nil
}
