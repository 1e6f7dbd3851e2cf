package nn

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// AUC is the area under the ROC curve of outputs for binary labels: the share of all pairs of a row of class 1 and a
// row of class 0 in which the former has the larger output, where equal outputs count as half a pair,
//
//	AUC = 1/(n₁·n₀) Σ over pairs (i, j) of [zᵢ > zⱼ] + ½[zᵢ = zⱼ],   yᵢ > ½ ≥ yⱼ
//
// ½ for outputs that know nothing, 1 for those that set the classes apart. It asks for the order of the outputs alone,
// so that logits and probabilities have the same. Pairs are counted, not approximated. Of several columns it is the
// mean of their areas; a column whose labels are all of one class has none and is left out, and where no other is left
// the AUC is NaN.
//
// Reference: Hanley, McNeil. The meaning and use of the area under a receiver operating characteristic (ROC) curve.
// Radiology 143, 1982.
var AUC = Metric{"AUC", auc}

func auc(output, labels *mat.Dense) float64 {
	rows, cols := alike("AUC", output, labels)
	sum, n := 0.0, 0
	for c := range cols {
		column := make([]scored, 0, rows)
		for r := range rows {
			z, y := output.At(r, c), labels.At(r, c)
			if math.IsNaN(z) {
				return math.NaN()
			}
			if !math.IsNaN(y) {
				column = append(column, scored{z, y > 0.5})
			}
		}
		if area := areaOf(column); !math.IsNaN(area) {
			sum += area
			n++
		}
	}
	return sum / float64(n)
}

// scored is an output and whether its label is of class 1.
type scored struct {
	output   float64
	positive bool
}

// areaOf returns the AUC of rows, which it sorts; NaN if they are of one class.
func areaOf(rows []scored) float64 {
	slices.SortFunc(rows, func(a, b scored) int { return cmp.Compare(a.output, b.output) })
	var pairs, n1, n0 float64 // pairs counts halves: whole numbers, which are exact up to 2⁵³
	for len(rows) > 0 {
		ties := slices.IndexFunc(rows, func(r scored) bool { return r.output != rows[0].output })
		if ties < 0 {
			ties = len(rows)
		}
		var ones, zeros float64
		for _, r := range rows[:ties] {
			if r.positive {
				ones++
			} else {
				zeros++
			}
		}
		pairs += ones * (2*n0 + zeros)
		n1, n0 = n1+ones, n0+zeros
		rows = rows[ties:]
	}
	return pairs / (2 * n1 * n0)
}
