package goroutines

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"kindred/internal/team"
)

// heard is a test that notes what is said of it.
type heard struct {
	testing.TB
	said string
}

func (h *heard) Helper() {}

func (h *heard) Errorf(format string, args ...any) { h.said += fmt.Sprintf(format, args...) }

func TestNoneLeft(t *testing.T) {
	h := &heard{TB: t}
	NoneLeft(h, "short", func() { go time.Sleep(20 * time.Millisecond) })
	if h.said != "" {
		t.Errorf("of one that ends soon it says %s", h.said)
	}
	NoneLeft(h, "helpers", func() {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
		new(team.Job).Do(100, 3, func(_, _ int) { time.Sleep(time.Microsecond) })
	})
	if h.said != "" {
		t.Errorf("of the team it says %s", h.said)
	}
	defer func(before time.Duration) { patience = before }(patience)
	patience = 50 * time.Millisecond
	stop := make(chan bool)
	defer close(stop)
	NoneLeft(h, "long", func() { go func() { <-stop }() })
	if !strings.Contains(h.said, "long: left behind: goroutine ") || !strings.Contains(h.said, "goroutines_test.go") {
		t.Errorf("of one that stays it says %q", h.said)
	}
	defer func() {
		if p := recover(); p != "here" {
			t.Errorf("a panic is passed on as %v", p)
		}
	}()
	NoneLeft(h, "panic", func() { panic("here") })
}
