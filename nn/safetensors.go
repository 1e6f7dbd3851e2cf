package nn

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"github.com/nlpodyssey/safetensors"

	"kindred/autodiff"
)

// WriteFile writes the parameters as a safetensors file of float64 matrices under their names, for this library, Python
// or any other reader of the format. The file appears whole or not at all.
func WriteFile(path string, p Params) error {
	p = NewParams(p.Shapes, p.Data) // panics if they do not fit each other
	tensors := map[string]safetensors.TensorView{}
	at := 0
	for _, s := range p.Shapes {
		data := make([]byte, 0, 8*s.Size())
		for _, v := range p.Data[at : at+s.Size()] {
			data = binary.LittleEndian.AppendUint64(data, math.Float64bits(v))
		}
		at += s.Size()
		view, err := safetensors.NewTensorView(safetensors.F64, []uint64{uint64(s.Rows), uint64(s.Cols)}, data)
		if err != nil {
			return fmt.Errorf("nn: %s of %s: %w", s, path, err)
		}
		tensors[s.Name] = view
	}
	bytes, err := safetensors.Serialize(tensors, nil)
	if err != nil {
		return fmt.Errorf("nn: %s: %w", path, err)
	}
	if err := writeWhole(path, bytes); err != nil {
		return fmt.Errorf("nn: writing parameters: %w", err)
	}
	return nil
}

// writeWhole writes to a temporary file beside path and renames it.
func writeWhole(path string, data []byte) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if _, err = f.Write(data); err != nil {
		return err
	}
	if err = f.Chmod(0o644); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// ReadFile reads the matrices of the given shapes from a safetensors file of float64 or float32 tensors. A tensor of
// one dimension is taken as a row. It is an error if the file lacks a matrix, holds another one besides, or has one of
// another shape.
func ReadFile(path string, shapes []autodiff.Shape) (Params, error) {
	bytes, err := os.ReadFile(path)
	if err != nil {
		return Params{}, fmt.Errorf("nn: reading parameters: %w", err)
	}
	file, err := safetensors.Deserialize(bytes)
	if err != nil {
		return Params{}, fmt.Errorf("nn: %s is not a safetensors file: %w", path, err)
	}
	p := NewParams(shapes, make([]float64, Size(shapes)))
	rest := p.Data
	for _, s := range shapes {
		t, ok := file.Tensor(s.Name)
		if !ok {
			return Params{}, fmt.Errorf("nn: %s has no tensor %q; it has %q", path, s.Name, file.Names())
		}
		if err := readTensor(rest[:s.Size()], t, s); err != nil {
			return Params{}, fmt.Errorf("nn: %s: %w", path, err)
		}
		rest = rest[s.Size():]
	}
	for _, name := range file.Names() {
		if !slices.ContainsFunc(shapes, func(s autodiff.Shape) bool { return s.Name == name }) {
			return Params{}, fmt.Errorf("nn: %s holds a tensor %q that the network does not have", path, name)
		}
	}
	return p, nil
}

func readTensor(dst []float64, t safetensors.TensorView, s autodiff.Shape) error {
	want := []uint64{uint64(s.Rows), uint64(s.Cols)}
	if got := t.Shape(); !slices.Equal(got, want) && !(s.Rows == 1 && slices.Equal(got, want[1:])) {
		return fmt.Errorf("tensor %q has shape %v, the network wants %v", s.Name, got, want)
	}
	data := t.Data()
	switch t.DType() {
	case safetensors.F64:
		for k := range dst {
			dst[k] = math.Float64frombits(binary.LittleEndian.Uint64(data[8*k:]))
		}
	case safetensors.F32:
		for k := range dst {
			dst[k] = float64(math.Float32frombits(binary.LittleEndian.Uint32(data[4*k:])))
		}
	default:
		return fmt.Errorf("tensor %q is of type %v; float64 and float32 can be read", s.Name, t.DType())
	}
	return nil
}
