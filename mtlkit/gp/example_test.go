package gp_test

import (
	"context"
	"fmt"
	"log"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/gp"
)

// A task with 5 labels is predicted from one with 40 that goes along with it.
func Example() {
	data := gp.Data{X: mat.NewDense(45, 1, nil), Tasks: 2}
	r := rand.New(rand.NewPCG(1, 0))
	wave := func(task int, x float64) float64 { return (1 - 0.4*float64(task)) * math.Sin(2*x) }
	for i := range 45 {
		task, x := 0, float64(i)/10-2
		if i >= 40 {
			task, x = 1, float64(i-40)-2
		}
		data.X.Set(i, 0, x)
		data.Task = append(data.Task, task)
		data.Y = append(data.Y, wave(task, x)+0.02*r.NormFloat64())
	}
	model, err := gp.NewICM(1).Fit(context.Background(), data)
	if err != nil {
		log.Fatal(err)
	}
	b := model.Kernel.Covariance()
	fmt.Printf("correlation %.1f\n", b.At(0, 1)/math.Sqrt(b.At(0, 0)*b.At(1, 1)))
	place := mat.NewDense(1, 1, []float64{0.7}) // half way between labels of task 1
	mean, variance, err := model.Predict(place, 1)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.1f ± %.1f, the truth is %.1f\n", mean[0], math.Sqrt(variance[0]), wave(1, 0.7))
	// Output:
	// correlation 1.0
	// 0.6 ± 0.0, the truth is 0.6
}
