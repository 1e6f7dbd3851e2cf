package datasets

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/hostile"
	"kindred/internal/unpack"
)

// sound fails the test unless a table read from size bytes of text is whole: names of all columns and none twice, as many
// rows everywhere, no number infinite, none missing where labels have none, and no more numbers than a text of this size
// may become.
func sound(t *testing.T, table *Table, size int, missing bool) {
	t.Helper()
	table.check("Len")
	for _, side := range []struct {
		m     *mat.Dense
		names []string
	}{{table.X, table.Inputs}, {table.Y, table.Targets}} {
		rows, cols := side.m.Dims()
		if len(side.names) != cols {
			t.Fatalf("%d names of %d columns", len(side.names), cols)
		}
		if name, ok := twice(side.names); ok || slices.Contains(side.names, "") {
			t.Fatalf("a column without a name, or twice %q", name)
		}
		if rows*cols > numbersPerByte*size+fewNumbers {
			t.Fatalf("%d × %d numbers of %d bytes", rows, cols, size)
		}
		for _, v := range flat(side.m) {
			if math.IsInf(v, 0) || math.IsNaN(v) && !missing {
				t.Fatalf("a table with %v", v)
			}
		}
	}
}

// within fails the test unless the labels of a target are whole numbers from least to most.
func within(t *testing.T, table *Table, target string, least, most float64) {
	t.Helper()
	for _, v := range table.Target(target) {
		if v != math.Trunc(v) || v < least || v > most {
			t.Fatalf("%s is %v, want %v to %v", target, v, least, most)
		}
	}
}

// longest bounds what is tried: beyond it time is spent on length and not on form.
const longest = 1 << 14

func FuzzReadCSV(f *testing.F) {
	f.Add([]byte("a,b,word\n1,2.5,x\n?,-3e-2,y\n7,0,z\n"), byte(','))
	f.Add([]byte("\"a b\";k\n\"5\";yes\n6;no\n"), byte(';'))
	f.Add([]byte("a,a\n1,2\n"), byte(','))
	f.Add([]byte("a\nNaN\n1e999\n"), byte(','))
	f.Add([]byte("a\n?\n?\nx\n"), byte(','))
	f.Fuzz(func(t *testing.T, data []byte, comma byte) {
		if len(data) > longest {
			return
		}
		if comma != ',' && comma != '\t' {
			comma = ';'
		}
		s, err := readCSV("f.csv", data, comma, nil)
		if err != nil {
			return
		}
		x, names, err := s.matrix(s.columns)
		if err != nil {
			return
		}
		sound(t, &Table{Inputs: names, X: x, Targets: names, Y: x}, len(data), true)
		// What is read of numbers is read again when written.
		if slices.ContainsFunc(s.columns, func(c *field) bool { return c.words != nil }) {
			return
		}
		text := ""
		for i := range s.rows {
			for j, v := range x.RawRowView(i) {
				cell := fmt.Sprint(v)
				if math.IsNaN(v) {
					cell = "?"
				}
				text += cell + map[bool]string{false: ",", true: "\n"}[j == len(names)-1]
			}
		}
		again, err := readCSV("again.csv", []byte(text), ',', names)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		y, _, err := again.matrix(again.columns)
		if err != nil || !slices.EqualFunc(flat(x), flat(y), func(a, b float64) bool {
			return math.Float64bits(a) == math.Float64bits(b)
		}) {
			t.Fatalf("%q: %v, then %v (%v)", text, flat(x), y, err)
		}
	})
}

// FuzzParseTables reads the same text as each set that is a table.
func FuzzParseTables(f *testing.F) {
	f.Add(shipped("student-mat.csv")[:1500])
	f.Add([]byte("school;age;G1;G2;G3\nGP;18;5;6;6\nMS;17;10;11;20\n"))
	f.Add([]byte("acid;quality\n7.4;5\n6;10\n"))
	f.Add([]byte("subject#,age,motor_UPDRS,total_UPDRS\n1,72,28.1,34.3\n42,60,5,7\n"))
	f.Add([]byte("G3\n21\n"))
	f.Add([]byte("quality\n5\n"))
	f.Add([]byte("subject#,motor_UPDRS,total_UPDRS\n0,1,1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > longest {
			return
		}
		for known := NoGrades; known <= BothGrades; known++ {
			if table, err := parseStudent("f.csv", data, known); err == nil {
				sound(t, table, len(data), true)
				within(t, table, "G3", 0, 20)
				within(t, table, "level", 0, 4)
				within(t, table, "pass", 0, 1)
			}
		}
		if table, err := parseWine("f.csv", data, 1); err == nil {
			sound(t, table, len(data), true)
			within(t, table, "quality", 0, 10)
			if both, err := bothWines(table, table); err != nil || both.Len() != 2*table.Len() {
				t.Fatalf("twice the same wines: %v", err)
			}
		}
		if table, err := parseParkinsons("f.csv", data); err == nil {
			sound(t, table, len(data), true)
			if least, most := slices.Min(table.Groups), slices.Max(table.Groups); least < 1 || most > 42 {
				t.Fatalf("people %d to %d", least, most)
			}
		}
	})
}

func FuzzReadARFF(f *testing.F) {
	f.Add(shipped("enb.arff")[:1500], 1)
	f.Add([]byte("@relation s\n@attribute 'a b' numeric\n@attribute k {x, y,z}\n@attribute y real\n@data\n1,x,2\n?,z,?\n"), 1)
	f.Add([]byte("@attribute a numeric\n@attribute b numeric\n@data\n1,2\n"), 2)
	f.Add([]byte("@attribute {} {}\n@attribute {\n@attribute ' '\n@data\n"), 0)
	f.Add([]byte("@attribute a {x,x}\n@attribute a numeric\n@data\nx,1\n"), 1)
	f.Fuzz(func(t *testing.T, data []byte, targets int) {
		if len(data) > longest {
			return
		}
		targets = targets&15 + 1 // 1 to 16, as the sets have
		table, err := readARFF("f.arff", data, targets)
		if err != nil {
			return
		}
		sound(t, table, len(data), true)
		if len(table.Targets) != targets {
			t.Fatalf("targets %q, want %d", table.Targets, targets)
		}
	})
}

// digitRows is n rows of 64 pixels and a digit.
func digitRows(n int) (text []byte) {
	for i := range n {
		for pixel := range 64 {
			text = fmt.Appendf(text, "%d,", (pixel*i)%17)
		}
		text = fmt.Appendf(text, "%d\n", i%10)
	}
	return text
}

func FuzzParseDigits(f *testing.F) {
	text := digitRows(3)
	f.Add(text, false)
	f.Add(hostile.Gzip(text), true)
	f.Add(append(slices.Clone(text[:len(text)-2]), "-3\n"...), false)
	f.Add(append(slices.Clone(text[:len(text)-2]), "NaN\n"...), false)
	f.Add(append(slices.Clone(text[:len(text)-2]), "?\n"...), false)
	f.Fuzz(func(t *testing.T, data []byte, packed bool) {
		if len(data) > longest {
			return
		}
		if !packed {
			data = hostile.Gzip(data) // a text whose bytes are changed is not packed any more
		}
		table, err := parseDigits("f.csv.gz", data)
		if err != nil {
			return
		}
		sound(t, table, int(unpack.Limit(len(data))), false)
		within(t, table, "digit", 0, 9)
		within(t, table, "odd", 0, 1)
		within(t, table, "large", 0, 1)
		if least, most := mat.Min(table.X), mat.Max(table.X); least < 0 || most > 16 {
			t.Fatalf("pixels from %v to %v", least, most)
		}
	})
}

func FuzzParseDrawing(f *testing.F) {
	drawing := hostile.PNG(omniglotSide, omniglotSide, 2)
	f.Add(drawing)
	f.Add(drawing[:60])
	f.Add(hostile.PNG(3, 3, 0))
	f.Add(hostile.Stating(drawing, 60000, 60000))
	f.Add(hostile.Stating(drawing, omniglotSide, omniglotSide-1))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > longest {
			return
		}
		for _, data := range [][]byte{data, hostile.Sealed(data)} {
			pixels, err := parseDrawing(data)
			if err != nil {
				continue
			}
			if len(pixels) != omniglotSide*omniglotSide {
				t.Fatalf("%d pixels", len(pixels))
			}
			for _, v := range inked(pixels) {
				if !(0 <= v && v <= 1) {
					t.Fatalf("ink %v", v)
				}
			}
		}
	})
}

// alpha is an alphabet of two characters, drawn by two people.
var alpha = []alphabet{{"Alpha", 7, 2}}

// alphaNames are its drawings.
var alphaNames = []string{"s/Alpha/character01/0007_01.png", "s/Alpha/character01/0007_02.png",
	"s/Alpha/character02/0008_01.png", "s/Alpha/character02/0008_02.png"}

// FuzzParseOmniglot puts drawings under any names into an archive, and reads any bytes as one.
func FuzzParseOmniglot(f *testing.F) {
	drawing := hostile.PNG(omniglotSide, omniglotSide, 0)
	names := strings.Join(alphaNames, "\n")
	f.Add(names, drawing, false)
	f.Add(strings.Replace(names, "0008_02", "0009_02", 1), drawing, false)
	f.Add(names+"\ns/Beta/character01/0007_01.png\nreadme.txt", drawing, false)
	f.Add("", hostile.Zip(hostile.Member{Name: alphaNames[0], Data: drawing}), true)
	f.Fuzz(func(t *testing.T, names string, data []byte, archive bool) {
		if len(names)+len(data) > longest {
			return
		}
		if !archive {
			data = archiveOf(names, data)
		}
		table, err := parseOmniglot([]namedBytes{{path: "f.zip", data: data}}, alpha, 2, 4)
		if err != nil {
			return
		}
		sound(t, table, len(data), false)
		if table.Len() != 4 || !slices.Equal(table.Target("character"), []float64{0, 0, 1, 1}) ||
			!slices.Equal(table.Groups, []int{0, 0, 0, 0}) {
			t.Fatalf("%d drawings of %v in %v", table.Len(), table.Target("character"), table.Groups)
		}
	})
}

// archiveOf is a zip of members of those names, a line each, with the same bytes in each.
func archiveOf(names string, data []byte) []byte {
	var members []hostile.Member
	for name := range strings.SplitSeq(names, "\n") {
		members = append(members, hostile.Member{Name: name, Data: data})
	}
	return hostile.Zip(members...)
}

// FuzzParseRuns puts any labels into a run that is whole otherwise, and reads any bytes as an archive.
func FuzzParseRuns(f *testing.F) {
	labels := ""
	for k := range oneShotWays {
		labels += fmt.Sprintf("run01/test/item%02d.png run01/training/class%02d.png\n", k+1, oneShotWays-k)
	}
	f.Add([]byte(labels), false)
	f.Add([]byte(strings.Replace(labels, "class20", "class21", 1)), false)
	f.Add([]byte(strings.Replace(labels, "item01", "item00", 1)), false)
	f.Add([]byte(strings.Replace(labels, "run01", "run02", 1)), false)
	f.Add(hostile.Zip(), true)
	drawing := hostile.PNG(omniglotSide, omniglotSide, 1)
	f.Fuzz(func(t *testing.T, data []byte, archive bool) {
		if len(data) > longest {
			return
		}
		if !archive {
			data = oneRun("", drawing, hostile.Member{Name: "run01/class_labels.txt", Data: data})
		}
		runs, err := parseRuns("f.zip", data, 1)
		if err != nil {
			return
		}
		if len(runs) != 1 || len(runs[0].Label) != oneShotWays {
			t.Fatalf("%d runs", len(runs))
		}
		for _, label := range runs[0].Label {
			if label < 0 || label >= oneShotWays {
				t.Fatalf("label %d", label)
			}
		}
		for _, m := range []*mat.Dense{runs[0].Training, runs[0].Test} {
			if r, c := m.Dims(); r != oneShotWays || c != omniglotSide*omniglotSide || mat.Min(m) < 0 || mat.Max(m) > 1 {
				t.Fatalf("%d × %d pixels from %v to %v", r, c, mat.Min(m), mat.Max(m))
			}
		}
	})
}
