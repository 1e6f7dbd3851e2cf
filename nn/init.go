package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// An Initializer fills a weight matrix with its first numbers. fanIn is the number of inputs of the layer, fanOut the
// number of its outputs, both at least 1.
type Initializer interface {
	Fill(w []float64, fanIn, fanOut int, rng *rand.Rand)
}

// GlorotUniform draws from U(−a, a), a = √(6/(fanIn + fanOut)). It is Keras's choice for dense layers.
//
// Reference: Glorot, Bengio. Understanding the difficulty of training deep feedforward neural networks. AISTATS 2010.
type GlorotUniform struct{}

// GlorotNormal draws from N(0, 2/(fanIn + fanOut)) (see [GlorotUniform]).
type GlorotNormal struct{}

// HeUniform draws from U(−a, a), a = √(6/fanIn).
//
// Reference: He, Zhang, Ren, Sun. Delving deep into rectifiers. ICCV 2015, arXiv:1502.01852.
type HeUniform struct{}

// HeNormal draws from N(0, 2/fanIn) (see [HeUniform]).
type HeNormal struct{}

// TruncatedNormal draws from N(0, Std²) and draws again whatever lies further than 2 Std from 0. The standard deviation
// of the result is 0.88 Std. Std is finite and not negative; 0 gives zeros.
type TruncatedNormal struct{ Std float64 }

// Zeros fills with 0.
type Zeros struct{}

var _ = []Initializer{GlorotUniform{}, GlorotNormal{}, HeUniform{}, HeNormal{}, TruncatedNormal{}, Zeros{}}

// Fill implements [Initializer].
func (GlorotUniform) Fill(w []float64, fanIn, fanOut int, rng *rand.Rand) {
	checkFill("GlorotUniform", fanIn, fanOut, rng)
	fillUniform(w, math.Sqrt(6/float64(fanIn+fanOut)), rng)
}

// Fill implements [Initializer].
func (GlorotNormal) Fill(w []float64, fanIn, fanOut int, rng *rand.Rand) {
	checkFill("GlorotNormal", fanIn, fanOut, rng)
	fillNormal(w, math.Sqrt(2/float64(fanIn+fanOut)), rng)
}

// Fill implements [Initializer].
func (HeUniform) Fill(w []float64, fanIn, fanOut int, rng *rand.Rand) {
	checkFill("HeUniform", fanIn, fanOut, rng)
	fillUniform(w, math.Sqrt(6/float64(fanIn)), rng)
}

// Fill implements [Initializer].
func (HeNormal) Fill(w []float64, fanIn, fanOut int, rng *rand.Rand) {
	checkFill("HeNormal", fanIn, fanOut, rng)
	fillNormal(w, math.Sqrt(2/float64(fanIn)), rng)
}

// Fill implements [Initializer].
func (t TruncatedNormal) Fill(w []float64, fanIn, fanOut int, rng *rand.Rand) {
	checkFill("TruncatedNormal", fanIn, fanOut, rng)
	must(notNegative("TruncatedNormal", "Std", t.Std))
	for k := range w {
		z := rng.NormFloat64()
		for math.Abs(z) > 2 {
			z = rng.NormFloat64()
		}
		w[k] = t.Std * z
	}
}

// Fill implements [Initializer].
func (Zeros) Fill(w []float64, _, _ int, _ *rand.Rand) { clear(w) }

func checkFill(name string, fanIn, fanOut int, rng *rand.Rand) {
	if fanIn < 1 || fanOut < 1 {
		panic(fmt.Sprintf("nn: %s: %d inputs and %d outputs; a layer has at least one of each", name, fanIn, fanOut))
	}
	checkSource(name, rng)
}

// checkSource panics unless there is a source of random numbers.
func checkSource(name string, rng *rand.Rand) {
	if rng == nil {
		panic(fmt.Sprintf("nn: %s: the source of random numbers is nil; give one, such as rand.New(rand.NewPCG(1, 0))", name))
	}
}

func fillUniform(w []float64, a float64, rng *rand.Rand) {
	for k := range w {
		w[k] = a * (2*rng.Float64() - 1)
	}
}

func fillNormal(w []float64, std float64, rng *rand.Rand) {
	for k := range w {
		w[k] = std * rng.NormFloat64()
	}
}
