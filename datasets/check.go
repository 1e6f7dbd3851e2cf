package datasets

import (
	"fmt"
	"reflect"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// filled returns the size of m, and panics if it is nil or has no entry.
func filled(where string, m mat.Matrix) (rows, cols int) {
	if v := reflect.ValueOf(m); !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		panic(fmt.Sprintf("datasets: %s: the matrix is nil", where))
	}
	if rows, cols = m.Dims(); rows == 0 || cols == 0 {
		panic(fmt.Sprintf("datasets: %s: the matrix is empty", where))
	}
	return rows, cols
}

// indexOf returns the first row of m with a number for which is holds, −1 if there is none.
func indexOf(m *mat.Dense, is func(v float64) bool) int {
	for i := range m.RawMatrix().Rows {
		if slices.ContainsFunc(m.RawRowView(i), is) {
			return i
		}
	}
	return -1
}
