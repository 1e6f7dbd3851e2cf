package cell

import (
	"fmt"
	"math"
	"reflect"
	"strings"
)

// The distances from the wanted number, as parts of it, within which an answer is right, or close.
const (
	rightWithin = 0.01
	closeWithin = 0.1
	almostZero  = 1e-9 // a wanted number below it is 0
)

// Check shows whether the answer to an exercise is right. What is wanted is computed where it is asked for, so that it
// holds for the constants of the reader:
//
//	cell.Check(nil, example.Loss(0.5)) // your answer in place of nil
//
// An answer of nil, NaN, or a slice that is nil was not given yet, and Check says what it waits for. A number is right
// within 1 % of the wanted one and close within 10 %; whole numbers, texts (but for case and blanks at the ends) and
// booleans are right when they are equal; a slice is right when all its entries are. Of a wrong answer Check says what
// differs and how, and not what is right. It panics where the wanted value is of another kind, or not finite.
func Check(answer, want any) {
	Markdown(check(answer, want))
}

func check(answer, want any) string {
	w := reflect.ValueOf(want)
	kind := kindOf(w)
	if kind == "" {
		panic(fmt.Sprintf("cell: Check: the wanted value is %T, which cannot be compared; "+
			"give a finite number, a text, a boolean or a slice of these", want))
	}
	a := reflect.ValueOf(answer)
	if missing(a) {
		return "☐ This exercise waits for " + kind + ", in place of nil."
	}
	if said := differs(a, w, ""); said != "" {
		if strings.HasPrefix(said, "close") {
			return "≈ **" + strings.ToUpper(said[:1]) + said[1:] + "**"
		}
		return "✗ **Not yet**: " + said
	}
	return "✓ **Right.**"
}

// kindOf says in words what a wanted value is; "" is nothing that can be compared.
func kindOf(w reflect.Value) string {
	w = bare(w)
	switch {
	case !w.IsValid():
	case w.CanInt(), w.CanUint():
		return "a whole number"
	case w.CanFloat():
		if math.IsNaN(w.Float()) || math.IsInf(w.Float(), 0) {
			return ""
		}
		return "a number"
	case w.Kind() == reflect.String:
		return "a text"
	case w.Kind() == reflect.Bool:
		return "true or false"
	case w.Kind() == reflect.Slice && w.Len() > 0:
		entry := kindOf(w.Index(0))
		for i := range w.Len() {
			if kindOf(w.Index(i)) == "" {
				return ""
			}
		}
		if entry != "" && w.Len() > 1 {
			return fmt.Sprintf("%d values, each %s", w.Len(), entry)
		}
		return entry
	}
	return ""
}

// bare returns what an interface holds.
func bare(v reflect.Value) reflect.Value {
	if v.Kind() == reflect.Interface {
		return v.Elem()
	}
	return v
}

func missing(a reflect.Value) bool {
	return !a.IsValid() || a.CanFloat() && math.IsNaN(a.Float()) || a.Kind() == reflect.Slice && a.IsNil()
}

// differs says in what an answer differs from what is wanted; "" is in nothing. At names the entry.
func differs(a, w reflect.Value, at string) string {
	a, w = bare(a), bare(w)
	if missing(a) {
		return at + "it is missing."
	}
	number := func(v reflect.Value) (float64, bool) {
		switch {
		case v.CanInt():
			return float64(v.Int()), true
		case v.CanUint():
			return float64(v.Uint()), true
		case v.CanFloat():
			return v.Float(), true
		}
		return 0, false
	}
	unlike := func() string { return fmt.Sprintf("%swanted is %s, and not %v.", at, kindOf(w), a) }
	if wanted, ok := number(w); ok {
		given, ok := number(a)
		switch {
		case !ok:
			return unlike()
		case w.CanFloat():
			return distance(given, wanted, at)
		case given < wanted:
			return at + "too low."
		case given > wanted:
			return at + "too high."
		}
		return ""
	}
	switch {
	case a.Kind() != w.Kind():
		return unlike()
	case w.Kind() == reflect.String:
		if !strings.EqualFold(strings.TrimSpace(a.String()), strings.TrimSpace(w.String())) {
			return fmt.Sprintf("%s%q is not it.", at, a.String())
		}
	case w.Kind() == reflect.Bool:
		if a.Bool() != w.Bool() {
			return fmt.Sprintf("%s%v is not it.", at, a.Bool())
		}
	default:
		if a.Len() != w.Len() {
			return fmt.Sprintf("%s%d values, wanted are %d.", at, a.Len(), w.Len())
		}
		for i := range w.Len() {
			if said := differs(a.Index(i), w.Index(i), fmt.Sprintf("%svalue %d: ", at, i+1)); said != "" {
				return said
			}
		}
	}
	return ""
}

// distance says how far a number is from the wanted one, as far as that helps to find it.
func distance(given, wanted float64, at string) string {
	size := math.Abs(wanted)
	if size < almostZero {
		size = 0
	}
	side := "too low"
	if given > wanted {
		side = "too high"
	}
	off := math.Abs(given - wanted)
	switch {
	case off <= max(rightWithin*size, almostZero):
		return ""
	case math.IsNaN(given) || math.IsInf(given, 0):
		return fmt.Sprintf("%s%v is no finite number.", at, given)
	case off <= closeWithin*size:
		return fmt.Sprintf("close: %s%.2g %% %s.", at, 100*off/size, side)
	case size > 0 && math.Abs(given+wanted) <= closeWithin*size:
		return at + "the size is right, the sign is not."
	case size > 0 && given*wanted > 0 && (given/wanted > 3 || wanted/given > 3):
		return fmt.Sprintf("%s%s, by a factor of %.2g.", at, side, max(given/wanted, wanted/given))
	}
	return at + side + "."
}
