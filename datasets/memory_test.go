package datasets

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"kindred/internal/hostile"
	"kindred/internal/unpack"
)

// What a reader makes in all is at most the stated multiple of the bytes that it reads, on files of shapes chosen to hurt.
func TestMemoryOfReaders(t *testing.T) {
	const size = 1 << 20
	distinct := func(format string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	word := func(n int) string { // n rows of as many words as there may be
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "1;%c\n", 'A'+i%26)
		}
		return "G3;w\n" + b.String()
	}
	csv := func(data []byte) error { _, err := parseStudent("f.csv", data, BothGrades); return err }
	arff := func(data []byte) error { _, err := readARFF("f.arff", data, 1); return err }
	own := func(data []byte) error { _, err := CSV{Targets: []string{"y"}}.Parse("f.csv", data); return err }
	people := func(data []byte) error { _, err := parseCensus("f.csv", data); return err }
	digit := func(data []byte) error { _, err := parseDigits("f.gz", data); return err }
	const head = "@attribute a real\n@attribute b real\n@data\n"
	for _, c := range []struct {
		name   string
		text   []byte
		packed bool
		read   func([]byte) error
	}{
		{"two columns", []byte("G3;a\n" + strings.Repeat("1;2\n", size/4)), false, csv},
		{"many columns", []byte("G3;" + distinct("%d;", mostColumns-2) + "a\n" + strings.Repeat(strings.Repeat("1;", mostColumns-1)+"1\n", size/2/mostColumns)), false, csv},
		{"26 words", []byte(word(size / 4)), false, csv},
		{"15 words", []byte(strings.NewReplacer("P", "A", "Q", "B", "R", "C", "S", "D", "T", "E", "U", "F", "V", "G", "W", "H", "X", "I", "Y", "J",
			"Z", "K").Replace(word(size / 4))), false, csv},
		{"a word a row", []byte("G3;w\n" + distinct("1;w%d\n", size/8)), false, csv},
		{"missing cells", []byte("G3;a\n" + strings.Repeat("1;?\n", size/4)), false, csv},
		{"quoted cells", []byte("G3;a\n" + strings.Repeat("1;\"\"\"\"\n", size/7)), false, csv},
		{"empty lines", append(bytes.Repeat([]byte("\n"), size), "G3;a\n1;2\n"...), false, csv},
		{"names only", []byte(distinct("%d;", size/7)), false, csv},
		{"numbers of ARFF", []byte(head + strings.Repeat("1,2\n", size/4)), false, arff},
		{"attributes", []byte(distinct("@attribute %d real\n", size/22)), false, arff},
		{"words of an attribute", []byte("@attribute a {" + distinct("%d,", mostColumns-2) + "x}\n" + head[len("@attribute a real\n"):] + strings.Repeat("x,1\n", 20)), false, arff},
		{"a cell a byte", []byte(distinct("%d,", mostColumns-2) + "y,x\n" + strings.Repeat(strings.Repeat(",", mostColumns-1)+"\n", size/mostColumns)), false, own},
		{"numbers of one's own", []byte("y,a\n" + strings.Repeat("1,2\n", size/4)), false, own},
		{"a word a row of one's own", []byte("y,w\n" + distinct(",w%d\n", size/8)), false, own},
		{"a class a row", []byte("y,w\n" + distinct("w%d,\n", size/8)), false, own},
		{"two words of one's own", []byte("y,w\n" + strings.Repeat(",a\n,b\n", size/6)), false, own},
		{"late words", []byte("y,w\n" + strings.Repeat(",\n", size/2) + "a,b\n"), false, own},
		{"people", bytes.Repeat(censusRows("38", "44"), size/1200), false, people},
		{"digits", hostile.Gzip(noise(7000)), true, digit},
	} {
		t.Run(c.name, func(t *testing.T) {
			took, made, err := hostile.Measure(func() error { return c.read(c.text) })
			n := len(c.text)
			if c.packed {
				n = int(unpack.Limit(n))
			}
			t.Logf("%d bytes: %.1f MB, %.1f a byte, in %v; %v", n, float64(made)/(1<<20), float64(made)/float64(n), took, err)
			if made > uint64(bytesPerByte*n+fewBytes) {
				t.Errorf("%d bytes of memory for %d of text, more than %d each", made, n, bytesPerByte)
			}
		})
	}
}

// noise is n rows of digits that do not pack well.
func noise(n int) (text []byte) {
	random := rand.New(rand.NewPCG(1, 1))
	for range n {
		for range 64 {
			text = append(text, '0'+byte(random.IntN(2)), ',')
		}
		text = append(text, "1\n"...)
	}
	return text
}
