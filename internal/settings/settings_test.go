package settings

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
)

type inner struct{ Numbers []float64 }

type outer struct {
	Name   string
	Any    any
	Rows   [][]int
	Matrix *mat.Dense
	In     *inner
	Of     map[string][]float64
	F      func()
	hidden []float64
}

// named is a function that tells which it is.
type named func() string

func (n named) String() string { return n() }

func sample() outer {
	return outer{"a", inner{[]float64{1, 2}}, [][]int{{1}, {2, 3}}, mat.NewDense(2, 2, []float64{1, 2, 3, 4}),
		&inner{[]float64{5}}, map[string][]float64{"x": {6}}, func() {}, []float64{7}}
}

func TestCopyIsApart(t *testing.T) {
	v := sample()
	before := Text(v)
	c := Copy(v)
	if got := Text(c); got != before {
		t.Fatalf("the copy is %s, want %s", got, before)
	}
	v.Any.(inner).Numbers[0] = 9
	v.Rows[1][0] = 9
	v.Matrix.Set(0, 0, 9)
	v.In.Numbers[0] = 9
	v.Of["x"][0] = 9
	if got := Text(c); got != before {
		t.Errorf("after the original changed the copy is %s, want %s", got, before)
	}
	if Text(v) == before {
		t.Error("the text does not show the change")
	}
	if got := Copy[any](nil); got != nil {
		t.Errorf("the copy of nil is %v", got)
	}
}

// Every change of a field, an unexported one too, changes the text.
func TestTextTellsApart(t *testing.T) {
	long := make([]float64, 100)
	changed := append([]float64(nil), long...)
	changed[57] = math.Copysign(0, -1)
	texts := map[string]string{}
	for name, v := range map[string]any{
		"a function": named(func() string { return "a" }), "another": named(func() string { return "b" }),
		"nil slice": []float64(nil), "empty slice": []float64{}, "0": 0.0, "-0": math.Copysign(0, -1),
		"NaN": math.NaN(), "next": math.Nextafter(1, 2), "1": 1.0, "int 1": []int{1},
		"bytes": make([]byte, 100), "other bytes": append(make([]byte, 99), 1), "a byte": []byte{1, 2}, "long": long, "changed": changed,
		"sample": sample(), "hidden": func() outer { o := sample(); o.hidden[0] = 8; return o }(),
		"no function": func() outer { o := sample(); o.F = nil; return o }(),
		"matrix":      mat.NewDense(2, 2, []float64{1, 2, 3, 4}), "wide": mat.NewDense(1, 4, []float64{1, 2, 3, 4}),
		"other": mat.NewDense(2, 2, []float64{1, 2, 3, 5}),
	} {
		text := Text(v)
		if other, ok := texts[text]; ok {
			t.Errorf("%s and %s have the text %s", name, other, text)
		}
		texts[text] = name
	}
	part := mat.NewDense(3, 3, []float64{1, 2, 0, 3, 4, 0, 0, 0, 0}).Slice(0, 2, 0, 2)
	if Text(part) != Text(mat.NewDense(2, 2, []float64{1, 2, 3, 4})) {
		t.Error("a part of a wider matrix has another text than the same numbers by themselves")
	}
	if first, second := Text(math.NaN()), Text(math.NaN()); first != second {
		t.Errorf("NaN is %s, and %s", first, second)
	}
}

// What leads back to itself has a text too.
func TestTextEnds(t *testing.T) {
	type loop struct{ Next *loop }
	l := &loop{}
	l.Next = l
	if Text(l) == "" {
		t.Error("no text")
	}
}
