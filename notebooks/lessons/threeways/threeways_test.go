package threeways

import (
	"testing"

	"kindred/notebooks/lessons/lessontest"
)

func TestSixWays(t *testing.T) {
	lessontest.Save(t, "ways-1-six", SixWays())
}
