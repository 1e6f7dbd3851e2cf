// Package settings copies and describes the settings of a run: values of any type, read by reflection, so that a model, a
// loss or a balancer of a caller's own takes part without a line of code.
package settings

import (
	"reflect"

	"gonum.org/v1/gonum/mat"
)

// Copy returns v with everything copied that a caller may change afterwards: slices, maps, matrices, and what exported
// fields, pointers and interfaces lead to. What cannot be copied from outside stays shared: unexported fields, functions,
// channels, and what a pointer leads to if it has unexported fields.
func Copy[T any](v T) T {
	var out T
	from := reflect.ValueOf(&v).Elem()
	reflect.ValueOf(&out).Elem().Set(copyOf(from))
	return out
}

func copyOf(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Slice:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		for k := range v.Len() {
			out.Index(k).Set(copyOf(v.Index(k)))
		}
		return out
	case reflect.Array:
		out := reflect.New(v.Type()).Elem()
		for k := range v.Len() {
			out.Index(k).Set(copyOf(v.Index(k)))
		}
		return out
	case reflect.Map:
		if v.IsNil() {
			return v
		}
		out := reflect.MakeMapWithSize(v.Type(), v.Len())
		for at := v.MapRange(); at.Next(); {
			out.SetMapIndex(at.Key(), copyOf(at.Value()))
		}
		return out
	case reflect.Struct:
		out := reflect.New(v.Type()).Elem()
		out.Set(v)
		for k := range v.NumField() {
			if v.Type().Field(k).IsExported() {
				out.Field(k).Set(copyOf(v.Field(k)))
			}
		}
		return out
	case reflect.Interface:
		if v.IsNil() {
			return v
		}
		out := reflect.New(v.Type()).Elem()
		out.Set(copyOf(v.Elem()))
		return out
	case reflect.Pointer:
		if m, ok := v.Interface().(*mat.Dense); ok && m != nil && !m.IsEmpty() {
			return reflect.ValueOf(mat.DenseCopyOf(m))
		}
		if v.IsNil() || hides(v.Type().Elem()) {
			return v
		}
		out := reflect.New(v.Type().Elem())
		out.Elem().Set(copyOf(v.Elem()))
		return out
	}
	return v
}

// hides reports whether a type is a structure with unexported fields.
func hides(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	for k := range t.NumField() {
		if f := t.Field(k); !f.IsExported() || hides(f.Type) {
			return true
		}
	}
	return false
}
