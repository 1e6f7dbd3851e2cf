package learners

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"kindred/metakit/tasks"
)

// Waves are tasks of one number with 10 support points.
var Waves = tasks.NewSinusoid(10)

// Spots are tasks of 5 classes with one support point each, out of 20 classes of points in 16 dimensions, of which the
// first 4 tell the classes apart and the others are noise.
func Spots() tasks.NWay {
	rng := rand.New(rand.NewPCG(3, 0))
	var x []float64
	var class []int
	for k := range 20 {
		var centre [16]float64
		for j := range 4 {
			centre[j] = rng.NormFloat64()
		}
		for range 30 {
			for j, c := range centre {
				spread := 0.3
				if j >= 4 {
					spread = 3
				}
				x = append(x, c+spread*rng.NormFloat64())
			}
			class = append(class, k)
		}
	}
	return tasks.NewNWay(mat.NewDense(len(class), 16, x), class, 5, 1, 5)
}
