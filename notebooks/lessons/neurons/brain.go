package neurons

import (
	"fmt"
	"math"

	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// BrainAndNetworks draws how many neurons and connections nervous systems have, as counted by those it names, beside a
// large network and the one of the notebook, on logarithmic axes.
func BrainAndNetworks(widths ...int) plots.Figure {
	units := 0
	for _, w := range widths[1:] {
		units += w
	}
	weights := nn.MLP{Widths: widths}.Size() - units // each unit has one bias
	item := func(name string, role plots.Role, n float64) plots.Item {
		return plots.Item{Name: name, Role: role, Value: n}
	}
	return plots.Panels{
		Title:    "A human cortex has nearly a thousand times the connections of GPT-3",
		Subtitle: "Azevedo 2009 (brain), Pakkenberg 2003 (cortex), Dorkenwald 2024 (fly), White 1986 (worm), Brown 2020 (GPT-3)",
		Free:     true,
		Panels: []plots.Panel{
			plots.Dots{Title: "neurons", X: "number", LogX: true, XLim: plots.Range{1, 1e12}, Items: []plots.Item{
				item("human brain: 86 billion", plots.Purple, 86e9), item("fruit fly: 139,255", plots.Purple, 139255),
				item("worm C. elegans: 302", plots.Purple, 302),
				item(fmt.Sprintf("the network above: %d", units), plots.Blue, float64(units)),
			}},
			plots.Dots{Title: "connections", X: "synapses or weights", LogX: true, XLim: plots.Range{1, 1e15}, Items: []plots.Item{
				item("human cortex: 150 trillion", plots.Purple, 1.5e14), item("GPT-3: 175 billion", plots.Blue, 175e9),
				item("fruit fly: 50 million", plots.Purple, 5e7), item("worm: 5,000", plots.Purple, 5000),
				item(fmt.Sprintf("the network above: %d", weights), plots.Blue, float64(weights)),
			}},
		},
	}.Figure("Two dot plots on logarithmic axes, of neurons and of connections: the human brain has most of both, a large " +
		"network about a thousandth of its connections, the network of this notebook a few.")
}

// NeuronAndModel draws a nerve cell, with its branches, body and axon, and the sum and the bend that stand for it.
func NeuronAndModel(w1, w2, b, x1, x2 float64) (nerve, model plots.Figure) {
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
	nerve = plots.Field{
		Title: "A nerve cell: branches collect, the body adds up, the axon passes on", Subtitle: "a drawing, not to scale",
		Bare: true, XLim: plots.Range{-2.6, 5.2}, YLim: plots.Range{-1.7, 1.8}, Paths: paths,
		Notes: []plots.Note{
			{Text: "branches (dendrites)", X: -1.4, Y: 1.3}, {Text: "cell body", X: -0.3, Y: -0.95},
			{Text: "axon", X: 1.6, Y: 0.3}, {Text: "synapses to the next cells", X: 3.95, Y: -1.0},
		},
	}.Figure("Drawing of a nerve cell: branches on the left, the body in the middle, and the axon that ends in synapses on " +
		"the right.")
	model = plots.Circuit{
		Title:    "Its model: inputs with weights, a sum, a bend",
		Subtitle: lessons.Minus(fmt.Sprintf("weights at the arrows; z = w₁x₁ + w₂x₂ + b with b = %g, and the answer is σ(z)", b)),
		Forward:  true, Decimals: 2,
		Nodes: []plots.Node{
			{Name: "x₁", Value: x1, Role: plots.Blue}, {Name: "x₂", Value: x2, Role: plots.Blue},
			{Name: "sum z", Value: z, From: []int{0, 1}, Weights: []float64{w1, w2}, Role: plots.Purple},
			{Name: "answer σ(z)", Value: h, From: []int{2}, Role: plots.Vermillion},
		},
	}.Figure("Graph of the model of a neuron: two inputs with their weights, the sum, and the sigmoid of the sum.")
	return nerve, model
}
