// Package tensors reads and writes named matrices, and texts about them, as safetensors files. A file of ours has its
// checksum among the texts; one from elsewhere need not.
package tensors

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/nlpodyssey/safetensors"

	"kindred/internal/durable"
)

// A Matrix is one of a file.
type Matrix struct {
	Name       string
	Rows, Cols int
	Data       []float64 // by rows
}

// A File is what a file holds. Matrices are in the order of their bytes.
type File struct {
	Matrices []Matrix
	Texts    map[string]string
}

// Find returns the matrix of a name.
func (f File) Find(name string) (Matrix, bool) {
	k := slices.IndexFunc(f.Matrices, func(m Matrix) bool { return m.Name == name })
	if k < 0 {
		return Matrix{}, false
	}
	return f.Matrices[k], true
}

// Names returns the names of the matrices.
func (f File) Names() []string {
	var names []string
	for _, m := range f.Matrices {
		names = append(names, m.Name)
	}
	return names
}

const (
	// checksum is the name of the text that holds the checksum of the file.
	checksum = "sha256"
	// longest is the most bytes of a header that are read, some ten thousand matrices: its parts take some twenty times as
	// much memory.
	longest = 1 << 20
)

// Write replaces the file at path by one of ours, float64 numbers with their checksum. It is there whole or not at all.
func Write(path string, f File) error {
	data, err := f.encode()
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return durable.Replace(path, data)
}

func (f File) encode() ([]byte, error) {
	views := map[string]safetensors.TensorView{}
	for _, m := range f.Matrices {
		data := make([]byte, 0, 8*len(m.Data))
		for _, v := range m.Data {
			data = binary.LittleEndian.AppendUint64(data, math.Float64bits(v))
		}
		view, err := safetensors.NewTensorView(safetensors.F64, []uint64{uint64(m.Rows), uint64(m.Cols)}, data)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name, err)
		}
		if _, there := views[m.Name]; there {
			return nil, fmt.Errorf("two matrices are called %q", m.Name)
		}
		views[m.Name] = view
	}
	texts := maps.Clone(f.Texts)
	if texts == nil {
		texts = map[string]string{}
	}
	texts[checksum] = durable.Unstamped
	data, err := safetensors.Serialize(views, texts)
	if err != nil {
		return nil, err
	}
	return data, durable.Stamp(data)
}

// Read reads a file that [Write] wrote. It is an error that wraps [durable.ErrRefused] if that is damaged, or has no
// checksum.
func Read(path string) (File, error) {
	return read(path, true)
}

// ReadForeign reads a file from elsewhere: float64 and float32 tensors of up to two dimensions; one of one dimension is
// taken as a row.
func ReadForeign(path string) (File, error) {
	return read(path, false)
}

// ReadAny reads a file of ours as [Read] does, and one without a checksum as [ReadForeign].
func ReadAny(path string) (File, error) {
	f, err := ReadForeign(path)
	if _, stamped := f.Texts[checksum]; stamped {
		return Read(path)
	}
	return f, err
}

func read(path string, ours bool) (File, error) {
	data, err := durable.ReadFile(path)
	if err != nil {
		return File{}, err
	}
	f, err := decode(data, ours)
	if err != nil {
		return File{}, fmt.Errorf("%s: %w", path, err)
	}
	return f, nil
}

func decode(data []byte, ours bool) (File, error) {
	if len(data) < 8 {
		return File{}, fmt.Errorf("%w: it is no safetensors file: it has %d bytes", durable.ErrRefused, len(data))
	}
	if n := binary.LittleEndian.Uint64(data); n > longest {
		return File{}, fmt.Errorf("%w: it is no safetensors file, or one with a header of %d bytes; up to %d are read",
			durable.ErrRefused, n, longest)
	} else if n > uint64(len(data)-8) || !plain(data[8:8+n]) {
		return File{}, fmt.Errorf("%w: it is no safetensors file, or a damaged one", durable.ErrRefused)
	}
	header, metadata, err := safetensors.ReadMetadata(data)
	if err != nil {
		return File{}, fmt.Errorf("%w: it is no safetensors file, or a damaged one: %.200v", durable.ErrRefused, err)
	}
	f := File{Texts: metadata.Metadata()}
	if ours {
		if err := durable.CheckStamp(data); err != nil {
			return File{}, err
		}
		f.Texts = maps.Clone(f.Texts)
		delete(f.Texts, checksum)
	}
	infos := metadata.Tensors()
	names := slices.SortedFunc(maps.Keys(infos), func(a, b string) int {
		return cmp.Or(cmp.Compare(infos[a].DataOffsets[0], infos[b].DataOffsets[0]), strings.Compare(a, b))
	})
	numbers := data[8+header:]
	for _, name := range names {
		info := infos[name]
		m, err := matrix(name, info, numbers[info.DataOffsets[0]:info.DataOffsets[1]])
		if err != nil {
			return File{}, fmt.Errorf("%w: tensor %q %w", durable.ErrRefused, name, err)
		}
		f.Matrices = append(f.Matrices, m)
	}
	return f, nil
}

// plain reports whether JSON is no deeper than a header is, and has no long lists, which take a lot of memory.
func plain(header []byte) bool {
	const deepest, most = 3, 16
	items := make([]int, 0, deepest) // counted at each depth, from far below zero in an object
	for dec := json.NewDecoder(bytes.NewReader(header)); ; {
		token, err := dec.Token()
		switch {
		case err == io.EOF:
			return true
		case err != nil:
			return false
		}
		switch token {
		case json.Delim('}'), json.Delim(']'):
			items = items[:len(items)-1]
			continue
		}
		if n := len(items); n > 0 {
			if items[n-1]++; items[n-1] > most {
				return false
			}
		}
		switch token {
		case json.Delim('{'):
			items = append(items, math.MinInt)
		case json.Delim('['):
			items = append(items, 0)
		}
		if len(items) > deepest {
			return false
		}
	}
}

// matrix returns a tensor as a matrix of float64.
func matrix(name string, info *safetensors.TensorInfo, bytes []byte) (Matrix, error) {
	shape := info.Shape
	if len(shape) > 2 {
		return Matrix{}, fmt.Errorf("has shape %v; up to two dimensions can be read", shape)
	}
	ones := []uint64{1, 1}
	shape = slices.Concat(ones[len(shape):], shape)
	m := Matrix{Name: name, Rows: int(shape[0]), Cols: int(shape[1])}
	switch info.DType {
	case safetensors.F64:
		m.Data = make([]float64, len(bytes)/8)
		for k := range m.Data {
			m.Data[k] = math.Float64frombits(binary.LittleEndian.Uint64(bytes[8*k:]))
		}
	case safetensors.F32:
		m.Data = make([]float64, len(bytes)/4)
		for k := range m.Data {
			m.Data[k] = float64(math.Float32frombits(binary.LittleEndian.Uint32(bytes[4*k:])))
		}
	default:
		return Matrix{}, fmt.Errorf("is of type %v; float64 and float32 can be read", info.DType)
	}
	if m.Rows < 1 || m.Cols < 1 || m.Rows*m.Cols != len(m.Data) {
		return Matrix{}, fmt.Errorf("has shape %v", shape)
	}
	if k := slices.IndexFunc(m.Data, func(v float64) bool { return v-v != 0 }); k >= 0 {
		return Matrix{}, fmt.Errorf("has %v in row %d, column %d; numbers must be finite", m.Data[k], k/m.Cols, k%m.Cols)
	}
	return m, nil
}
