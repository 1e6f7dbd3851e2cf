package datasets

import (
	"fmt"
	"reflect"

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
