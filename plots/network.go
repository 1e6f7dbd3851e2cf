package plots

import (
	"slices"

	"gonum.org/v1/plot/vg"
)

// A Layer is a column of neurons, or a box with a name where Units is 0.
type Layer struct {
	Name   string
	Role   Role  // ink for what tasks share, the role of a task for its own
	Units  int   // neurons; of many only some are drawn
	Params int   // written below the name unless 0
	From   []int // the layers it reads, by their places in Layers; they come before it
}

// Network draws the layers of a network from the left to the right: each stands in the column after the last that it
// reads, and layers of one column in their order from the top.
type Network struct {
	Title, Subtitle string
	Layers          []Layer
}

// Figure draws the network. It panics where a layer reads one that does not come before it.
func (n Network) Figure(alt string) Figure { return newFigure(single(n.frame()), alt) }

const (
	neuron     = vg.Length(4.5) // radius
	neuronStep = vg.Length(13)
	shownUnits = 6
	boxHeight  = vg.Length(22)
)

// drawn is how many places of a layer are drawn; of many, one of them holds the dots that stand for the rest.
func (l Layer) drawn() int { return min(l.Units, shownUnits) }

// height is the room for the neurons and, below them, the names; those of a last layer stand on its right.
func (l Layer) height(last bool) vg.Length {
	if l.Units == 0 {
		return boxHeight + 10
	}
	h := neuronStep*vg.Length(l.drawn()) + 14
	if l.Name != "" && !last {
		h += 12
	}
	if l.Params > 0 && !last {
		h += 12
	}
	if last {
		h = max(h, 40)
	}
	return h
}

func (n Network) frame() *frame {
	layers := slices.Clone(n.Layers)
	from := make([][]int, len(layers))
	column := vg.Length(72)
	for i, l := range layers {
		l.Role.check("Network")
		if l.Units < 0 {
			panicf("Network: layer %q has %d units", l.Name, l.Units)
		}
		if l.Params < 0 {
			panicf("Network: layer %q has %d parameters", l.Name, l.Params)
		}
		layers[i].From = slices.Clone(l.From)
		from[i] = l.From
	}
	d := newDiagram("Network", from)
	last := func(i int) bool { return d.column[i] == len(d.stacks)-1 && layers[i].Units > 0 }
	height := func(i int) vg.Length { return layers[i].height(last(i)) }
	for i, l := range layers {
		w := max(width(l.Name, tickSize, false), width(l.params(), smallSize, false))
		if last(i) {
			d.right = max(d.right, w-18)
		} else {
			column = max(column, w+16)
		}
	}
	f := d.frame("Network", n.Title, n.Subtitle, column, d.tallest(height))
	f.draw = func(a *area) {
		at := d.centres(a, height)
		for i, l := range layers {
			for _, j := range l.From {
				a.connect(layers[j], d.neurons(layers[j], at[j], last(j)), l, d.neurons(l, at[i], last(i)))
			}
		}
		for i, l := range layers {
			a.layer(l, d.neurons(l, at[i], last(i)), last(i))
		}
	}
	return f
}

func (l Layer) params() string {
	if l.Params == 0 {
		return ""
	}
	return number(float64(l.Params), 0) + " parameters"
}

// neurons are the places of the neurons of l, whose room is centred on c.
func (d diagram) neurons(l Layer, c vg.Point, last bool) []vg.Point {
	if l.Units == 0 {
		return []vg.Point{c}
	}
	n := l.drawn()
	top := c.Y + l.height(last)/2 - 7
	if last {
		top = c.Y + neuronStep*vg.Length(n)/2
	}
	pts := make([]vg.Point, 0, n)
	for k := range n {
		pts = append(pts, vg.Point{X: c.X, Y: top - neuronStep*(vg.Length(k)+0.5)})
	}
	return pts
}

// gap is the place of the dots in a layer of many units, or −1.
func (l Layer) gap() int {
	if l.Units > shownUnits {
		return shownUnits - 2
	}
	return -1
}

func (a *area) connect(l Layer, from []vg.Point, m Layer, to []vg.Point) {
	role := m.Role
	if role == Ink {
		role = l.Role
	}
	s := stroke{color: mix(marks[role], paper, 0.55), width: 0.6}
	if l.Units == 0 || m.Units == 0 {
		s.width = 1
	}
	edge := func(l Layer, at vg.Point, side vg.Length) vg.Point {
		half := neuron
		if l.Units == 0 {
			half = l.boxWidth() / 2
		}
		return vg.Point{X: at.X + side*half, Y: at.Y}
	}
	for i, q := range from {
		for j, r := range to {
			if i != l.gap() && j != m.gap() {
				a.path(s, edge(l, q, 1), edge(m, r, -1))
			}
		}
	}
}

func (l Layer) boxWidth() vg.Length { return width(l.Name, tickSize, false) + 14 }

func (a *area) layer(l Layer, places []vg.Point, last bool) {
	m := marks[l.Role]
	name := lettering{size: tickSize, color: labels[l.Role], ax: 0.5, ay: 0.5}
	if l.Units == 0 {
		a.box(places[0], l.boxWidth(), boxHeight, l.Role)
		a.text(places[0], l.Name, name)
		return
	}
	for k, q := range places {
		if k != l.gap() {
			a.fill(m, disc(q, neuron))
			continue
		}
		for _, dy := range []vg.Length{-3.6, 0, 3.6} {
			a.fill(m, disc(vg.Point{X: q.X, Y: q.Y + dy}, 1))
		}
	}
	at := places[len(places)-1]
	at.Y -= neuronStep/2 + 5
	name.ay = 1
	if last {
		at = vg.Point{X: at.X + neuron + 5, Y: (places[0].Y+at.Y+neuronStep/2+5)/2 + 4}
		name.ax = 0
		if l.Params > 0 {
			at.Y += 6
		}
	}
	a.text(at, l.Name, name)
	name.size, name.color = smallSize, labels[Grey]
	if l.Name != "" {
		at.Y -= 12
	}
	a.text(at, l.params(), name)
}
