package adapting

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/notebooks/lessons/lessontest"
)

// The cell of notebook 06: what it writes out is metakit.MAML to the bit, and a difference quotient agrees; with the inner
// gradient held constant it is first order to the bit, and neither agrees.
func TestByHand(t *testing.T) {
	net := nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: nn.ReLU}
	wave := metakit.Draw(tasks.NewSinusoid(10), 1, 0)
	for _, rate := range []float64{0.01, 0.1} {
		for _, constant := range []bool{false, true} {
			theta, support, query := Trace(net, wave)
			inner := autodiff.GradParams(nn.MSE(net.Apply(nil, theta, support.X), support.Y), theta)
			if constant {
				inner = inner.StopGradient()
			}
			adapted := theta.Sub(inner.Scale(rate))
			after := nn.MSE(net.Apply(nil, adapted, query.X), query.Y)
			outer, first := autodiff.GradParams(after, theta), autodiff.GradParams(after, adapted)
			program := autodiff.Compile(after, outer, first)
			maml := metakit.MAML{Network: net, Loss: nn.SquaredError{}, Steps: 1, Inner: nn.SGD{Rate: rate}}

			forecast := ByHand(program, theta, after, outer, first, maml, wave)
			figure := forecast.Figure(forecast, true)
			if !constant {
				lessontest.Save(t, fmt.Sprint("byhand-", rate), figure)
			}
			var quotient, slope, firstSlope, own float64
			_, caption, _ := strings.Cut(figure.HTML(), "Slope along v: ")
			var numbers string
			if _, err := fmt.Sscanf(caption, "%f by a difference quotient, %f through the step, %f with the step held constant. Largest "+
				"difference between the %s numbers of outer and those of metakit.MAML: %g", &quotient, &slope, &firstSlope, &numbers,
				&own); err != nil || numbers != "1,761" {
				t.Fatalf("%v: %s", err, caption)
			}
			agree := math.Abs(slope-quotient) < 2e-4
			if agree == constant || (own == 0) == constant {
				t.Errorf("rate %v, constant %v: slope %v, by difference quotient %v, from metakit's %v", rate, constant, slope, quotient, own)
			}
			if constant && firstSlope != slope {
				t.Errorf("rate %v: the slope by the start is %v, that by where the step led %v", rate, slope, firstSlope)
			}
			if says := strings.Contains(string(figure.SVG()), "This gradient is not the slope"); says != constant {
				t.Errorf("rate %v, constant %v: the title says that it is not the slope: %v", rate, constant, says)
			}
			maml.FirstOrder = true
			figure = ByHand(program, theta, after, first, first, maml, wave).Figure(Forecast{}, false)
			if !strings.Contains(figure.HTML(), "metakit.MAML: 0.<") {
				t.Errorf("rate %v: by where the step led it is not first order", rate)
			}
		}
	}
}
