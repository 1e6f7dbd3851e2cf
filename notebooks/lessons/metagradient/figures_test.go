package metagradient

import (
	"testing"

	"kindred/notebooks/lessons/lessontest"
)

func TestFigures(t *testing.T) {
	lessontest.Save(t, "08-journeys", Three(3, 0.1).Journeys())
}
