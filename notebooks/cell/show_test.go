package cell

import (
	"strings"
	"testing"
	"time"
)

func TestProgressBar(t *testing.T) {
	p := NewProgress("meta-training <5>", 20000)
	p.done = 5000
	got := p.bar(time.Minute)
	for _, want := range []string{`max="20000" value="5000"`, "meta-training &lt;5&gt;", "5,000 of 20,000", "3m0s left"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, got)
		}
	}
}

// Outside a notebook nothing is drawn, and nothing waits for a browser.
func TestOutsideANotebook(t *testing.T) {
	drawn := 0
	Slide(true, "x", 0, 10, 5, func(v int) Figure { drawn++; return picture("") })
	Sliders(true, []Slider{{"x", 0, 10, 5}, {"y", 1, 2, 2}}, func(v []int) Figure {
		if drawn++; v[0] != 5 || v[1] != 2 {
			t.Errorf("the sliders begin at %v", v)
		}
		return picture("")
	})
	Choose(true, "rate", []float64{0.1, 0.5}, 1, func(v float64) Figure {
		if drawn++; v != 0.5 {
			t.Errorf("the choice begins at %v", v)
		}
		return picture("")
	})
	if drawn != 3 {
		t.Errorf("the controls drew %d times, want once each", drawn)
	}
	panics(t, `"x" begins at 5, want a number from 6 to 9`, func() { Slide(false, "x", 6, 9, 5, nil) })
	panics(t, `"x" begins with value 2 of 1`, func() { Choose(false, "x", []int{1}, 2, nil) })
	Takes(5)
	var live Live
	live.Draw(func() Figure { t.Error("drawn outside a notebook"); return picture("") })
	live.Done(picture(""))
	p := NewProgress("x", 10)
	p.Set(10)
	p.Done()
	Show(picture(""))
	if got := printed(t, func() { Text("%.2f", 0.5) }); got != "0.50\n" {
		t.Errorf("printed %q", got)
	}
}

type picture string

func (p picture) HTML() string { return string(p) }
