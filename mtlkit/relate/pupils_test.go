package relate_test

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"testing"
)

// pupils makes the file testdata/pupils.csv: 1500 pupils of 100 schools, eight measurements of each and the way to
// school. Two features of these and the school make the score, whether a pupil passed, and the level, of which a tenth,
// four fifths and seven eighths are missing.
func pupils() []byte {
	rng := rand.New(rand.NewPCG(12, 0))
	var b bytes.Buffer
	b.WriteString("school,travel,m1,m2,m3,m4,m5,m6,m7,m8,score,passed,level\n")
	ways := []string{"bus", "foot", "bike"}
	for school := range 100 {
		bonus := 0.2 * rng.NormFloat64()
		for range 15 {
			way := rng.IntN(3)
			var m [8]float64
			for k := range m {
				m[k] = math.Round(100*rng.NormFloat64()) / 100
			}
			first := math.Sin(m[0]+m[1]) + bonus
			second := math.Sin(m[2]-m[3]) + 0.2*float64(way-1)
			fmt.Fprintf(&b, "s%03d,%s", school+1, ways[way])
			for k, v := range m {
				if k == 7 && rng.Float64() < 0.05 {
					b.WriteString(",")
				} else {
					fmt.Fprintf(&b, ",%.2f", v)
				}
			}
			score := fmt.Sprintf("%.1f", 50+10*(first+second+0.2*rng.NormFloat64()))
			passed, level := "no", "low"
			if first+second+0.2*rng.NormFloat64() > 0 {
				passed = "yes"
			}
			if v := first + second + 0.2*rng.NormFloat64(); v > 0.5 {
				level = "high"
			} else if v > -0.5 {
				level = "middle"
			}
			for k, share := range []float64{0.1, 0.8, 0.875} {
				if rng.Float64() < share {
					*[]*string{&score, &passed, &level}[k] = ""
				}
			}
			fmt.Fprintf(&b, ",%s,%s,%s\n", score, passed, level)
		}
	}
	return b.Bytes()
}

// The file of the example is what it says. KINDRED_PUPILS=1 writes it.
func TestPupils(t *testing.T) {
	if os.Getenv("KINDRED_PUPILS") != "" {
		if err := os.WriteFile("testdata/pupils.csv", pupils(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if text, err := os.ReadFile("testdata/pupils.csv"); err != nil || !bytes.Equal(text, pupils()) {
		t.Errorf("testdata/pupils.csv is not what pupils makes: %v", err)
	}
}
