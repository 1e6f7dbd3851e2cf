package compare

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/nn"
)

// constant scores the best constant: what can be predicted without a look at the inputs. It starts at the mean of the
// training labels, the log odds of a binary one, or the log frequencies of classes, with half a row more in each of
// them, so that one without rows has a finite loss. That of numbers goes on from there by a few hundred steps of Adam
// on all rows: of a squared error the mean is the best already, of another loss the steps come near.
func (s Study) constant(ctx context.Context, seed uint64) (mtlkit.Result, error) {
	const steps = 300
	t, test := s.Trial(seed, 0)
	var model constants
	var start []float64
	var stay []nn.Group
	for i, task := range t.Tasks {
		width := max(task.Width, 1)
		model = append(model, width)
		var labels *mat.Dense
		if i < len(t.Data.Y) {
			labels = t.Data.Y[i]
		}
		if task.Loss.Target().Kind != nn.Number {
			stay = append(stay, nn.Group{Names: fmt.Sprintf("constant%d", i+1)})
		}
		start = append(start, constantStart(task.Loss.Target(), width, labels)...)
	}
	result := mtlkit.Result{Entrant: Constant, Seed: seed}
	run, err := mtlkit.Trainer{
		Model: model, Tasks: t.Tasks, Data: t.Data, Initial: start, Epochs: steps,
		Optimizer: nn.NewAdam(0.05), Schedule: nn.CosineDecay{Steps: steps}, Groups: stay,
	}.Train(ctx)
	if err != nil {
		return result, fmt.Errorf("%s, seed %d: %w", Constant, seed, err)
	}
	scores, err := run.Evaluate(test)
	if err != nil {
		return result, fmt.Errorf("%s, seed %d, test rows: %w", Constant, seed, err)
	}
	for _, score := range scores {
		result.Losses, result.Values = append(result.Losses, score.Loss), append(result.Values, score.Value)
	}
	return result, nil
}

// constantStart returns the constant outputs of a task that its training labels suggest.
func constantStart(target nn.Target, width int, labels *mat.Dense) []float64 {
	out := make([]float64, width)
	if labels == nil {
		return out
	}
	columns := target.Columns(width)
	for c := range columns {
		var seen []float64
		for _, v := range mat.Col(nil, c, labels) {
			if !math.IsNaN(v) {
				seen = append(seen, v)
			}
		}
		sum := 0.0
		for _, v := range seen {
			sum += v
		}
		n := float64(len(seen))
		switch at := c * width / columns; { // outputs beside the first of a label start at 0
		case target.Kind == nn.Class:
			counts := make([]float64, width)
			for _, v := range seen {
				counts[int(v)]++
			}
			for k, count := range counts {
				out[k] = math.Log((count + 0.5) / (n + 0.5*float64(width)))
			}
		case target.Kind == nn.Binary:
			out[at] = math.Log((sum + 0.5) / (n - sum + 0.5))
		case n > 0:
			out[at] = sum / n
		}
	}
	return out
}

// constants is a model of that many constant outputs for each task.
type constants []int

// Tasks implements [mtlkit.Model].
func (c constants) Tasks() int { return len(c) }

// Shapes implements [mtlkit.Model].
func (c constants) Shapes() (shapes []autodiff.Shape) {
	for i, width := range c {
		shapes = append(shapes, autodiff.Shape{Name: fmt.Sprintf("constant%d", i+1), Rows: 1, Cols: width})
	}
	return shapes
}

// Init implements [mtlkit.Model].
func (c constants) Init(*rand.Rand) []float64 { return make([]float64, nn.Size(c.Shapes())) }

// Apply implements [mtlkit.Model].
func (c constants) Apply(_ *nn.Trace, theta autodiff.Params, x []autodiff.Value) []autodiff.Value {
	out := make([]autodiff.Value, len(x))
	for i, v := range x {
		zero := v.SliceCols(0, 1).Mul(v.Graph().Scalar(0)) // a row for each of x
		out[i] = zero.Add(theta.At(i))
	}
	return out
}
