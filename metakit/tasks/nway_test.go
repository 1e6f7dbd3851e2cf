package tasks_test

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/internal/exported"
	"kindred/metakit"
	"kindred/metakit/tasks"
)

// Every row of a task is of the class that its label stands for, no row is there twice, and all classes come.
func TestNWay(t *testing.T) {
	const classes, each = 7, 6
	x, class := mat.NewDense(classes*each, 2, nil), make([]int, classes*each)
	for k := range class {
		class[k] = 10 * (k % classes) // rows of a class are not neighbours
		x.SetRow(k, []float64{float64(class[k]), float64(k)})
	}
	d := tasks.NewNWay(x, class, 3, 2, 4)
	if size := d.Size(0, 0); size != (metakit.Size{Support: 6, Query: 12, In: 2, Out: 1}) {
		t.Fatalf("size %+v", size)
	}
	seen := map[float64]bool{}
	for index := range uint64(50) {
		e := metakit.Draw(d, 1, index)
		rows, named := map[float64]bool{}, map[float64]float64{}
		count := map[float64]int{}
		for _, set := range []metakit.Set{e.Support, e.Query} {
			n, _ := set.X.Dims()
			for i := range n {
				c, row, label := set.X.At(i, 0), set.X.At(i, 1), set.Y.At(i, 0)
				if was, ok := named[label]; ok && was != c || rows[row] {
					t.Fatalf("episode %d: row %v of class %v, label %v: the label was %v's, or the row is there twice",
						index, row, c, label, was)
				}
				named[label], rows[row], seen[c] = c, true, true
				count[label]++
			}
		}
		if len(count) != 3 || count[0] != 6 || count[1] != 6 || count[2] != 6 {
			t.Fatalf("episode %d: rows by label %v, want 6 of 0, 1 and 2", index, count)
		}
	}
	if len(seen) != classes {
		t.Errorf("%d of %d classes were drawn in 50 tasks", len(seen), classes)
	}
	if mat.Equal(metakit.Draw(d, 1, 0).Support.X, metakit.Draw(d, 1, 1).Support.X) ||
		!mat.Equal(metakit.Draw(d, 1, 0).Query.X, metakit.Draw(d, 1, 0).Query.X) {
		t.Error("a task does not depend on its index, or not on it alone")
	}
}

// pictures are of so many classes; picture k of class c has c in its first pixel, k in its second, and no two pixels
// alike.
func pictures(classes, each, side int) *datasets.Images {
	m := &datasets.Images{Side: side}
	for c := range classes {
		for k := range each {
			m.Class = append(m.Class, c)
			for p := range side * side {
				m.Pixels = append(m.Pixels, byte(p*7+3))
			}
			at := len(m.Pixels) - side*side
			m.Pixels[at], m.Pixels[at+1] = byte(100+c), byte(200+k)
		}
	}
	return m
}

// turnedOnce is a picture turned counterclockwise, by its definition.
func turnedOnce(p []float64, side int) []float64 {
	out := make([]float64, len(p))
	for i := range side {
		for j := range side {
			out[i*side+j] = p[j*side+side-1-i]
		}
	}
	return out
}

// The rows of a task from pictures are pictures of its classes, turned alike within a class; the four turns are four
// classes, all of them come, and four turns are none.
func TestNWayTurned(t *testing.T) {
	const side = 5
	m := pictures(3, 4, side)
	for i := range m.Len() {
		p := m.Picture(i)
		if four := turnedOnce(turnedOnce(turnedOnce(turnedOnce(p, side), side), side), side); !slices.Equal(p, four) ||
			slices.Equal(p, turnedOnce(p, side)) {
			t.Fatal("four turns are not none")
		}
	}
	x := mat.NewDense(m.Len(), side*side, nil)
	for i := range m.Len() {
		x.SetRow(i, m.Picture(i))
	}
	table := tasks.NewNWay(x, m.Class, 3, 1, 2).Turned().Of(12, 1, 2)
	d := tasks.NewNWayImages(m, 3, 1, 2).Turned().Of(12, 1, 2) // all of the turned classes at once
	if size := d.Size(0, 0); size != (metakit.Size{Support: 12, Query: 24, In: side * side, Out: 1}) {
		t.Fatalf("size %+v", size)
	}
	for index := range uint64(20) {
		e := metakit.Draw(d, 1, index)
		if other := metakit.Draw(table, 1, index); !mat.Equal(e.Support.X, other.Support.X) || !mat.Equal(e.Query.X, other.Query.X) {
			t.Fatal("pictures and the table of their pixels give other tasks")
		}
		labels := map[[2]int]float64{} // of class and turns
		for _, set := range []metakit.Set{e.Support, e.Query} {
			for i := range set.X.RawMatrix().Rows {
				var found [][2]int
				for k := range m.Len() {
					p := m.Picture(k)
					for turns := range 4 {
						if slices.Equal(p, set.X.RawRowView(i)) {
							found = append(found, [2]int{m.Class[k], turns})
						}
						p = turnedOnce(p, side)
					}
				}
				label := set.Y.At(i, 0)
				if len(found) != 1 {
					t.Fatalf("row %d is %d pictures", i, len(found))
				}
				if was, ok := labels[found[0]]; ok && was != label {
					t.Fatalf("class %v has labels %v and %v", found[0], was, label)
				}
				labels[found[0]] = label
			}
		}
		if len(labels) != 12 {
			t.Fatalf("%d of 12 classes in a task of all", len(labels))
		}
	}
}

// No class is on two sides of a split, none is lost, and the seed alone says which is where.
func TestNWaySplit(t *testing.T) {
	all := tasks.NewNWayImages(pictures(20, 4, 3), 2, 1, 1)
	for _, d := range []tasks.NWay{all, all.Turned()} {
		train, validation, test := d.Split(12, 3, 7)
		sides := slices.Concat(train.Classes(), validation.Classes(), test.Classes())
		if len(train.Classes()) != 12 || len(validation.Classes()) != 3 || len(test.Classes()) != 5 {
			t.Errorf("parts of %d, %d and %d", len(train.Classes()), len(validation.Classes()), len(test.Classes()))
		}
		if slices.Sort(sides); !slices.Equal(sides, all.Classes()) {
			t.Errorf("the parts have classes %v", sides)
		}
		again, _, _ := d.Split(12, 3, 7)
		other, _, _ := d.Split(12, 3, 8)
		if !slices.Equal(again.Classes(), train.Classes()) || slices.Equal(other.Classes(), train.Classes()) {
			t.Error("a split is not told by its seed")
		}
		// What the parts draw is of their classes.
		for index := range uint64(30) {
			for _, v := range metakit.Draw(test, 1, index).Query.X.RawMatrix().Data {
				if c := int(math.Round(v*255)) - 100; c >= 0 && c < 20 && slices.Contains(train.Classes(), c) {
					t.Fatalf("a test task has class %d", c)
				}
			}
		}
	}
	if some := all.Only([]int{7, 2, 5}); !slices.Equal(some.Classes(), []int{2, 5, 7}) {
		t.Errorf("classes %v", some.Classes())
	}
	train, none, test := all.Split(15, 0, 1)
	if len(train.Classes()) != 15 || len(test.Classes()) != 5 {
		t.Error("a split without validation has other parts")
	}
	exported.Says(t, "no validation", func() { none.Classes() }, "tasks: NWay: it has no table; NewNWay makes one that has")
}

// Every ordered choice is as likely: of 20,000 choices of 3 rows of 5 each of the 60 comes 333 times, give or take five
// times the standard deviation of 18.
func TestNWayChoosesEvenly(t *testing.T) {
	x := mat.NewDense(10, 1, []float64{0, 1, 2, 3, 4, 0, 1, 2, 3, 4})
	d := tasks.NewNWay(x, []int{0, 0, 0, 0, 0, 1, 1, 1, 1, 1}, 1, 2, 1)
	e, count := metakit.NewEpisode(d.Size(0, 0)), map[[3]float64]int{}
	for index := range uint64(20_000) {
		d.Draw(e, 3, index)
		count[[3]float64{e.Support.X.At(0, 0), e.Support.X.At(1, 0), e.Query.X.At(0, 0)}]++
	}
	for choice, n := range count {
		if math.Abs(float64(n)-20_000./60) > 5*18 {
			t.Errorf("%v comes %d times", choice, n)
		}
	}
	if len(count) != 60 {
		t.Errorf("%d choices, want 60", len(count))
	}
}

func BenchmarkNWayDraw(b *testing.B) {
	all := tasks.NewNWayImages(pictures(100, 20, 28), 60, 5, 5)
	for name, d := range map[string]tasks.NWay{"upright": all, "turned": all.Turned()} {
		e := metakit.NewEpisode(d.Size(0, 0))
		index := uint64(0)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				d.Draw(e, 1, index)
				index++
			}
		})
	}
}

// The splits of Omniglot are of the classes that its pictures have: 1,623, all on one side each, and of 20 pictures a
// class there are enough for 15 queries beside 5 shots and not for 16.
func TestNWayOmniglotSplits(t *testing.T) {
	m := &datasets.Images{Side: 1, Pixels: make([]byte, 1623*20)}
	for i := range m.Pixels {
		m.Class = append(m.Class, i/20)
	}
	all := tasks.NewNWayImages(m, 20, 5, 15)
	exported.Says(t, "16 queries", func() { all.Of(20, 5, 16) },
		"tasks: NWay.Of: class 0 has 20 rows; 5 shots and 16 queries need 21")
	train, validation, test := datasets.OmniglotVinyals()
	background, evaluation := datasets.OmniglotBackground()
	for _, parts := range [][][]int{{train, validation, test}, {background, evaluation}} {
		var sides []int
		for _, p := range parts {
			sides = append(sides, all.Only(p).Classes()...)
		}
		if slices.Sort(sides); !slices.Equal(sides, all.Classes()) {
			t.Error("the parts of a split are not all classes once")
		}
	}
}
