package plots

import (
	"math"
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

// linearTicks returns about n round numbers in [lo, hi], and at least two.
func linearTicks(lo, hi float64, n int) []tick {
	step := niceStep(lo, hi, n)
	decimals := 0
	for s := step; decimals < 12 && math.Abs(s-math.Round(s)) > 1e-9*s; s *= 10 {
		decimals++
	}
	var ticks []tick
	for i := math.Ceil(lo/step - 1e-9); i*step <= hi+1e-9*step; i++ {
		ticks = append(ticks, tick{i * step, number(i*step, decimals)})
	}
	if len(ticks) < 2 {
		return linearTicks(lo, hi, n+1)
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

// logTicks returns powers of ten in [lo, hi], thinned to about n; where they are few, also twice and five times them.
func logTicks(lo, hi float64, n int) []tick {
	first, last := math.Log10(lo), math.Log10(hi)
	var ticks []tick
	add := func(v float64) {
		if v >= lo*(1-1e-9) && v <= hi*(1+1e-9) {
			ticks = append(ticks, tick{v, logNumber(v)})
		}
	}
	every := math.Ceil((last - first) / float64(max(n, 1)))
	for e := math.Floor(first); e <= math.Ceil(last); e++ {
		if math.Mod(e, max(every, 1)) != 0 {
			continue
		}
		add(math.Pow(10, e))
		if last-first < 2 && every <= 1 {
			add(2 * math.Pow(10, e))
			add(5 * math.Pow(10, e))
		}
	}
	if len(ticks) < 2 {
		return linearTicks(lo, hi, n)
	}
	return ticks
}

// number formats v with a minus sign, commas between thousands, and powers of ten where digits would be many.
func number(v float64, decimals int) string {
	if a := math.Abs(v); a >= 1e6 || decimals > 5 {
		return power(v)
	}
	s := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	if whole, rest, _ := strings.Cut(s, "."); len(whole) > 3 {
		s = whole[:len(whole)-3] + "," + whole[len(whole)-3:]
		if rest != "" {
			s += "." + rest
		}
	}
	if v < 0 && strings.Trim(s, "0.") != "" {
		s = "−" + s
	}
	return s
}

func logNumber(v float64) string {
	if v < 0.9e-4 || v > 1.1e5 {
		return power(v)
	}
	return number(v, int(max(0, -math.Floor(math.Log10(v)+1e-9))))
}

// power writes v as in 2e−6: the font has no superscript minus.
func power(v float64) string {
	if v == 0 {
		return "0"
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', -1, 64), "e")
	if len(mantissa) > 5 {
		mantissa, exponent, _ = strings.Cut(strconv.FormatFloat(v, 'e', 2, 64), "e")
	}
	e, _ := strconv.Atoi(exponent)
	return strings.ReplaceAll(mantissa+"e"+strconv.Itoa(e), "-", "−")
}

// plain writes v with as many decimals as it has.
func plain(v float64) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	_, decimals, _ := strings.Cut(s, ".")
	return number(v, len(decimals))
}
