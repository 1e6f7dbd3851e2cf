package plots

import (
	"math"

	"gonum.org/v1/plot/vg"
)

// axis collects what a figure knows about one of its axes before the page is laid out.
type axis struct {
	label  string
	lo, hi float64 // extent of the data; lo > hi where there are none
	given  Range   // limits asked for
	log    bool
	pad    float64  // share of the extent left free at either end
	round  bool     // limits move outwards to the next tick
	zero   bool     // all-positive data start at zero
	names  []string // names of the places 0, 1, 2, …, instead of numbers
	heads  []bool   // which of the names are headings of those below; nil for none
	bare   bool     // no ticks
}

func newAxis(label string, given Range, log bool) axis {
	return axis{label: label, lo: math.Inf(1), hi: math.Inf(-1), given: given, log: log}
}

// huge is where numbers count as infinite; its inverse is where numbers on a logarithmic axis, and differences on any,
// count as zero. The arithmetic of places needs some room.
const huge = 1e300

// cover widens the extent to the finite numbers of vs; on a logarithmic axis, to the positive ones.
func (a *axis) cover(vs ...float64) {
	for _, v := range vs {
		if !(math.Abs(v) < huge) || a.log && v < 1/huge {
			continue
		}
		a.lo, a.hi = min(a.lo, v), max(a.hi, v)
	}
}

// widen gives the extent a length, at both ends alike, if it is shorter.
func (a *axis) widen(length float64) {
	if room := (length - (a.hi - a.lo)) / 2; room > 0 && room < huge {
		a.lo, a.hi = a.lo-room, a.hi+room
	}
}

// places reports whether v has a place on the axis, be it infinitely far off.
func (a axis) places(v float64) bool { return !math.IsNaN(v) && !(a.log && v <= 0) }

// limits returns the ends of the axis: those given, or those of the data with some room, about n ticks apart.
func (a axis) limits(n int) (lo, hi float64) {
	switch {
	case a.given.given():
		return a.given[0], a.given[1]
	case len(a.names) > 0:
		return a.lo, a.hi
	case a.lo > a.hi:
		return 1, 2
	}
	lo, hi = a.lo, a.hi
	if a.log {
		if indistinct(lo, hi) {
			return lo / 2, hi * 2
		}
		room := min(math.Exp(a.pad*(math.Log(hi)-math.Log(lo))), 1e5) // stays clear of 0 and of infinity
		return lo / room, hi * room
	}
	if a.zero && lo > 0 {
		lo = 0
	}
	if indistinct(lo, hi) {
		half := 0.1 * max(math.Abs(lo), math.Abs(hi))
		if half < 1/huge {
			half = 0.5
		}
		lo, hi = lo-half, hi+half
	}
	lo0, hi0, room := lo, hi, a.pad*(hi-lo)
	lo, hi = lo-room, hi+room
	if a.round {
		step := niceStep(lo, hi, n)
		lo, hi = step*math.Floor(lo/step+1e-9), step*math.Ceil(hi/step-1e-9)
	}
	if a.zero && lo0 >= 0 {
		lo = max(lo, 0)
	}
	if a.zero && hi0 <= 0 {
		hi = min(hi, 0)
	}
	return lo, hi
}

// ticks returns about n ticks between the limits.
func (a axis) ticks(lo, hi float64, n int) []tick {
	switch {
	case a.bare:
		return nil
	case len(a.names) > 0:
		ticks := make([]tick, len(a.names))
		for i, name := range a.names {
			ticks[i] = tick{float64(i), name}
		}
		return ticks
	case a.log:
		return logTicks(lo, hi, n)
	}
	return linearTicks(lo, hi, n)
}

// indistinct reports whether an axis from lo to hi would tell its ends apart by the last digits of float64 only, or is
// so short that steps within it could vanish.
func indistinct(lo, hi float64) bool {
	return hi-lo <= max(1e-9*max(math.Abs(lo), math.Abs(hi)), 1/huge)
}

// check panics at limits that are no interval.
func (a axis) check(kind, name string) {
	r := a.given
	if r.given() && !r.interval() {
		panicf("%s: limits of %s are {%v, %v}, want two finite numbers, the lower one first", kind, name, r[0], r[1])
	}
	if a.log && r.given() && r[0] < 1/huge {
		panicf("%s: limits of %s start at %v, want a positive number on a logarithmic axis", kind, name, r[0])
	}
}

// interval reports whether r can be an axis: finite, its lower end first, its ends told apart by more than rounding.
func (r Range) interval() bool {
	return r[0] < r[1] && !indistinct(r[0], r[1]) && math.Abs(r[0]) <= huge && math.Abs(r[1]) <= huge
}

// scale takes numbers of an axis to lengths on the page.
type scale struct {
	lo, hi float64
	log    bool
	a, b   vg.Length
}

// within reports whether v lies between the ends; what is not a number does not.
func (s scale) within(v float64) bool { return v >= min(s.lo, s.hi) && v <= max(s.lo, s.hi) }

// at places v. Infinite and far-off numbers are placed well outside the axis, so that lines to them leave it.
func (s scale) at(v float64) vg.Length {
	lo, hi := s.lo, s.hi
	if s.log {
		lo, hi, v = math.Log(lo), math.Log(hi), math.Log(v)
	}
	t := min(max((v-lo)/(hi-lo), -100), 100)
	return s.a + vg.Length(t)*(s.b-s.a)
}
