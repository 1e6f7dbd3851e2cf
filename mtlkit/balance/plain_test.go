package balance_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"kindred/mtlkit/balance"
)

// Settings are plain: exported fields of numbers, and slices of them, or what prints itself, so that a training can copy
// them, print them in full, and tell by them whether a run is the one that was saved.
func TestSettingsArePlain(t *testing.T) {
	types := map[reflect.Type]bool{
		reflect.TypeFor[balance.Setting](): true, reflect.TypeFor[balance.State](): true,
		reflect.TypeFor[balance.Toy2D](): true, reflect.TypeFor[balance.Fonseca](): true,
	}
	for _, m := range balance.Methods() {
		types[reflect.TypeOf(m.New(3))] = true
	}
	stringer := reflect.TypeFor[fmt.Stringer]()
	var plain func(reflect.Type) bool
	plain = func(typ reflect.Type) bool {
		switch typ.Kind() {
		case reflect.Bool, reflect.Int, reflect.Uint64, reflect.Float64:
			return true
		case reflect.Interface: // a balancer inside another
			return typ.Implements(reflect.TypeFor[balance.Balancer]())
		case reflect.Slice:
			return plain(typ.Elem())
		case reflect.Struct:
			for i := range typ.NumField() {
				if f := typ.Field(i); !f.IsExported() || !plain(f.Type) {
					return false
				}
			}
			return true
		}
		return typ.Implements(stringer)
	}
	for typ := range types {
		if !plain(typ) {
			t.Errorf("%v has settings that are not plain", typ)
		}
	}
	square := func(p float64) float64 { return p * p }
	got := fmt.Sprintf("%+v", balance.GradDrop{Leak: []float64{0.5}, F: square, Seed: 7})
	want := "{Leak:[0.5] F:[0 0.015625 0.0625 0.140625 0.25 0.390625 0.5625 0.765625 1] Seed:7}"
	if got != want || !strings.Contains(fmt.Sprintf("%+v", balance.GradDrop{}), "F:identity") {
		t.Errorf("prints %s, want %s", got, want)
	}
}
