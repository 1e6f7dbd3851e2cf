// Package matfile reads matrices from MATLAB 5 files: real numbers, and cells of such matrices. A file may come from a
// stranger: nothing that it states makes memory before the bytes for it were seen.
//
// The format is described in "MAT-File Format", The MathWorks, chapter 1.
package matfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/unpack"
)

// Kinds of data elements, and the class of an array that is a cell.
const (
	kindInt8       = 1
	kindUint8      = 2
	kindInt16      = 3
	kindUint16     = 4
	kindInt32      = 5
	kindUint32     = 6
	kindDouble     = 9
	kindMatrix     = 14
	kindCompressed = 15
	kindUTF8       = 16

	classCell   = 1
	classDouble = 6
	classUint32 = 13

	flagComplex = 0x08
)

var errShort = errors.New("matfile: the data end in the middle of an element; fetch the file anew")

// An Array is a variable of a file: a Matrix, or the Cells of a cell array in column order, each of which is a Matrix.
type Array struct {
	Matrix *mat.Dense
	Cells  []Array
}

// Read returns the variables of the little-endian file data by name. All that is packed may unpack to what
// [unpack.Limit] allows for the whole file; beside that it takes at most 16 bytes for each byte unpacked.
func Read(data []byte) (map[string]Array, error) {
	if len(data) < 128 || !bytes.Equal(data[124:128], []byte{0, 1, 'I', 'M'}) {
		return nil, errors.New("matfile: not a little-endian MATLAB 5 file; save it with -v7 or -v6")
	}
	left := unpack.Limit(len(data))
	variables := make(map[string]Array)
	for data = data[128:]; len(data) > 0; {
		kind, body, rest, err := element(data)
		if err != nil {
			return nil, err
		}
		data = rest
		if kind == kindCompressed {
			if kind, body, err = inflate(body, &left); err != nil {
				return nil, err
			}
		}
		if kind != kindMatrix {
			return nil, fmt.Errorf("matfile: a variable of kind %d, want a matrix", kind)
		}
		name, array, err := variable(body)
		if err != nil {
			return nil, err
		}
		if _, twice := variables[name]; twice {
			return nil, fmt.Errorf("matfile: two variables are called %s; save each once", unpack.Clip(name))
		}
		variables[name] = array
	}
	return variables, nil
}

// inflate returns the element that body unpacks to, and takes what it needs from the bytes left.
func inflate(body []byte, left *int64) (kind uint32, inner []byte, err error) {
	plain, err := unpack.Zlib(body)
	if err != nil {
		return 0, nil, fmt.Errorf("matfile: %w", err)
	}
	if *left -= int64(len(plain)); *left < 0 {
		return 0, nil, errors.New("matfile: the variables unpack to more than a file of this size may hold")
	}
	kind, inner, rest, err := element(plain)
	if err == nil && len(rest) > 0 {
		err = fmt.Errorf("matfile: %d bytes follow a packed variable", len(rest))
	}
	return kind, inner, err
}

// element splits the first element off data. A short element keeps its length in the upper half of the kind and its
// body in four bytes; the body of a long one is padded to eight bytes unless it is compressed.
func element(data []byte) (kind uint32, body, rest []byte, err error) {
	if len(data) < 8 {
		return 0, nil, nil, errShort
	}
	kind = binary.LittleEndian.Uint32(data)
	if length := int(kind >> 16); length != 0 {
		if length > 4 {
			return 0, nil, nil, fmt.Errorf("matfile: a short element of %d bytes", length)
		}
		return kind & 0xffff, data[4 : 4+length], data[8:], nil
	}
	length := int64(binary.LittleEndian.Uint32(data[4:]))
	data = data[8:]
	padded := length
	if kind != kindCompressed {
		padded = (length + 7) / 8 * 8
	}
	if int64(len(data)) < length {
		return 0, nil, nil, errShort
	}
	return kind, data[:length], data[min(padded, int64(len(data))):], nil
}

// A header is what an array says of itself.
type header struct {
	name       string
	class      byte
	rows, cols int
}

// heading reads the first parts of an array: flags, dimensions and name.
func heading(body []byte) (h header, rest []byte, err error) {
	var kinds [3]uint32
	var parts [3][]byte
	for i := range parts {
		if kinds[i], parts[i], body, err = element(body); err != nil {
			return h, nil, err
		}
	}
	if kinds[0] != kindUint32 || kinds[1] != kindInt32 || kinds[2] != kindInt8 && kinds[2] != kindUTF8 ||
		len(parts[0]) != 8 || len(parts[1]) != 8 {
		return h, nil, errors.New("matfile: an array that has not flags, two dimensions and a name")
	}
	rows, cols := int32(binary.LittleEndian.Uint32(parts[1])), int32(binary.LittleEndian.Uint32(parts[1][4:]))
	h = header{string(parts[2]), parts[0][0], int(rows), int(cols)}
	if rows <= 0 || cols <= 0 || rows > math.MaxInt32/8/cols {
		return h, nil, fmt.Errorf("matfile: %s is %d × %d, want at least 1 × 1", unpack.Clip(h.name), rows, cols)
	}
	if parts[0][1]&flagComplex != 0 {
		return h, nil, fmt.Errorf("matfile: %s has complex numbers, want real ones", unpack.Clip(h.name))
	}
	return h, body, nil
}

// variable reads an array: a matrix, or the matrices of a cell array. Cells of cells are refused, so that nothing nests.
func variable(body []byte) (name string, array Array, err error) {
	h, body, err := heading(body)
	if err != nil {
		return "", Array{}, err
	}
	if h.class != classCell {
		array.Matrix, err = matrix(h, body)
		return h.name, array, err
	}
	for k := range h.rows * h.cols { // each takes bytes, so that a number that is not true ends soon
		kind, inner, rest, err := element(body)
		if err != nil {
			return "", Array{}, err
		}
		body = rest
		if kind != kindMatrix {
			return "", Array{}, fmt.Errorf("matfile: a cell of %s is of kind %d, want a matrix", unpack.Clip(h.name), kind)
		}
		of, inner, err := heading(inner)
		if err != nil {
			return "", Array{}, err
		}
		of.name = fmt.Sprintf("%.60s{%d}", h.name, k+1) // as MATLAB writes it
		m, err := matrix(of, inner)
		if err != nil {
			return "", Array{}, err
		}
		array.Cells = append(array.Cells, Array{Matrix: m})
	}
	if len(body) > 0 {
		return "", Array{}, fmt.Errorf("matfile: %d bytes follow the cells of %s", len(body), unpack.Clip(h.name))
	}
	return h.name, array, nil
}

// matrix reads the numbers that follow a heading.
func matrix(h header, body []byte) (*mat.Dense, error) {
	if h.class < classDouble || h.class > classUint32 {
		return nil, fmt.Errorf("matfile: %s is of class %d, want real numbers, or cells of them", unpack.Clip(h.name), h.class)
	}
	kind, numbers, rest, err := element(body)
	if err != nil {
		return nil, err
	}
	if len(rest) > 0 {
		return nil, fmt.Errorf("matfile: %d bytes follow the numbers of %s", len(rest), unpack.Clip(h.name))
	}
	return dense(kind, numbers, h.rows, h.cols)
}

// dense turns numbers in column order, stored as any kind, into a matrix. There is memory for it once the bytes are there.
func dense(kind uint32, data []byte, rows, cols int) (*mat.Dense, error) {
	size, number := decoder(kind)
	if size == 0 || len(data) != size*rows*cols {
		return nil, fmt.Errorf("matfile: %d bytes of kind %d for %d × %d numbers", len(data), kind, rows, cols)
	}
	m := mat.NewDense(rows, cols, nil)
	for j := range cols {
		for i := range rows {
			m.Set(i, j, number(data[(j*rows+i)*size:]))
		}
	}
	return m, nil
}

// decoder returns how many bytes a number of the kind takes and how to read it; 0 for a kind not known.
func decoder(kind uint32) (size int, number func(b []byte) float64) {
	order := binary.LittleEndian
	switch kind {
	case kindInt8:
		return 1, func(b []byte) float64 { return float64(int8(b[0])) }
	case kindUint8:
		return 1, func(b []byte) float64 { return float64(b[0]) }
	case kindInt16:
		return 2, func(b []byte) float64 { return float64(int16(order.Uint16(b))) }
	case kindUint16:
		return 2, func(b []byte) float64 { return float64(order.Uint16(b)) }
	case kindInt32:
		return 4, func(b []byte) float64 { return float64(int32(order.Uint32(b))) }
	case kindUint32:
		return 4, func(b []byte) float64 { return float64(order.Uint32(b)) }
	case kindDouble:
		return 8, func(b []byte) float64 { return math.Float64frombits(order.Uint64(b)) }
	}
	return 0, nil
}
