package tasks

import (
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/metakit"
)

// Groups draws tasks from the groups of a table, such as schools, patients or machines: an episode is one group, of
// whose rows, shuffled, the first Shots are the support set and the next Queries the query set. The targets are those
// of the table.
//
// Split the table by groups first, and learn the scale on the part to train on:
//
//	train, test := school.SplitGroups(0.7, seed)
//	scale := train.Scaler()
//	train.X, test.X = scale.Apply(train.X), scale.Apply(test.X)
//	tasks.NewGroups(train, 5, 10)         // to train on
//	tasks.NewGroups(test, 5, 10).Each(1)  // to test on, every group once
type Groups struct {
	shots, queries int
	table          *datasets.Table
	names          []int   // of the groups, in order
	rows           [][]int // of each group
}

var _ metakit.Distribution = Groups{}

// NewGroups returns the tasks of a table, of which X, Y and Groups are copied. It panics at a table without groups, or
// if a group has fewer rows than shots and queries together.
func NewGroups(t *datasets.Table, shots, queries int) Groups {
	checkCount("NewGroups", "shots", shots)
	checkCount("NewGroups", "queries", queries)
	n := t.Len() // panics unless it is whole
	if t.Groups == nil {
		panic("tasks: NewGroups: the table has no groups; give it Groups, one entry a row")
	}
	g := Groups{shots: shots, queries: queries, table: &datasets.Table{X: mat.DenseCopyOf(t.X), Y: mat.DenseCopyOf(t.Y)}}
	g.names = slices.Compact(slices.Sorted(slices.Values(t.Groups)))
	g.rows = make([][]int, len(g.names))
	for row := range n {
		k, _ := slices.BinarySearch(g.names, t.Groups[row])
		g.rows[k] = append(g.rows[k], row)
	}
	for k, rows := range g.rows {
		if len(rows) < shots+queries {
			panic(fmt.Sprintf("tasks: NewGroups: group %s has %d rows; %d shots and %d queries need %d: take fewer, or leave the "+
				"group out by Table.Rows", t.GroupName(g.names[k]), len(rows), shots, queries, shots+queries))
		}
	}
	return g
}

// Names returns the groups in order.
func (g Groups) Names() []int {
	g.check()
	return slices.Clone(g.names)
}

// Size implements [metakit.Distribution].
func (g Groups) Size(_, _ uint64) metakit.Size {
	g.check()
	return metakit.Size{Support: g.shots, Query: g.queries, In: g.table.X.RawMatrix().Cols, Out: g.table.Y.RawMatrix().Cols}
}

// Draw implements [metakit.Distribution].
func (g Groups) Draw(e *metakit.Episode, seed, index uint64) {
	g.check()
	rng := e.Rand(seed, index)
	var room [128]int
	rows := g.rows[rng.IntN(len(g.rows))]
	for k, at := range choose(room[:0], rng, g.shots+g.queries, len(rows)) {
		if k < g.shots {
			g.put(e.Support, k, rows[at])
		} else {
			g.put(e.Query, k-g.shots, rows[at])
		}
	}
}

// Each returns an episode of every group, in order, so that an evaluation counts no group for two. The support set is
// drawn by the seed; the query set is all other rows of the group, so that the episodes differ in size.
func (g Groups) Each(seed uint64) metakit.Collection {
	g.check()
	all := make(metakit.Collection, len(g.rows))
	for k, rows := range g.rows {
		e := metakit.NewEpisode(metakit.Size{Support: g.shots, Query: len(rows) - g.shots, In: g.table.X.RawMatrix().Cols,
			Out: g.table.Y.RawMatrix().Cols})
		for i, at := range choose(nil, e.Rand(seed, metakit.TestIndex(k)), len(rows), len(rows)) {
			if i < g.shots {
				g.put(e.Support, i, rows[at])
			} else {
				g.put(e.Query, i-g.shots, rows[at])
			}
		}
		all[k] = e
	}
	return all
}

func (g Groups) put(set metakit.Set, to, row int) {
	copy(set.X.RawRowView(to), g.table.X.RawRowView(row))
	copy(set.Y.RawRowView(to), g.table.Y.RawRowView(row))
}

func (g Groups) check() {
	if g.table == nil {
		panic("tasks: Groups: it has no table; NewGroups makes one that has")
	}
}
