package relate

import (
	"context"

	"kindred/mtlkit"
	"kindred/nn"
)

// EqualCapacity returns a [Study.Twin] with which all tasks alone have, together, as many parameters as the network
// that they share, by [mtlkit.EqualCapacity], which says when they cannot:
//
//	study.Twin = study.EqualCapacity()
//
// Configure's network of one task is as wide as the shared one, so that T of them have up to T times the parameters.
// Where sharing gains beside both, it is by what the tasks learn from each other, and not by having fewer parameters,
// or more. These twins start at numbers of their own; all else is as Configure has it for one task. Set the study's
// other fields first. Configure's model of all tasks must be [mtlkit.Twinned], and its twins [mtlkit.Resizable].
func (s Study) EqualCapacity() func(seed uint64, task int) (mtlkit.Trainer, mtlkit.Data) {
	s.check("EqualCapacity", context.Background())
	all := s.all()
	return func(seed uint64, task int) (mtlkit.Trainer, mtlkit.Data) {
		joint, _ := s.Configure(seed, all)
		twins, _ := mtlkit.EqualCapacity(joint.Model)
		t, test := s.Configure(seed, []int{task})
		t.Model, _ = twins.Twin(make([]float64, nn.Size(twins.Shapes())), task)
		t.Initial = nil
		return t, test
	}
}
