package metagradient

import (
	"testing"

	"kindred/notebooks/lessons/lessontest"
)

func TestFigures(t *testing.T) {
	plane := Three(3, 0.1)
	lessontest.Save(t, "08-journeys", plane.Journeys())
	lessontest.Save(t, "08-landscapes", plane.Landscapes(0, 1, 3, 10))
	parts := plane.Parts(0.3, 0.8)
	lessontest.Save(t, "08-arrows", parts.Arrows(chain(parts, plane.Rate)))
}

// chain is what the notebook's cell computes.
func chain(parts Parts, rate float64) [2]float64 {
	g := parts.Query
	for _, H := range parts.Hessians {
		g = [2]float64{g[0] - rate*(H[0][0]*g[0]+H[0][1]*g[1]), g[1] - rate*(H[1][0]*g[0]+H[1][1]*g[1])}
	}
	return g
}
