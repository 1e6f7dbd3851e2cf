package mtlkit

import (
	"math"
	"math/rand/v2"
	"runtime"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"kindred/internal/kernel"
	"kindred/internal/team"
	"kindred/nn"
)

// A batch holds the numbers of one step, row-major.
type batch struct {
	x      [][]float64 // one for all tasks, or one for each
	y      [][]float64 // one for each task; where a label is missing, that of another row
	share  [][]float64 // what each row, or label, counts for in the mean; nil for a task in which all count alike
	counts []int       // labelled rows of each task; its labels where they count apart
	mass   []float64   // what these count for together, the counts themselves without weights
}

// A sampler deals the rows of data out in batches. In every epoch each matrix of inputs is shuffled anew, by the seed,
// the epoch and the sampler's own stream alone. Step k of an epoch takes the k-th run of rows; a run that comes to the
// end goes on from the start, so that all batches have one size, and the tasks with fewer rows go round again.
type sampler struct {
	batch
	data   Data
	labels []measure
	stand  [][]float64 // a row of labels of each task, for those that are missing
	gaps   []bool      // the tasks some of whose labels are missing
	rows   []int       // of a batch, for each matrix of inputs
	whole  bool        // a batch is all the data
	steps  int         // in an epoch
	epoch  int         // that order was shuffled for
	order  [][]int
	seed   uint64
	stream int // of streams
	of     int
	pcg    *rand.PCG
	rng    *rand.Rand
	copying
}

// A copying is rows on their way into a batch: memory far apart, for which all processors wait at once.
type copying struct {
	job   team.Job
	parts []rows
	copy  func(worker, k int) // copying.portion, once
}

// Rows are copied from a matrix in the order of their numbers.
type rows struct {
	dst  []float64
	from blas64.General
	run  []int
}

// What is copied at a time has at least rowsCopied rows and, if there are so many, numbersCopied numbers. What has fewer
// than leastCopied together is copied by one processor.
const (
	rowsCopied    = 32
	numbersCopied = 1 << 12
	leastCopied   = 1 << 12
)

// newSampler returns a sampler that deals so many rows of each matrix of inputs. An epoch is a pass over the one that
// has the most.
func newSampler(data Data, tasks []Task, rows []int, seed uint64, stream, streams int) *sampler {
	s := &sampler{data: data, whole: true, epoch: -1, seed: seed, stream: stream, of: streams, pcg: rand.NewPCG(0, 0)}
	s.rng = rand.New(s.pcg)
	most := 0
	for j, x := range data.X {
		n, cols := x.Dims()
		s.whole = s.whole && rows[j] == n
		if n > most {
			most, s.steps = n, (n+rows[j]-1)/rows[j]
		}
		s.rows = append(s.rows, rows[j])
		s.x = append(s.x, make([]float64, rows[j]*cols))
		order := make([]int, n)
		for k := range order {
			order[k] = k
		}
		s.order = append(s.order, order)
	}
	for i := range data.Y {
		m := data.measure(i, tasks[i])
		_, cols := m.y.Dims()
		n := s.rowsOf(i)
		s.y = append(s.y, make([]float64, n*cols))
		s.counts, s.mass = append(s.counts, n), append(s.mass, float64(n))
		s.share = append(s.share, nil)
		s.stand = append(s.stand, standIn(m.y, tasks[i].Loss.Target()))
		s.labels, s.gaps = append(s.labels, m), append(s.gaps, hasMissing(m.y))
		switch {
		case m.apart:
			s.share[i] = make([]float64, n*cols)
		case s.gaps[i] || m.factors != nil:
			s.share[i] = make([]float64, n)
		}
	}
	return s
}

// standIn returns a row of labels that the loss takes, for missing ones: what a loss makes of them counts for nothing,
// but must be finite.
func standIn(y *mat.Dense, target nn.Target) []float64 {
	rows, cols := y.Dims()
	stand := make([]float64, cols)
	for c := range stand {
		if target.Positive {
			stand[c] = 1
		}
		for r := range rows {
			if label := y.At(r, c); !math.IsNaN(label) {
				stand[c] = label
				break
			}
		}
	}
	return stand
}

func hasMissing(y *mat.Dense) bool {
	_, _, ok := find(y, math.IsNaN)
	return ok
}

// matrix returns the index of a task's matrix of inputs.
func (s *sampler) matrix(task int) int { return min(task, len(s.rows)-1) }

// rowsOf returns the number of a task's rows in a batch.
func (s *sampler) rowsOf(task int) int { return s.rows[s.matrix(task)] }

// fill makes the batch that of a step.
func (s *sampler) fill(epoch, step int) {
	if epoch != s.epoch {
		s.shuffle(epoch)
	}
	for j, x := range s.data.X {
		s.take(s.x[j], x, j, step)
	}
	for i, m := range s.labels {
		s.take(s.y[i], m.y, s.matrix(i), step)
		if m.factors != nil {
			s.take(s.share[i], m.factors, s.matrix(i), step)
		}
	}
	s.copyAll()
	for i, m := range s.labels {
		if s.share[i] != nil {
			s.weigh(i, m.factors == nil)
		}
	}
}

// take makes ready to copy the rows of m that a step takes.
func (s *sampler) take(dst []float64, m *mat.Dense, matrix, step int) {
	_, cols := m.Dims()
	count, order := s.rows[matrix], s.order[matrix]
	most := max(rowsCopied, numbersCopied/cols)
	for at := step * count % len(order); count > 0; {
		n := min(most, count, len(order)-at)
		s.parts = append(s.parts, rows{dst[:n*cols], m.RawMatrix(), order[at : at+n]})
		dst, count = dst[n*cols:], count-n
		at = (at + n) % len(order)
	}
}

// copyAll copies what was made ready.
func (c *copying) copyAll() {
	numbers := 0
	for _, p := range c.parts {
		numbers += len(p.dst)
	}
	workers := 1
	if numbers >= leastCopied {
		workers = runtime.GOMAXPROCS(0)
	}
	if c.copy == nil {
		c.copy = c.portion
	}
	c.job.Do(len(c.parts), workers, c.copy)
	c.parts = c.parts[:0]
}

func (c *copying) portion(_, k int) {
	p := &c.parts[k]
	kernel.GatherRows(p.dst, p.from.Data, p.from.Stride, p.from.Cols, p.run)
}

// weigh puts other labels in the place of a task's missing ones, and writes what each row, or label, counts for: what is
// written there, or alike.
func (s *sampler) weigh(task int, alike bool) {
	share := s.share[task]
	if alike {
		fill(share, 1)
	}
	s.counts[task], s.mass[task] = maskMissing(s.y[task], share, s.stand[task])
}

// maskMissing puts other labels in the place of missing ones. share holds what each row counts for, or each label, by
// their number: it becomes 0 where they are missing, and else the share of that in the mean. Returned are the number of
// those that are not missing, and what these count for together.
func maskMissing(y, share, stand []float64) (count int, mass float64) {
	cols := len(y) / len(share)
	for k := range share {
		if part := y[k*cols : (k+1)*cols]; math.IsNaN(part[0]) {
			copy(part, stand[k*cols%len(stand):])
			share[k] = 0
		} else {
			mass += share[k]
			count++
		}
	}
	for k := range share {
		share[k] /= float64(max(count, 1))
	}
	return count, mass
}

func (s *sampler) shuffle(epoch int) {
	s.epoch = epoch
	s.pcg.Seed(s.seed, uint64(1+epoch*s.of+s.stream)) // stream 0 draws the first parameters
	for j, order := range s.order {
		if s.rows[j] == len(order) {
			continue
		}
		for k := range order {
			order[k] = k
		}
		for k := len(order) - 1; k > 0; k-- {
			swap := s.rng.IntN(k + 1)
			order[k], order[swap] = order[swap], order[k]
		}
	}
}
