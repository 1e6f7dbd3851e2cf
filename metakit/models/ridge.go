package models

import (
	"kindred/autodiff"
	"kindred/nn"
)

// ridge returns the weights W, features × columns of y, that minimise ‖features·W − y‖² + λ‖W‖², λ being 1×1 and
// above 0, from the smaller of two systems, which are equal by Woodbury's identity.
func ridge(features, y, lambda autodiff.Value) autodiff.Value {
	if features.Rows() < features.Cols() {
		return ridgeWoodbury(features, y, lambda)
	}
	return ridgePrimal(features, y, lambda)
}

// ridgePrimal returns (XᵀX + λI)⁻¹Xᵀy.
func ridgePrimal(x, y, lambda autodiff.Value) autodiff.Value {
	return x.TMatMul(x).Add(identity(x.Graph(), x.Cols()).Mul(lambda)).SolvePD(x.TMatMul(y))
}

// ridgeWoodbury returns Xᵀ(XXᵀ + λI)⁻¹y.
func ridgeWoodbury(x, y, lambda autodiff.Value) autodiff.Value {
	return x.TMatMul(x.MatMulT(x).Add(identity(x.Graph(), x.Rows()).Mul(lambda)).SolvePD(y))
}

// ridgeHead returns what ridge regression from the features of support points to y predicts at the features of query
// points, and shows it as attention: the weights of the support points, by which it is a sum of their y.
func ridgeHead(t *nn.Trace, support, query, y, lambda autodiff.Value) autodiff.Value {
	t.Show("attention", query.MatMul(ridge(support, identity(y.Graph(), y.Rows()), lambda)))
	return query.MatMul(ridge(support, y, lambda))
}

// features returns what the network makes of x, with a column of ones beside it if there is a bias.
func features(t *nn.Trace, network nn.Network, theta autodiff.Params, x autodiff.Value, bias bool) autodiff.Value {
	f := network.Apply(t, theta, x)
	if bias {
		f = autodiff.ConcatCols(f, x.Graph().Fill(x.Rows(), 1, 1))
	}
	return f
}

func identity(g *autodiff.Graph, n int) autodiff.Value {
	entries := make([]float64, n*n)
	for i := range n {
		entries[i*n+i] = 1
	}
	return g.Const(n, n, entries)
}
