package mtlkit

import (
	"context"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit/balance"
)

// gradients are the losses' gradients: by the shared parameters, or by the representation, the rows of a Jacobian,
// which is nil if nothing is shared; and of each loss by its task's own parameters.
type gradients struct {
	jacobian  autodiff.Output // outputs of the main program, row after row
	jacobians []*mat.Dense    // one for each batch
	viewed    bool            // the only one lies in the workspace
	sharedAt  []span          // where in the vector of all parameters the shared ones lie

	own    []autodiff.Output // of each task; nil for a task without any
	ownAt  [][]span
	ownNow [][]float64

	aggregation balance.Aggregation
	direction   []float64 // by what the rows are by
	presentRows []float64 // rows of the tasks that are present, where some are not
	presentJacs []*mat.Dense

	// With gradients by the representation: carries the direction back to the shared parameters.
	back       *autodiff.Workspace
	directionO autodiff.Output
	carriedO   autodiff.Output
	carried    []float64
}

// traceRows traces the Jacobian, for a number of batches; nothing where no parameter is shared.
func (g *gradients) traceRows(t *Trainer, m *traced, u users, batches int) (outputs []autodiff.Output) {
	shared := pick(m.theta, u.shared())
	if shared.Len() == 0 {
		if t.Diagnose {
			panic(fmt.Sprintf("mtlkit: Trainer: Diagnose: the tasks share no parameters of %T that are trained, so that "+
				"there are no gradients to look at", t.Model))
		}
		return nil
	}
	g.sharedAt = spansOf(t.Model.Shapes(), u.shared())
	n := shared.Size()
	var rows autodiff.Params
	if t.ByRepresentation {
		z := m.representation
		n = z.Size()
		for i, loss := range m.loss {
			row := []autodiff.Value{autodiff.Grad(loss, z)}
			rows = rows.Join(autodiff.ParamsOf([]string{t.Tasks[i].Name}, row))
		}
		g.traceBack(t, m, z, shared)
	} else {
		for _, row := range autodiff.Jacobian(m.loss, shared) {
			rows = rows.Join(row)
		}
	}
	g.jacobian = rows
	g.direction = make([]float64, n)
	for range batches {
		g.jacobians = append(g.jacobians, mat.NewDense(len(t.Tasks), n, nil))
	}
	return []autodiff.Output{g.jacobian}
}

// traceBack traces how a direction by the representation acts on the shared parameters.
func (g *gradients) traceBack(t *Trainer, m *traced, z autodiff.Value, shared autodiff.Params) {
	direction := m.graph.Input("direction", z.Rows(), z.Cols())
	var matrices []autodiff.Value
	var names []string
	for k := range shared.Len() {
		matrices, names = append(matrices, shared.At(k)), append(names, shared.Name(k))
	}
	carried := autodiff.ParamsOf(names, autodiff.VJP([]autodiff.Value{z}, []autodiff.Value{direction}, matrices))
	g.directionO, g.carriedO = direction, carried
	g.back = autodiff.CompileAs(t.Precision, carried).NewWorkspace()
	g.carried = make([]float64, shared.Size())
}

// traceOwn traces the gradient of each task's loss by what it alone uses.
func (g *gradients) traceOwn(t *Trainer, m *traced, u users) (outputs []autodiff.Output) {
	for i, loss := range m.loss {
		mine := pick(m.theta, u.own(i))
		g.ownAt = append(g.ownAt, spansOf(t.Model.Shapes(), u.own(i)))
		g.ownNow = append(g.ownNow, make([]float64, mine.Size()))
		g.own = append(g.own, nil)
		if mine.Len() > 0 {
			g.own[i] = autodiff.GradParams(loss, mine)
			outputs = append(outputs, g.own[i])
		}
	}
	return outputs
}

// place lets the rows be read where a program computes them, if it can be, and a direction be written where it belongs.
func (g *gradients) place(main *autodiff.Workspace, precision autodiff.Precision, grad []float64) {
	if precision == autodiff.Float64 && len(g.jacobians) == 1 {
		if view := main.ViewParams(g.jacobian.(autodiff.Params)); view != nil {
			rows, cols := g.jacobians[0].Dims()
			g.jacobians[0], g.viewed = mat.NewDense(rows, cols, view), true
		}
	}
	if len(g.sharedAt) == 1 && g.back == nil {
		at := g.sharedAt[0]
		g.direction = grad[at.at : at.at+at.n : at.at+at.n]
	}
}

// read reads the rows of a batch out of the workspace that computed them.
func (g *gradients) read(main *autodiff.Workspace, batch int) {
	if !g.viewed {
		main.Read(g.jacobian, g.jacobians[batch].RawMatrix().Data)
	}
}

// addOwn adds each task's gradient by its own parameters, times factor.
func (g *gradients) addOwn(main *autodiff.Workspace, grad []float64, factor float64) {
	for i, o := range g.own {
		if o == nil {
			continue
		}
		rest := main.Read(o, g.ownNow[i])
		for _, s := range g.ownAt[i] {
			for k, v := range rest[:s.n] {
				grad[s.at+k] += factor * v
			}
			rest = rest[s.n:]
		}
	}
}

// aggregate finds the direction for the tasks that are present.
func (g *gradients) aggregate(b balance.Balancer, losses []float64, state balance.State) error {
	jacs := g.jacobians
	if len(state.Present) < len(losses) {
		jacs, losses = g.rowsOf(state.Present, losses)
	}
	if b, ok := b.(balance.BatchAggregator); ok {
		return g.aggregation.ApplyBatches(g.direction, b, jacs, state)
	}
	return g.aggregation.Apply(g.direction, b, jacs[0], losses, state)
}

// rowsOf copies the rows and losses of some tasks.
func (g *gradients) rowsOf(tasks []int, losses []float64) ([]*mat.Dense, []float64) {
	_, n := g.jacobians[0].Dims()
	size := len(tasks) * n
	if g.presentRows == nil {
		g.presentRows = make([]float64, len(g.jacobians)*len(losses)*n+len(losses))
	}
	g.presentJacs = g.presentJacs[:0]
	rest := g.presentRows
	for _, jac := range g.jacobians {
		rows := mat.NewDense(len(tasks), n, rest[:size])
		for k, i := range tasks {
			rows.SetRow(k, jac.RawRowView(i))
		}
		g.presentJacs, rest = append(g.presentJacs, rows), rest[size:]
	}
	for k, i := range tasks {
		rest[k] = losses[i]
	}
	return g.presentJacs, rest[:len(tasks)]
}

// carryBack writes the direction into the gradient by all parameters, by way of the representation if the rows are by
// that. The error is that of ctx, if it ended meanwhile.
func (g *gradients) carryBack(ctx context.Context, grad []float64) error {
	direction := g.direction
	if g.back != nil {
		g.back.Set(g.directionO, g.direction)
		if err := g.back.RunContext(ctx); err != nil {
			return err
		}
		direction = g.back.Read(g.carriedO, g.carried)
	}
	for _, s := range g.sharedAt {
		if to := grad[s.at : s.at+s.n]; &to[0] != &direction[0] {
			copy(to, direction)
		}
		direction = direction[s.n:]
	}
	return nil
}
