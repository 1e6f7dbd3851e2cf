package twotasks

import (
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"kindred/mtlkit"
	"kindred/nn"
)

// floors are what the article's two tasks can be learned to without a network.
type floors struct {
	noise        float64   // squared error of the true x₁ + 2x₂
	leastSquares float64   // of the best plane, intercept included
	plane        []float64 // its intercept and weights
	constant     float64   // of the best constant, the variance of y₁
	majority     float64   // cross-entropy of the best constant probability
	accuracy     float64   // of the more frequent class
}

func floorsOf(data mtlkit.Data) (f floors) {
	x, y, class := data.X[0], data.Y[0], mat.Col(nil, 0, data.Y[1])
	rows, _ := x.Dims()
	design := mat.NewDense(rows, 3, nil)
	for i := range rows {
		design.SetRow(i, []float64{1, x.At(i, 0), x.At(i, 1)})
	}
	var plane, fitted mat.Dense
	if err := plane.Solve(design, y); err != nil {
		panic("twotasks: least squares: " + err.Error())
	}
	fitted.Mul(design, &plane)
	f.plane = mat.Col(nil, 0, &plane)
	f.leastSquares = nn.MeanSquared.Of(&fitted, y)
	f.noise = nn.MeanSquared.Of(mat.NewDense(rows, 1, signal(x)), y)
	f.constant = stat.PopVariance(mat.Col(nil, 0, y), nil)
	p := stat.Mean(class, nil)
	f.majority, f.accuracy = entropy(p), max(p, 1-p)
	return f
}

// at returns what the best plane says at a place.
func (f floors) at(x1, x2 float64) float64 { return f.plane[0] + f.plane[1]*x1 + f.plane[2]*x2 }

// entropy of a coin, in nats.
func entropy(p float64) float64 {
	if p == 0 || p == 1 {
		return 0
	}
	return -p*math.Log(p) - (1-p)*math.Log(1-p)
}

// right are the losses as they are meant.
var right = [2]HandLoss{nn.MSE, nn.BinaryCrossEntropy}
