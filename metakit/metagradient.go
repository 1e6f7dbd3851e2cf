package metakit

import (
	"fmt"
	"slices"

	"kindred/autodiff"
)

// MetaGradient returns what meta-training makes of one episode at these meta-parameters, in float64: the loss that it
// reports, and its meta-gradient, penalties included. Running statistics and scheduled numbers are those of the first
// step, and noise is the same at every call. The error names a number of the episode that is not finite, or a label
// that the loss does not take, or a meta-parameter that is not finite. It is an [ErrDiverged], beside loss and gradient
// as they are, if a number of these is not finite: it names the operation that made it so.
func MetaGradient(l Learner, meta []float64, e *Episode) (loss float64, gradient []float64, err error) {
	p, err := newProbe("MetaGradient", l, meta, e, false)
	if err != nil {
		return 0, nil, err
	}
	loss, gradient = p.loss(p.reported, meta), p.ws.Read(p.gradient, nil)
	if notFinite(loss) {
		return loss, gradient, diverged(fmt.Sprintf("MetaGradient: the loss is %v", loss), p.ws)
	}
	if k := slices.IndexFunc(gradient, notFinite); k >= 0 {
		return loss, gradient, diverged(fmt.Sprintf("MetaGradient: number %d of the gradient is %v", k, gradient[k]), p.ws)
	}
	return loss, gradient, nil
}

// A probe is the meta-gradient of a learner, ready to be run on an episode.
type probe struct {
	*traced
	ws                  *autodiff.Workspace
	reported, objective autodiff.Value
	gradient            autodiff.Params
	stopped             autodiff.Params // the derivative of objective, what was stopped being constant; of a check alone
	statistics          []float64
}

func newProbe(what string, l Learner, meta []float64, e *Episode, check bool) (*probe, error) {
	checkLearner(what, l)
	size := e.Size()
	p := &probe{traced: newTraced(what, l, size, true)}
	p.ask(what, size)
	p.reported, p.objective, p.gradient = p.metaGradient(true)
	p.statistics = p.startStatistics()
	if err := p.checkMeta(what, meta, p.statistics); err != nil {
		return nil, err
	}
	if err := e.check(p.label); err != nil {
		return nil, fmt.Errorf("metakit: %s: %w", what, err)
	}
	outputs := []autodiff.Output{p.reported, p.objective, p.gradient}
	if check {
		p.stopped = autodiff.GradParams(p.objective, p.meta)
		outputs = append(outputs, p.stopped)
	}
	p.ws = autodiff.Compile(outputs...).NewWorkspace()
	p.setEpisode(p.ws, e)
	p.ws.SetNoise(0, 0, 0) // the same at every run
	return p, nil
}

// loss runs the program at meta and returns a loss.
func (p *probe) loss(of autodiff.Value, meta []float64) float64 {
	p.setState(p.ws, meta, p.statistics, 0)
	p.ws.Run()
	return p.ws.Scalar(of)
}
