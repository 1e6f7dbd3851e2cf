package threeways

import (
	"math"
	"testing"

	"kindred/mtlkit/sharing"
	"kindred/notebooks/lessons/lessontest"
)

func TestAnswers(t *testing.T) {
	lessontest.Near(t, "shrinking", Shrinking(2, 0.05), 1-4*2*0.05, 1e-15)
	// Scores 0 and log 3 are weights ¼ and ¾.
	m := Mixture([]float64{0, math.Log(3)}, [][]float64{{4, 0}, {8, 1}})
	lessontest.Near(t, "mixture", m[0], 7, 1e-12)
	lessontest.Near(t, "mixture", m[1], 0.75, 1e-12)
	hard := sharing.HardSharing{Trunk: []int{8, 6}, Heads: heads}
	if n := Shared(hard); n != 8*6+6 {
		t.Errorf("both tasks use %d parameters of hard sharing, want those of the trunk, 54", n)
	}
}
