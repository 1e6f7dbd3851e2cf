package main

import (
	"fmt"
	"math/rand/v2"

	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
)

func main() {
	for _, c := range []struct {
		fo   bool
		act  nn.Activation
		sh   float64
		seed uint64
	}{{false, nn.ReLU, 1e3, 14}, {false, nn.ReLU, 1e3, 21}, {true, nn.ReLU, 1e3, 3}, {true, nn.ReLU, 1e3, 16}, {true, nn.ReLU, 1e6, 7}, {true, nn.ReLU, 1e6, 16}, {false, nn.Tanh, 1e3, 61}, {true, nn.Tanh, 1e3, 191}, {false, nn.Tanh, 1e6, 174}} {
		l := metakit.MAML{Network: nn.MLP{Widths: []int{1, 40, 40, 1}, Activation: c.act}, Loss: nn.SquaredError{}, Steps: 5, Inner: nn.SGD{Rate: 0.01}, FirstOrder: c.fo}
		meta := l.Init(rand.New(rand.NewPCG(c.seed, 5)))
		e := metakit.Draw(tasks.NewSinusoid(10), 7, c.seed)
		for _, m := range []metakit.Set{e.Support, e.Query} {
			d := m.Y.RawMatrix().Data
			for j := range d {
				d[j] += c.sh
			}
		}
		loss, g, _ := metakit.MetaGradient(l, meta, e)
		n := 0.0
		for _, x := range g {
			n += x * x
		}
		r, err := metakit.CheckMetaGradient(l, meta, e, c.seed)
		fmt.Printf("%+v loss %.3g |g|² %.3g slope %.3f rounding %.3g err %v\n%.2g\n", c, loss, n, r.Slope, r.Rounding, err != nil, r.R)
	}
}
