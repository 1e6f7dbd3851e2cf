package neurons

import (
	"math"

	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// BrainAndNetworks draws how many neurons and connections nervous systems have, as counted by those it names, beside a
// large network and the one of the notebook, on logarithmic axes.
func BrainAndNetworks(net nn.MLP) plots.Figure {
	units := 0
	for _, w := range net.Widths[1:] {
		units += w
	}
	weights := net.Size() - units // each unit has one bias
	item := func(name string, role plots.Role, n float64) plots.Item {
		return plots.Item{Name: name, Role: role, Value: n}
	}
	return plots.Panels{
		Title: "A large network has connections in number, and nothing else of a brain's kind",
		Subtitle: "neurons: Azevedo 2009, Dorkenwald 2024, White 1986; synapses: Pakkenberg 2003 (cortex only), the same; " +
			"GPT-3: Brown 2020",
		Free: true,
		Panels: []plots.Panel{
			plots.Dots{Title: "neurons", X: "neurons", LogX: true, Items: []plots.Item{
				item("human brain", plots.Purple, 86e9), item("fruit fly", plots.Purple, 139255),
				item("worm C. elegans", plots.Purple, 302), item("the network above", plots.Blue, float64(units)),
			}},
			plots.Dots{Title: "connections", X: "synapses or weights", LogX: true, Items: []plots.Item{
				item("human cortex", plots.Purple, 1.5e14), item("GPT-3", plots.Blue, 175e9),
				item("fruit fly", plots.Purple, 54.5e6), item("worm C. elegans", plots.Purple, 5000),
				item("the network above", plots.Blue, float64(weights)),
			}},
		},
	}.Figure("Two dot plots on logarithmic axes, of neurons and of connections: the human brain has most of both, a large " +
		"network a thousandth of its connections, the network of this notebook a few.")
}

// NeuronBesideModel draws a nerve cell, with its branches, body and axon, beside the sum and the bend that stand for it.
func NeuronBesideModel(w1, w2, b, x1, x2 float64) plots.Figure {
	z := w1*x1 + w2*x2 + b
	h := 1 / (1 + math.Exp(-z))
	line := func(role plots.Role, xy ...float64) plots.Path {
		p := plots.Path{Role: role, Plain: true}
		for i := 0; i < len(xy); i += 2 {
			p.X, p.Y = append(p.X, xy[i]), append(p.Y, xy[i+1])
		}
		return p
	}
	body := plots.Path{Role: plots.Purple, Plain: true}
	for _, t := range plots.Linspace(0, 2*math.Pi, 73) {
		r := 0.55 + 0.04*math.Cos(5*t)
		body.X, body.Y = append(body.X, r*math.Cos(t)), append(body.Y, r*math.Sin(t))
	}
	nucleus := plots.Path{Role: plots.Purple, Plain: true}
	for _, t := range plots.Linspace(0, 2*math.Pi, 37) {
		nucleus.X, nucleus.Y = append(nucleus.X, 0.16*math.Cos(t)), append(nucleus.Y, 0.16*math.Sin(t))
	}
	paths := []plots.Path{
		body, nucleus,
		line(plots.Blue, -0.45, 0.32, -1.1, 0.8, -1.7, 0.85, -2.2, 1.1), line(plots.Blue, -1.1, 0.8, -1.5, 1.3, -1.9, 1.5),
		line(plots.Blue, -0.45, -0.32, -1.1, -0.8, -1.8, -0.8, -2.2, -1.1), line(plots.Blue, -1.1, -0.8, -1.4, -1.3, -1.9, -1.5),
		line(plots.Blue, -0.55, 0, -1.2, 0.1, -1.8, -0.1, -2.3, 0.1),
		line(plots.Vermillion, 0.57, 0, 1.4, 0.1, 2.3, -0.05, 3.1, 0), line(plots.Vermillion, 3.1, 0, 3.5, 0.4, 3.9, 0.5),
		line(plots.Vermillion, 3.1, 0, 3.6, -0.1, 3.9, -0.1), line(plots.Vermillion, 3.1, 0, 3.5, -0.5, 3.9, -0.7),
	}
	cell := plots.Field{
		Title: "a nerve cell", Bare: true, XLim: plots.Range{-2.6, 4.2}, YLim: plots.Range{-2, 2}, Paths: paths,
		Notes: []plots.Note{
			{Text: "branches collect", X: -2.5, Y: 1.85}, {Text: "body adds up", X: -0.2, Y: -0.95},
			{Text: "axon passes on", X: 1.6, Y: 0.45}, {Text: "to other cells", X: 2.9, Y: -1.1},
		},
	}
	model := plots.Circuit{
		Title: "its model", Forward: true, Decimals: 2,
		Nodes: []plots.Node{
			{Name: "x₁", Value: x1, Role: plots.Blue}, {Name: "x₂", Value: x2, Role: plots.Blue},
			{Name: "z: sum + b", Value: z, From: []int{0, 1}, Weights: []float64{w1, w2}, Role: plots.Purple},
			{Name: "σ(z)", Value: h, From: []int{2}, Role: plots.Vermillion},
		},
	}
	return plots.Panels{
		Title:    "Branches become inputs with weights, the body a sum, the axon an answer",
		Subtitle: "left a drawing, right numbers: weights at the arrows, bias b = " + lessons.Minus(weightText(b)),
		Free:     true,
		Panels:   []plots.Panel{cell, model},
	}.Figure("Drawing of a nerve cell with branches, body and axon, beside a graph of its model: two inputs with weights, " +
		"their sum, and the sigmoid of the sum.")
}
