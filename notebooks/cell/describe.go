package cell

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
)

// describe writes a text that two values have in common only when they are equal and of types of the same names. Path
// names the value in the sentence of a panic.
func describe(w io.Writer, path string, v reflect.Value) {
	if !v.IsValid() {
		fmt.Fprint(w, "nil\n")
		return
	}
	t := v.Type()
	switch v.Kind() {
	case reflect.Func, reflect.Chan, reflect.UnsafePointer, reflect.Pointer:
		if !v.IsNil() {
			panic(fmt.Sprintf("cell: LoadOrTrain: %s is of kind %v (%v), whose value does not tell what it does: "+
				"put the values that decide into the config", path, v.Kind(), t))
		}
		fmt.Fprintf(w, "%v nil\n", t)
	case reflect.Interface:
		describe(w, path, v.Elem())
	case reflect.Struct:
		fmt.Fprintf(w, "%s.%v %d\n", t.PkgPath(), t, v.NumField())
		for i := range v.NumField() {
			name := t.Field(i).Name
			fmt.Fprintf(w, "%s ", name)
			describe(w, path+"."+name, v.Field(i))
		}
	case reflect.Slice, reflect.Array:
		fmt.Fprintf(w, "%v %d\n", t, v.Len())
		for i := range v.Len() {
			describe(w, fmt.Sprintf("%s[%d]", path, i), v.Index(i))
		}
	case reflect.Map:
		var entries []string
		for _, k := range v.MapKeys() {
			var b strings.Builder
			describe(&b, path+" (key)", k)
			describe(&b, path, v.MapIndex(k))
			entries = append(entries, b.String())
		}
		slices.Sort(entries)
		fmt.Fprintf(w, "%v %d\n%s", t, v.Len(), strings.Join(entries, ""))
	case reflect.String:
		fmt.Fprintf(w, "%v %q\n", t, v.String())
	case reflect.Float32, reflect.Float64:
		fmt.Fprintf(w, "%v %x\n", t, v.Float())
	default: // booleans, integers and complex numbers
		fmt.Fprintf(w, "%v %v\n", t, v)
	}
}
