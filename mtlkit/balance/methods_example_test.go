package balance_test

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/balance"
)

// Every aggregator on the same three gradients, of which the third is long and against the first: the direction, and by how
// much a small step against it lowers each task's loss. The mean hurts the first task; who does not is non-conflicting.
func Example_aggregators() {
	jacobian := mat.NewDense(3, 2, []float64{
		1, 0,
		1, 1,
		-3, 3,
	})
	losses := []float64{1, 0.5, 2}
	for _, b := range []balance.Balancer{
		balance.Sum{}, balance.Mean{}, balance.Constant{Weights: []float64{0.5, 0.3, 0.2}},
		balance.MGDA{}, balance.DualProj{}, balance.UPGrad{}, balance.NewNashMTL(), balance.NewFairGrad(),
		balance.PCGrad{}, balance.NewGradVac(), balance.NewCAGrad(), balance.IMTLG{}, balance.AlignedMTL{},
		balance.AlignedMTLGram{}, balance.ConFIG{}, balance.NewPCD(), balance.NewCRMOGM(balance.MGDA{}),
		balance.NewGradNorm(), balance.NewMoCo(), balance.NewDBMTL(), balance.NewExcessMTL(),
		balance.GradDrop{}, balance.NewKrum(0), balance.TrimmedMean{Trim: 1},
	} {
		d := make([]float64, 2)
		if err := balance.Aggregate(d, b, jacobian, losses, balance.Start(b, balance.Setting{Tasks: 3, Params: 2})); err != nil {
			fmt.Println(err)
			return
		}
		var gains mat.VecDense
		gains.MulVec(jacobian, mat.NewVecDense(2, d))
		fmt.Printf("%-22T direction %5.2f, gains %5.2f\n", b, d, gains.RawVector().Data)
	}
	// Output:
	// balance.Sum            direction [-1.00  4.00], gains [-1.00  3.00 15.00]
	// balance.Mean           direction [-0.33  1.33], gains [-0.33  1.00  5.00]
	// balance.Constant       direction [ 0.20  0.90], gains [ 0.20  1.10  2.10]
	// balance.MGDA           direction [ 0.36  0.48], gains [ 0.36  0.84  0.36]
	// balance.DualProj       direction [ 0.00  1.33], gains [ 0.00  1.33  4.00]
	// balance.UPGrad         direction [ 0.50  1.50], gains [ 0.50  2.00  3.00]
	// balance.NashMTL        direction [ 0.41  0.91], gains [ 0.41  1.32  1.51]
	// balance.FairGrad       direction [ 0.78  1.33], gains [ 0.78  2.11  1.65]
	// balance.PCGrad         direction [ 1.50  4.50], gains [ 1.50  6.00  9.00]
	// balance.GradVac        direction [ 1.50  4.50], gains [ 1.50  6.00  9.00]
	// balance.CAGrad         direction [ 0.35  1.33], gains [ 0.35  1.69  2.94]
	// balance.IMTLG          direction [ 0.16  1.18], gains [ 0.16  1.34  3.05]
	// balance.AlignedMTL     direction [ 0.20  0.83], gains [ 0.20  1.03  1.89]
	// balance.AlignedMTLGram direction [ 0.20  0.83], gains [ 0.20  1.03  1.89]
	// balance.ConFIG         direction [ 1.15  3.24], gains [ 1.15  4.39  6.29]
	// balance.PCD            direction [ 0.69  0.73], gains [ 0.69  1.41  0.12]
	// balance.CRMOGM         direction [ 0.36  0.48], gains [ 0.36  0.84  0.36]
	// balance.GradNorm       direction [-1.00  4.00], gains [-1.00  3.00 15.00]
	// balance.MoCo           direction [-0.01  0.56], gains [-0.01  0.55  1.72]
	// balance.DBMTL          direction [ 0.28  0.40], gains [ 0.28  0.68  0.35]
	// balance.ExcessMTL      direction [-0.37  1.36], gains [-0.37  0.99  5.20]
	// balance.GradDrop       direction [-3.00  4.00], gains [-3.00  1.00 21.00]
	// balance.Krum           direction [ 1.00  0.00], gains [ 1.00  1.00 -3.00]
	// balance.TrimmedMean    direction [ 1.00  1.00], gains [ 1.00  2.00  0.00]
}

// Two aggregators ask for the gradients of several batches, so that noise does not bias their weights.
func Example_batches() {
	batch := func(noise float64) *mat.Dense { return mat.NewDense(2, 2, []float64{1 + noise, 0, -2, 3 - noise}) }
	batches := []*mat.Dense{batch(0.1), batch(-0.2), batch(0)}
	for _, b := range []balance.BatchAggregator{balance.NewMoDo(), balance.NewSDMGrad()} {
		d := make([]float64, 2)
		state := balance.Start(b, balance.Setting{Tasks: 2, Params: 2})
		if err := new(balance.Aggregation).ApplyBatches(d, b, batches[:b.Batches()], state); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%T: direction %.2f\n", b, d)
	}
	// Output:
	// balance.MoDo: direction [-0.49 1.49]
	// balance.SDMGrad: direction [0.65 0.35]
}

// Every scalarizer on the same losses, three steps on end: what it weighs the three tasks by in the third. The loss of the
// second task stands still, that of the third is ten times as large.
func Example_scalarizers() {
	for _, b := range []balance.Scalarizer{
		balance.Equal{}, balance.Fixed{Weights: []float64{0.5, 0.3, 0.2}}, balance.NewUncertainty(), balance.NewIMTLL(),
		balance.NewDWA(), balance.GLS{}, balance.RLW{}, balance.NewSTCH(), balance.NewCOSMOS(), balance.NewPBI(),
		balance.NewFAMO(), balance.NewCRMOGMScalarizer(balance.NewDWA()),
	} {
		state := balance.Start(b, balance.Setting{Tasks: 3, Params: 2})
		weights := make([]float64, 3)
		for _, losses := range [][]float64{{1, 1, 10}, {0.5, 1, 8}, {0.25, 1, 6}} {
			b.Scalarize(weights, losses, state)
			if after, ok := b.(balance.AfterStep); ok { // it looks at the losses once more after the step
				after.AfterStep([]float64{0.8 * losses[0], losses[1], 0.8 * losses[2]}, state)
			}
		}
		fmt.Printf("%-24T weights %5.2f\n", b, weights)
	}
	// Output:
	// balance.Equal            weights [ 1.00  1.00  1.00]
	// balance.Fixed            weights [ 0.50  0.30  0.20]
	// balance.Uncertainty      weights [ 0.50  0.50  0.41]
	// balance.IMTLL            weights [ 1.01  1.00  0.70]
	// balance.DWA              weights [ 0.87  1.12  1.01]
	// balance.GLS              weights [ 1.53  0.38  0.06]
	// balance.RLW              weights [ 0.26  0.37  0.37]
	// balance.STCH             weights [ 0.04  0.05  0.25]
	// balance.COSMOS           weights [ 0.24  0.26  0.35]
	// balance.PBI              weights [-1.87 -1.02  4.63]
	// balance.FAMO             weights [ 0.76  0.21  0.03]
	// balance.CRMOGMScalarizer weights [ 0.99  1.01  1.00]
}

// How two gradients lie, by their inner products: whether they conflict, and at which angle.
func ExampleNewConflict() {
	conflict := balance.NewConflict(mat.NewSymDense(2, []float64{1, -2, -2, 13}))
	fmt.Printf("%d of %d pairs in conflict, cosine %.2f\n", conflict.Conflicting, conflict.Pairs, conflict.Cosines.At(0, 1))
	// Output:
	// 1 of 1 pairs in conflict, cosine -0.55
}

// A problem whose Pareto set is known: two losses of twenty variables, each with its own minimum.
func ExampleNewFonseca() {
	problem := balance.NewFonseca()
	start := make([]float64, problem.Variables)
	start[0] = 0.5
	points, err := balance.Descent{Problem: problem, Balance: balance.UPGrad{}, Rate: 0.01}.Run(start, 500)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("from %.2f off the Pareto set to %.2f\n", problem.Distance(start), problem.Distance(points[0].X))
	// Output:
	// from 0.49 off the Pareto set to 0.00
}
