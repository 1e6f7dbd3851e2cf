package plots

import (
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot/vg"
)

// A Node is a number in a computation and the derivative of the result by it.
type Node struct {
	Name        string // what is computed, such as "w·x"
	Value, Grad float64
	From        []int     // the nodes it is computed from, by their places in Nodes; they come before it
	Weights     []float64 // written at the arrows from these, as many as From; nil writes none
	Role        Role
}

// Circuit draws a computation as a graph from the left to the right: in each node its value, found forwards, and below
// it the derivative of the result, found backwards; at the arrows, where there are any, the weights.
type Circuit struct {
	Title, Subtitle string
	Nodes           []Node
	Decimals        int
	Forward         bool // values only
}

// Figure draws the computation. It panics where a node is computed from one that does not come before it.
func (c Circuit) Figure(alt string) Figure { return newFigure(single(c.frame()), alt) }

func (c Circuit) frame() *frame {
	checkDecimals("Circuit", c.Decimals)
	nodes := slices.Clone(c.Nodes)
	from := make([][]int, len(nodes))
	wide := vg.Length(44)
	for i, n := range nodes {
		n.Role.check("Circuit")
		nodes[i].From = slices.Clone(n.From)
		from[i] = n.From
		if n.Weights != nil && len(n.Weights) != len(n.From) {
			panicf("Circuit: node %q has %d weights for %d nodes that it is computed from", n.Name, len(n.Weights), len(n.From))
		}
		nodes[i].Weights = slices.Clone(n.Weights)
		wide = max(wide, width(n.Name, tickSize, true)+14, width(number(n.Value, c.Decimals), tickSize, false)+14,
			width(number(n.Grad, c.Decimals), tickSize, false)+14)
	}
	tall := vg.Length(48)
	if c.Forward {
		tall = 34
	}
	d := newDiagram("Circuit", from)
	height := func(int) vg.Length { return tall + 14 }
	gap := vg.Length(30)
	if slices.ContainsFunc(nodes, func(n Node) bool { return n.Weights != nil }) {
		gap = 62 // room for the weights
	}
	f := d.frame("Circuit", c.Title, c.Subtitle, wide+gap, d.tallest(height))
	f.key = []entry{{name: "value", role: Ink, mark: filled}}
	if !c.Forward {
		f.key = append(f.key, entry{name: "derivative of the result", role: Vermillion, mark: filled})
	}
	f.draw = func(a *area) {
		at := d.centres(a, height)
		for i, n := range nodes {
			for k, j := range n.From {
				p, q := at[j], at[i]
				p.X, q.X = p.X+wide/2+1, q.X-wide/2-1
				a.arrow(stroke{color: marks[Grey], width: floorWidth}, p, q)
				if n.Weights != nil {
					at := vg.Point{X: p.X + 0.3*(q.X-p.X), Y: p.Y + 0.3*(q.Y-p.Y) + 6}
					a.text(at, weight(n.Weights[k]), lettering{size: tickSize, bold: true, color: labels[Blue], ax: 0.5, ay: 0.5})
				}
			}
		}
		for i, n := range nodes {
			a.box(at[i], wide, tall, n.Role)
			how := lettering{size: tickSize, bold: true, color: labels[n.Role], ax: 0.5, ay: 0.5}
			y := at[i].Y + tall/2 - 10
			write := func(s string) {
				a.text(vg.Point{X: at[i].X, Y: y}, s, how)
				y -= 14
			}
			write(n.Name)
			how.bold, how.color = false, labels[Ink]
			write(number(n.Value, c.Decimals))
			if !c.Forward {
				how.color = labels[Vermillion]
				write(number(n.Grad, c.Decimals))
			}
		}
	}
	return f
}

// weight writes the weight of an arrow, as short as it can be said to three digits.
func weight(v float64) string {
	return strings.ReplaceAll(strconv.FormatFloat(v, 'g', 3, 64), "-", "−")
}
