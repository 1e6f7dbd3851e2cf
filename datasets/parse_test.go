package datasets

import (
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
		head + "1,x\n":                     "f.arff:5: 2 cells, want 3",
		head + "1,z,2\n":                   `row 1, column "k": "z" is none of ["x" "y"]`,
		head + "1,x,2\none,x,2\n":          `row 2, column "a": "one" is not a number`,
		head:                               "0 rows of 3 columns",
		"@attribute a date\n@data\n1\n":    "f.arff:1: cannot read the attribute",
		"@attribute a numeric\n@data\n1\n": "1 rows of 1 columns, 1 of them targets",
	} {
		if _, err := readARFF("f.arff", []byte(text), 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}

func TestReadCSV(t *testing.T) {
	r, err := readCSV("f.csv", []byte("\"a b\";k\n\"5\";yes\n6;no\n"), ';', nil)
	if err != nil {
		t.Fatal(err)
	}
	m, names, err := r.matrix([]string{"k", "a b"})
	if err != nil || !slices.Equal(names, []string{"k=yes", "a b"}) {
		t.Fatalf("columns %q, %v", names, err)
	}
	equal(t, "cells", flat(m), []float64{1, 5, 0, 6})
	if _, _, err := r.matrix([]string{"c"}); err == nil || !strings.Contains(err.Error(), `no column "c"`) {
		t.Errorf("error %v", err)
	}
	for text, want := range map[string]string{
		"a;b\n": "want rows of 2", "a;b\n1\n": "wrong number of fields", "": "want rows",
	} {
		if _, err := readCSV("f.csv", []byte(text), ';', nil); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want %q", text, err, want)
		}
	}
}
