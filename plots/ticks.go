package plots

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// A Range is an interval of an axis, {low, high}. The zero Range asks for the limits to be found from the data.
type Range [2]float64

func (r Range) given() bool { return r != Range{} }

// tick is a place on an axis and what is written there.
type tick struct {
	at   float64
	name string
}

// linearTicks returns about n round numbers in [lo, hi], and at least two: at worst the ends.
func linearTicks(lo, hi float64, n int) []tick {
	for more := range 5 { // in five parts or more, a step is at most two fifths of [lo, hi]
		if ticks := multiples(niceStep(lo, hi, n+more), lo, hi); len(ticks) >= 2 {
			return ticks
		}
	}
	return []tick{{lo, plain(lo)}, {hi, plain(hi)}}
}

// multiples returns the multiples of step in [lo, hi].
func multiples(step, lo, hi float64) []tick {
	decimals := max(0, int(-math.Floor(math.Log10(step)+1e-9)))
	first, last := math.Ceil(lo/step-1e-9), math.Floor(hi/step+1e-9)
	if !(first <= last) {
		return nil
	}
	var ticks []tick
	for i := range int(min(last-first+1, 1000)) { // counted: first + 1 may be first again
		v := (first + float64(i)) * step
		name := number(v, decimals)
		if v == 0 && decimals > 5 {
			name = "0" // as its neighbours are written as powers of ten
		}
		ticks = append(ticks, tick{v, name})
	}
	return ticks
}

// niceStep is 1, 2 or 5 times a power of ten, and divides [lo, hi] into about n parts: at most a third more.
func niceStep(lo, hi float64, n int) float64 {
	raw := (hi - lo) / float64(max(n, 1))
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 5} {
		if m*power >= 0.75*raw {
			return m * power
		}
	}
	return 10 * power
}

// logTicks returns about n of the powers of ten in [lo, hi]; where they are one or two, also five and two times them.
func logTicks(lo, hi float64, n int) []tick {
	first, last := math.Floor(math.Log10(lo)), math.Ceil(math.Log10(hi))
	within := func(every float64, times ...float64) (ticks []tick) {
		for e := every * math.Floor(first/every); e <= last; e += every {
			for _, m := range times {
				if v := m * math.Pow(10, e); v >= lo*(1-1e-9) && v <= hi*(1+1e-9) {
					ticks = append(ticks, tick{v, logNumber(v)})
				}
			}
		}
		return ticks
	}
	if decades := within(1, 1); len(decades) > 2 && len(decades) <= n {
		return alikeNames(decades)
	}
	for _, times := range [][]float64{{1, 2, 5}, {1, 5}} {
		if ticks := within(1, times...); len(ticks) >= 2 && len(ticks) <= max(n, 4) { // those are short names
			return alikeNames(ticks)
		}
	}
	every := max(1, math.Ceil((math.Log10(hi)-math.Log10(lo))/float64(n)))
	if ticks := within(every, 1); len(ticks) >= 2 {
		return alikeNames(ticks)
	}
	return linearTicks(lo, hi, n)
}

// alikeNames writes small and large numbers as powers of ten where one of the ticks is: 1e−6, 1e−3, 1, 1e3.
func alikeNames(ticks []tick) []tick {
	if !slices.ContainsFunc(ticks, func(t tick) bool { return strings.Contains(t.name, "e") }) {
		return ticks
	}
	for i, t := range ticks {
		if t.at < 0.9e-2 || t.at > 1.1e2 {
			ticks[i].name = power(t.at, 0)
		}
	}
	return ticks
}

// maxDecimals is the largest number of decimals that a figure may be asked for: float64 holds 17 digits.
const maxDecimals = 20

func checkDecimals(kind string, decimals int) {
	if decimals < 0 || decimals > maxDecimals {
		panicf("%s: Decimals is %d, want 0 to %d", kind, decimals, maxDecimals)
	}
}

// number formats v with a minus sign and commas between thousands; where digits would be many, as in 2e−6: the font has
// no superscript minus. What is not a number is written as nothing.
func number(v float64, decimals int) string {
	a := math.Abs(v)
	switch {
	case math.IsNaN(v):
		return ""
	case math.IsInf(v, 1):
		return "∞"
	case math.IsInf(v, -1):
		return "−∞"
	}
	if a >= 1e9 || decimals > 5 && a < 1e-3 && a > 0 {
		return power(v, int(math.Floor(math.Log10(a)+1e-9))+decimals)
	}
	s := strconv.FormatFloat(a, 'f', decimals, 64)
	whole, _, _ := strings.Cut(s, ".")
	for at := len(whole) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	if v < 0 && strings.Trim(s, "0.") != "" {
		s = "−" + s
	}
	return s
}

func logNumber(v float64) string {
	if v < 0.9e-4 || v > 1.1e5 {
		return power(v, 0)
	}
	return number(v, int(max(0, -math.Floor(math.Log10(v)+1e-9))))
}

// power writes v with digits behind the point, but no zeros at the end, and a power of ten. It writes no more digits
// than can differ between ticks: those after them are of the binary number, not of the one meant.
func power(v float64, digits int) string {
	digits = min(max(digits, 0), 12)
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', digits, 64), "e")
	if strings.Contains(mantissa, ".") {
		mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
	}
	e, _ := strconv.Atoi(exponent) // strconv wrote it
	return strings.ReplaceAll(mantissa+"e"+strconv.Itoa(e), "-", "−")
}

// plain writes v with as many decimals as it has.
func plain(v float64) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	_, decimals, _ := strings.Cut(s, ".")
	return number(v, len(decimals))
}
