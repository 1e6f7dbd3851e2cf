package settings

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"math"
	"reflect"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// shown is the number of numbers up to which a slice is written out; of a longer one, its checksum is.
const shown = 12

// Text describes a value so that two values have the same text if they are the same settings: types, and all fields,
// unexported ones too. Long rows of numbers and matrices stand by their size and a checksum. Functions are told apart by
// being nil or not alone, unless their type has a String method. Numbers are told apart by their bits.
func Text(v any) string {
	var b strings.Builder
	write(&b, reflect.ValueOf(v), 0)
	return b.String()
}

func write(b *strings.Builder, v reflect.Value, depth int) {
	const deepest = 32 // of what leads back to itself
	if !v.IsValid() || depth > deepest {
		b.WriteString("nil")
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		fmt.Fprint(b, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		fmt.Fprint(b, v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		fmt.Fprint(b, v.Uint())
	case reflect.Float32, reflect.Float64:
		number(b, v.Float())
	case reflect.Complex64, reflect.Complex128:
		fmt.Fprint(b, v.Complex())
	case reflect.String:
		fmt.Fprintf(b, "%q", v.String())
	case reflect.Slice, reflect.Array:
		sequence(b, v, depth)
	case reflect.Map:
		dictionary(b, v, depth)
	case reflect.Struct:
		structure(b, v, depth)
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		write(b, v.Elem(), depth+1)
	default: // functions, channels
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		b.WriteString(v.Type().String())
		if v.CanInterface() {
			if s, ok := v.Interface().(fmt.Stringer); ok {
				fmt.Fprintf(b, "(%v)", s)
			}
		}
	}
}

// number writes a float64 so that it can be told from all others.
func number(b *strings.Builder, f float64) {
	if math.IsNaN(f) {
		fmt.Fprintf(b, "NaN(%x)", math.Float64bits(f))
		return
	}
	fmt.Fprint(b, f) // the shortest digits that give these bits; −0 has its sign
}

func sequence(b *strings.Builder, v reflect.Value, depth int) {
	if v.Kind() == reflect.Slice && v.IsNil() {
		b.WriteString("nil")
		return
	}
	if v.Len() > shown && v.Type().Elem().Kind() == reflect.Float64 {
		sum := sha256.New()
		for k := range v.Len() {
			add(sum, v.Index(k).Float())
		}
		fmt.Fprintf(b, "%d numbers %x", v.Len(), sum.Sum(nil)[:8])
		return
	}
	if v.Len() > shown && v.Type().Elem().Kind() == reflect.Uint8 && v.Kind() == reflect.Slice { // pictures: millions
		fmt.Fprintf(b, "%d bytes %x", v.Len(), sha256.Sum256(v.Bytes()))
		return
	}
	var items strings.Builder
	for k := range v.Len() {
		if k > 0 {
			items.WriteByte(' ')
		}
		write(&items, v.Index(k), depth+1)
	}
	if v.Len() > 4*shown {
		fmt.Fprintf(b, "%d items %x", v.Len(), sha256.Sum256([]byte(items.String())))
		return
	}
	fmt.Fprintf(b, "[%s]", items.String())
}

func dictionary(b *strings.Builder, v reflect.Value, depth int) {
	var items []string
	for at := v.MapRange(); at.Next(); {
		var item strings.Builder
		write(&item, at.Key(), depth+1)
		item.WriteByte(':')
		write(&item, at.Value(), depth+1)
		items = append(items, item.String())
	}
	slices.Sort(items)
	fmt.Fprintf(b, "%v{%s}", v.Type(), strings.Join(items, " "))
}

func structure(b *strings.Builder, v reflect.Value, depth int) {
	if v.Type() == reflect.TypeFor[mat.Dense]() {
		matrix(b, v)
		return
	}
	b.WriteString(v.Type().String())
	b.WriteByte('{')
	for k := range v.NumField() {
		if k > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(v.Type().Field(k).Name)
		b.WriteByte(':')
		write(b, v.Field(k), depth+1)
	}
	b.WriteByte('}')
}

// matrix describes a matrix by its size and a checksum of its entries, wherever they lie.
func matrix(b *strings.Builder, v reflect.Value) {
	raw := v.FieldByName("mat")
	rows, cols, stride := int(raw.FieldByName("Rows").Int()), int(raw.FieldByName("Cols").Int()), int(raw.FieldByName("Stride").Int())
	data := raw.FieldByName("Data")
	sum := sha256.New()
	for r := range rows {
		for c := range cols {
			add(sum, data.Index(r*stride+c).Float())
		}
	}
	fmt.Fprintf(b, "%d×%d %x", rows, cols, sum.Sum(nil)[:8])
}

func add(sum hash.Hash, f float64) {
	var bytes [8]byte
	binary.LittleEndian.PutUint64(bytes[:], math.Float64bits(f))
	sum.Write(bytes[:])
}
