package families

import (
	"context"
	"fmt"
	"testing"
	"time"

	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/notebooks/lessons/lessontest"
)

func TestZZ(t *testing.T) {
	net := nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}
	features := nn.MLP{Widths: []int{1, 40, 24}, Activation: nn.ReLU, Output: nn.Tanh}
	loss, inner := nn.SquaredError{}, nn.SGD{Rate: 0.01}
	waves := tasks.NewSinusoid(10)
	waves.Noise = 0.3
	c := Cast{Waves: waves, Entries: []Entry{
		{"pooled", Plain, 400, 0.01, metakit.Pooled{Network: net, Loss: loss, Inner: inner}},
		{"MAML", Start, 1500, 0.01, metakit.MAML{Network: net, Loss: loss, Steps: 1, Inner: inner}},
		{"Meta-Curvature", Steps, 800, 0.01, metakit.MetaCurvature{Network: net, Loss: loss, Steps: 1, Rate: 0.01}},
		{"ALPaCA", Formula, 700, 0.01, models.NewALPaCA(features, 24, 1)},
		{"neural process", Reader, 1500, 0.003, models.NewNeuralProcess(1, 1, 32)},
		{"transformer", Reader, 400, 0.003, models.NewInContext(1, 1, loss)},
	}}
	tr, err := c.Train(silent{})(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	c = c.With(tr)
	at := time.Now()
	lap := func(s string) { fmt.Println(s, time.Since(at)); at = time.Now() }
	lessontest.Save(t, "scores", c.Scores())
	lap("scores")
	h, r := c.Costs()
	fmt.Println(h)
	for _, x := range r {
		fmt.Println(x)
	}
	lap("costs")
	lessontest.Save(t, "knowledge", c.Knowledge())
	lap("knowledge")
	lessontest.Save(t, "maps", c.Maps(1))
	lap("maps")
	lessontest.Save(t, "shots", c.Shots(1, 2, 3, 5, 10, 20, 40))
	lap("shots")
	lessontest.Save(t, "elsewhere", c.Elsewhere([]int{0, 1, 2, 5, 10, 20}, "as trained", "larger amplitudes", "other phases", "higher frequencies"))
	lap("else")
	lessontest.Save(t, "ordinary", c.Ordinary(net, nn.NewAdam(0.02), 100, []int{3, 5, 10, 20, 50, 100}, "MAML", "ALPaCA"))
	lap("ordinary")
}

func TestHeads(t *testing.T) {
	waves := tasks.NewSinusoid(10)
	waves.Noise = 0.3
	at := time.Now()
	for _, known := range []int{3, 12, 40} {
		h := Heads{Trunk: []int{1, 40, 40}, Waves: waves, Known: known, Points: 20, Epochs: 500, Rounds: 300, Seeds: 10}
		f := h.Figure()
		lessontest.Save(t, fmt.Sprint("heads", known), f)
		fmt.Println(f.Alt(), time.Since(at))
		at = time.Now()
	}
}

func TestTable(t *testing.T) {
	tab, m := ReadTable("/tmp/nb07-families.json")
	if m != "" {
		t.Fatal(m)
	}
	lessontest.Save(t, "astrained", tab.AsTrained())
	lessontest.Save(t, "tableelse", tab.Elsewhere())
	fmt.Println(tab.Budget())
}
