package nn

import (
	"fmt"

	"kindred/autodiff"
	"kindred/internal/tensors"
)

// WriteFile writes the parameters as a safetensors file of float64 matrices under their names, which Python and other
// readers of the format can read too. Among its texts is a checksum of all of it. The file appears whole or not at all; a folder that is
// missing is made.
func WriteFile(path string, p Params) error {
	p = NewParams(p.Shapes, p.Data) // panics if they do not fit each other
	var f tensors.File
	at := 0
	for _, s := range p.Shapes {
		f.Matrices = append(f.Matrices, tensors.Matrix{Name: s.Name, Rows: s.Rows, Cols: s.Cols, Data: p.Data[at : at+s.Size()]})
		at += s.Size()
	}
	if err := tensors.Write(path, f); err != nil {
		return fmt.Errorf("nn: writing parameters: %w", err)
	}
	return nil
}

// ReadFile reads the matrices of the given shapes from a file that [WriteFile] wrote. It is an error if the file is
// damaged or from elsewhere, lacks a matrix, holds another one besides, or has one of another shape. See
// [ReadSafetensors] for files from elsewhere.
func ReadFile(path string, shapes []autodiff.Shape) (Params, error) {
	f, err := tensors.Read(path)
	if err != nil {
		return Params{}, fmt.Errorf("nn: reading parameters: %w", err)
	}
	return gather(path, f, shapes, same)
}

// ReadSafetensors reads the matrices of the given shapes from a safetensors file that another program wrote, of float64
// and float32 tensors. There is no checksum to tell whether it is damaged. A tensor of one dimension is taken as a row.
// from says what the file calls the matrix of a name, and whether it lies there transposed, as the weights of PyTorch's
// linear layers do (out × in); nil is the same name, as it is. The errors are those of [ReadFile], but for the checksum,
// and one about a number that is not finite.
func ReadSafetensors(path string, shapes []autodiff.Shape, from func(name string) (in string, transposed bool)) (Params, error) {
	f, err := tensors.ReadForeign(path)
	if err != nil {
		return Params{}, fmt.Errorf("nn: reading parameters: %w", err)
	}
	if from == nil {
		from = same
	}
	return gather(path, f, shapes, from)
}

func same(name string) (in string, transposed bool) { return name, false }

// gather puts the matrices of a file in the order of the shapes.
func gather(path string, f tensors.File, shapes []autodiff.Shape, from func(string) (string, bool)) (Params, error) {
	p := NewParams(shapes, make([]float64, Size(shapes)))
	rest, used := p.Data, map[string]bool{}
	for _, s := range shapes {
		name, transposed := from(s.Name)
		m, ok := f.Find(name)
		if !ok {
			return Params{}, fmt.Errorf("nn: %s has no tensor %q; it has %q", path, name, f.Names())
		}
		if problem := fill(rest[:s.Size()], s.Rows, s.Cols, m, transposed); problem != "" {
			return Params{}, fmt.Errorf("nn: %s: tensor %q %s", path, name, problem)
		}
		used[name] = true
		rest = rest[s.Size():]
	}
	for _, name := range f.Names() {
		if !used[name] {
			return Params{}, fmt.Errorf("nn: %s holds a tensor %q that the network does not have", path, name)
		}
	}
	return p, nil
}
