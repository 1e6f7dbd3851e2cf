package matfile

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/hostile"
	"kindred/internal/unpack"
)

func file() []byte {
	doubles := binary.LittleEndian.AppendUint64(nil, math.Float64bits(0.1))
	doubles = binary.LittleEndian.AppendUint64(doubles, math.Float64bits(-2))
	return hostile.MAT(
		hostile.MATPacked(hostile.MATArray(classCell, 1, 2, "C",
			hostile.MATArray(9, 2, 3, "", hostile.MATLong(kindUint8, []byte{1, 2, 3, 4, 5, 255})),
			hostile.MATArray(classDouble, 1, 1, "", hostile.MATShort(kindInt16, []byte{0xfe, 0xff})))),
		hostile.MATArray(classDouble, 1, 2, "d", hostile.MATLong(kindDouble, doubles)),
	)
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

// A file that ends early is an error.
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
}

// Files that must be refused within hostile.Time and hostile.Memory.
func TestHostileFiles(t *testing.T) {
	one := hostile.MATBytes(1, 1, 7)
	d := func(parts ...[]byte) []byte { return hostile.MATArray(classDouble, 1, 1, "d", parts...) }
	number := hostile.MATShort(kindUint8, []byte{7})
	complexFlag := d(number)
	complexFlag[8+8+1] = flagComplex
	for _, c := range []struct {
		name  string
		data  []byte
		words string
	}{
		{"a million cells in each other", hostile.MAT(hostile.MATNested(1_000_000)), "is of class 1, want real numbers"},
		{"the same, packed", hostile.MAT(hostile.MATPacked(hostile.MATNested(400_000))), "is of class 1, want real numbers"},
		{"cells of cells", hostile.MAT(hostile.MATArray(classCell, 1, 1, "X", hostile.MATArray(classCell, 1, 1, "", one))),
			"is of class 1, want real numbers"},
		{"a packed variable of 64 MB", hostile.MAT(hostile.MATPacked(make([]byte, 64<<20))), "bytes unpack to more than"},
		{"many packed variables", hostile.MAT(many(500)), "unpack to more than a file of this size may hold"},
		{"2 billion numbers", hostile.MAT(hostile.MATArray(classDouble, 1<<16, 1<<15-1, "d", number)), "is 65536 × 32767"},
		{"268 million numbers", hostile.MAT(hostile.MATArray(classDouble, 1<<14, 1<<14-1, "d", number)), "1 bytes of kind 2 for"},
		{"268 million cells", hostile.MAT(hostile.MATArray(classCell, 1<<14, 1<<14-1, "X", one)), "end in the middle"},
		{"−1 rows", hostile.MAT(hostile.MATArray(classDouble, math.MaxUint32, 1, "d", number)), "is -1 × 1"},
		{"no rows", hostile.MAT(hostile.MATArray(classDouble, 0, 1, "d", number)), "is 0 × 1"},
		{"an element of 4 GB", hostile.MAT([]byte{kindMatrix, 0, 0, 0, 0xff, 0xff, 0xff, 0xff}), "end in the middle"},
		{"a name twice", hostile.MAT(d(number), d(number)), `two variables are called "d"`},
		{"complex numbers", hostile.MAT(complexFlag), `"d" has complex numbers`},
		{"numbers left over", hostile.MAT(d(number, number)), `8 bytes follow the numbers of "d"`},
		{"cells left over", hostile.MAT(hostile.MATArray(classCell, 1, 1, "X", one, one)), `bytes follow the cells of "X"`},
		{"packed bytes left over", hostile.MAT(hostile.MATPacked(append(d(number), one...))), "bytes follow a packed variable"},
		{"a long name", hostile.MAT(longName(5 << 20)), `is of class 1, want real numbers`},
		{"a cell that is a number", hostile.MAT(hostile.MATArray(classCell, 1, 1, "X", number)), `a cell of "X" is of kind 2`},
		{"text", []byte("MATLAB 7.3"), "not a little-endian MATLAB 5 file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			hostile.Refused(t, len(c.data), c.words, func() error { _, err := Read(c.data); return err })
		})
	}
}

// many is n packed variables that unpack to 60 KB each, below the limit of each alone.
func many(n int) (out []byte) {
	for i := range n {
		name := string(rune('a'+i%26)) + string(rune('a'+i/26))
		out = append(out, hostile.MATPacked(hostile.MATArray(classDouble, 1, 60_000, name,
			hostile.MATLong(kindUint8, make([]byte, 60_000))))...)
	}
	return out
}

// longName is a cell array in a cell array that has a name of n bytes.
func longName(n int) []byte {
	inner := bytes.Join([][]byte{hostile.MATLong(kindUint32, []byte{classCell, 0, 0, 0, 0, 0, 0, 0}),
		hostile.MATLong(kindInt32, []byte{1, 0, 0, 0, 1, 0, 0, 0}), hostile.MATLong(kindInt8, make([]byte, n))}, nil)
	return hostile.MATArray(classCell, 1, 1, "X", hostile.MATLong(kindMatrix, inner))
}

// bytesPerByte bounds the memory for a byte unpacked: a number of one byte becomes one of eight, a cell of no numbers to
// speak of a matrix.
const bytesPerByte = 16

func TestMemoryOfReader(t *testing.T) {
	cells := make([][]byte, 20_000)
	for i := range cells {
		cells[i] = hostile.MATArray(classDouble, 1, 1, "", hostile.MATShort(kindUint8, []byte{1}))
	}
	for name, data := range map[string][]byte{
		"bytes": hostile.MAT(hostile.MATBytes(1000, 1000, make([]byte, 1_000_000)...)),
		"cells": hostile.MAT(hostile.MATArray(classCell, 1, uint32(len(cells)), "X", cells...)),
	} {
		took, made, err := hostile.Measure(func() error { _, err := Read(data); return err })
		t.Logf("%s: %d bytes: %.1f MB, %.1f a byte, in %v; %v", name, len(data), float64(made)/(1<<20),
			float64(made)/float64(len(data)), took, err)
		if err != nil || made > uint64(bytesPerByte*len(data)) {
			t.Errorf("%s: %d bytes of memory for %d, more than %d each; %v", name, made, len(data), bytesPerByte, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(file())
	f.Add(hostile.MAT(hostile.MATNested(3)))
	f.Add(hostile.MAT(hostile.MATArray(classCell, 1, 2, "C", hostile.MATBytes(1, 1, 1), hostile.MATBytes(2, 1, 1, 2))))
	f.Add(hostile.MAT(hostile.MATArray(classDouble, 1<<14, 1<<14, "d", hostile.MATShort(kindUint8, []byte{7}))))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		variables, err := Read(data)
		if err != nil {
			return
		}
		numbers := 0
		count := func(m *mat.Dense) {
			if m == nil || m.IsEmpty() {
				t.Fatal("a matrix that is nil or empty")
			}
			rows, cols := m.Dims()
			numbers += rows * cols
		}
		for name, v := range variables {
			if (v.Matrix == nil) == (v.Cells == nil) {
				t.Fatalf("%q is a matrix and cells, or neither", name)
			}
			if v.Matrix != nil {
				count(v.Matrix)
			}
			for _, c := range v.Cells {
				if c.Cells != nil {
					t.Fatalf("%q has cells of cells", name)
				}
				count(c.Matrix)
			}
		}
		if int64(numbers) > int64(len(data))+unpack.Limit(len(data)) {
			t.Fatalf("%d numbers of %d bytes", numbers, len(data))
		}
	})
}
