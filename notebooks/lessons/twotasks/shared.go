package twotasks

import (
	"fmt"

	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// twinSeeds is the number of seeds of every experiment with the article's two tasks.
const twinSeeds = 20

// WhatIsShared draws a network with one trunk beside the twins that share nothing, with the number of parameters of each
// part.
func WhatIsShared(model mtlkit.Model) plots.Figure {
	h, ok := model.(sharing.HardSharing)
	if !ok || len(h.Heads) != 2 {
		panic(fmt.Sprintf("twotasks: WhatIsShared: a %T, want an sharing.HardSharing with two heads", model))
	}
	trunk := nn.MLP{Widths: h.Trunk}.Size()
	heads := [2]int{}
	for i, head := range h.Heads {
		heads[i] = nn.MLP{Widths: append([]int{h.Trunk[len(h.Trunk)-1]}, head...)}.Size()
	}
	joint := stackLayers(nil, "shared", plots.Ink, h.Trunk, 0)
	last := len(joint) - 1
	joint = stackLayers(joint, "task 1", lessons.ValueRole, h.Heads[0], last)
	joint = stackLayers(joint, "task 2", lessons.ClassRole, h.Heads[1], last)

	twins := []plots.Layer{{Units: h.Trunk[0]}}
	for i, role := range []plots.Role{lessons.ValueRole, lessons.ClassRole} {
		twins = stackLayers(twins, fmt.Sprintf("twin %d", i+1), role, append(append([]int{}, h.Trunk[1:]...), h.Heads[i]...), 0)
	}
	for i := range twins {
		twins[i].Params = 0 // the title tells
	}
	all, apart := trunk+heads[0]+heads[1], 2*trunk+heads[0]+heads[1]
	return plots.Panels{
		Title:    fmt.Sprintf("One trunk and two heads have %d parameters, two networks %d", all, apart),
		Subtitle: fmt.Sprintf("together: %d shared, %d of task 1 alone, %d of task 2 alone", trunk, heads[0], heads[1]),
		Panels: []plots.Panel{
			plots.Network{Title: fmt.Sprintf("together: %d + %d + %d", trunk, heads[0], heads[1]), Layers: joint},
			plots.Network{Title: fmt.Sprintf("apart: (%d + %d) + (%d + %d)", trunk, heads[0], trunk, heads[1]), Layers: twins},
		},
	}.Figure(fmt.Sprintf("Two network diagrams. Left, one shared trunk with a head for each task, %d parameters; right, two "+
		"separate networks, %d parameters.", all, apart))
}

// Saved returns how many parameters the model has less than one network for each task.
func Saved(model mtlkit.Model) int {
	return nn.Size(mtlkit.Independent{Of: model}.Shapes()) - nn.Size(model.Shapes())
}

// stackLayers appends layers of the given widths, each reading the one before, the first of them layer from unless there
// is none yet. The last of them has the name, and all but the inputs the number of their parameters.
func stackLayers(layers []plots.Layer, name string, role plots.Role, widths []int, from int) []plots.Layer {
	for i, w := range widths {
		l := plots.Layer{Role: role, Units: w}
		if len(layers) > 0 {
			l.Params = (layers[from].Units + 1) * w
			l.From = []int{from}
		}
		if i == len(widths)-1 {
			l.Name = name
		}
		layers = append(layers, l)
		from = len(layers) - 1
	}
	return layers
}
