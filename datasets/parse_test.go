package datasets

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestReadARFF(t *testing.T) {
	const file = `% a comment
@relation small
@attribute "'price'l1" NUMERIC
@attribute kind {A, B,C}
@attribute flag {0,1}
@ATTRIBUTE y real

@data
1.5,B,0,?
% between rows
-2e-3, A ,1,4
`
	table, err := readARFF("small.arff", []byte(file), 1)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"pricel1", "kind=A", "kind=B", "kind=C", "flag=1"}; !slices.Equal(table.Inputs, want) {
		t.Errorf("inputs %q, want %q", table.Inputs, want)
	}
	equal(t, "X", flat(table.X), []float64{1.5, 0, 1, 0, 0, -0.002, 1, 0, 0, 1})
	if y := table.Target("y"); !math.IsNaN(y[0]) || y[1] != 4 {
		t.Errorf("y = %v, want NaN for the missing cell and 4", y)
	}
}

func TestReadARFFErrors(t *testing.T) {
	const head = "@attribute a numeric\n@attribute k {x,y}\n@attribute b numeric\n@data\n"
	for text, want := range map[string]string{
		head + "1,x\n":            "f.arff:5: fewer cells than the 3 columns",
		head + "1,z,2\n":          `f.arff:5: column "k": "z" is none of its 2 words`,
		head + "1,x,2\none,x,2\n": `f.arff:6: column "a": "one" is not a number; write ?`,
		head + "1,?,2\n":          `"?" is none of its 2 words`,
		head + "1,,2\n":           "the cell is empty",
		head + "inf,x,2\n":        `"inf" is not a number`,
		head:                      "no rows of its 3 columns",
		"1,2\n":                   `f.arff:1: cannot read the line "1,2"`,
		"@attribute a {x,x}\n@attribute b numeric\n@data\nx,1\n":   `the word "x" is there twice`,
		"@attribute a numeric\n@attribute a numeric\n@data\n1,1\n": `"a" is that of two columns`,
		"@attribute a numeric\n@attribute b {0,1}\n@data\n1,1\n":   `the target "b" holds words`,
		"@attribute a date\n@data\n1\n":                            "f.arff:1: cannot read the attribute",
		"@attribute a numeric\n@data\n1\n":                         "f.arff:2: 1 columns, of them 1 targets",
	} {
		if _, err := readARFF("f.arff", []byte(text), 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

func TestReadCSV(t *testing.T) {
	s, err := readCSV("f.csv", []byte("\"a b\";\"\"\"k;\"\"\"\"\";l\n\"5\";yes;?\n6;no;x\n?;yes;y\n"), ';', nil)
	if err != nil {
		t.Fatal(err)
	}
	picked, err := s.pick("\"k;\"\"", "a b", "l")
	if err != nil {
		t.Fatal(err)
	}
	m, names, err := s.matrix(picked)
	if want := []string{"\"k;\"\"=yes", "a b", "l=?", "l=x", "l=y"}; err != nil || !slices.Equal(names, want) {
		t.Fatalf("columns %q, %v", names, err)
	}
	if !math.IsNaN(m.At(2, 1)) {
		t.Errorf("the missing cell is %v", m.At(2, 1))
	}
	m.Set(2, 1, 7)
	equal(t, "cells", flat(m), []float64{1, 5, 1, 0, 0, 0, 6, 0, 1, 0, 1, 7, 0, 0, 1})
	if _, err := s.pick("c"); err == nil || !strings.Contains(err.Error(), `no column "c"`) {
		t.Errorf("error %v", err)
	}
}

func TestReadCSVErrors(t *testing.T) {
	long := strings.Repeat("n", 300)
	for text, want := range map[string]string{
		"a;b\n":                       "f.csv: no rows; want some below",
		"a;b\n1\n":                    "f.csv:2: fewer cells than the 2 columns",
		"":                            "no rows",
		"a;a\n1;2\n":                  `the name "a" is that of two columns`,
		"a;\n1;2\n":                   "the name of column 2 has 0 bytes",
		long + "\n1\n":                "the name of column 1 has 300 bytes",
		"a;b\n1;\n":                   `f.csv:2: column "b": the cell is empty; write ?`,
		"a\n1\nx\n":                   `f.csv:3: column "a": "x" is not a number; write ?`,
		"a\n1\n" + long + "\n":        "n\"… is not a number",
		"a\nNaN\n":                    `"NaN" is not a number`,
		"a\n?\n-inf\n":                `"-inf" is not a number`,
		"a\n1e999\n":                  `"1e999" is not a number`,
		"a\n\"1\n":                    `f.csv:2: the quote of "\"1" is not closed`,
		"a;b\n1;2;3\n":                "f.csv:2: more cells than the 2 columns",
		"a;b\n1\"2;3\n":               "a quote in the middle of the cell",
		"a;b\n\"1\"2;3\n":             `after the quoted cell "1" comes no comma`,
		"a;b\n" + everyWord(300) + "": `more than`,
	} {
		if _, err := readCSV("f.csv", []byte(text), ';', nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: error %v, want %q", text, err, want)
		}
	}
}

// everyWord is n rows with n words.
func everyWord(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "w%d;1\n", i)
	}
	return b.String()
}
