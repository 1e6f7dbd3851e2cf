package tasks

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
)

// NWay draws N-way K-shot classification tasks from a table of rows of known classes: Ways of the classes, which the
// task calls 0, 1, … in the order of the draw, and of each of them Shots support rows and Queries query rows, no row
// twice. The sets are ordered by class. To test on new classes, make one of the rows of some classes and another of the
// rest.
//
// Reference: Vinyals, Blundell, Lillicrap, Kavukcuoglu, Wierstra. Matching networks for one shot learning. NeurIPS
// 2016, arXiv:1606.04080.
type NWay struct {
	ways, shots, queries int
	x                    *mat.Dense
	rows                 [][]int // of each class
}

var _ metakit.Distribution = NWay{}

// NewNWay returns the tasks of a table x, which is copied, with the class of every row, any number that names it. It
// panics unless there are enough classes, and each has enough rows.
func NewNWay(x *mat.Dense, class []int, ways, shots, queries int) NWay {
	checkCount("NewNWay", "ways", ways)
	checkCount("NewNWay", "shots", shots)
	checkCount("NewNWay", "queries", queries)
	if x == nil || x.IsEmpty() {
		panic("tasks: NewNWay: x is nil or empty")
	}
	if n, _ := x.Dims(); n != len(class) {
		panic(fmt.Sprintf("tasks: NewNWay: %d rows, and the classes of %d", n, len(class)))
	}
	byName := map[int][]int{}
	var names []int
	for row, name := range class {
		if byName[name] == nil {
			names = append(names, name)
		}
		byName[name] = append(byName[name], row)
	}
	slices.Sort(names)
	n := NWay{ways: ways, shots: shots, queries: queries, x: mat.DenseCopyOf(x)}
	for _, name := range names {
		if have := len(byName[name]); have < shots+queries {
			panic(fmt.Sprintf("tasks: NewNWay: class %d has %d rows; %d shots and %d queries need %d", name, have, shots,
				queries, shots+queries))
		}
		n.rows = append(n.rows, byName[name])
	}
	if len(n.rows) < ways {
		panic(fmt.Sprintf("tasks: NewNWay: %d ways of %d classes; there must be at least as many", ways, len(n.rows)))
	}
	return n
}

// Size implements [metakit.Distribution].
func (n NWay) Size(_, _ uint64) metakit.Size {
	n.check()
	_, in := n.x.Dims()
	return metakit.Size{Support: n.ways * n.shots, Query: n.ways * n.queries, In: in, Out: 1}
}

// Draw implements [metakit.Distribution].
func (n NWay) Draw(e *metakit.Episode, seed, index uint64) {
	n.check()
	rng := e.Rand(seed, index)
	for label, class := range rng.Perm(len(n.rows))[:n.ways] {
		rows := n.rows[class]
		for k, at := range rng.Perm(len(rows))[:n.shots+n.queries] {
			set, to := e.Support, label*n.shots+k
			if k >= n.shots {
				set, to = e.Query, label*n.queries+k-n.shots
			}
			set.X.SetRow(to, n.x.RawRowView(rows[at]))
			set.Y.Set(to, 0, float64(label))
		}
	}
}

func (n NWay) check() {
	if n.x == nil {
		panic("tasks: NWay: it has no table; NewNWay makes one that has")
	}
}
