package metagradient

import (
	"testing"

	"kindred/nn"
	"kindred/notebooks/lessons/lessontest"
	"time"
)

var (
	smooth = nn.MLP{Widths: []int{1, 12, 12, 1}, Activation: nn.Tanh}
	bent   = nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}
)

func TestFigures(t *testing.T) {
	b := time.Now()
	lap := func() { t.Log(time.Since(b)); b = time.Now() }
	lessontest.Save(t, "08-systems", Systems(nn.MLP{Widths: []int{1, 12, 1}, Activation: nn.Tanh}, 2, 5, 10, 20, 50, 100, 200))
	lap()
	o := Orders{bent, 1, 0.01, 0.01, 300, 10}
	all, err := o.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	lap()
	lessontest.Save(t, "08-orders", o.Figure(all))
	lap()
	o = Orders{bent, 1, 0.03, 0.01, 300, 10}
	all, err = o.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	lap()
	lessontest.Save(t, "08-orders3", o.Figure(all))
	lap()
}
