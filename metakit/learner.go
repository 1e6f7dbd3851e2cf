package metakit

import (
	"fmt"
	"math/rand/v2"
	"reflect"

	"kindred/autodiff"
	"kindred/nn"
)

// A Learner says, as traced functions, how it predicts from a support set. What it learns are its meta-parameters: a
// start for the network, step sizes, an embedding, whatever its shapes say. It is trained to predict well: its
// meta-gradient is that of its mean loss on a query set, unless it is an [OwnGradient].
//
// A learner is a structure with an [nn.Network] and an [nn.Loss] embedded, which bring all methods but Predict:
//
//	type Mine struct {
//		nn.Network
//		nn.Loss
//	}
//
// It must be a plain value: a training copies it, as far as its exported fields go, and takes two whose fields are
// equal for the same.
type Learner interface {
	// Shapes lists the meta-parameters in the order of the flat vector.
	Shapes() []autodiff.Shape
	// Init returns the first meta-parameters as one flat vector, drawn from rng.
	Init(rng *rand.Rand) []float64
	// A loss says how predictions are judged, by its mean over the rows of a query set, and what a label is.
	nn.Loss
	// Predict traces the predictions at queryX after 0, 1, …, steps steps of adaptation to the support set, one row for
	// each row of queryX. A learner that does not adapt in steps returns one prediction. What its networks ask for
	// beside parameters and inputs, and hand out, goes through t.
	Predict(t *nn.Trace, meta autodiff.Params, support TracedSet, queryX autodiff.Value, steps int) []autodiff.Value
}

// A Stepper is a learner that adapts in steps also while it is meta-trained; others are trained on their predictions
// after 0 steps.
type Stepper interface {
	Learner
	// TrainingSteps returns the number of steps.
	TrainingSteps() int
}

// An OwnGradient is a learner that is not trained by the gradient of its query loss.
type OwnGradient interface {
	Learner
	// MetaGradient traces what meta-training does with one episode: the loss to report, 1×1, and what stands for the
	// gradient by the meta-parameters, of their shapes. Meta-training goes against its mean over a meta-batch.
	MetaGradient(t *nn.Trace, meta autodiff.Params, support, query TracedSet) (
		loss autodiff.Value, gradient autodiff.Params)
}

// A Restarter is a learner of which a part of the meta-parameters is not learned but drawn anew for every episode.
type Restarter interface {
	Learner
	// Restart draws that part of the flat vector from rng. It must not keep the vector.
	Restart(meta []float64, rng *rand.Rand)
}

// A TracedSet is a [Set] of traced values.
type TracedSet struct{ X, Y autodiff.Value }

// MeanLoss traces the mean of a loss over the rows of predictions, 1×1.
func MeanLoss(loss nn.Loss, prediction, y autodiff.Value) autodiff.Value {
	if loss == nil {
		panic("metakit: MeanLoss: the loss is nil; give one, such as " + usual["Loss"])
	}
	return loss.PerRow(prediction, y).Mean()
}

// trainingSteps returns the number of steps that a learner is trained with.
func trainingSteps(l Learner) int {
	s, ok := l.(Stepper)
	if !ok {
		return 0
	}
	return checkSteps(fmt.Sprintf("%T", l), s.TrainingSteps())
}

func checkSteps(what string, steps int) int {
	const most = 1 << 20 // every one of them is traced
	if steps < 0 || steps > most {
		panic(fmt.Sprintf("metakit: %s: %d steps; their number must be between 0 and %d", what, steps, most))
	}
	return steps
}

// checkLearner panics if a learner is nil, or one of the interfaces embedded in it, whose methods it would lack.
func checkLearner(what string, l Learner) {
	if l == nil {
		panic("metakit: " + what + ": Learner is nil; give one, such as MAML{Network: net, Loss: nn.SquaredError{}}")
	}
	checkEmbedded(what, fmt.Sprintf("%T", l), reflect.ValueOf(l))
}

// usual are what is put where a learner embeds nothing.
var usual = map[string]string{"Network": "nn.MLP{Widths: []int{1, 40, 40, 1}}",
	"Loss": "nn.SquaredError{} for numbers or nn.SoftmaxLoss{} for classes"}

func checkEmbedded(what, learner string, v reflect.Value) {
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			panic(fmt.Sprintf("metakit: %s: the learner is a nil %s", what, learner))
		}
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return
	}
	for k := range v.NumField() {
		switch f := v.Type().Field(k); {
		case !f.Anonymous:
		case f.Type.Kind() == reflect.Interface && v.Field(k).IsNil():
			if usual[f.Name] == "" {
				panic(fmt.Sprintf("metakit: %s: %s of %s is nil; give one", what, f.Name, learner))
			}
			panic(fmt.Sprintf("metakit: %s: %s of %s is nil; give one, such as %s", what, f.Name, learner,
				usual[f.Name]))
		case f.Type.Kind() == reflect.Struct:
			checkEmbedded(what, learner, v.Field(k))
		}
	}
}
