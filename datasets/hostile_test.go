package datasets

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"kindred/internal/hostile"
)

// Files that a reader must refuse within hostile.Time and hostile.Memory, of each format.
func TestHostileFiles(t *testing.T) {
	drawing := hostile.PNG(omniglotSide, omniglotSide, 1)
	huge := hostile.Stating(drawing, 60000, 60000)
	runs := func(data []byte) error { _, err := parseRuns("f.zip", data, oneShotRuns); return err }
	few := func(data []byte) error { _, err := parseRuns("f.zip", data, 1); return err }
	drawings := func(data []byte) error {
		_, err := parseOmniglot([]namedBytes{{path: "f.zip", data: data}}, omniglotAlphabets, omniglotPeople, omniglotSide)
		return err
	}
	csv := func(data []byte) error { _, err := parseStudent("f.csv", data, BothGrades); return err }
	arff := func(data []byte) error { _, err := readARFF("f.arff", data, 2); return err }
	own := func(data []byte) error { _, err := CSV{Targets: []string{"y"}}.Parse("f.csv", data); return err }
	people := func(data []byte) error { _, err := parseCensus("f.gz", data); return err }
	mine := func(data []byte) error { _, err := parseLandmine("f.gz", data); return err }
	digit := func(data []byte) error { _, err := parseDigits("f.gz", data); return err }
	var names []string
	for i := range 2900 {
		names = append(names, fmt.Sprintf("s/Greek/character01/%04d_01.png", i))
	}
	rows := func(last string) []byte {
		return append(digitRows(20), bytes.Replace(digitRows(1), []byte("0\n"), []byte(last+"\n"), 1)...)
	}
	wide := strings.Repeat("1,", 1<<19) + "1\n"
	var distinct, declared strings.Builder
	distinct.WriteString("G3;w\n")
	declared.WriteString("@attribute w {w0")
	for i := range 100_000 {
		fmt.Fprintf(&distinct, "1;w%d\n", i)
		fmt.Fprintf(&declared, ",w%d", i+1)
	}
	declared.WriteString("}\n@attribute a numeric\n@attribute b numeric\n@data\n" + strings.Repeat("w0,1,2\n", 100_000))
	fewer := declared.String()[:strings.Index(declared.String(), ",w4000")] +
		"}\n@attribute a numeric\n@attribute b numeric\n@data\n" + strings.Repeat("w0,1,2\n", 10_000)
	for _, c := range []struct {
		name  string
		data  []byte
		words string
		read  func([]byte) error
	}{
		{"a drawing of 60,000 × 60,000", hostile.Zip(hostile.Member{Name: "s/Greek/character01/0394_01.png", Data: huge}),
			"60000 × 60000 pixels, want 105 × 105", drawings},
		{"such a drawing in a run", hostile.Zip(hostile.Member{Name: "run01/training/class01.png", Data: huge}),
			"60000 × 60000 pixels, want 105 × 105", runs},
		{"a drawing that is cut", oneDrawing("0394_01", drawing[:len(drawing)/2]), "not enough pixel data", drawings},
		{"a drawing with more behind it", oneDrawing("0394_01", append(bytes.Clone(drawing), "more"...)),
			"4 bytes follow the end of the picture", drawings},
		{"a zip that unpacks to 8.5 GB", hostile.ZipBomb(3, names), "bytes unpack to more than", drawings},
		{"such a zip of runs", hostile.ZipBomb(3, names), "bytes unpack to more than", runs},
		{"an empty zip of runs", hostile.Zip(), "run01/", runs},
		{"an empty zip of drawings", hostile.Zip(), "character 1 of Balinese by person 1 is missing", drawings},
		{"no zip", []byte("PK"), "cannot unpack it", runs},
		{"run 0", hostile.Zip(hostile.Member{Name: "run00/training/class01.png", Data: drawing}), "want runs 1 to 20", runs},
		{"run 21", hostile.Zip(hostile.Member{Name: "run21/test/item01.png", Data: drawing}), "want runs 1 to 20", runs},
		{"drawing 21 of a run", hostile.Zip(hostile.Member{Name: "run01/test/item21.png", Data: drawing}),
			"want runs 1 to 20, drawings 1 to 20", runs},
		{"a run of another name", hostile.Zip(hostile.Member{Name: "../run01/test/item01.png", Data: drawing}),
			"cannot read the name", runs},
		{"a label of run 99", labelled("run99/test/item01.png run99/training/class01.png\n"), "want runs 1 to 20", runs},
		{"a label of drawing 0", labelled("run01/test/item00.png run01/training/class01.png\n"), "drawings 1 to 20", runs},
		{"the label 21", labelled("run01/test/item01.png run01/training/class21.png\n"), "drawings 1 to 20", runs},
		{"a label of another run", labelled("run01/test/item01.png run02/training/class01.png\n"), "of this run", runs},
		{"labels of another run", labelled("run02/test/item01.png run02/training/class01.png\n"), "of this run", runs},
		{"a training drawing as item", labelled("run01/training/class01.png run01/test/item01.png\n"), "of this run", runs},
		{"two labels", labelled(strings.Repeat("run01/test/item01.png run01/training/class01.png\n", 2)), "two labels", runs},
		{"a long line of labels", labelled(strings.Repeat("x ", 1000)), "cannot read the line", runs},
		{"no labels", oneRun("", drawing), "has no label of item 1", few},
		{"a run without a drawing", oneRun("test/item20.png", drawing), "run01/test/item20.png is missing", few},
		{"character 25 of 24", oneDrawing("0418_01", drawing), "want characters 1 to 24", drawings},
		{"a character of another number", oneDrawing("0395_01", drawing), "numbered from 394 on", drawings},
		{"person 21", oneDrawing("0394_21", drawing), "by people 1 to 20", drawings},
		{"another alphabet", hostile.Zip(hostile.Member{Name: "s/Klingon/character01/0001_01.png", Data: drawing}),
			"of an alphabet that is none", drawings},

		{"a gzip of 3 GB", hostile.GzipBomb(3000), "bytes unpack to more than", digit},
		{"a gzip of digits without end", hostile.Gzip(bytes.Repeat(digitRows(1), 200_000)), "bytes unpack to more than", digit},
		{"half a gzip", hostile.Gzip(digitRows(20))[:100], "unexpected EOF", digit},
		{"the digit −3", hostile.Gzip(rows("-3")), "row 21, column \"digit\": -3, want a whole number from 0 to 9", digit},
		{"the digit 10", hostile.Gzip(rows("10")), "want a whole number from 0 to 9", digit},
		{"the digit 2.5", hostile.Gzip(rows("2.5")), "want a whole number from 0 to 9", digit},
		{"the digit NaN", hostile.Gzip(rows("NaN")), `"NaN" is not a number`, digit},
		{"a missing digit", hostile.Gzip(rows("?")), "column \"digit\": NaN", digit},
		{"the pixel 17", hostile.Gzip(bytes.Replace(digitRows(1), []byte("0,"), []byte("17,"), 1)), "from 0 to 16", digit},

		{"a line of 0.5 million cells", []byte("G3;a\n" + strings.ReplaceAll(wide, ",", ";")), "f.csv:2: more cells than the 2 columns", csv},
		{"a header of 0.5 million names", []byte(strings.ReplaceAll(wide, ",", ";")), "more than 4096 columns", csv},
		{"a cell of 5 MB", []byte("G3;a\n1;2\n1;" + strings.Repeat("x", 5<<20)), "is not a number", csv},
		{"an open quote", []byte("G3;a\n1;\"" + strings.Repeat("x\n", 1<<20)), "is not closed", csv},
		{"a word for each row", []byte(distinct.String()), "different words", csv},
		{"a grade of 21", []byte("G3;a\n21;1\n"), "want a whole number from 0 to 20", csv},
		{"words for grades", []byte("G3;a\nA;1\n"), "want whole numbers from 0 to 20", csv},
		{"nothing but grades", []byte("G3\n1\n"), "1 rows of 0 columns", csv},

		{"a line of 0.5 million cells of one's own", []byte("y,a\n" + wide), "f.csv:2: more cells than the 2 columns", own},
		{"a header of 0.5 million names of one's own", []byte(wide), "more than 4096 columns", own},
		{"a cell of 5 MB of one's own", []byte("y,a\n1,2\n1," + strings.Repeat("x", 5<<20)), "is no finite number", own},
		{"an open quote of one's own", []byte("y,a\n1, \"" + strings.Repeat("x\n", 1<<20)), "is not closed", own},
		{"a bomb of people", hostile.GzipBomb(1000), "bytes unpack to more than", people},
		{"another income", bytes.Replace(censusRows("38"), []byte("- 50000."), []byte("none"), 1), "is none of its 2 words", people},
		{"no income", bytes.Replace(censusRows("38"), []byte("- 50000."), nil, 1), "row 1 misses its income", people},
		{"no race", bytes.Replace(censusRows("38"), []byte("Not in universe"), nil, 1), "row 1 has an empty cell", people},
		{"an age of words", censusRows("38", "old"), "f.gz:2: column \"age\": \"old\" is no finite number", people},
		{"a bomb of mines", hostile.GzipBomb(1000), "bytes unpack to more than", mine},
		{"field 29", hostile.Gzip([]byte(strings.Replace(mines, "28", "29", 1))), "row 2, column \"task\": 29, want a whole number", mine},
		{"half a mine", hostile.Gzip([]byte(strings.Replace(mines, "9,1", "9,0.5", 1))), "want a whole number from 0 to 1", mine},
		{"a feature that is missing", hostile.Gzip([]byte(strings.Replace(mines, "-1.5", "?", 1))), "row 2 misses a feature", mine},

		{"a header of 100,000 words, as many rows", []byte(declared.String()), "or 100001 words in one", arff},
		{"a header of 4,000 words, 10,000 rows", []byte(fewer), "more numbers than a text of this size", arff},
		{"a line of 0.5 million cells in ARFF", []byte("@attribute a real\n@attribute b real\n@attribute c real\n@data\n" + wide),
			"more cells than the 3 columns", arff},
		{"targets only", []byte("@attribute a real\n@attribute b real\n@data\n1,2\n"), "want an input at least", arff},
		{"a target of words", []byte("@attribute a real\n@attribute b real\n@attribute c {x}\n@data\n1,2,x\n"), "holds words", arff},
		{"an attribute of one brace", []byte("@attribute a {\n"), "cannot read the attribute", arff},
		{"a line without end", bytes.Repeat([]byte("x"), 5<<20), "cannot read the line", arff},
	} {
		t.Run(c.name, func(t *testing.T) { hostile.Refused(t, len(c.data), c.words, func() error { return c.read(c.data) }) })
	}
}

// oneDrawing is a zip with one drawing of Greek, whose first character's folder has that of the name's number.
func oneDrawing(name string, data []byte) []byte {
	character := 1
	if name[:4] == "0418" {
		character = 25
	}
	return hostile.Zip(hostile.Member{Name: fmt.Sprintf("s/Greek/character%02d/%s.png", character, name), Data: data})
}

// labelled is a zip with the labels of run 1.
func labelled(text string) []byte {
	return hostile.Zip(hostile.Member{Name: "run01/class_labels.txt", Data: []byte(text)})
}

// oneRun is a zip with all drawings of run 1 but one, and with more members, such as labels.
func oneRun(without string, drawing []byte, members ...hostile.Member) []byte {
	for k := range oneShotWays {
		for _, name := range []string{fmt.Sprintf("training/class%02d.png", k+1), fmt.Sprintf("test/item%02d.png", k+1)} {
			if name != without {
				members = append(members, hostile.Member{Name: "run01/" + name, Data: drawing})
			}
		}
	}
	return hostile.Zip(members...)
}
