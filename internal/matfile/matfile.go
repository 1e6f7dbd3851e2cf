// Package matfile reads matrices from MATLAB 5 files: real numbers, and cells of such matrices.
//
// The format is described in "MAT-File Format", The MathWorks, chapter 1.
package matfile

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"gonum.org/v1/gonum/mat"
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

	classCell   = 1
	classDouble = 6
	classUint32 = 13
)

var errShort = errors.New("matfile: the data end in the middle of an element")

// An Array is a variable of a file: a Matrix, or the Cells of a cell array in column order.
type Array struct {
	Matrix *mat.Dense
	Cells  []Array
}

// Read returns the variables of the little-endian file data by name.
func Read(data []byte) (map[string]Array, error) {
	if len(data) < 128 || !bytes.Equal(data[124:128], []byte{0, 1, 'I', 'M'}) {
		return nil, errors.New("matfile: not a little-endian MATLAB 5 file")
	}
	variables := make(map[string]Array)
	for data = data[128:]; len(data) > 0; {
		kind, body, rest, err := element(data)
		if err != nil {
			return nil, err
		}
		data = rest
		if kind == kindCompressed {
			if kind, body, err = inflate(body); err != nil {
				return nil, err
			}
		}
		if kind != kindMatrix {
			return nil, fmt.Errorf("matfile: a variable of kind %d, want a matrix", kind)
		}
		name, array, err := matrix(body)
		if err != nil {
			return nil, err
		}
		variables[name] = array
	}
	return variables, nil
}

func inflate(body []byte) (kind uint32, inner []byte, err error) {
	reader, err := zlib.NewReader(bytes.NewReader(body))
	if err != nil {
		return 0, nil, fmt.Errorf("matfile: %w", err)
	}
	plain, err := io.ReadAll(reader)
	if err != nil {
		return 0, nil, fmt.Errorf("matfile: %w", err)
	}
	kind, inner, _, err = element(plain)
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

// matrix reads the parts of a matrix: flags, dimensions, name, and its numbers or cells.
func matrix(body []byte) (name string, array Array, err error) {
	var parts [3][]byte
	for i := range parts {
		if _, parts[i], body, err = element(body); err != nil {
			return "", Array{}, err
		}
	}
	if len(parts[0]) != 8 || len(parts[1]) != 8 {
		return "", Array{}, errors.New("matfile: an array that has not two dimensions")
	}
	class := parts[0][0]
	rows := int(int32(binary.LittleEndian.Uint32(parts[1])))
	cols := int(int32(binary.LittleEndian.Uint32(parts[1][4:])))
	name = string(parts[2])
	switch {
	case rows <= 0 || cols <= 0 || rows > math.MaxInt32/cols:
		return name, Array{}, fmt.Errorf("matfile: %q is %d × %d", name, rows, cols)
	case class == classCell:
		for range rows * cols {
			var inner []byte
			if _, inner, body, err = element(body); err != nil {
				return name, Array{}, err
			}
			_, cell, err := matrix(inner)
			if err != nil {
				return name, Array{}, err
			}
			array.Cells = append(array.Cells, cell)
		}
		return name, array, nil
	case classDouble <= class && class <= classUint32:
		kind, numbers, _, err := element(body)
		if err != nil {
			return name, Array{}, err
		}
		array.Matrix, err = dense(kind, numbers, rows, cols)
		return name, array, err
	}
	return name, Array{}, fmt.Errorf("matfile: %q is of class %d, want real numbers or cells", name, class)
}

// dense turns numbers in column order, stored as any kind, into a matrix.
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
