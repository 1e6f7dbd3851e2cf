package threeways

import (
	"context"
	"fmt"
	"os"
	"testing"
	"time"

	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/notebooks/lessons/lessontest"
)

var heads = [][]int{{1}, {1}}

func learn(m mtlkit.Model, rho float64, epochs int) lessons.Configure {
	return func(seed uint64) mtlkit.Trainer {
		family := mtlkit.RelatedTasks{Inputs: 8, Features: 3, Relatedness: rho, Noise: 0.1, Rows: []int{200, 40}, HeldOut: 200}
		train, held := family.Draw(seed)
		return mtlkit.Trainer{
			Model: m, Tasks: family.Tasks(), Data: train, HeldOut: held, Optimizer: nn.NewAdam(0.03), Epochs: epochs, Seed: seed,
		}
	}
}

func TestAll(t *testing.T) {
	if os.Getenv("FIGURES") == "" {
		t.Skip()
	}
	start := time.Now()
	lap := func(what string) { fmt.Printf("%s: %.2f s\n", what, time.Since(start).Seconds()); start = time.Now() }
	drain := func(of func(context.Context) func(func(int) bool)) {
		for range of(context.Background()) {
		}
	}
	_ = drain
	lessontest.Save(t, "ways-1-six", Draw(SixWays()...))
	lap("six")
	soft := &Ties{Ties: []float64{0, 0.001, 0.01, 0.1}, Seeds: 10, Train: func(tie float64) lessons.Configure {
		return learn(sharing.SoftSharing{Trunk: []int{8, 24}, Heads: heads, Activation: nn.Tanh, Tie: tie}, 1, 150)
	}}
	for range soft.Learn(context.Background()) {
	}
	lessontest.Save(t, "ways-2-ties", soft.Figure())
	lap("ties")
	gains := &Gains{Seeds: 10, Train: func(m mtlkit.Model) lessons.Configure { return learn(m, 1, 150) }}
	for _, tie := range []float64{0.001, 0.01, 0.1, 1} {
		gains.Ways = append(gains.Ways, Way{fmt.Sprintf("tie %g", tie),
			sharing.SoftSharing{Trunk: []int{8, 24}, Heads: heads, Activation: nn.Tanh, Tie: tie}})
	}
	gains.Ways = append(gains.Ways, Way{"hard sharing", sharing.HardSharing{Trunk: []int{8, 24}, Heads: heads, Activation: nn.Tanh}})
	for range gains.Learn(context.Background()) {
	}
	lessontest.Save(t, "ways-3-gains", gains.Figure())
	lap("gains")
	st := &Stitches{Relatedness: [2]float64{1, 0}, Seeds: 10, Train: func(rho float64) lessons.Configure {
		return learn(sharing.CrossStitch{Inputs: 8, Levels: [][]int{{24}}, Heads: heads, Activation: nn.Tanh}, rho, 150)
	}}
	for range st.Learn(context.Background()) {
	}
	lessontest.Save(t, "ways-4-stitches", st.Figure())
	lap("stitches")
	depth := &Gains{Seeds: 10, Train: func(m mtlkit.Model) lessons.Configure { return learn(m, 1, 150) }}
	for _, d := range [][]int{{1, 2}, {2, 1}, {2, 2}} {
		depth.Ways = append(depth.Ways, Way{fmt.Sprintf("depths %d, %d", d[0], d[1]),
			sharing.Hierarchical{Trunk: []int{8, 24, 24}, Depths: d, Heads: heads, Activation: nn.Tanh}})
	}
	for range depth.Learn(context.Background()) {
	}
	lessontest.Save(t, "ways-5-depths", depth.Figure())
	lap("depths")
	g := &Gates{Relatedness: [2]float64{1, 0}, Seeds: 10, Train: func(rho float64) lessons.Configure {
		return learn(sharing.MMoE{Inputs: 8, Levels: [][]int{{8}}, Experts: 3, Heads: heads, Activation: nn.Tanh}, rho, 150)
	}}
	for range g.Learn(context.Background()) {
	}
	lessontest.Save(t, "ways-6-gates", g.Figure())
	lap("gates")
	lessontest.Save(t, "ways-7-shares", Shares(func(rho float64) lessons.Configure {
		return learn(sharing.CGC{Inputs: 8, Expert: []int{8}, Own: 1, Shared: 1, Heads: heads, Activation: nn.Tanh}, rho, 150)
	}, 20, 1, 0.5, 0))
	lap("shares")
	lessontest.Save(t, "ways-8-draw2", Draw(Way{"PLE", sharing.PLE{Inputs: 8, Levels: [][]int{{8}, {8}}, Own: 1, Shared: 1, Heads: heads}},
		Way{"AdaTT", sharing.AdaTT{Inputs: 8, Levels: [][]int{{8}, {8}}, Own: 1, Heads: heads}},
		Way{"own first", sharing.OwnFirst{Trunks: [][]int{{8, 24}, {8, 24}}, Head: []int{1}}}))
}
