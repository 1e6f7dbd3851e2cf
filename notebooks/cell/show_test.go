package cell

import (
	"strings"
	"testing"
	"time"
)

func TestTable(t *testing.T) {
	got := table([]string{"method", "error"}, [][]string{{"MAML", "0.48"}, {"scratch", "3.01"}})
	want := "| method | error |\n| :-- | --: |\n| MAML | 0.48 |\n| scratch | 3.01 |\n"
	if got != want {
		t.Errorf("got\n%s", got)
	}
	defer func() {
		if said, _ := recover().(string); !strings.Contains(said, "row 1 has 1 entries, the header has 2") {
			t.Errorf("panicked with %q", said)
		}
	}()
	table([]string{"a", "b"}, [][]string{{"1", "2"}, {"3"}})
}

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
	if drawn != 1 {
		t.Errorf("the slider drew %d times, want 1", drawn)
	}
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
