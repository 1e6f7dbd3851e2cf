package numpyrand

import (
	"math"
	"testing"
)

// Printed by numpy 2.4.6 after np.random.seed(0): np.random.rand(4), and, seeded anew, np.random.randn(3).
func TestKnownNumbers(t *testing.T) {
	g := New(0)
	for i, want := range []float64{0.5488135039273248, 0.7151893663724195, 0.6027633760716439, 0.5448831829968969} {
		if got := g.Rand(); got != want {
			t.Errorf("rand %d = %v, want %v", i, got, want)
		}
	}
	g = New(0)
	for i, want := range []float64{1.764052345967664, 0.4001572083672233, 0.9787379841057392} {
		// The last bit may differ: numpy calls the C library's log.
		if got := g.Randn(); math.Abs(got-want) > 1e-15 {
			t.Errorf("randn %d = %v, want %v", i, got, want)
		}
	}
}

func TestSpareNormalSurvivesRand(t *testing.T) {
	a, b := New(7), New(7)
	a.Randn()
	b.Randn()
	want := a.Randn()
	b.Rand()
	if got := b.Randn(); got != want {
		t.Errorf("second normal %v after a call of Rand, want %v", got, want)
	}
	if New(7).Rand() == New(8).Rand() {
		t.Error("seeds 7 and 8 give the same number")
	}
}

func TestUnseeded(t *testing.T) {
	for name, draw := range map[string]func(){
		"Rand":         func() { new(Generator).Rand() },
		"Randn":        func() { new(Generator).Randn() },
		"Rand of nil":  func() { (*Generator)(nil).Rand() },
		"Randn of nil": func() { (*Generator)(nil).Randn() },
	} {
		func() {
			defer func() {
				if got := recover(); got != "numpyrand: a Generator without a seed; New makes one" {
					t.Errorf("%s: panic %v", name, got)
				}
			}()
			draw()
		}()
	}
}
