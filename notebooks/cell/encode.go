package cell

import (
	"bytes"
	"encoding"
	"encoding/gob"
	"fmt"
	"math"
	"reflect"
)

// encode returns value as a gob. It panics where reading it back gives another value.
func encode(value any) []byte {
	var buf bytes.Buffer
	if err := gob.NewEncoder(&buf).Encode(value); err != nil {
		panic(fmt.Sprintf("cell: a %T cannot be stored: %v", value, err))
	}
	back := reflect.New(reflect.TypeOf(value))
	if err := gob.NewDecoder(bytes.NewReader(buf.Bytes())).DecodeValue(back); err != nil {
		panic(fmt.Sprintf("cell: a %T cannot be read back: %v", value, err))
	}
	if where := difference(reflect.ValueOf(value), back.Elem(), ""); where != "" {
		panic(fmt.Sprintf("cell: a %T does not come back as it was stored: it differs at %s", value, where))
	}
	return buf.Bytes()
}

// checkStorable panics where a value of type t would lose a part on its way through a gob, which drops unexported
// fields without a word.
func checkStorable(t reflect.Type) {
	seen := map[reflect.Type]bool{}
	var check func(t reflect.Type, path string)
	check = func(t reflect.Type, path string) {
		if seen[t] || writesItself(t) {
			return
		}
		seen[t] = true
		switch t.Kind() {
		case reflect.Func, reflect.Chan, reflect.Interface, reflect.UnsafePointer:
			panic(fmt.Sprintf("cell: %s is of kind %v (%v), which cannot be stored", path, t.Kind(), t))
		case reflect.Struct:
			for i := range t.NumField() {
				f := t.Field(i)
				if !f.IsExported() {
					panic(fmt.Sprintf("cell: the field %s of %s is not exported and would not be stored", f.Name, path))
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

// difference returns the first place where two values of one type differ, or "". It takes NaN for equal to NaN and an
// empty slice or map for equal to nil, and leaves types that write themselves to their own tests.
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
	default:
		differs = a.Interface() != b.Interface()
	}
	if differs {
		return "value" + path
	}
	return ""
}
