package metagradient

import (
	"fmt"
	"slices"

	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Landscapes draws the mean error after numbers of inner steps over the plane, and where four meta-gradients come to
// rest that are taken with so many steps.
func (p Plane) Landscapes(steps ...int) plots.Figure {
	s := newSurvey(p.episodes(), p.Rate, slices.Max(steps))
	var panels []plots.Panel
	var maps int
	var least [4]int // maps at whose least error each rests
	for _, k := range steps {
		field := p.field(s, k)
		field.Title = "after " + stepped(k)
		learners := four(WaveNet{}, k, p.Rate)
		if k > 0 {
			maps++
		}
		for i, l := range learners {
			if k == 0 && i != joint {
				continue // without a step there is one gradient
			}
			end := p.end(l)
			field.Points = append(field.Points, plots.Points{
				Name: names[i], Role: [...]plots.Role{plots.Ink, plots.Green, plots.Vermillion, plots.Blue}[i],
				X: end[:1], Y: end[1:],
			})
			if k == 0 {
				continue
			}
			rest := s.at(end).error(k)
			if rest <= slices.Min(field.Grid.Z) {
				least[i]++
			}
		}
		panels = append(panels, field)
	}
	return plots.Panels{
		Title: fmt.Sprintf("MAML rests at the least error after its steps in %s maps, first order in %s, Reptile in %s",
			lessons.Of(least[maml], maps), lessons.Some(least[firstOrder]), lessons.Some(least[reptile])),
		Subtitle: fmt.Sprintf("mean error of three waves after inner steps of rate %g, and where four meta-gradients rest, "+
			"downhill from (%g, %g)", p.Rate, first[0], first[1]),
		Panels: panels,
	}.Figure("Maps of the mean error of three waves over phase and amplitude after several numbers of inner steps, with the places " +
		"where four meta-gradients come to rest.")
}

// Rest returns the amplitude at which MAML comes to rest, with the plane's own number of steps.
func (p Plane) Rest() float64 { return p.end(four(WaveNet{}, p.Steps, p.Rate)[maml])[1] }

// A Resting is the amplitude at which a meta-gradient of so many inner steps comes to rest, and the error after them there.
type Resting struct {
	Steps      int    `cell:"inner steps"`
	Joint      string `cell:"joint"`
	Reptile    string
	FirstOrder string `cell:"first order"`
	MAML       string
}

// Restings tells for each number of steps where the four meta-gradients of [Plane.Landscapes] rest.
func (p Plane) Restings(steps ...int) (rows []Resting) {
	s := newSurvey(p.episodes(), p.Rate, slices.Max(steps))
	for _, k := range steps {
		var at [4]string
		for i, l := range four(WaveNet{}, k, p.Rate) {
			end := p.end(l)
			at[i] = fmt.Sprintf("a = %.2f, error %.4f", end[1], s.at(end).error(k))
		}
		rows = append(rows, Resting{k, at[joint], at[reptile], at[firstOrder], at[maml]})
	}
	return rows
}
