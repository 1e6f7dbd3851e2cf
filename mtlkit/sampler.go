package mtlkit

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"kindred/nn"
)

// A batch holds the numbers of one step, row-major.
type batch struct {
	x      [][]float64 // one for all tasks, or one for each
	y      [][]float64 // one for each task; where a label is missing, that of another row
	share  [][]float64 // for a task with missing labels: 1/count for a labelled row, else 0; nil for the other tasks
	counts []int       // labelled rows of each task
}

// A sampler deals the rows of data out in batches. In every epoch each matrix of inputs is shuffled anew, by the seed,
// the epoch and the sampler's own stream alone. Step k of an epoch takes the k-th run of rows; a run that comes to the
// end goes on from the start, so that all batches have one size, and the tasks with fewer rows go round again.
type sampler struct {
	batch
	data   Data
	stand  [][]float64 // a row of labels of each task, for rows that have none
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
}

func newSampler(data Data, tasks []Task, size int, seed uint64, stream, streams int) *sampler {
	s := &sampler{data: data, whole: true, epoch: -1, seed: seed, stream: stream, of: streams, pcg: rand.NewPCG(0, 0)}
	s.rng = rand.New(s.pcg)
	for _, x := range data.X {
		n, cols := x.Dims()
		rows := n
		if size > 0 && size < n {
			rows, s.whole = size, false
		}
		s.steps = max(s.steps, (n+rows-1)/rows)
		s.rows = append(s.rows, rows)
		s.x = append(s.x, make([]float64, rows*cols))
		order := make([]int, n)
		for k := range order {
			order[k] = k
		}
		s.order = append(s.order, order)
	}
	for i, y := range data.Y {
		_, cols := y.Dims()
		s.y = append(s.y, make([]float64, s.rowsOf(i)*cols))
		s.counts = append(s.counts, s.rowsOf(i))
		s.share = append(s.share, nil)
		s.stand = append(s.stand, standIn(y, tasks[i].Loss.Target()))
		if hasMissing(y) {
			s.share[i] = make([]float64, s.rowsOf(i))
		}
	}
	return s
}

// standIn returns labels that the loss takes, for rows without: what a loss makes of them counts for nothing, but must
// be finite.
func standIn(y *mat.Dense, target nn.Target) []float64 {
	rows, cols := y.Dims()
	for r := range rows {
		if row := y.RawRowView(r); !math.IsNaN(row[0]) {
			return row
		}
	}
	row := make([]float64, cols)
	if target.Positive {
		fill(row, 1)
	}
	return row
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
	for i, y := range s.data.Y {
		s.take(s.y[i], y, s.matrix(i), step)
		if s.share[i] != nil {
			s.counts[i] = maskMissing(s.y[i], s.share[i], s.stand[i])
		}
	}
}

// take copies the rows of m that a step takes.
func (s *sampler) take(dst []float64, m *mat.Dense, matrix, step int) {
	_, cols := m.Dims()
	rows, order := s.rows[matrix], s.order[matrix]
	at := step * rows % len(order)
	for k := range rows {
		copy(dst[k*cols:], m.RawRowView(order[at]))
		if at++; at == len(order) {
			at = 0
		}
	}
}

// maskMissing puts other labels in the place of missing ones, writes what each row counts for in the mean, and returns
// the number of labelled rows.
func maskMissing(y, share, stand []float64) (count int) {
	cols := len(y) / len(share)
	for r := range share {
		if row := y[r*cols : (r+1)*cols]; math.IsNaN(row[0]) {
			copy(row, stand)
			share[r] = 0
		} else {
			share[r] = 1
			count++
		}
	}
	for r := range share {
		share[r] /= float64(max(count, 1))
	}
	return count
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
