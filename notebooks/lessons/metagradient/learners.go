package metagradient

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/plots"
)

// Four ways to learn a start, in the order in which they are drawn.
const (
	joint = iota
	reptile
	firstOrder
	maml
)

var (
	names = [...]string{"joint", "Reptile", "first order", "MAML"}
	roles = [...]plots.Role{plots.Grey, plots.Green, plots.Vermillion, plots.Blue}
)

// four returns the learners of a start for so many inner steps of a rate. The joint one looks at the error of the start
// itself.
func four(net nn.Network, steps int, rate float64) [4]metakit.Learner {
	exact := metakit.MAML{Network: net, Loss: nn.SquaredError{}, Steps: steps, Inner: nn.SGD{Rate: rate}}
	first, none := exact, exact
	first.FirstOrder, none.Steps = true, 0
	return [4]metakit.Learner{
		joint:      none,
		reptile:    metakit.Reptile{Network: net, Loss: exact.Loss, Steps: steps, Inner: exact.Inner, OverRate: true},
		firstOrder: first,
		maml:       exact,
	}
}

// gradient returns a learner's loss and meta-gradient for an episode.
func gradient(l metakit.Learner, meta []float64, e *metakit.Episode) (float64, []float64) {
	loss, g, err := metakit.MetaGradient(l, meta, e)
	if err != nil && !errors.Is(err, metakit.ErrDiverged) { // what diverges is shown as it is
		panic(err) // the episodes and starts of the lesson are finite
	}
	return loss, g
}

// draw returns first meta-parameters of a learner.
func draw(l metakit.Learner) []float64 { return l.Init(rand.New(rand.NewPCG(1, 0))) }

// wave is the episode of the figures that look at one.
func wave() *metakit.Episode { return metakit.Draw(tasks.NewSinusoid(10), 1, 0) }

func stepped(n int) string {
	if n == 1 {
		return "1 step"
	}
	return fmt.Sprintf("%d steps", n)
}
