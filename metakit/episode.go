package metakit

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
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

// A Size is the number of support points and query points of an episode, and the number of columns of X and Y.
type Size struct{ Support, Query, In, Out int }

// A Distribution draws tasks. It must be a plain value, as a [Learner] must: what it draws depends on its fields, the
// seed and the index alone.
type Distribution interface {
	// Size returns the size of the episode of that seed and index. In and Out are the same for all; Support and Query
	// may vary. What is compiled is compiled once for each size and kept, so let there be a few dozen at most.
	Size(seed, index uint64) Size
	// Draw fills e, made by [NewEpisode] for that size, with the episode. It may be called by several goroutines at
	// once.
	Draw(e *Episode, seed, index uint64)
}

// A Finite distribution has Len different tasks, those of the indices 0 to Len − 1 of any seed. An evaluation takes
// each of them once at most.
type Finite interface {
	Distribution
	Len() int
}

// check panics unless all numbers of the size are positive and such episodes can be.
func (s Size) check(what string) Size {
	if s.Support < 1 || s.Query < 1 || s.In < 1 || s.Out < 1 {
		panic(fmt.Sprintf("metakit: %s: size %+v; every number must be at least 1", what, s))
	}
	const most = 1 << 32 // entries of a matrix
	if rows := max(s.Support, s.Query); rows > most || max(s.In, s.Out) > most/rows {
		panic(fmt.Sprintf("metakit: %s: size %+v; a set has 2³² entries at most", what, s))
	}
	return s
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
	if d == nil {
		panic("metakit: Draw: the distribution is nil")
	}
	e := NewEpisode(d.Size(seed, index))
	d.Draw(e, seed, index)
	return e
}

// Size returns the size of the episode. It panics unless both sets have a row of X for every row of Y, and the same
// columns.
func (e *Episode) Size() Size {
	if e == nil {
		panic("metakit: Episode: it is nil")
	}
	s, q := e.Support, e.Query
	if empty(s.X) || empty(s.Y) || empty(q.X) || empty(q.Y) {
		panic("metakit: Episode: X or Y of a set is nil or empty")
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

func empty(m *mat.Dense) bool { return m == nil || m.IsEmpty() }

// check returns an error that names the first entry that is NaN or infinite, or a target that label refuses; a nil
// label takes all that are finite.
func (e *Episode) check(label func(v float64) error) error {
	err := checkMatrix("support X", e.Support.X, nil)
	if err == nil {
		err = checkMatrix("support Y", e.Support.Y, label)
	}
	if err == nil {
		err = checkMatrix("query X", e.Query.X, nil)
	}
	if err == nil {
		err = checkMatrix("query Y", e.Query.Y, label)
	}
	return err
}

func checkMatrix(name string, m *mat.Dense, label func(v float64) error) error {
	if label == nil && allFinite(m.RawMatrix().Data) {
		return nil
	}
	rows, _ := m.Dims()
	for r := range rows {
		for c, v := range m.RawRowView(r) {
			var err error
			switch {
			case notFinite(v):
				err = errNotFinite
			case label != nil:
				err = label(v)
			}
			if err != nil {
				return fmt.Errorf("%s is %v in row %d, column %d: %w", name, v, r, c, err)
			}
		}
	}
	return nil
}

var errNotFinite = errors.New("it must be finite")

func notFinite(v float64) bool { return math.IsNaN(v) || math.IsInf(v, 0) }

// allFinite reports whether no entry is NaN or infinite. The sum tells, unless it overflows.
func allFinite(v []float64) bool {
	return !notFinite(floats.Sum(v)) || !slices.ContainsFunc(v, notFinite)
}

// Rand returns the random numbers of that seed and index, rand.New(rand.NewPCG(seed, index)). The generator is part of
// the episode: the next call starts it anew.
func (e *Episode) Rand(seed, index uint64) *rand.Rand {
	if e == nil {
		panic("metakit: Episode.Rand: the episode is nil; NewEpisode makes one")
	}
	e.source.Seed(seed, index)
	if e.rng == nil {
		e.rng = rand.New(&e.source)
	}
	return e.rng
}
