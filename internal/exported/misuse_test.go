package exported

import (
	"errors"
	"fmt"
	"testing"
)

// heard is a test that notes what is said of it.
type heard struct {
	testing.TB
	said string
}

func (h *heard) Helper() {}

func (h *heard) Errorf(format string, args ...any) { h.said += fmt.Sprintf(format, args...) + "\n" }

func TestMisuseIsHeldToItsSentence(t *testing.T) {
	for _, c := range []struct {
		call func()
		want string
	}{
		{func() { panic("a: B: no") }, ""},
		{func() { panic("a: B: yes") }, "row: it says\n\ta: B: yes\nwant\n\ta: B: no\n"},
		{func() {}, "row: no panic\n"},
		{func() { panic(errors.New("a: B: no")) }, "row: it panics with a *errors.errorString, a: B: no; want a sentence\n"},
	} {
		h := &heard{TB: t}
		if Says(h, "row", c.call, "a: B: no"); h.said != c.want {
			t.Errorf("says %q, want %q", h.said, c.want)
		}
	}
}

func TestComplete(t *testing.T) {
	for _, c := range []struct {
		tested   []string
		harmless map[string]string
		want     string
	}{
		{[]string{"A", "B.C"}, nil, ""},
		{[]string{"A", "A"}, map[string]string{"B.C": "a name"}, ""},
		{[]string{"A"}, nil, "B.C has no row in the table of misuse\n"},
		{[]string{"A"}, map[string]string{"B": "its kit makes it"}, ""},
		{[]string{"A", "B.C"}, map[string]string{"B": "why"}, "B is listed as harmless; it is tested, or not exported\n"},
		{[]string{"A"}, map[string]string{"B.C": ""}, "B.C has no row in the table of misuse\nB.C is listed as harmless; it is tested, or not exported\n"},
		{[]string{"A", "B.C"}, map[string]string{"A": "why"}, "A is listed as harmless; it is tested, or not exported\n"},
		{[]string{"A", "B.C"}, map[string]string{"Gone": "why"}, "Gone is listed as harmless; it is tested, or not exported\n"},
	} {
		h := &heard{TB: t}
		if Complete(h, []string{"A", "B.C"}, c.tested, c.harmless); h.said != c.want {
			t.Errorf("%v, %v: says %q, want %q", c.tested, c.harmless, h.said, c.want)
		}
	}
}
