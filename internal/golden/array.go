package golden

import "gonum.org/v1/gonum/mat"

// An Array is one of a file, its numbers in row-major order.
type Array struct {
	Shape []int
	Data  []float64
}

// Dense returns an array of one or two axes as a matrix, of one axis as a column. The numbers are those of the array.
func (a Array) Dense() *mat.Dense {
	cols := 1
	if len(a.Shape) > 1 {
		cols = a.Shape[1]
	}
	return mat.NewDense(a.Shape[0], cols, a.Data)
}

// Permuted returns the numbers with the axes in the given order: images of PyTorch, [image, channel, row, column], become
// ours by 0, 2, 3, 1.
func (a Array) Permuted(axes ...int) []float64 {
	out := make([]float64, 0, len(a.Data))
	at := make([]int, len(axes)) // along the axes of the result
	for range a.Data {
		k := 0
		for axis, n := range a.Shape {
			for i, from := range axes {
				if from == axis {
					k = k*n + at[i]
				}
			}
		}
		out = append(out, a.Data[k])
		for i := len(axes) - 1; i >= 0; i-- {
			if at[i]++; at[i] < a.Shape[axes[i]] {
				break
			}
			at[i] = 0
		}
	}
	return out
}
