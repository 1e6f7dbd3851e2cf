package metakit

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// A Collection is a distribution of a fixed list of episodes; the episode of index k is number k modulo their number,
// whatever the seed. It serves for a finite number of training tasks, and for data of one's own. The episodes may
// differ in size.
type Collection []*Episode

var _ Finite = Collection(nil)

// Collect draws the episodes of a seed with indices 0 to n − 1.
func Collect(d Distribution, seed uint64, n int) Collection {
	if d == nil || n < 1 {
		panic(fmt.Sprintf("metakit: Collect: %d episodes of %T; there must be at least one, of a distribution", n, d))
	}
	var c Collection
	for k := range n {
		c = append(c, Draw(d, seed, uint64(k)))
	}
	return c
}

// Len implements [Finite].
func (c Collection) Len() int { return len(c) }

// Size implements [Distribution]. It panics if there are no episodes.
func (c Collection) Size(_, index uint64) Size { return c.at(index).Size() }

// Draw implements [Distribution].
func (c Collection) Draw(e *Episode, _, index uint64) {
	from := c.at(index)
	if from.Size() != e.Size() {
		panic(fmt.Sprintf("metakit: Collection: the episode of index %d has size %+v, that to be filled %+v",
			index, from.Size(), e.Size()))
	}
	e.Support.X.Copy(from.Support.X)
	e.Support.Y.Copy(from.Support.Y)
	e.Query.X.Copy(from.Query.X)
	e.Query.Y.Copy(from.Query.Y)
}

func (c Collection) at(index uint64) *Episode {
	if len(c) == 0 {
		panic("metakit: Collection: no episodes")
	}
	k := index &^ testStream % uint64(len(c)) // a test, too, begins with number 0
	if c[k] == nil {
		panic(fmt.Sprintf("metakit: Collection: episode %d is nil", k))
	}
	return c[k]
}

// checkDistinct panics if an episode is in the collection twice.
func (c Collection) checkDistinct() {
	seen := map[*Episode]int{}
	for k, e := range c {
		if first, ok := seen[e]; ok {
			panic(fmt.Sprintf("metakit: Evaluation: episodes %d and %d of the Collection are one; it would pass for two tasks",
				first, k))
		}
		seen[e] = k
	}
}

// clone returns a collection that shares no number with c. It panics if an episode cannot be used.
func (c Collection) clone() Collection {
	out := make(Collection, len(c))
	for k := range c {
		c.at(uint64(k)).Size()
		s, q := c[k].Support, c[k].Query
		out[k] = &Episode{Support: Set{mat.DenseCopyOf(s.X), mat.DenseCopyOf(s.Y)},
			Query: Set{mat.DenseCopyOf(q.X), mat.DenseCopyOf(q.Y)}}
	}
	return out
}
