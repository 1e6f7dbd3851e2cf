package mtlkit_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

func column(y ...float64) *mat.Dense { return mat.NewDense(len(y), 1, y) }

func TestDataCheckSaysWhatAndWhere(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	tasks := []mtlkit.Task{{Name: "price", Loss: nn.SquaredError{}}, {Name: "kind", Loss: nn.SoftmaxLoss{}, Width: 3}}
	x, price, kind := column(1, 2, 3), column(0.5, nan, 2), column(0, 2, nan)
	good := mtlkit.Data{X: []*mat.Dense{x}, Y: []*mat.Dense{price, kind}}
	if err := good.Check(tasks); err != nil {
		t.Fatal(err)
	}
	for _, unlabelled := range []*mat.Dense{nil, column(nan, nan, nan)} {
		if err := (mtlkit.Data{X: good.X, Y: []*mat.Dense{unlabelled, kind}}).Check(tasks); err != nil {
			t.Errorf("one task without labels: %v", err)
		}
	}
	separate := mtlkit.Data{X: []*mat.Dense{x, column(1, 2)}, Y: []*mat.Dense{price, column(1, 1)}}
	if err := separate.Check(tasks); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		data mtlkit.Data
		want []string // in the message
	}{
		{"a matrix of labels too few", mtlkit.Data{X: good.X, Y: good.Y[:1]}, []string{"1 matrices of labels for 2 tasks"}},
		{"three inputs", mtlkit.Data{X: []*mat.Dense{x, x, x}, Y: good.Y}, []string{"3 matrices of inputs", "that all share"}},
		{"no inputs", mtlkit.Data{X: []*mat.Dense{nil}, Y: good.Y}, []string{"shared inputs are missing"}},
		{"NaN in shared inputs", mtlkit.Data{X: []*mat.Dense{column(1, nan, 2)}, Y: good.Y},
			[]string{"shared inputs", "NaN in row 1, column 0", "remove the row"}},
		{"infinite inputs of a task", mtlkit.Data{X: []*mat.Dense{x, column(1, 2, inf)}, Y: good.Y},
			[]string{`inputs of task "kind"`, "+Inf in row 2"}},
		{"no labels", mtlkit.Data{X: good.X, Y: []*mat.Dense{nil, nil}}, []string{"no task has a label"}},
		{"a row too few", mtlkit.Data{X: good.X, Y: []*mat.Dense{column(1, 2), kind}},
			[]string{`task "price"`, "2 rows of labels for 3 rows of inputs", "NaN"}},
		{"a column too many", mtlkit.Data{X: good.X, Y: []*mat.Dense{mat.NewDense(3, 2, nil), kind}},
			[]string{`task "price"`, "2 columns", "want 1"}},
		{"one-hot classes", mtlkit.Data{X: good.X, Y: []*mat.Dense{price, mat.NewDense(3, 3, nil)}},
			[]string{`task "kind"`, "3 columns", "want 1"}},
		{"class out of range", mtlkit.Data{X: good.X, Y: []*mat.Dense{price, column(0, 3, 1)}},
			[]string{`task "kind"`, "label 3 in row 1", "from 0 to 2"}},
		{"class of one half", mtlkit.Data{X: good.X, Y: []*mat.Dense{price, column(0, 0.5, 1)}},
			[]string{"label 0.5", "whole number"}},
		{"infinite label", mtlkit.Data{X: good.X, Y: []*mat.Dense{column(1, inf, 2), kind}},
			[]string{`task "price"`, "+Inf in row 1", "finite"}},
		{"missing labels alone", mtlkit.Data{X: good.X, Y: []*mat.Dense{column(nan, nan, nan), nil}},
			[]string{"no task has a label"}},
	} {
		err := c.data.Check(tasks)
		if err == nil {
			t.Errorf("%s: accepted", c.name)
			continue
		}
		for _, want := range c.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q does not say %q", c.name, err, want)
			}
		}
	}
	logits := []mtlkit.Task{{Name: "sold", Loss: nn.LogisticLoss{}}}
	err := mtlkit.SharedInputs(x, []float64{0, 1, 2}).Check(logits)
	if err == nil || !strings.Contains(err.Error(), "a binary label is 0 or 1") {
		t.Errorf("a label 2 of a LogisticLoss: %v", err)
	}
	two := []mtlkit.Task{{Name: "place", Loss: nn.SquaredError{}, Width: 2}}
	half := mtlkit.Data{X: []*mat.Dense{x}, Y: []*mat.Dense{mat.NewDense(3, 2, []float64{1, 1, nan, nan, 1, nan})}}
	if err := half.Check(two); err != nil {
		t.Errorf("a row with half of its labels: %v", err)
	}
	two[0].Loss = distance{}
	if err := half.Check(two); err == nil || !strings.Contains(err.Error(), "row 2 has some of its labels, and the loss of a row of "+
		"mtlkit_test.distance is not the mean of those of its labels") {
		t.Errorf("a row with half of its labels, of a loss that wants both: %v", err)
	}
}

func TestSplit(t *testing.T) {
	var x []float64
	for k := range 10 {
		x = append(x, float64(k))
	}
	d := mtlkit.Data{X: []*mat.Dense{column(x...)}, Y: []*mat.Dense{column(x...), column(x...)}}
	train, held := d.Split(0.7, 1)
	a, b := train.X[0].RawMatrix().Data, held.X[0].RawMatrix().Data
	if len(a) != 7 || len(b) != 3 {
		t.Fatalf("%d rows to train on and %d held out, want 7 and 3", len(a), len(b))
	}
	if all := slices.Sorted(slices.Values(append(slices.Clone(a), b...))); !slices.Equal(all, x) {
		t.Errorf("the rows are %v and %v: not each of them once", a, b)
	}
	if !slices.IsSorted(a) || !slices.IsSorted(b) {
		t.Errorf("rows %v and %v are out of order", a, b)
	}
	for i := range d.Y {
		if !slices.Equal(train.Y[i].RawMatrix().Data, a) || !slices.Equal(held.Y[i].RawMatrix().Data, b) {
			t.Errorf("labels of task %d do not go with the inputs", i)
		}
	}
	_, again := d.Split(0.7, 1)
	_, other := d.Split(0.7, 2)
	if !slices.Equal(again.X[0].RawMatrix().Data, b) || slices.Equal(other.X[0].RawMatrix().Data, b) {
		t.Errorf("seed 1 deals %v, then %v; seed 2 %v", b, again.X[0].RawMatrix().Data, other.X[0].RawMatrix().Data)
	}
	separate := mtlkit.Data{X: []*mat.Dense{column(x...), column(x[:2]...)}, Y: []*mat.Dense{column(x...), column(x[:2]...)}}
	train, held = separate.Split(0.99, 1)
	for i := range separate.X {
		if n, _ := held.Y[i].Dims(); n != 1 {
			t.Errorf("task %d has %d rows held out, want 1", i, n)
		}
		if !mat.Equal(train.X[i], train.Y[i]) || !mat.Equal(held.X[i], held.Y[i]) {
			t.Errorf("labels of task %d do not go with the inputs", i)
		}
	}
	mustPanic(t, "all to train on", func() { d.Split(1, 0) })
	mustPanic(t, "no rows", func() { mtlkit.Rows() })
	mustPanic(t, "a task without labels", func() { mtlkit.SharedInputs(column(1), []float64{1}, nil) })
	mustPanic(t, "rows of two lengths", func() { mtlkit.Rows([]float64{1}, []float64{1, 2}) })
}

func TestSplitRefuses(t *testing.T) {
	x, y := mat.NewDense(4, 1, nil), column(1, 2, 3, 4)
	for what, d := range map[string]mtlkit.Data{
		"one row":             {X: []*mat.Dense{column(1)}, Y: []*mat.Dense{column(1)}},
		"no inputs":           {Y: []*mat.Dense{y}},
		"inputs that are nil": {X: []*mat.Dense{nil}, Y: []*mat.Dense{y}},
		"nothing":             {},
		"labels for few rows": {X: []*mat.Dense{x}, Y: []*mat.Dense{y, column(1, 2)}},
		"inputs of two tasks": {X: []*mat.Dense{x, x}, Y: []*mat.Dense{y, y, y}},
	} {
		mustPanic(t, what, func() { d.Split(0.5, 1) })
	}
	// A task without labels has none on either side.
	train, held := mtlkit.Data{X: []*mat.Dense{x}, Y: []*mat.Dense{nil, y}}.Split(0.5, 1)
	for _, d := range []mtlkit.Data{train, held} {
		if rows, _ := d.Y[1].Dims(); d.Y[0] != nil || rows != 2 {
			t.Errorf("a task without labels has %v, the other %d", d.Y[0], rows)
		}
	}
}

// distance is a loss of a row that is not the mean of losses of its labels.
type distance struct{ nn.SquaredError }

func (d distance) PerRow(pred, target autodiff.Value) autodiff.Value {
	return d.SquaredError.PerRow(pred, target).Shift(1).Sqrt()
}

// noLimits is a loss that the package does not know.
type noLimits struct{ nn.Loss }

type classCosts struct{ nn.SoftmaxLoss }

func TestCheckOfALossOfOnesOwn(t *testing.T) {
	tasks := []mtlkit.Task{{Name: "own", Loss: noLimits{nn.SquaredError{}}}}
	d := mtlkit.Data{X: []*mat.Dense{column(1, 2)}, Y: []*mat.Dense{column(1, math.Inf(1))}}
	if err := d.Check(tasks); err == nil || !strings.Contains(err.Error(), "must be finite") {
		t.Errorf("an infinite label: %v", err)
	}
	tasks = []mtlkit.Task{{Name: "own", Width: 2, Loss: classCosts{}}} // which has the CheckLabel of the loss in it
	d.Y[0] = column(1, 2)
	if err := d.Check(tasks); err == nil || !strings.Contains(err.Error(), "label 2 in row 1, column 0: with 2 outputs") {
		t.Errorf("a class that is not there: %v", err)
	}
}

func TestSquareGrid(t *testing.T) {
	want := []float64{-1, -1, 0, -1, 1, -1, -1, 0, 0, 0, 1, 0, -1, 1, 0, 1, 1, 1}
	if got := mtlkit.SquareGrid(-1, 1, 3).RawMatrix().Data; !slices.Equal(got, want) {
		t.Errorf("grid %v, want %v", got, want)
	}
	if got := mtlkit.SquareGrid(2, 3, 1).RawMatrix().Data; !slices.Equal(got, []float64{2, 2}) {
		t.Errorf("a grid of one point is %v", got)
	}
}
