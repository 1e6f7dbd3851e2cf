package mtlkit

import (
	"math"
	"math/bits"
	"runtime"
	"sync"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/kernel"
	"kindred/internal/team"
	"kindred/nn"
)

// mostRows is how many rows an evaluator takes at a time: enough to keep the kernels busy, and few enough that what a
// network computes on the way stays in a cache.
const mostRows = 256

// An evaluator computes outputs and losses of a model on any number of rows, a piece of them at a time. It makes a
// program for each number of rows, when it is first needed, and keeps it; the rows of a piece are [mostRows] or a power of
// two, so that there are few. A model that looks at all rows together ([nn.Trace.AllRows]) is given them together.
//
// It is safe for use by several goroutines.
type evaluator struct {
	model      Model
	tasks      []Task
	precision  autodiff.Precision
	statistics []*nn.Statistic // as they were asked for in training; nil if that is not known

	mu       sync.Mutex
	passes   map[passKey]*pass
	together bool // the model looks at all rows
}

// A passKey tells programs apart.
type passKey struct {
	rows, cols int
	task       int // whose output alone is wanted, or −1 for all
	losses     bool
}

// A pass is a program for a number of rows, and workspaces in which nobody runs it.
type pass struct {
	x      autodiff.Output
	y      []autodiff.Output
	theta  autodiff.Output
	out    []autodiff.Output
	loss   []autodiff.Output // of each row
	model  traced            // for the statistics
	p      *autodiff.Program
	mu     sync.Mutex
	spaces []*space
}

// A space is a workspace with the parameters of the moment of that number.
type space struct {
	ws     *autodiff.Workspace
	moment int
}

// A sheet is rows to evaluate, and what comes of them.
type sheet struct {
	x       []*mat.Dense
	y       []*mat.Dense // of each task, where losses are wanted: as they are, but for missing labels
	missing [][]bool     // of each row of a task, nil if none is
	losses  [][]float64  // of each task and row
	out     []*mat.Dense // of each task, where outputs are wanted
	pieces  []piece

	e       *evaluator
	now     moment
	job     team.Job
	portion func(worker, k int) // s.one, once
}

// A piece is some rows of a matrix of inputs.
type piece struct{ matrix, from, rows int }

func newEvaluator(m Model, tasks []Task, precision autodiff.Precision, statistics []*nn.Statistic) *evaluator {
	e := &evaluator{model: m, tasks: tasks, precision: precision, statistics: statistics, passes: map[passKey]*pass{}}
	return e
}

// newSheet returns a sheet for the losses of data.
func newSheet(data Data, tasks []Task) *sheet {
	data = data.complete(tasks)
	s := &sheet{x: data.X}
	for i, y := range data.Y {
		rows, _ := y.Dims()
		var missing []bool
		if hasMissing(y) {
			missing = make([]bool, rows)
			stand := standIn(y, tasks[i].Loss.Target())
			y = mat.DenseCopyOf(y)
			for r := range rows {
				if row := y.RawRowView(r); math.IsNaN(row[0]) {
					missing[r] = true
					copy(row, stand)
				}
			}
		}
		s.y, s.missing = append(s.y, y), append(s.missing, missing)
		s.losses = append(s.losses, make([]float64, rows))
	}
	return s
}

// wantOutputs makes room for the tasks' outputs.
func (s *sheet) wantOutputs(tasks []Task) {
	for i, task := range tasks {
		s.out = append(s.out, mat.NewDense(rowsOf(s.x[min(i, len(s.x)-1)]), task.width(), nil))
	}
}

// means stores in dst the mean loss of each task over its labelled rows, NaN if it has none.
func (s *sheet) means(dst []float64) {
	for i, losses := range s.losses {
		n := len(losses)
		for r, missing := range s.missing[i] {
			if missing {
				losses[r] = 0
				n--
			}
		}
		dst[i] = kernel.Total(losses) / float64(n)
	}
}

// run computes what the sheet wants.
func (e *evaluator) run(now moment, s *sheet) {
	if s.pieces == nil {
		s.e, s.portion = e, s.one
		together := e.looksAtAllRows(s)
		for j, x := range s.x {
			s.pieces = appendPieces(s.pieces, j, rowsOf(x), together)
		}
	}
	s.now = now
	if len(s.pieces) == 1 {
		s.one(0, 0)
		return
	}
	s.job.Do(len(s.pieces), runtime.GOMAXPROCS(0), s.portion)
}

// appendPieces cuts rows into pieces.
func appendPieces(pieces []piece, matrix, rows int, together bool) []piece {
	if together {
		return append(pieces, piece{matrix, 0, rows})
	}
	from := 0
	for ; rows-from >= mostRows; from += mostRows {
		pieces = append(pieces, piece{matrix, from, mostRows})
	}
	for rest := rows - from; rest > 0; rest = rows - from {
		size := 1 << (bits.Len(uint(rest)) - 1)
		pieces = append(pieces, piece{matrix, from, size})
		from += size
	}
	return pieces
}

// one computes a piece.
func (s *sheet) one(_, k int) {
	at := s.pieces[k]
	x := s.x[at.matrix]
	_, cols := x.Dims()
	key := passKey{rows: at.rows, cols: cols, task: -1, losses: s.losses != nil}
	if len(s.x) > 1 {
		key.task = at.matrix
	}
	p := s.e.pass(key)
	space := p.take()
	if space.moment != s.now.number {
		space.ws.Set(p.theta, s.now.theta)
		p.model.setStatistics(space.ws, s.now.statistics)
		space.moment = s.now.number
	}
	space.ws.Set(p.x, rowsView(x, at))
	for i := range s.e.tasks {
		if key.losses && p.y[i] != nil {
			space.ws.Set(p.y[i], rowsView(s.y[i], at))
		}
	}
	space.ws.Run()
	for i := range s.e.tasks {
		if p.out[i] == nil {
			continue
		}
		if s.out != nil {
			space.ws.Read(p.out[i], rowsView(s.out[i], at))
		}
		if key.losses {
			space.ws.Read(p.loss[i], s.losses[i][at.from:at.from+at.rows])
		}
	}
	p.giveBack(space)
}

// rowsView returns the numbers of some rows; those of a part of a wider matrix are copied.
func rowsView(m *mat.Dense, at piece) []float64 {
	raw := m.RawMatrix()
	if raw.Stride == raw.Cols {
		return raw.Data[at.from*raw.Cols : (at.from+at.rows)*raw.Cols]
	}
	out := make([]float64, 0, at.rows*raw.Cols)
	for r := range at.rows {
		out = append(out, m.RawRowView(at.from+r)...)
	}
	return out
}

// looksAtAllRows reports whether rows must not be evaluated apart.
func (e *evaluator) looksAtAllRows(s *sheet) bool {
	_, cols := s.x[0].Dims()
	e.pass(passKey{rows: 1, cols: cols, task: -1})
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.together
}

// pass returns the program for a number of rows.
func (e *evaluator) pass(key passKey) *pass {
	e.mu.Lock()
	defer e.mu.Unlock()
	if p, ok := e.passes[key]; ok {
		return p
	}
	p := e.newPass(key)
	e.passes[key] = p
	return p
}

func (e *evaluator) newPass(key passKey) *pass {
	g := autodiff.New()
	trace := nn.NewTrace(g, false)
	theta, x := g.Params(e.model.Shapes()), g.Input("x", key.rows, key.cols)
	xs := make([]autodiff.Value, len(e.tasks))
	for i := range xs {
		xs[i] = x
	}
	p := &pass{x: x, theta: theta, y: make([]autodiff.Output, len(xs)), out: make([]autodiff.Output, len(xs)),
		loss: make([]autodiff.Output, len(xs))}
	var outputs []autodiff.Output
	for i, out := range checkOutputs(e.model, e.tasks, xs, e.model.Apply(trace, theta, xs)) {
		if key.task >= 0 && key.task != i {
			continue
		}
		p.out[i] = out
		outputs = append(outputs, out)
		if key.losses {
			y := g.Input("labels of "+e.tasks[i].Name, key.rows, e.tasks[i].columns())
			loss := e.tasks[i].Loss.PerRow(out, y)
			p.y[i], p.loss[i] = y, loss
			outputs = append(outputs, loss)
		}
	}
	p.model.trace = trace
	p.model.closeDoor()
	p.model.arrange(e.statistics)
	e.together = e.together || trace.LooksAtAllRows()
	p.p = autodiff.CompileAs(e.precision, outputs...)
	return p
}

// take returns a workspace that nobody uses.
func (p *pass) take() *space {
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := len(p.spaces) - 1; last >= 0 {
		s := p.spaces[last]
		p.spaces = p.spaces[:last]
		return s
	}
	return &space{ws: p.p.NewWorkspace()}
}

func (p *pass) giveBack(s *space) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.spaces = append(p.spaces, s)
}
