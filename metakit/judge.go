package metakit

import (
	"fmt"
	"runtime"
	"sync"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/team"
	"kindred/nn"
)

func processors() int { return runtime.GOMAXPROCS(0) }

// A judge judges what predictors say by a loss.
type judge struct {
	loss   nn.Loss
	metric nn.Metric
	job    team.Job
	fault  fault

	mu     sync.Mutex
	scales map[[3]int]*scale
}

// A scale is the program of a loss for predictions of one size.
type scale struct {
	prediction, y, loss autodiff.Value
	pool                pool
}

// judge returns the loss and the score of a prediction for an episode.
func (j *judge) judge(p Predictor, e *Episode) (loss, score float64, err error) {
	size := e.Size()
	if err := e.check(nil); err != nil { // which no predictor takes
		return 0, 0, err
	}
	prediction := p.Predict(e.Support, e.Query.X)
	if empty(prediction) || prediction.RawMatrix().Rows != size.Query {
		panic(fmt.Sprintf("metakit: Evaluation.Baseline: %T must return %d rows, one for every row of x", p, size.Query))
	}
	_, cols := prediction.Dims()
	target := j.loss.Target()
	if err := target.CheckOutputs(cols); err != nil || target.Columns(cols) != size.Out {
		panic(fmt.Sprintf("metakit: Evaluation.Baseline: %T returns %d columns, which do not go with the %d of the labels",
			p, cols, size.Out))
	}
	if err := e.check(func(v float64) error { return target.Check(v, cols) }); err != nil {
		return 0, 0, err
	}
	s := j.scale([3]int{size.Query, cols, size.Out})
	ws := s.pool.get()
	defer s.pool.put(ws)
	ws.Set(s.prediction, flat(prediction))
	ws.Set(s.y, flat(e.Query.Y))
	ws.Run()
	return ws.Scalar(s.loss), j.metric.Of(mat.DenseCopyOf(prediction), e.Query.Y), nil
}

func (j *judge) scale(size [3]int) *scale {
	j.mu.Lock()
	defer j.mu.Unlock()
	if s, ok := j.scales[size]; ok {
		return s
	}
	if j.scales == nil {
		j.scales = map[[3]int]*scale{}
	}
	g := autodiff.New()
	s := &scale{prediction: g.Input("prediction", size[0], size[1]), y: g.Input("y", size[0], size[2])}
	s.loss = MeanLoss(j.loss, s.prediction, s.y)
	s.pool.program = autodiff.Compile(s.loss)
	j.scales[size] = s
	return s
}

// A pool keeps workspaces of a program that are not in use.
type pool struct {
	program *autodiff.Program
	ready   func(ws *autodiff.Workspace) // sets what stays; nil if nothing does
	mu      sync.Mutex
	free    []*autodiff.Workspace
}

func (p *pool) get() *autodiff.Workspace {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.free); n > 0 {
		ws := p.free[n-1]
		p.free = p.free[:n-1]
		return ws
	}
	ws := p.program.NewWorkspace()
	if p.ready != nil {
		p.ready(ws)
	}
	return ws
}

func (p *pool) put(ws *autodiff.Workspace) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, ws)
}
