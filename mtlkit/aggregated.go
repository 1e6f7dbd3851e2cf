package mtlkit

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit/balance"
)

// aggregated steps along the direction that an aggregator finds (see [stepper]).
type aggregated struct {
	step
	balance     balance.Balancer
	aggregation balance.Aggregation
	ws          *autodiff.Workspace
	jacobian    autodiff.Output   // row after row
	own         []autodiff.Output // gradient of each task's loss by its own parameters; nil for a task without any
	jacs        []*mat.Dense      // one for each batch
	viewed      bool              // the only one lies in the workspace
	dir         []float64

	sharedAt []span // where in grad the shared parameters lie, and each task's own
	ownAt    [][]span
	ownGrad  [][]float64
	total    []float64 // sums of the losses over batches

	// With gradients by the representation: carries dir back to the shared parameters.
	back        *autodiff.Workspace
	dirO        autodiff.Output
	sharedGradO autodiff.Output
	sharedGrad  []float64
}

func newAggregated(t Trainer, s step) *aggregated {
	m := len(t.Tasks)
	a := &aggregated{step: s, balance: t.Balance, total: make([]float64, m), sharedAt: spans(t.Model, Shared)}
	for _, task := range t.Tasks {
		a.aggregation.Tasks = append(a.aggregation.Tasks, task.Name)
	}
	shared := owned(t.Model, s.model.theta, Shared)
	if shared.Len() == 0 {
		panic(fmt.Sprintf("mtlkit: Trainer: %T shares no parameters, %T has nothing to aggregate", t.Model, t.Balance))
	}
	outputs := []autodiff.Output{s.model.losses}
	for i := range t.Tasks {
		mine := owned(t.Model, s.model.theta, i)
		a.ownAt = append(a.ownAt, spans(t.Model, i))
		a.ownGrad = append(a.ownGrad, make([]float64, mine.Size()))
		if mine.Len() == 0 {
			a.own = append(a.own, nil)
			continue
		}
		gradient := autodiff.GradParams(s.model.loss[i], mine)
		a.own = append(a.own, gradient)
		outputs = append(outputs, gradient)
	}
	n := shared.Size()
	var rows autodiff.Params
	if t.ByRepresentation {
		z := s.model.representation
		n = z.Size()
		for i, loss := range s.model.loss {
			row := []autodiff.Value{autodiff.Grad(loss, z)}
			rows = rows.Join(autodiff.ParamsOf([]string{t.Tasks[i].Name}, row))
		}
		direction := z.Graph().Input("direction", z.Rows(), z.Cols())
		var matrices []autodiff.Value
		var names []string
		for k := range shared.Len() {
			matrices, names = append(matrices, shared.At(k)), append(names, shared.Name(k))
		}
		gradient := autodiff.VJP([]autodiff.Value{z}, []autodiff.Value{direction}, matrices)
		sharedGrad := autodiff.ParamsOf(names, gradient)
		a.dirO, a.sharedGradO = direction, sharedGrad
		a.back = autodiff.CompileAs(t.Precision, sharedGrad).NewWorkspace()
		a.sharedGrad = make([]float64, shared.Size())
		a.spaces = append(a.spaces, a.back)
	} else {
		for _, row := range autodiff.Jacobian(s.model.loss, shared) {
			rows = rows.Join(row)
		}
	}
	a.jacobian = rows
	a.ws = autodiff.CompileAs(t.Precision, append(outputs, a.jacobian)...).NewWorkspace()
	a.spaces = append(a.spaces, a.ws)
	a.dir = make([]float64, n)
	if len(a.sharedAt) == 1 && a.back == nil {
		at := a.sharedAt[0]
		a.dir = a.grad[at.at : at.at+at.n : at.at+at.n] // where the direction belongs
	}
	var view []float64
	if t.Precision == autodiff.Float64 && len(s.samplers) == 1 {
		view = a.ws.ViewParams(rows)
	}
	a.viewed = view != nil
	for range s.samplers {
		a.jacs = append(a.jacs, mat.NewDense(m, n, view))
	}
	a.state = t.Balance.NewState(m, n)
	fill(a.weights, math.NaN())
	return a
}

func (a *aggregated) next(theta []float64, epoch, k int) error {
	for _, own := range a.ownAt {
		for _, s := range own {
			clear(a.grad[s.at : s.at+s.n])
		}
	}
	clear(a.total)
	a.ws.Set(a.model.thetaO, theta)
	for b, jac := range a.jacs {
		a.load(b, epoch, k)
		a.ws.Run()
		a.ws.Read(a.model.losses, a.losses)
		if err := a.checkLosses(a.losses); err != nil {
			return err
		}
		for i, l := range a.losses {
			a.total[i] += l / float64(len(a.jacs))
		}
		if !a.viewed {
			a.ws.Read(a.jacobian, jac.RawMatrix().Data)
		}
		a.addOwn(1 / float64(len(a.jacs)))
	}
	copy(a.losses, a.total)
	if err := a.aggregate(); err != nil {
		if errors.Is(err, balance.ErrNotFinite) {
			return fmt.Errorf("%w: %w", ErrDiverged, err)
		}
		return err
	}
	if len(a.norms) > 0 {
		a.look(a.jacs[0])
	}
	direction := a.dir
	if a.back != nil {
		a.back.Set(a.model.thetaO, theta)
		a.back.Set(a.dirO, a.dir)
		a.back.Run()
		direction = a.back.Read(a.sharedGradO, a.sharedGrad)
	}
	for _, s := range a.sharedAt {
		if to := a.grad[s.at : s.at+s.n]; &to[0] != &direction[0] {
			copy(to, direction)
		}
		direction = direction[s.n:]
	}
	return nil
}

// addOwn adds each task's gradient by its own parameters, times factor.
func (a *aggregated) addOwn(factor float64) {
	for i, o := range a.own {
		if o == nil {
			continue
		}
		rest := a.ws.Read(o, a.ownGrad[i])
		for _, s := range a.ownAt[i] {
			for k, v := range rest[:s.n] {
				a.grad[s.at+k] += factor * v
			}
			rest = rest[s.n:]
		}
	}
}

func (a *aggregated) aggregate() error {
	if b, ok := a.balance.(balance.BatchAggregator); ok {
		return a.aggregation.ApplyBatches(a.dir, b, a.jacs, a.state)
	}
	if err := a.aggregation.Apply(a.dir, a.balance, a.jacs[0], a.losses, a.state); err != nil {
		return err
	}
	if w := a.aggregation.Weights(); w != nil {
		copy(a.weights, w)
	}
	return nil
}

func (a *aggregated) after([]float64) error { return nil }

func fill(x []float64, v float64) {
	for i := range x {
		x[i] = v
	}
}
