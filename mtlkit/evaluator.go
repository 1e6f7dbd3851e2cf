package mtlkit

import (
	"context"
	"math/bits"
	"runtime"
	"slices"
	"strings"
	"sync"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/kernel"
	"kindred/internal/stop"
	"kindred/internal/team"
	"kindred/nn"
)

// mostRows is how many rows an evaluator takes at a time: enough to keep the kernels busy, and few enough that what a
// network computes on the way stays in a cache.
const mostRows = 256

// An evaluator computes outputs and losses of a model on any number of rows, a piece of them at a time. It makes a
// program for each number of rows, when it is first needed, and keeps it; the rows of a piece are [mostRows] or a power
// of two, so that there are few. A model that looks at all rows together ([nn.Trace.AllRows]) is given them together.
//
// It is safe for use by several goroutines.
type evaluator struct {
	model      Model
	tasks      []Task
	precision  autodiff.Precision
	statistics []*nn.Statistic // as they were asked for in training; nil if that is not known
	columns    []int           // of each task's inputs; nil if they are not known

	mu       sync.Mutex
	passes   map[passKey]*pass
	together bool // the model looks at all rows
}

// A passKey tells programs apart.
type passKey struct {
	rows, cols int
	task       int // whose output alone is wanted, or −1 for all
	losses     bool
	apart      string // a letter for each task, y where its losses are wanted label by label; "" where none is
	shown      bool   // the values that the model shows are wanted alone
}

// A pass is a program for a number of rows, and workspaces in which nobody runs it.
type pass struct {
	x      autodiff.Output
	y      []autodiff.Output
	theta  autodiff.Output
	out    []autodiff.Output
	loss   []autodiff.Output // of each row, or label
	shown  []nn.Named
	model  traced // for the statistics
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
	x       []*mat.Dense // nil where nothing is wanted of a task
	y       []*mat.Dense // of each task, where losses are wanted: as they are, but for missing labels
	labels  []measure    // the labels as they are, and what they count for
	missing [][]bool     // of each row of a task, or label, nil if none is
	losses  [][]float64  // of each task and row, or label
	apart   string       // see passKey
	out     []*mat.Dense // of each task, where outputs are wanted
	pieces  []piece

	e       *evaluator
	now     moment
	ctx     context.Context
	sign    stop.Sign
	job     team.Job
	portion func(worker, k int) // s.one, once
}

// A piece is some rows of a matrix of inputs.
type piece struct{ matrix, from, rows int }

func newEvaluator(m Model, tasks []Task, precision autodiff.Precision) *evaluator {
	return &evaluator{model: m, tasks: tasks, precision: precision, passes: map[passKey]*pass{}}
}

// newSheet returns a sheet for the losses of data.
func newSheet(data Data, tasks []Task) *sheet {
	data = data.complete(tasks)
	s := &sheet{x: data.X}
	var apart strings.Builder
	for i, task := range tasks {
		m := data.measure(i, task)
		n, cols := m.y.Dims()
		letter := byte('n')
		if m.apart {
			n, letter = n*cols, 'y'
		}
		apart.WriteByte(letter)
		y := m.y
		var missing []bool
		if hasMissing(y) {
			y = mat.DenseCopyOf(y)
			share := make([]float64, n)
			fill(share, 1)
			maskMissing(y.RawMatrix().Data, share, standIn(m.y, task.Loss.Target()))
			for _, v := range share {
				missing = append(missing, v == 0)
			}
		}
		s.labels, s.y, s.missing = append(s.labels, m), append(s.y, y), append(s.missing, missing)
		s.losses = append(s.losses, make([]float64, n))
	}
	if s.apart = apart.String(); !strings.Contains(s.apart, "y") {
		s.apart = ""
	}
	return s
}

// wantOutputs makes room for the tasks' outputs.
func (s *sheet) wantOutputs(tasks []Task) {
	for i, task := range tasks {
		var out *mat.Dense
		if rows := rowsOf(s.x[min(i, len(s.x)-1)]); rows > 0 {
			out = mat.NewDense(rows, task.width(), nil)
		}
		s.out = append(s.out, out)
	}
}

// means stores in dst the mean loss of each task over its labelled rows, or labels, as they are weighed; NaN if it has
// none.
func (s *sheet) means(dst []float64) {
	for i, losses := range s.losses {
		for k, missing := range s.missing[i] {
			if missing {
				losses[k] = 0
			}
		}
		mass := float64(s.labelled(i))
		if factors := s.labels[i].factors; factors != nil {
			for k, factor := range factors.RawMatrix().Data {
				losses[k] *= factor
			}
			mass = kernel.Total(factors.RawMatrix().Data)
		}
		dst[i] = kernel.Total(losses) / mass
	}
}

// labelled returns the number of labelled rows of a task, or of its labels where they count apart.
func (s *sheet) labelled(task int) int {
	n := len(s.losses[task])
	for _, missing := range s.missing[task] {
		if missing {
			n--
		}
	}
	return n
}

// run computes what the sheet wants, or gives it up when ctx ends: between pieces, and within a large one.
func (e *evaluator) run(ctx context.Context, now moment, s *sheet) error {
	if s.pieces == nil {
		s.e, s.portion = e, s.one
		together := e.looksAtAllRows(now, s)
		for j, x := range s.x {
			s.pieces = appendPieces(s.pieces, j, rowsOf(x), together)
		}
	}
	s.now, s.ctx = now, ctx
	s.sign.Begin(ctx)
	if len(s.pieces) == 1 {
		s.one(0, 0)
	} else {
		s.job.Do(len(s.pieces), runtime.GOMAXPROCS(0), s.portion)
	}
	if s.sign.Err() != nil {
		return errGivenUp
	}
	return nil
}

// appendPieces cuts rows into pieces.
func appendPieces(pieces []piece, matrix, rows int, together bool) []piece {
	if together && rows > 0 {
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
	if s.sign.Up() {
		return
	}
	at := s.pieces[k]
	key := s.key(at)
	p := s.e.pass(key, s)
	space := p.take(s.now)
	space.ws.Set(p.x, rowsView(s.x[at.matrix], at))
	for i := range s.e.tasks {
		if key.losses && p.y[i] != nil {
			space.ws.Set(p.y[i], rowsView(s.y[i], at))
		}
	}
	if space.ws.RunContext(s.ctx) != nil {
		s.sign.Raise()
		p.giveBack(space)
		return
	}
	for i := range s.e.tasks {
		if p.out[i] == nil {
			continue
		}
		if s.out != nil {
			space.ws.Read(p.out[i], rowsView(s.out[i], at))
		}
		if key.losses {
			each := len(s.losses[i]) / rowsOf(s.y[i]) // 1, or the number of labels in a row
			space.ws.Read(p.loss[i], s.losses[i][each*at.from:each*(at.from+at.rows)])
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

// key returns which program a piece needs.
func (s *sheet) key(at piece) passKey {
	_, cols := s.x[at.matrix].Dims()
	key := passKey{rows: at.rows, cols: cols, task: -1, losses: s.losses != nil, apart: s.apart}
	if len(s.x) > 1 {
		key.task = at.matrix
	}
	return key
}

// columns returns the number of columns of a task's inputs, 0 if it is not known.
func (s *sheet) columns(task int) int {
	if s.e.columns != nil {
		return s.e.columns[task]
	}
	if x := s.x[min(task, len(s.x)-1)]; x != nil {
		return x.RawMatrix().Cols
	}
	return 0
}

// looksAtAllRows reports whether rows must not be evaluated apart. It panics unless there are as many running
// statistics as the model has.
func (e *evaluator) looksAtAllRows(now moment, s *sheet) bool {
	first := slices.IndexFunc(s.x, func(x *mat.Dense) bool { return x != nil })
	e.pass(s.key(piece{matrix: first, rows: 1}), s).model.checkStatistics(now.statistics)
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.together
}

// pass returns the program for a number of rows of a sheet.
func (e *evaluator) pass(key passKey, s *sheet) *pass {
	e.mu.Lock()
	defer e.mu.Unlock()
	if p, ok := e.passes[key]; ok {
		return p
	}
	p := e.newPass(key, s)
	e.passes[key] = p
	return p
}

// newPass traces and compiles. Where a single task is wanted, the others, whose inputs may have other columns, are
// given zeros, and what comes of them is dropped.
func (e *evaluator) newPass(key passKey, s *sheet) *pass {
	g := autodiff.New()
	trace := nn.NewTrace(g, false)
	theta, x := g.Params(e.model.Shapes()), g.Input("x", key.rows, key.cols)
	xs := make([]autodiff.Value, len(e.tasks))
	for i := range xs {
		xs[i] = x
		if cols := s.columns(i); key.task >= 0 && i != key.task && cols > 0 && cols != key.cols {
			xs[i] = g.Fill(key.rows, cols, 0)
		}
	}
	p := &pass{x: x, theta: theta, y: make([]autodiff.Output, len(xs)), out: make([]autodiff.Output, len(xs)),
		loss: make([]autodiff.Output, len(xs))}
	var outputs []autodiff.Output
	for i, out := range checkOutputs(e.model, e.tasks, xs, e.model.Apply(trace, theta, xs)) {
		if key.shown || key.task >= 0 && key.task != i {
			continue
		}
		p.out[i] = out
		outputs = append(outputs, out)
		if key.losses {
			y := g.Input("labels of "+e.tasks[i].Name, key.rows, e.tasks[i].columns())
			var loss autodiff.Value
			if key.apart != "" && key.apart[i] == 'y' {
				loss = e.tasks[i].perLabel(out, y)
			} else {
				loss = e.tasks[i].Loss.PerRow(out, y)
			}
			p.y[i], p.loss[i] = y, loss
			outputs = append(outputs, loss)
		}
	}
	if key.shown {
		p.shown = trace.Shown()
		for _, v := range p.shown {
			outputs = append(outputs, v.Value)
		}
	}
	p.model.trace = trace
	p.model.closeDoor()
	p.model.arrange(e.statistics)
	e.together = e.together || trace.LooksAtAllRows()
	if len(outputs) > 0 {
		p.p = autodiff.CompileAs(e.precision, outputs...)
	}
	return p
}

// take returns a workspace that nobody uses, with the parameters and statistics of a moment.
func (p *pass) take(now moment) *space {
	s := p.idle()
	if s.moment != now.number {
		s.ws.Set(p.theta, now.theta)
		p.model.setStatistics(s.ws, now.statistics)
		s.moment = now.number
	}
	return s
}

func (p *pass) idle() *space {
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
