// Package storable tells whether a value comes back from a gob as it went in, which drops unexported fields without a
// word.
package storable

import (
	"bytes"
	"encoding"
	"encoding/gob"
	"fmt"
	"math"
	"math/cmplx"
	"reflect"
	"strings"
	"unsafe"
)

// Encode returns value as a gob. It panics, in the name of the package who, where reading it back gives another value, and
// where it leads back to itself. −0 in a field comes back as 0.
func Encode(who string, value any) []byte {
	if at := loop(reflect.ValueOf(value), "value", map[place]bool{}); at != "" {
		panic(fmt.Sprintf("%s: a %T cannot be stored: it leads back to itself at %s", who, value, at))
	}
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(value); err != nil {
		panic(fmt.Sprintf("%s: a %T cannot be stored: %v", who, value, err))
	}
	back := reflect.New(reflect.TypeOf(value))
	if err := gob.NewDecoder(bytes.NewReader(buf.Bytes())).DecodeValue(back); err != nil {
		panic(fmt.Sprintf("%s: a %T cannot be read back: %v", who, value, err))
	}
	if where := Difference(reflect.ValueOf(value), back.Elem()); where != "" {
		panic(fmt.Sprintf("%s: a %T does not come back as it was stored: it differs at %s", who, value, where))
	}
	return buf.Bytes()
}

// CheckType panics, in the name of the package who, where a value of type t would lose a part on its way through a gob.
func CheckType(who string, t reflect.Type) {
	seen := map[reflect.Type]bool{}
	var check func(t reflect.Type, path string)
	check = func(t reflect.Type, path string) {
		if seen[t] || writesItself(t) {
			return
		}
		seen[t] = true
		switch t.Kind() {
		case reflect.Func, reflect.Chan, reflect.Interface, reflect.UnsafePointer:
			panic(fmt.Sprintf("%s: %s is of kind %v (%v), which cannot be stored", who, path, t.Kind(), t))
		case reflect.Struct:
			for i := range t.NumField() {
				f := t.Field(i)
				if !f.IsExported() {
					panic(fmt.Sprintf("%s: the field %s of %s is not exported and would not be stored", who, f.Name, path))
				}
				check(f.Type, path+"."+f.Name)
			}
		case reflect.Map:
			check(t.Key(), path+" (key)")
			check(t.Elem(), path)
		case reflect.Slice, reflect.Array, reflect.Pointer:
			check(t.Elem(), path)
		}
	}
	check(t, t.String())
}

func writesItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	both := func(writes, reads reflect.Type) bool { return p.Implements(writes) && p.Implements(reads) }
	return both(reflect.TypeFor[gob.GobEncoder](), reflect.TypeFor[gob.GobDecoder]()) ||
		both(reflect.TypeFor[encoding.BinaryMarshaler](), reflect.TypeFor[encoding.BinaryUnmarshaler]())
}

// Difference returns the first place where two values of one type differ, or "". It takes NaN for equal to NaN, −0 for
// equal to 0 and an empty slice or map for equal to nil, and leaves types that write themselves to their own tests.
func Difference(a, b reflect.Value) string { return difference(a, b, "") }

func difference(a, b reflect.Value, path string) string {
	if writesItself(a.Type()) {
		return ""
	}
	differs := false
	switch a.Kind() {
	case reflect.Float32, reflect.Float64:
		differs = a.Float() != b.Float() && !(math.IsNaN(a.Float()) && math.IsNaN(b.Float()))
	case reflect.Struct:
		for i := range a.NumField() {
			if d := difference(a.Field(i), b.Field(i), path+"."+a.Type().Field(i).Name); d != "" {
				return d
			}
		}
	case reflect.Slice, reflect.Array:
		if a.Kind() == reflect.Slice && a.Type().Elem().Kind() == reflect.Uint8 && bytes.Equal(a.Bytes(), b.Bytes()) {
			break // pictures have millions
		}
		if a.Len() == b.Len() {
			for i := range a.Len() {
				if d := difference(a.Index(i), b.Index(i), fmt.Sprintf("%s[%d]", path, i)); d != "" {
					return d
				}
			}
		}
		differs = a.Len() != b.Len()
	case reflect.Map:
		for _, k := range a.MapKeys() {
			at := fmt.Sprintf("%s[%v]", path, k)
			if !b.MapIndex(k).IsValid() {
				return at
			}
			if d := difference(a.MapIndex(k), b.MapIndex(k), at); d != "" {
				return d
			}
		}
		differs = a.Len() != b.Len()
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			differs = a.IsNil() != b.IsNil()
			break
		}
		return difference(a.Elem(), b.Elem(), path)
	case reflect.Complex64, reflect.Complex128:
		x, y := a.Complex(), b.Complex()
		differs = x != y && !(cmplx.IsNaN(x) && cmplx.IsNaN(y))
	default:
		differs = a.Interface() != b.Interface()
	}
	if differs {
		return "value" + path
	}
	return ""
}

// A place is what a pointer, a map or a slice leads to.
type place struct {
	kind reflect.Type
	at   unsafe.Pointer
	n    int // length of a slice
}

// loop returns where a value leads back to itself, or "". The way are the places that led to it.
func loop(v reflect.Value, path string, way map[place]bool) string {
	if !v.IsValid() || flat(v.Type()) || writesItself(v.Type()) {
		return ""
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
		here := place{v.Type(), v.UnsafePointer(), 0}
		if v.Kind() == reflect.Slice {
			here.n = v.Len()
		}
		if way[here] {
			return path
		}
		way[here] = true
		defer delete(way, here)
	}
	found := ""
	switch v.Kind() {
	case reflect.Pointer:
		found = loop(v.Elem(), path, way)
	case reflect.Map:
		for at := v.MapRange(); found == "" && at.Next(); {
			found = loop(at.Value(), fmt.Sprintf("%s[%v]", path, at.Key()), way)
		}
	case reflect.Slice, reflect.Array:
		for k := 0; found == "" && k < v.Len(); k++ {
			found = loop(v.Index(k), fmt.Sprintf("%s[%d]", path, k), way)
		}
	case reflect.Struct:
		for k := 0; found == "" && k < v.NumField(); k++ {
			found = loop(v.Field(k), path+"."+v.Type().Field(k).Name, way)
		}
	}
	return found
}

// flat reports whether values of a type lead nowhere.
func flat(t reflect.Type) bool {
	if k := t.Kind(); k == reflect.Slice || k == reflect.Array {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Slice, reflect.Array, reflect.Pointer, reflect.Map, reflect.Struct, reflect.Interface:
		return false
	}
	return true
}

// Describe writes a type out with all of its fields, so that a type whose fields have changed has another text. A type
// that writes itself, or is named a second time, stands by its name.
func Describe(t reflect.Type) string {
	var b strings.Builder
	describe(&b, t, map[reflect.Type]bool{})
	return b.String()
}

func describe(b *strings.Builder, t reflect.Type, seen map[reflect.Type]bool) {
	if seen[t] || writesItself(t) {
		b.WriteString(t.String())
		return
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Struct:
		b.WriteString("struct{")
		for k := range t.NumField() {
			b.WriteString(t.Field(k).Name + " ")
			describe(b, t.Field(k).Type, seen)
			b.WriteString("; ")
		}
		b.WriteString("}")
	case reflect.Slice:
		b.WriteString("[]")
		describe(b, t.Elem(), seen)
	case reflect.Array:
		fmt.Fprintf(b, "[%d]", t.Len())
		describe(b, t.Elem(), seen)
	case reflect.Pointer:
		b.WriteString("*")
		describe(b, t.Elem(), seen)
	case reflect.Map:
		b.WriteString("map[")
		describe(b, t.Key(), seen)
		b.WriteString("]")
		describe(b, t.Elem(), seen)
	default:
		b.WriteString(t.Kind().String())
	}
}
