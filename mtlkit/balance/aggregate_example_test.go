package balance_test

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/balance"
)

// Two task gradients in conflict: the mean hurts the first task, UPGrad's direction serves both.
func ExampleAggregation() {
	jacobian := mat.NewDense(2, 3, []float64{
		-4, 1, 1,
		6, 1, 1,
	})
	var a balance.Aggregation
	d := make([]float64, 3)
	for _, b := range []balance.Balancer{balance.Mean{}, balance.UPGrad{}} {
		if err := a.Apply(d, b, jacobian, nil, balance.Start(b, balance.Setting{Tasks: 2, Params: 3})); err != nil {
			fmt.Println(err)
			return
		}
		var gains mat.VecDense
		gains.MulVec(jacobian, mat.NewVecDense(3, d))
		fmt.Printf("%T: direction %.3f, weights %.3f, gains %.2f\n", b, d, a.Weights(), gains.RawVector().Data)
	}
	// Output:
	// balance.Mean: direction [1.000 1.000 1.000], weights [0.500 0.500], gains [-2.00 8.00]
	// balance.UPGrad: direction [0.292 1.901 1.901], weights [1.111 0.789], gains [2.63 5.56]
}
