package metakit

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"
)

// A Set holds points of a task: one row of X and one of Y for each point.
type Set struct{ X, Y *mat.Dense }

// NewSet returns n points from the entries of X and of Y, row-major, which are not copied. It panics unless both are n
// rows of at least one entry.
func NewSet(n int, x, y []float64) Set {
	if n < 1 || len(x) < n || len(y) < n || len(x)%n != 0 || len(y)%n != 0 {
		panic(fmt.Sprintf("metakit: NewSet: %d entries of X and %d of Y do not make %d rows", len(x), len(y), n))
	}
	return Set{mat.NewDense(n, len(x)/n, x), mat.NewDense(n, len(y)/n, y)}
}

// An Episode is one encounter with a task: a support set to adapt to, and a query set of the same task to be judged by.
type Episode struct {
	Support, Query Set

	source rand.PCG // so that drawing again allocates nothing
	rng    *rand.Rand
}

// A Size is the number of support points and query points of every episode of a distribution, and the number of columns
// of X and Y.
type Size struct{ Support, Query, In, Out int }

// A Distribution draws tasks.
type Distribution interface {
	// Size returns the size of every episode.
	Size() Size
	// Draw fills e, made by [NewEpisode] for the distribution's size, with the episode of that seed and index. It must
	// depend on them alone, and may be called by several goroutines at once.
	Draw(e *Episode, seed, index uint64)
}

// sizeOf returns the size of the tasks of a training or an evaluation.
func sizeOf(what string, tasks Distribution) Size {
	if tasks == nil {
		panic("metakit: " + what + ": Tasks is nil; give a distribution, such as Sinusoid{Shots: 10}")
	}
	size := tasks.Size()
	size.check(what)
	return size
}

// check panics unless all numbers of the size are positive.
func (s Size) check(what string) {
	if s.Support < 1 || s.Query < 1 || s.In < 1 || s.Out < 1 {
		panic(fmt.Sprintf("metakit: %s: size %+v; every number must be at least 1", what, s))
	}
}

// NewEpisode returns an episode of zeros. It panics unless all numbers of the size are positive.
func NewEpisode(s Size) *Episode {
	s.check("NewEpisode")
	return &Episode{
		Support: Set{mat.NewDense(s.Support, s.In, nil), mat.NewDense(s.Support, s.Out, nil)},
		Query:   Set{mat.NewDense(s.Query, s.In, nil), mat.NewDense(s.Query, s.Out, nil)},
	}
}

// Draw returns the episode of that seed and index.
func Draw(d Distribution, seed, index uint64) *Episode {
	e := NewEpisode(d.Size())
	d.Draw(e, seed, index)
	return e
}

// Size returns the size of the episode. It panics unless both sets have a row of X for every row of Y, and the same
// columns.
func (e *Episode) Size() Size {
	s, q := e.Support, e.Query
	if s.X == nil || s.Y == nil || q.X == nil || q.Y == nil {
		panic("metakit: Episode: X or Y of a set is nil")
	}
	support, in := s.X.Dims()
	query, out := q.Y.Dims()
	rows, cols := s.Y.Dims()
	queryRows, queryCols := q.X.Dims()
	if rows != support || cols != out || queryRows != query || queryCols != in {
		panic(fmt.Sprintf("metakit: Episode: support X %d×%d and Y %d×%d, query X %d×%d and Y %d×%d do not fit each "+
			"other", support, in, rows, cols, queryRows, queryCols, query, out))
	}
	return Size{support, query, in, out}
}

// check returns an error that names the first entry that is NaN or infinite, or a target that label, unless it is nil,
// refuses.
func (e *Episode) check(label func(v float64) error) error {
	for _, part := range [...]struct {
		name  string
		m     *mat.Dense
		label func(v float64) error
	}{{"support X", e.Support.X, nil}, {"support Y", e.Support.Y, label}, {"query X", e.Query.X, nil},
		{"query Y", e.Query.Y, label}} {
		if part.label == nil && allFinite(part.m.RawMatrix().Data) {
			continue
		}
		rows, _ := part.m.Dims()
		for r := range rows {
			for c, v := range part.m.RawRowView(r) {
				var err error
				switch {
				case notFinite(v):
					err = errNotFinite
				case part.label != nil:
					err = part.label(v)
				}
				if err != nil {
					return fmt.Errorf("%s is %v in row %d, column %d: %w", part.name, v, r, c, err)
				}
			}
		}
	}
	return nil
}

var errNotFinite = errors.New("it must be finite")

// Rand returns the random numbers of that seed and index, rand.New(rand.NewPCG(seed, index)). The generator is part of
// the episode: the next call starts it anew.
func (e *Episode) Rand(seed, index uint64) *rand.Rand {
	e.source.Seed(seed, index)
	if e.rng == nil {
		e.rng = rand.New(&e.source)
	}
	return e.rng
}

// A Collection is a distribution of a fixed list of episodes of one size; the episode of index k is number k modulo
// their number, whatever the seed. It serves for a finite number of training tasks, and for data of one's own.
type Collection []*Episode

var _ Distribution = Collection(nil)

// Collect draws the episodes of a seed with indices 0 to n − 1.
func Collect(d Distribution, seed uint64, n int) Collection {
	c := make(Collection, n)
	for k := range c {
		c[k] = Draw(d, seed, uint64(k))
	}
	return c
}

// Size implements [Distribution]. It panics if there are no episodes.
func (c Collection) Size() Size {
	if len(c) == 0 {
		panic("metakit: Collection: no episodes")
	}
	return c[0].Size()
}

// Draw implements [Distribution].
func (c Collection) Draw(e *Episode, _, index uint64) {
	k := index &^ testStream % uint64(len(c)) // a test, too, begins with number 0
	from := c[k]
	if from.Size() != e.Size() {
		panic(fmt.Sprintf("metakit: Collection: episode %d has size %+v, the first has %+v", k, from.Size(), e.Size()))
	}
	e.Support.X.Copy(from.Support.X)
	e.Support.Y.Copy(from.Support.Y)
	e.Query.X.Copy(from.Query.X)
	e.Query.Y.Copy(from.Query.Y)
}
