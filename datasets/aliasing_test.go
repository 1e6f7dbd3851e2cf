package datasets

import (
	"maps"
	"math"
	"reflect"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// spoil overwrites all that a table holds.
func spoil(t *Table) {
	for _, m := range []*mat.Dense{t.X, t.Y} {
		m.Apply(func(_, _ int, _ float64) float64 { return -99 }, m)
	}
	for i := range t.Groups {
		t.Groups[i] = -99
	}
	for _, names := range slices.Concat([][]string{t.Inputs, t.Targets, t.Fixed, t.GroupNames}, slices.Collect(maps.Values(t.Words))) {
		for i := range names {
			names[i] = "spoiled"
		}
	}
}

// Whatever the methods of a table return stays as it is when the table changes, and the other way round.
func TestTableIsNotShared(t *testing.T) {
	parts := map[string]func(*Table) []*Table{
		"Rows":  func(t *Table) []*Table { return []*Table{t.Rows([]int{0, 1, 2, 3, 4, 5})} },
		"Split": func(t *Table) []*Table { a, b := t.Split(0.5, 1); return []*Table{a, b} },
		"SplitGroups": func(t *Table) []*Table {
			a, b := t.SplitGroups(0.5, 1)
			return []*Table{a, b}
		},
		"SplitWithinGroups": func(t *Table) []*Table {
			a, b := t.SplitWithinGroups(0.5, 1)
			return []*Table{a, b}
		},
		"Complete": func(t *Table) []*Table { all, _ := t.Complete(); return []*Table{all} },
		"Encoding": func(t *Table) []*Table {
			encoding, _ := Encoder{}.Learn(t)
			encoded, _ := encoding.Apply(t)
			return []*Table{encoded}
		},
		"Folds": func(t *Table) []*Table {
			for a, b := range t.Folds(3, 1) {
				return []*Table{a, b}
			}
			return nil
		},
	}
	for name, take := range parts {
		t.Run(name, func(t *testing.T) {
			table := numbered(6, 2)
			taken := take(table)
			spoil(table)
			together(t, 6, 2, taken...) // looks columns up by their names too
			table = numbered(6, 2)
			taken = take(table)
			spoil(taken[0])
			together(t, 6, 2, table)
			for _, other := range taken[1:] {
				rowsOf(t, 2, other)
			}
		})
	}
}

// The folds are those of the table at the call of Folds, whatever becomes of it before and within the loop.
func TestFoldsKeepTheTable(t *testing.T) {
	table := numbered(6, 2)
	folds := table.Folds(3, 1)
	spoil(table)
	var tests []*Table
	for train, test := range folds {
		together(t, 6, 2, train, test)
		spoil(train)
		tests = append(tests, test)
	}
	together(t, 6, 2, tests...)
	for train, test := range folds { // a second time
		together(t, 6, 2, train, test)
	}
}

// The same of names, words and what an encoding has learned of them.
func TestNamesAreNotShared(t *testing.T) {
	c := CSV{Targets: []string{"y"}, Categories: map[string][]string{"y": {"c", "d"}}, Group: "g"}
	read := func() *Table {
		table, err := c.Parse("f.csv", []byte("a,w,v,g,y\n1,p,q,x,c\n2,r,s,z,d\n"))
		if err != nil {
			t.Fatal(err)
		}
		return table
	}
	table := read()
	encoding := learned(t, Encoder{Whole: []string{"v"}}, table)
	encoded, part := applied(t, encoding, table), table.Rows([]int{0, 1})
	wantEncoded, wantEncoding := applied(t, encoding, table), *learned(t, Encoder{Whole: []string{"v"}}, table)
	spoil(table)
	if want := read(); !reflect.DeepEqual(part, want) {
		t.Errorf("rows are\n%+v, want\n%+v", part, want)
	}
	if !reflect.DeepEqual(encoded, wantEncoded) || !reflect.DeepEqual(*encoding, wantEncoding) {
		t.Errorf("encoded\n%+v by %+v, want\n%+v by %+v", encoded, *encoding, wantEncoded, wantEncoding)
	}
	spoil(encoded)
	if !reflect.DeepEqual(*encoding, wantEncoding) {
		t.Errorf("the encoding has become %+v, from %+v", *encoding, wantEncoding)
	}
	if words := c.Categories["y"]; !slices.Equal(words, []string{"c", "d"}) {
		t.Errorf("the categories have become %q", words)
	}
}

func TestColumnsAreNotShared(t *testing.T) {
	table := numbered(3, 1)
	input, target := table.Input("a"), table.Target("row")
	spoil(table)
	equal(t, "input", input, []float64{0, 10, 20})
	equal(t, "target", target, []float64{0, 1, 2})
}

func TestScalerIsNotShared(t *testing.T) {
	m := mat.NewDense(2, 2, []float64{1, 7, 3, 7})
	s := NewScaler(m)
	scaled, back := s.Apply(m), s.Undo(m)
	m.Scale(100, m)
	equal(t, "mean", s.Mean, []float64{2, 7})
	equal(t, "deviation", s.Deviation, []float64{1, 1})
	s.Mean[0], s.Deviation[1] = math.NaN(), math.NaN()
	equal(t, "scaled", flat(scaled), []float64{-1, 0, 1, 0})
	equal(t, "taken back", flat(back), []float64{3, 14, 5, 14})
}

// What is drawn, read or listed is the caller's own: changing it changes no later call.
func TestSetsAreNotShared(t *testing.T) {
	for name, set := range map[string]func() *Table{
		"Student": func() *Table { return Student(Mathematics, NoGrades) },
		"Energy":  Energy,
	} {
		want := set()
		spoil(set())
		got := set()
		if !mat.Equal(got.X, want.X) || !mat.Equal(got.Y, want.Y) || !slices.Equal(got.Inputs, want.Inputs) ||
			!slices.Equal(got.Targets, want.Targets) {
			t.Errorf("%s: a change of one copy changes the next", name)
		}
	}
	for name, list := range map[string]func() []string{
		"MultiTargetNames": MultiTargetNames, "OmniglotAlphabets": OmniglotAlphabets,
	} {
		want := slices.Clone(list())
		list()[0] = "spoiled"
		if got := list(); !slices.Equal(got, want) {
			t.Errorf("%s: a change of one copy changes the next", name)
		}
	}
	two, adaptation, moons := TwoTaskExample(3), AdaptationExample(3), Moons(4, 0.1, 3)
	for _, m := range []*mat.Dense{two.X, two.XTest, adaptation.X, adaptation.XNew, moons.X} {
		m.Zero()
	}
	clear(two.Y1)
	clear(adaptation.Y)
	clear(moons.Class)
	two, adaptation, moons = TwoTaskExample(3), AdaptationExample(3), Moons(4, 0.1, 3)
	for what, v := range map[string]float64{
		"X of two tasks": two.X.At(0, 0), "XTest": two.XTest.At(0, 0), "Y1": two.Y1[0], "X": adaptation.X.At(0, 0),
		"XNew": adaptation.XNew.At(0, 0), "Y": adaptation.Y[0], "X of points": moons.X.At(1, 0), "Class": moons.Class[1],
	} {
		if v == 0 {
			t.Errorf("%s: a change of what was drawn changes the next draw", what)
		}
	}
}
