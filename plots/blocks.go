package plots

import (
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
)

// A Block is a part of a network: a box with its name.
type Block struct {
	Name string
	Note string // below the name, such as how many parameters it has
	Role Role   // ink for what tasks share, the role of a task for its own
	Dash bool   // a dashed edge
	Gate bool   // an ellipse, for what weighs what others hand on
	From []Wire // what it reads
}

// A Wire leads from a block to one that reads it.
type Wire struct {
	From  int     // a place in Blocks, before the block that reads it
	Label string  // on the wire, such as how much of it is read
	Tint  float64 // from 0, the full line, towards 1, none
	Dash  bool
}

// A Tie holds two blocks together that do not read each other.
type Tie struct {
	A, B int // places in Blocks
	Name string
}

// Blocks draws a network as boxes from the left to the right: each stands in the column after the last that it reads,
// and boxes of one column in their order from the top. A wire has the colour of what reads it, or where that is ink, of
// what it comes from.
type Blocks struct {
	Title, Subtitle string
	Blocks          []Block
	Ties            []Tie
	Key             []Block // names, roles and edges to be explained above the boxes
}

// Figure draws the network. It panics where a block reads one that does not come before it.
func (b Blocks) Figure(alt string) Figure { return newFigure(single(b.frame()), alt) }

const (
	blockHeight = vg.Length(20)
	noteHeight  = vg.Length(11)
	blockGap    = vg.Length(12)
	wireRoom    = vg.Length(34) // between the columns
	labelRoom   = vg.Length(26) // more of it where wires are labelled
	labelAt     = 0.3           // of the way along the wire, where those to other blocks have parted
)

func (b Block) height() vg.Length {
	if b.Note == "" {
		return blockHeight
	}
	return blockHeight + noteHeight
}

func (b Block) width() vg.Length {
	return max(width(b.Name, tickSize, false), width(b.Note, smallSize, false)) + 12
}

func (b Blocks) frame() *frame {
	blocks, ties := slices.Clone(b.Blocks), slices.Clone(b.Ties)
	from := make([][]int, len(blocks))
	wide, room := vg.Length(0), wireRoom
	for i, block := range blocks {
		block.Role.check("Blocks")
		wide = max(wide, block.width())
		blocks[i].From = slices.Clone(block.From)
		for _, w := range block.From {
			if !(w.Tint >= 0 && w.Tint <= 1) {
				panicf("Blocks: the tint of a wire to %q is %v, want a number in [0, 1]", block.Name, w.Tint)
			}
			if w.Label != "" {
				room = wireRoom + labelRoom
			}
			from[i] = append(from[i], w.From)
		}
	}
	for _, t := range ties {
		if min(t.A, t.B) < 0 || max(t.A, t.B) >= len(blocks) || t.A == t.B {
			panicf("Blocks: a tie holds numbers %d and %d of %d blocks; want two of them", t.A, t.B, len(blocks))
		}
	}
	d := newDiagram("Blocks", from)
	height := func(i int) vg.Length { return blocks[i].height() + blockGap }
	f := d.frame("Blocks", b.Title, b.Subtitle, wide+room, d.tallest(height))
	for _, k := range b.Key {
		k.Role.check("Blocks")
		e := entry{name: k.Name, role: k.Role, mark: filled}
		if k.Dash {
			e.mark = dashed
		}
		f.key = append(f.key, e)
	}
	f.draw = func(a *area) {
		at := d.centres(a, height)
		for _, t := range ties {
			a.tie(t, blocks, at)
		}
		for i, block := range blocks {
			for _, w := range block.From {
				a.wire(w, blocks[w.From], at[w.From], block, at[i])
			}
		}
		a.wireLabels(blocks, at, d)
		for i, block := range blocks {
			a.block(block, at[i])
		}
	}
	return f
}

// ends are where a wire leaves one block and reaches another.
func (w Wire) ends(from Block, p vg.Point, to Block, q vg.Point) (vg.Point, vg.Point) {
	p.X += from.width() / 2
	q.X -= to.width()/2 + 1.5
	return p, q
}

func (a *area) wire(w Wire, from Block, p vg.Point, to Block, q vg.Point) {
	role := to.Role
	if role == Ink {
		role = from.Role
	}
	p, q = w.ends(from, p, to, q)
	s := stroke{mix(marks[role], paper, 0.2+0.5*w.Tint), 0.5 + 1.5*(1-w.Tint), w.Dash}
	a.path(s, p, q)
	head := stroke{color: s.color, width: 0.8}
	d := q.Sub(p)
	if length := vg.Length(math.Hypot(float64(d.X), float64(d.Y))); length > 6 {
		a.arrow(head, q.Sub(d.Scale(6/length)), q)
	}
}

// wireLabels writes on the wires, where those that leave a column have parted, or beside them if labels would overlap.
func (a *area) wireLabels(blocks []Block, at []vg.Point, d diagram) {
	const half = vg.Length(5) // of the height of a label
	for _, stack := range d.stacks {
		var words []string
		var roles []Role
		var xs, ys []vg.Length
		for i, block := range blocks {
			for _, w := range block.From {
				if w.Label == "" || !slices.Contains(stack, w.From) {
					continue
				}
				p, q := w.ends(blocks[w.From], at[w.From], block, at[i])
				p = p.Add(q.Sub(p).Scale(labelAt))
				words, roles, xs, ys = append(words, w.Label), append(roles, block.Role), append(xs, p.X),
					append(ys, p.Y)
			}
		}
		ys = spread(ys, 2*half, a.Min.Y+half, a.Max.Y-half)
		for k, word := range words {
			c, wide := vg.Point{X: xs[k], Y: ys[k]}, width(word, smallSize, false)/2+1.5
			a.rect(alpha(paper, 0.85), vg.Rectangle{
				Min: vg.Point{X: c.X - wide, Y: c.Y - half}, Max: vg.Point{X: c.X + wide, Y: c.Y + half}})
			a.text(c, word, lettering{size: smallSize, color: labels[roles[k]], ax: 0.5, ay: 0.5})
		}
	}
}

func (a *area) tie(t Tie, blocks []Block, at []vg.Point) {
	p, q := at[t.A], at[t.B]
	a.path(stroke{color: marks[Grey], width: floorWidth, dash: true}, p, q)
	if t.Name == "" {
		return
	}
	middle := vg.Point{X: (p.X+q.X)/2 + 4, Y: (p.Y + q.Y) / 2}
	a.text(middle, t.Name, lettering{size: smallSize, color: labels[Grey], ay: 0.5})
}

func (a *area) block(b Block, c vg.Point) {
	w, h := b.width(), b.height()
	m := marks[b.Role]
	edge := stroke{color: m, width: 1.2, dash: b.Dash}
	fill := mix(m, paper, 0.95) // labels stay legible on it
	if b.Gate {
		ring := ellipse(c, w/2, h/2)
		a.polygon(fill, ring...)
		a.path(edge, append(ring, ring[0])...)
	} else {
		r := vg.Rectangle{Min: vg.Point{X: c.X - w/2, Y: c.Y - h/2}, Max: vg.Point{X: c.X + w/2, Y: c.Y + h/2}}
		a.rect(fill, r)
		a.outline(r, edge)
	}
	name := lettering{size: tickSize, color: labels[b.Role], ax: 0.5, ay: 0.5}
	if b.Role == Grey {
		name.color = labels[Ink] // grey is legible on paper only
	}
	if b.Note == "" {
		a.text(c, b.Name, name)
		return
	}
	a.text(vg.Point{X: c.X, Y: c.Y + noteHeight/2}, b.Name, name)
	name.size, name.color = smallSize, labels[Ink]
	a.text(vg.Point{X: c.X, Y: c.Y - noteHeight/2}, b.Note, name)
}

// ellipse is the edge of one around c, as a polygon that looks round.
func ellipse(c vg.Point, rx, ry vg.Length) []vg.Point {
	pts := make([]vg.Point, 48)
	for k := range pts {
		sin, cos := math.Sincos(2 * math.Pi * float64(k) / float64(len(pts)))
		pts[k] = vg.Point{X: c.X + rx*vg.Length(cos), Y: c.Y + ry*vg.Length(sin)}
	}
	return pts
}
