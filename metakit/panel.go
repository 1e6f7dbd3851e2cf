package metakit

import (
	"context"
	"fmt"
	"strconv"
)

// A Panel is a distribution to evaluate on, with a name: one that is wider than that of the training, say, or has so
// many support points.
type Panel struct {
	Name  string
	Tasks Distribution
}

// Shots returns a panel for each of the given numbers of support points, called by them, to draw a curve over shots:
//
//	shots := metakit.Shots(func(k int) metakit.Distribution { return tasks.NewSinusoid(k).Test() }, 1, 2, 5, 10, 20)
//	curve, err := metakit.Evaluation{Learner: maml, Steps: []int{0, 1, 10}, Episodes: 600}.Panels(ctx, run.Meta, shots...)
//	fmt.Println(curve[2][1].Interval) // with 5 points, after one step
func Shots(of func(shots int) Distribution, shots ...int) []Panel {
	if of == nil || len(shots) == 0 {
		panic("metakit: Shots: the function is nil, or there are no numbers of shots; give both, such as func(k int) " +
			"metakit.Distribution { return tasks.NewSinusoid(k).Test() }, 1, 5, 10")
	}
	panels := make([]Panel, len(shots))
	for i, k := range shots {
		panels[i] = Panel{strconv.Itoa(k), of(k)}
	}
	return panels
}

// Panels measures the learner, with the same meta-parameters, on each panel as Run does on Tasks, which has no part in
// it. It returns outcomes by panel, and then by number of steps. The error names the panel.
func (e Evaluation) Panels(ctx context.Context, meta []float64, panels ...Panel) ([][]Outcome, error) {
	checkContext("Evaluation.Panels", ctx)
	seen := map[string]bool{}
	for _, p := range panels {
		if p.Name == "" || p.Tasks == nil || seen[p.Name] {
			panic(fmt.Sprintf("metakit: Evaluation.Panels: the panel %q has no name, no Tasks, or the name of another; give each "+
				"its own", p.Name))
		}
		seen[p.Name] = true
	}
	out := make([][]Outcome, len(panels))
	for i, p := range panels {
		var err error
		e.Tasks = p.Tasks
		if out[i], err = e.Run(ctx, meta); err != nil {
			return nil, fmt.Errorf("%w (panel %q)", err, p.Name)
		}
	}
	return out, nil
}
