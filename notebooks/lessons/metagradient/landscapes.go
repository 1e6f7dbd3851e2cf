package metagradient

import (
	"fmt"
	"slices"

	"kindred/plots"
)

// Landscapes draws the mean error after numbers of inner steps over the plane, and where four meta-gradients come to rest
// that are taken with so many steps.
func (p Plane) Landscapes(steps ...int) plots.Figure {
	s := newSurvey(p.episodes(), p.Rate, slices.Max(steps))
	var panels []plots.Panel
	var caption string
	var wins, stepping int
	for _, k := range steps {
		field := p.field(s, k)
		field.Title = "after " + stepped(k)
		var errors [4]float64
		var height float64
		for i, l := range four(WaveNet{}, k, p.Rate) {
			end := p.end(l)
			errors[i] = s.at(end).error(k)
			if k == 0 && i != joint {
				continue // without a step there is one gradient
			}
			field.Points = append(field.Points, plots.Points{
				Name: names[i], Role: [...]plots.Role{plots.Ink, plots.Green, plots.Vermillion, plots.Blue}[i],
				X: end[:1], Y: end[1:],
			})
			height = end[1]
		}
		if k > 0 {
			stepping++
			if least(errors) == maml {
				wins++
			}
		}
		caption += fmt.Sprintf(" After %s the last named rests at a = %.2f; mean errors %.4f, %.4f, %.4f, %.4f.", stepped(k), height,
			errors[joint], errors[reptile], errors[firstOrder], errors[maml])
		panels = append(panels, field)
	}
	return plots.Panels{
		Title: fmt.Sprintf("MAML's start has the least error of the four after its steps, in %d of %d maps", wins, stepping),
		Subtitle: fmt.Sprintf("mean error of three waves after inner steps of rate %g, and where four meta-gradients rest, "+
			"downhill from (%g, %g)", p.Rate, first[0], first[1]),
		Panels: panels,
	}.Figure("Maps of the mean error of three waves over phase and amplitude after several numbers of inner steps, with the places " +
		"where four meta-gradients come to rest.",
	).Caption("In the order joint, Reptile, first order, MAML." + caption)
}
