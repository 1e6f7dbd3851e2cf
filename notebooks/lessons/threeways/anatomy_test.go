package threeways

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
	"kindred/notebooks/lessons/lessontest"
)

// told writes an anatomy: of each layer its owner (+ shared, t of task t, (t) lent by task t), and what it reads.
func (a anatomy) told() string {
	var lines []string
	for i, l := range a.layers[1:] {
		owner := "+"
		if t := a.owner(i + 1); t >= 0 {
			owner = fmt.Sprint(t + 1)
		}
		if a.lent(i + 1) {
			owner = "(" + owner + ")"
		}
		var reads []string
		for _, r := range l.reads {
			reads = append(reads, a.layers[r.from].name)
		}
		lines = append(lines, fmt.Sprintf("%s %s: %s", l.name, owner, strings.Join(reads, " ")))
	}
	return strings.Join(lines, "\n")
}

// The anatomies of networks whose formulas are known, written by hand.
func TestAnatomy(t *testing.T) {
	for name, c := range map[string]struct {
		model mtlkit.Model
		want  string
	}{
		"hard": {sharing.HardSharing{Trunk: []int{8, 4, 3}, Heads: [][]int{{1}, {2, 1}}, Activation: nn.ReLU}, `
trunk.1 +: x
trunk.2 +: trunk.1
head1.1 1: trunk.2
head2.1 2: trunk.2
head2.2 2: head2.1`},
		"twins": {mtlkit.Independent{Of: sharing.HardSharing{Trunk: []int{8, 4}, Heads: heads}}, `
task1.trunk.1 1: x
task1.head1.1 1: task1.trunk.1
task2.trunk.1 2: x
task2.head1.1 2: task2.trunk.1`},
		"soft": {sharing.SoftSharing{Trunk: []int{8, 4}, Heads: heads, Tie: 1}, `
trunk1.1 1: x
head1.1 1: trunk1.1
trunk2.1 2: x
head2.1 2: trunk2.1`},
		"stitch": {sharing.CrossStitch{Inputs: 8, Levels: [][]int{{4}, {3}}, Heads: heads, Activation: nn.Tanh}, `
column1.1 (1): x
column2.1 (2): x
column1.2 (1): column1.1 column2.1
column2.2 (2): column1.1 column2.1
head1.1 1: column1.2 column2.2
head2.1 2: column1.2 column2.2`},
		"hierarchy": {sharing.Hierarchical{Trunk: []int{8, 4, 3}, Depths: []int{1, 2}, Heads: heads}, `
trunk.1 +: x
head1.1 1: trunk.1
trunk.2 2: trunk.1
head2.1 2: trunk.2`},
		"omoe": {sharing.OMoE{Inputs: 8, Expert: []int{4}, Experts: 2, Heads: heads, Activation: nn.Tanh}, `
expert1.1 +: x
gate.1 +: x
expert2.1 +: x
head1.1 1: expert1.1 gate.1 expert2.1
head2.1 2: expert1.1 gate.1 expert2.1`},
		"mmoe": {sharing.MMoE{Inputs: 8, Levels: [][]int{{4}}, Experts: 2, Heads: heads, Activation: nn.Tanh}, `
level1.expert1.1 +: x
level1.task1.gate.1 1: x
level1.expert2.1 +: x
head1.1 1: level1.expert1.1 level1.task1.gate.1 level1.expert2.1
level1.task2.gate.1 2: x
head2.1 2: level1.expert1.1 level1.expert2.1 level1.task2.gate.1`},
		"cgc": {sharing.CGC{Inputs: 8, Expert: []int{4}, Own: 1, Shared: 1, Heads: heads, Activation: nn.Tanh}, `
level1.task1.expert1.1 1: x
level1.task1.gate 1: x
level1.shared.expert1.1 +: x
head1.1 1: level1.task1.expert1.1 level1.task1.gate level1.shared.expert1.1
level1.task2.expert1.1 2: x
level1.task2.gate 2: x
head2.1 2: level1.shared.expert1.1 level1.task2.expert1.1 level1.task2.gate`},
		"adatt": {sharing.AdaTT{Inputs: 8, Levels: [][]int{{4}}, Own: 1, Heads: heads, Activation: nn.Tanh}, `
level1.task1.expert1.1 (1): x
level1.task1.gate 1: x
level1.task2.expert1.1 (2): x
head1.1 1: level1.task1.expert1.1 level1.task1.gate level1.task2.expert1.1
level1.task2.gate 2: x
head2.1 2: level1.task1.expert1.1 level1.task2.expert1.1 level1.task2.gate`},
		"own first": {sharing.OwnFirst{Trunks: [][]int{{8, 4}, {8, 4}}, Head: []int{1}, Activation: nn.Tanh}, `
trunk1.1 1: x
head.1 +: trunk1.1 trunk2.1
trunk2.1 2: x`},
	} {
		a := anatomyOf(c.model, nil, mat.NewDense(2, 8, nil))
		if got := a.told(); got != strings.TrimSpace(c.want) {
			t.Errorf("%s:\n%s\nwant%s", name, got, c.want)
		}
		size := 0
		for _, l := range a.layers {
			size += l.size
		}
		stitches := 0
		if s, ok := c.model.(sharing.CrossStitch); ok {
			stitches = 4 * len(s.Levels) // no layers
		}
		if n := nn.Size(c.model.Shapes()); size+stitches != n || a.all != n {
			t.Errorf("%s: layers of %d numbers and %d of stitches, the model has %d", name, size, stitches, n)
		}
		a.blocks(true).Figure("alt") // panics where a box stands before one that it reads
	}
}

// Weights on the wires are the entries of a stitch, and the mean over the rows of what gates give; v of AdaTT is added.
func TestAnatomyWeights(t *testing.T) {
	x := mat.NewDense(5, 8, nil)
	rng := rand.New(rand.NewPCG(3, 0))
	for k := range x.RawMatrix().Data {
		x.RawMatrix().Data[k] = rng.NormFloat64()
	}
	weights := func(a anatomy, layer string) map[string]float64 {
		m := map[string]float64{}
		for _, l := range a.layers {
			for _, r := range l.reads {
				if l.name == layer {
					m[a.layers[r.from].name] = r.weight
				}
			}
		}
		return m
	}
	stitch := sharing.CrossStitch{Inputs: 8, Levels: [][]int{{4}}, Heads: heads, Activation: nn.Tanh}
	w := weights(anatomyOf(stitch, nil, x), "head2.1")
	lessontest.Near(t, "stitch 2, 1", w["column1.1"], 0.1, 1e-15)
	lessontest.Near(t, "stitch 2, 2", w["column2.1"], 0.9, 1e-15)

	for name, m := range map[string]mtlkit.Model{
		"CGC":   sharing.CGC{Inputs: 8, Expert: []int{4}, Own: 1, Shared: 1, Heads: heads, Activation: nn.Tanh},
		"AdaTT": sharing.AdaTT{Inputs: 8, Levels: [][]int{{4}}, Own: 1, Heads: heads, Activation: nn.Tanh},
	} {
		theta := m.Init(rng)
		tasks := []mtlkit.Task{{Name: "a", Loss: nn.SquaredError{}}, {Name: "b", Loss: nn.SquaredError{}}}
		all, err := mtlkit.NewPredictor(m, tasks, theta, nil).Shown(x)
		if err != nil {
			t.Fatal(err)
		}
		gate := columnMeans(all[0].Value) // of task 1
		other, extra := "level1.shared.expert1.1", 0.0
		if name == "AdaTT" {
			other, extra = "level1.task2.expert1.1", 1
		}
		w := weights(anatomyOf(m, theta, x), "head1.1")
		lessontest.Near(t, name+": own expert", w["level1.task1.expert1.1"], gate[0]+extra, 1e-14)
		lessontest.Near(t, name+": other expert", w[other], gate[1], 1e-14)
	}
}

// A penalty ties what two networks have at the same place.
func TestTied(t *testing.T) {
	a := anatomyOf(sharing.SoftSharing{Trunk: []int{8, 4}, Heads: heads, Tie: 1}, nil, mat.NewDense(1, 8, nil))
	var tied []string
	for _, p := range a.ties {
		tied = append(tied, a.layers[p[0]].name+" "+a.layers[p[1]].name)
	}
	if got := strings.Join(tied, ", "); got != "trunk1.1 trunk2.1, head1.1 head2.1" {
		t.Errorf("tied are %s", got)
	}
	if free := anatomyOf(sharing.SoftSharing{Trunk: []int{8, 4}, Heads: heads}, nil,
		mat.NewDense(1, 8, nil)); free.ties != nil {
		t.Errorf("without a tie %v are tied", free.ties)
	}
}

func TestTitles(t *testing.T) {
	a := anatomy{layers: []layer{{name: "x"}, {name: "trunk.1"}, {name: "trunk.2"}, {name: "head1.1"},
		{name: "head2.1"},
		{name: "level1.task1.expert1.1"}, {name: "level1.task1.gate"}, {name: "level1.shared.expert1.1"},
		{name: "level1.shared.expert2.1"}}}
	for i, want := range []string{"x", "trunk", "trunk", "head 1", "head 2", "expert", "gate", "expert 1", "expert 2"} {
		if got := a.title(i); got != want {
			t.Errorf("%s is called %q, want %q", a.layers[i].name, got, want)
		}
	}
}
