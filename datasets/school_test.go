package datasets

import (
	"encoding/binary"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/hostile"
	"kindred/internal/unpack"
)

// schools is a MATLAB file with cells X and Y.
func schools(x, y [][]byte) []byte {
	return hostile.MAT(hostile.MATPacked(cellsOf("X", x)), hostile.MATPacked(cellsOf("Y", y)))
}

func cellsOf(name string, cells [][]byte) []byte {
	return hostile.MATArray(hostile.ClassCell, 1, uint32(len(cells)), name, cells...)
}

func TestParseSchool(t *testing.T) {
	table, err := parseSchool("f.mat", schools(
		[][]byte{hostile.MATBytes(2, 3, 1, 2, 3, 4, 5, 6), hostile.MATBytes(1, 3, 7, 8, 9)},
		[][]byte{hostile.MATBytes(2, 1, 10, 20), hostile.MATBytes(1, 1, 70)}))
	if err != nil {
		t.Fatal(err)
	}
	sound(t, table, 1000, false)
	equal(t, "inputs", flat(table.X), []float64{1, 3, 5, 2, 4, 6, 7, 8, 9})
	equal(t, "scores", flat(table.Y), []float64{10, 20, 70})
	if !slices.Equal(table.Groups, []int{1, 1, 2}) {
		t.Errorf("schools %v", table.Groups)
	}
}

func TestHostileSchools(t *testing.T) {
	x, y := hostile.MATBytes(2, 1, 3, 4), hostile.MATBytes(2, 1, 10, 20)
	double := func(v float64) []byte {
		bits := binary.LittleEndian.AppendUint64(nil, math.Float64bits(v))
		return hostile.MATArray(hostile.ClassDouble, 1, 1, "", hostile.MATLong(hostile.MATDouble, bits))
	}
	nested := hostile.MATArray(hostile.ClassCell, 1, 1, "", x)
	one := func(m []byte) [][]byte { return [][]byte{m} }
	for _, c := range []struct {
		name, words string
		data        []byte
	}{
		{"no variables", "inputs of 0 schools in X", hostile.MAT()},
		{"a matrix for cells", "inputs of 0 schools in X", hostile.MAT(hostile.MATArray(hostile.ClassDouble, 1, 1, "X",
			hostile.MATShort(hostile.MATUint8, []byte{1})))},
		{"another number of schools", "inputs of 2 schools in X, scores of 1", schools([][]byte{x, x}, one(y))},
		{"another number of pupils", "school 1 has inputs 2 × 1, scores 1 × 1", schools(one(x), one(double(5)))},
		{"another number of inputs", "school 2 has inputs 1 × 2", schools([][]byte{x, hostile.MATBytes(1, 2, 1, 1)},
			[][]byte{y, double(5)})},
		{"cells of cells", "is of class 1", schools(one(nested), one(y))},
		{"an input that is no number", "input 1 of pupil 1 is NaN", schools(one(double(math.NaN())), one(double(5)))},
		{"an input without end", "input 1 of pupil 1 is -Inf", schools(one(double(math.Inf(-1))), one(double(5)))},
		{"the score NaN", "the score of pupil 1 is NaN", schools(one(double(1)), one(double(math.NaN())))},
		{"the score 71", "the score of pupil 2 is 71, want 1 to 70", schools(one(x), one(hostile.MATBytes(2, 1, 70, 71)))},
		{"4,097 inputs", "4097 inputs, want at most 4096", schools(one(hostile.MATBytes(1, 4097, make([]byte, 4097)...)), one(double(5)))},
		{"a bomb", "bytes unpack to more than", hostile.MAT(hostile.MATPacked(make([]byte, 32<<20)))},
	} {
		t.Run(c.name, func(t *testing.T) {
			hostile.Refused(t, len(c.data), c.words, func() error { _, err := parseSchool("f.mat", c.data); return err })
		})
	}
}

// FuzzParseSchool reads bytes as a file, and as the cells X and Y of one, packed.
func FuzzParseSchool(f *testing.F) {
	x, y := hostile.MATBytes(2, 1, 3, 4), hostile.MATBytes(2, 1, 10, 20)
	f.Add(cellsOf("X", [][]byte{x, x}), cellsOf("Y", [][]byte{y, y}))
	f.Add(cellsOf("X", [][]byte{x}), cellsOf("Y", [][]byte{x, y}))
	f.Add(cellsOf("X", [][]byte{hostile.MATArray(hostile.ClassCell, 1, 1, "", x)}), cellsOf("Y", [][]byte{y}))
	f.Fuzz(func(t *testing.T, x, y []byte) {
		if len(x)+len(y) > longest {
			return
		}
		data := hostile.MAT(hostile.MATPacked(x), hostile.MATPacked(y))
		table, err := parseSchool("f.mat", data)
		if err != nil {
			return
		}
		sound(t, table, int(unpack.Limit(len(data))), false)
		if least, most := mat.Min(table.Y), mat.Max(table.Y); least < 1 || most > 70 {
			t.Fatalf("scores from %v to %v", least, most)
		}
		if !slices.IsSorted(table.Groups) || table.Groups[0] != 1 {
			t.Fatalf("schools %v", table.Groups)
		}
	})
}

// A school's file takes memory for the numbers in it alone: of each byte unpacked one of eight bytes, twice.
func TestMemoryOfSchools(t *testing.T) {
	const pupils = 100_000
	scores := slices.Repeat([]byte{35}, pupils)
	data := hostile.MAT(cellsOf("X", [][]byte{hostile.MATBytes(pupils, 2, slices.Repeat(scores, 2)...)}),
		cellsOf("Y", [][]byte{hostile.MATBytes(pupils, 1, scores...)}))
	took, made, err := hostile.Measure(func() error { _, err := parseSchool("f.mat", data); return err })
	t.Logf("%d bytes: %.1f MB in %v", len(data), float64(made)/(1<<20), took)
	if err != nil || made > uint64(32*len(data)) {
		t.Errorf("%d bytes of memory for %d, more than 32 each; %v", made, len(data), err)
	}
}
