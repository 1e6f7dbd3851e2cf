package models_test

import (
	"slices"
	"strings"
	"testing"

	"kindred/internal/exported"
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/nn"
)

// A misuse is a call that makes no sense, the function or the field that is at fault, and the sentence that it is refused
// with.
type misuse struct {
	name, want string
	call       func()
}

func TestMisuse(t *testing.T) {
	var tested []string
	for _, m := range slices.Concat(misuseOfClasses()) {
		said := exported.Panic(t, m.name, m.call)
		prefix, _, _ := strings.Cut(said, ": ")
		if !slices.Contains([]string{"models", "metakit", "nn", "autodiff"}, prefix) || !strings.Contains(said, m.want) {
			t.Errorf("%s: panic %q, want a sentence that says %q", m.name, said, m.want)
		}
		tested = append(tested, m.name)
	}
	exported.Complete(t, exported.FunctionsAndFields(t), tested, harmless)
}

// harmless lists what is exported and has no row of its own, with the reason.
var harmless = map[string]string{
	"Prototypical.Predict": "the kit calls it, with what fits",
}

// learn returns a call that trains a learner on these tasks.
func learn(l metakit.Learner, d metakit.Distribution) func() {
	return func() { metakit.Training{Learner: l, Tasks: d, MetaBatch: 1, Optimizer: nn.SGD{}}.Start() }
}

func misuseOfClasses() []misuse {
	net, softmax := nn.MLP{Widths: []int{2, 3}}, nn.SoftmaxLoss{}
	return []misuse{
		{"NewPrototypical", "NewPrototypical: Ways is 1; it must be at least 2", func() { models.NewPrototypical(net, 1) }},
		{"Prototypical.Network", "Network of models.Prototypical is nil", learn(models.NewPrototypical(nil, 3), blobs(3, 1))},
		{"Prototypical.Loss", "Loss of models.Prototypical is nil", learn(models.Prototypical{Network: net, Ways: 3}, blobs(3, 1))},
		{"Prototypical.Loss", "go with 3 of labels; Y has 1",
			learn(models.Prototypical{Network: net, Loss: nn.SquaredError{}, Ways: 3}, blobs(3, 1))},
		{"Prototypical.Ways", "Prototypical: Ways is 0", learn(models.Prototypical{Network: net, Loss: softmax}, blobs(3, 1))},
	}
}
