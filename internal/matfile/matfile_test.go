package matfile

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// long writes an element with its length beside its kind, padded to eight bytes.
func long(kind uint32, body []byte) []byte {
	out := binary.LittleEndian.AppendUint32(nil, kind)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(body)))
	out = append(out, body...)
	return append(out, make([]byte, (8-len(body)%8)%8)...)
}

// short writes an element of up to four bytes in eight.
func short(kind uint32, body []byte) []byte {
	out := binary.LittleEndian.AppendUint32(nil, uint32(len(body))<<16|kind)
	return append(append(out, body...), make([]byte, 4-len(body))...)
}

func array(class byte, rows, cols uint32, name string, parts ...[]byte) []byte {
	dims := binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, rows), cols)
	body := bytes.Join([][]byte{long(kindUint32, []byte{class, 0, 0, 0, 0, 0, 0, 0}), long(kindInt32, dims),
		short(kindInt8, []byte(name)), bytes.Join(parts, nil)}, nil)
	return long(kindMatrix, body)
}

func compressed(element []byte) []byte {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	w.Write(element)
	w.Close()
	out := binary.LittleEndian.AppendUint32(nil, kindCompressed)
	out = binary.LittleEndian.AppendUint32(out, uint32(packed.Len()))
	return append(out, packed.Bytes()...) // not padded
}

func file() []byte {
	header := append(make([]byte, 124), 0, 1, 'I', 'M')
	doubles := binary.LittleEndian.AppendUint64(nil, math.Float64bits(0.1))
	doubles = binary.LittleEndian.AppendUint64(doubles, math.Float64bits(-2))
	return bytes.Join([][]byte{header,
		compressed(array(classCell, 1, 2, "C",
			array(9, 2, 3, "", long(kindUint8, []byte{1, 2, 3, 4, 5, 255})),
			array(classDouble, 1, 1, "", short(kindInt16, []byte{0xfe, 0xff})))),
		array(classDouble, 1, 2, "d", long(kindDouble, doubles)),
	}, nil)
}

func TestRead(t *testing.T) {
	got, err := Read(file())
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ got, want *mat.Dense }{
		"bytes in column order": {got["C"].Cells[0].Matrix, mat.NewDense(2, 3, []float64{1, 3, 5, 2, 4, 255})},
		"a short integer":       {got["C"].Cells[1].Matrix, mat.NewDense(1, 1, []float64{-2})},
		"doubles":               {got["d"].Matrix, mat.NewDense(1, 2, []float64{0.1, -2})},
	} {
		if !mat.Equal(c.got, c.want) {
			t.Errorf("%s: %v, want %v", name, mat.Formatted(c.got), mat.Formatted(c.want))
		}
	}
}

// A file that ends early, or whose bytes are wrong, is an error and not a panic.
func TestReadDamaged(t *testing.T) {
	whole := file()
	first := 128 + 8 + int(binary.LittleEndian.Uint32(whole[132:])) // where the second variable begins
	for n := range whole {
		if n == 128 || n == first {
			continue // whole variables only
		}
		if _, err := Read(whole[:n]); err == nil {
			t.Errorf("no error for the first %d of %d bytes", n, len(whole))
		}
	}
	for i := range whole {
		for _, flip := range []byte{0xff, 0x80, 0x01} {
			damaged := bytes.Clone(whole)
			damaged[i] ^= flip
			Read(damaged) // may be right or an error
		}
	}
}
