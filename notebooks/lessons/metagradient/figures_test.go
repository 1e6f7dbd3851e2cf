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
	b:= time.Now()
	lap := func() { t.Log(time.Since(b)); b = time.Now() }
	lessontest.Save(t, "08-slopes", Slopes(smooth, 3, 0.01)); lap()
	lessontest.Save(t, "08-expansion", Expansion(smooth, 5)); lap()
	lessontest.Save(t, "08-systems", Systems(nn.MLP{Widths: []int{1, 12, 1}, Activation: nn.Tanh}, 2, 5, 10, 20, 50, 100, 200)); lap()
	p := Prices(bent, 1, 4, 16, 64)
	lessontest.Save(t, "08-price", p.Figure()); lap()
	t.Log(p.Times())
}
