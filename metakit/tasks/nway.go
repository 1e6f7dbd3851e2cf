package tasks

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/metakit"
)

// NWay draws N-way K-shot classification tasks from rows of known classes: Ways of the classes, which the task calls 0,
// 1, … in the order of the draw, and of each of them Shots support rows and Queries query rows, no row twice. The sets
// are ordered by class. [NewNWay] makes one from a table, [NewNWayImages] from pictures; [NWay.Split] and [NWay.Only]
// keep classes apart, [NWay.Of] has other numbers of ways, shots and queries, and [NWay.Turned] makes classes of turned
// pictures. What is made from one NWay shares its rows, so that parts of a large set take no memory.
//
//	omniglot, err := datasets.OmniglotCharacters(ctx, 28)
//	train, validation, test := tasks.NewNWayImages(omniglot, 5, 1, 5).Split(1028, 172, seed)
//	train = train.Turned().Of(60, 5, 5)
//
// Reference: Vinyals, Blundell, Lillicrap, Kavukcuoglu, Wierstra. Matching networks for one shot learning. NeurIPS
// 2016, arXiv:1606.04080.
type NWay struct {
	ways, shots, queries int
	turned               bool // every class is four
	from                 *rows
	classes              []nwayClass
}

// A nwayClass is a class and where its rows are.
type nwayClass struct {
	name int
	rows []int
}

var _ metakit.Distribution = NWay{}

// NewNWay returns the tasks of a table x, which is copied, with the class of every row, any number that names it. It
// panics unless there are enough classes, and each has enough rows.
func NewNWay(x *mat.Dense, class []int, ways, shots, queries int) NWay {
	if x == nil || x.IsEmpty() {
		panic("tasks: NewNWay: x is nil or empty")
	}
	if n, _ := x.Dims(); n != len(class) {
		panic(fmt.Sprintf("tasks: NewNWay: %d rows, and the classes of %d", n, len(class)))
	}
	return newNWay("NewNWay", &rows{table: mat.DenseCopyOf(x)}, class, ways, shots, queries)
}

// NewNWayImages returns the tasks of pictures, which are copied, by their classes. An x is a picture row by row, 0 for
// paper to 1 for ink. It panics unless there are enough classes, and each has enough pictures.
func NewNWayImages(images *datasets.Images, ways, shots, queries int) NWay {
	images.Len() // panics unless they are whole
	from := &rows{pixels: slices.Clone(images.Pixels), side: images.Side}
	return newNWay("NewNWayImages", from, images.Class, ways, shots, queries)
}

func newNWay(what string, from *rows, class []int, ways, shots, queries int) NWay {
	n := NWay{from: from}
	at := map[int]int{} // places in classes
	for row, name := range class {
		k, ok := at[name]
		if !ok {
			k = len(n.classes)
			at[name] = k
			n.classes = append(n.classes, nwayClass{name: name})
		}
		n.classes[k].rows = append(n.classes[k].rows, row)
	}
	slices.SortFunc(n.classes, func(a, b nwayClass) int { return a.name - b.name })
	return n.with(what, ways, shots, queries)
}

// Of returns the same classes in tasks of other numbers. It panics unless there are enough classes, and each has enough
// rows.
func (n NWay) Of(ways, shots, queries int) NWay {
	n.check()
	return n.with("NWay.Of", ways, shots, queries)
}

func (n NWay) with(what string, ways, shots, queries int) NWay {
	checkCount(what, "ways", ways)
	checkCount(what, "shots", shots)
	checkCount(what, "queries", queries)
	for _, c := range n.classes {
		if have := len(c.rows); have < shots+queries {
			panic(fmt.Sprintf("tasks: %s: class %d has %d rows; %d shots and %d queries need %d", what, c.name, have, shots, queries,
				shots+queries))
		}
	}
	n.ways, n.shots, n.queries = ways, shots, queries
	n.checkWays(what)
	return n
}

func (n NWay) checkWays(what string) {
	if have := n.count(); have < n.ways {
		panic(fmt.Sprintf("tasks: %s: %d ways of %d classes; there must be at least as many", what, n.ways, have))
	}
}

// count returns the number of classes that tasks choose among.
func (n NWay) count() int {
	if n.turned {
		return 4 * len(n.classes)
	}
	return len(n.classes)
}

// Turned returns the tasks in which every class turned by 90, by 180 and by 270 degrees counterclockwise is a class of
// its own, so that there are four times as many. A row must be a square picture, row by row; it panics if it cannot be.
// To split classes before or after makes no difference: the four stay on one side.
//
// Reference: Santoro, Bartunov, Botvinick, Wierstra, Lillicrap. Meta-learning with memory-augmented neural networks.
// ICML 2016.
func (n NWay) Turned() NWay {
	n.check()
	if side := n.from.squareSide(); side*side != n.from.width() {
		panic(fmt.Sprintf("tasks: NWay.Turned: a row has %d columns, which make no square; only pictures can be turned",
			n.from.width()))
	}
	n.turned = true
	return n
}

// Classes returns the names of the classes in order; that of a class and its turns is there once.
func (n NWay) Classes() []int {
	n.check()
	names := make([]int, len(n.classes))
	for i, c := range n.classes {
		names[i] = c.name
	}
	return names
}

// Only returns the tasks of the classes with these names. It panics at a name that is unknown or there twice, or if
// they are fewer than the ways.
func (n NWay) Only(names []int) NWay {
	n.check()
	known := n.classes
	n.classes = nil
	for _, name := range slices.Sorted(slices.Values(names)) {
		at, ok := slices.BinarySearchFunc(known, name, func(c nwayClass, name int) int { return c.name - name })
		if !ok {
			panic(fmt.Sprintf("tasks: NWay.Only: no class %d among the %d", name, len(known)))
		}
		if k := len(n.classes); k > 0 && n.classes[k-1].name == name {
			panic(fmt.Sprintf("tasks: NWay.Only: class %d is there twice", name))
		}
		n.classes = append(n.classes, known[at])
	}
	n.checkWays("NWay.Only")
	return n
}

// Split shuffles the classes by the seed and returns the tasks of the first train of them, of the next validation, and
// of the rest, to test on: no class is on two sides. With 1,200, 0 and the 423 others of Omniglot it is the split that
// most papers say they use. A part of no classes is the zero NWay. It panics if a part has classes, but fewer than the
// ways, or if nothing is left to test on.
func (n NWay) Split(train, validation int, seed uint64) (NWay, NWay, NWay) {
	n.check()
	all := len(n.classes)
	if train < 1 || validation < 0 || validation > all-1 || train > all-1-validation {
		panic(fmt.Sprintf("tasks: NWay.Split: %d classes to train on and %d to validate of %d; there must be one to train on and one "+
			"left to test on", train, validation, all))
	}
	order := rand.New(rand.NewPCG(seed, 0)).Perm(all)
	part := func(from, to int) NWay {
		if from == to {
			return NWay{}
		}
		p := n
		p.classes = make([]nwayClass, 0, to-from)
		for _, k := range slices.Sorted(slices.Values(order[from:to])) {
			p.classes = append(p.classes, n.classes[k])
		}
		p.checkWays("NWay.Split")
		return p
	}
	return part(0, train), part(train, train+validation), part(train+validation, all)
}

// Size implements [metakit.Distribution].
func (n NWay) Size(_, _ uint64) metakit.Size {
	n.check()
	return metakit.Size{Support: n.ways * n.shots, Query: n.ways * n.queries, In: n.from.width(), Out: 1}
}

// Draw implements [metakit.Distribution].
func (n NWay) Draw(e *metakit.Episode, seed, index uint64) {
	n.check()
	rng := e.Rand(seed, index)
	var room, more [64]int
	for label, class := range choose(room[:0], rng, n.ways, n.count()) {
		turns := 0
		if n.turned {
			class, turns = class/4, class%4
		}
		rows := n.classes[class].rows
		for k, at := range choose(more[:0], rng, n.shots+n.queries, len(rows)) {
			set, to := e.Support, label*n.shots+k
			if k >= n.shots {
				set, to = e.Query, label*n.queries+k-n.shots
			}
			n.from.fill(set.X.RawRowView(to), rows[at], turns)
			set.Y.Set(to, 0, float64(label))
		}
	}
}

func (n NWay) check() {
	if n.from == nil {
		panic("tasks: NWay: it has no table; NewNWay makes one that has")
	}
}

// choose appends k different numbers below n to dst, each choice in each order as likely as any other.
//
// Reference: Floyd, in Bentley, Floyd. A sample of brilliance. Communications of the ACM 30(9), 1987; then shuffled.
func choose(dst []int, rng *rand.Rand, k, n int) []int {
	for last := n - k; last < n; last++ {
		pick := rng.IntN(last + 1)
		if slices.Contains(dst, pick) {
			pick = last
		}
		dst = append(dst, pick)
	}
	for i := k - 1; i > 0; i-- {
		j := rng.IntN(i + 1)
		dst[i], dst[j] = dst[j], dst[i]
	}
	return dst
}
