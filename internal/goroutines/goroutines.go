// Package goroutines tells, in tests, whether a call left goroutines behind.
package goroutines

import (
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"
)

// patience is how long a goroutine may take to end after the call that it served.
var patience = 5 * time.Second

// NoneLeft calls f, and fails the test if goroutines that were not there before are there 5 s later. It says where they
// are. The helpers of internal/team, which stay for ever and are as many as there are processors less one, do not count. If
// f panics, that is passed on after the look. Tests that run at the same time disturb it.
func NoneLeft(t testing.TB, what string, f func()) {
	t.Helper()
	before := running()
	defer func() {
		t.Helper()
		for start := time.Now(); ; time.Sleep(time.Millisecond) {
			left := running()
			for id := range before {
				delete(left, id)
			}
			if len(left) == 0 {
				return
			}
			if time.Since(start) > patience {
				for _, stack := range left {
					t.Errorf("%s: left behind: %s", what, stack)
				}
				return
			}
		}
	}()
	f()
}

var (
	header = regexp.MustCompile(`^goroutine (\d+) `)
	helper = regexp.MustCompile(`created by \S*/internal/team\.`)
)

// running returns the stacks of all goroutines but the helpers, by their numbers.
func running() map[string]string {
	text := make([]byte, 1<<16)
	for {
		n := runtime.Stack(text, true)
		if n < len(text) {
			text = text[:n]
			break
		}
		text = make([]byte, 2*len(text))
	}
	all := map[string]string{}
	for stack := range strings.SplitSeq(string(text), "\n\n") {
		if id := header.FindStringSubmatch(stack); id != nil && !helper.MatchString(stack) {
			all[id[1]] = stack
		}
	}
	return all
}
