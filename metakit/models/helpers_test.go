package models_test

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"kindred/metakit"
	"kindred/metakit/tasks"
)

// blobs are tasks of that many classes out of ten in the plane, each a cloud about its own place.
func blobs(ways, shots int) tasks.NWay {
	rng := rand.New(rand.NewPCG(4, 0))
	var x []float64
	var class []int
	for k := range 10 {
		a, b := 2*rng.NormFloat64(), 2*rng.NormFloat64()
		for range 20 {
			x = append(x, a+0.3*rng.NormFloat64(), b+0.3*rng.NormFloat64())
			class = append(class, k)
		}
	}
	return tasks.NewNWay(mat.NewDense(len(class), 2, x), class, ways, shots, 4)
}

// start returns the first meta-parameters of a learner.
func start(l metakit.Learner, seed uint64) []float64 { return l.Init(rand.New(rand.NewPCG(seed, 1))) }
