package threeways

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"kindred/notebooks/lessons"
	"kindred/plots"
)

// blocks draws an anatomy; numbers writes on the wires what is read by how much.
func (a anatomy) blocks(numbers bool) plots.Blocks {
	column := make([]int, len(a.layers))
	for i, l := range a.layers {
		for _, r := range l.reads {
			column[i] = max(column[i], column[r.from]+1)
		}
	}
	order := make([]int, len(a.layers)) // from the top: task 1's own, what is shared, task 2's own
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		if column[i] != column[j] {
			return column[i] - column[j]
		}
		return int(4 * (a.side(i) - a.side(j)))
	})
	place := make([]int, len(order))
	for k, i := range order {
		place[i] = k
	}
	b := plots.Blocks{Key: a.key()}
	for _, i := range order {
		l := a.layers[i]
		box := plots.Block{Name: a.title(i), Role: a.role(i), Gate: l.gate, Dash: a.lent(i)}
		if l.size > 0 {
			box.Note = lessons.Thousands(l.size)
		}
		for _, r := range l.reads {
			w := plots.Wire{From: place[r.from]}
			switch {
			case a.layers[r.from].gate:
				w.Dash, w.Tint = true, 0.5
			case r.weight != 1:
				w.Tint, w.Dash = 1-min(math.Abs(r.weight), 1), r.weight < 0
				if numbers {
					w.Label = lessons.Minus(fmt.Sprintf("%.2f", r.weight))
				}
			}
			box.From = append(box.From, w)
		}
		b.Blocks = append(b.Blocks, box)
	}
	for _, t := range a.ties {
		b.Ties = append(b.Ties, plots.Tie{A: place[t[0]], B: place[t[1]], Name: "tied"})
	}
	return b
}

// owner is the task whose own a layer is, by use or by what the task would have alone, or −1.
func (a anatomy) owner(i int) int {
	switch l := a.layers[i]; {
	case len(l.users) == 1:
		return l.users[0]
	case len(l.twins) == 1:
		return l.twins[0]
	}
	return -1
}

// lent reports whether a layer is a task's own, and others use it too.
func (a anatomy) lent(i int) bool { return a.owner(i) >= 0 && len(a.layers[i].users) > 1 }

// side orders the layers of a column: those of the first task on top, those of the last at the bottom, gates outermost.
func (a anatomy) side(i int) float64 {
	t := a.owner(i)
	if t < 0 {
		return 0
	}
	side := float64(t) - float64(a.tasks-1)/2
	if a.layers[i].gate {
		side += math.Copysign(0.25, side)
	}
	return side
}

func (a anatomy) role(i int) plots.Role {
	t := a.owner(i)
	switch {
	case i == 0:
		return plots.Grey
	case t < 0:
		return plots.Ink
	}
	return lessons.Hues[t%len(lessons.Hues)]
}

var ofPart = regexp.MustCompile(`\.\d+$`) // the number of a layer within its part of the network

// title is what a layer is called in its box: the last word of its part's name, with its number set apart if there are
// others of that name.
func (a anatomy) title(i int) string {
	part := func(l layer) string { return ofPart.ReplaceAllString(l.name, "") }
	name := part(a.layers[i])
	stem := strings.TrimRight(name, "0123456789")
	word := stem[strings.LastIndex(stem, ".")+1:]
	if slices.ContainsFunc(a.layers, func(l layer) bool {
		return part(l) != name && strings.TrimRight(part(l), "0123456789") == stem
	}) {
		word += " " + name[len(stem):]
	}
	return word
}

// key explains the colours and edges that an anatomy has.
func (a anatomy) key() (key []plots.Block) {
	names := []plots.Block{{Name: "used by both"}}
	if a.tasks > 2 {
		names[0].Name = "used by several"
	}
	for t := range a.tasks {
		names = append(names, plots.Block{Name: fmt.Sprintf("of task %d", t+1),
			Role: lessons.Hues[t%len(lessons.Hues)]})
	}
	key = names
	for i := range a.layers {
		if a.lent(i) {
			return append(key, plots.Block{Name: "lent to the other", Role: plots.Grey, Dash: true})
		}
	}
	return key
}
