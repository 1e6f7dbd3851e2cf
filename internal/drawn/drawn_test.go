package drawn

import (
	"strings"
	"testing"
)

func TestDiffer(t *testing.T) {
	for _, c := range []struct{ stored, drawn, says string }{
		{`<path d="M1.2,3"/>`, `<path d="M1.3,3"/>`, ""},
		{`<path d="M1.2,3"/>`, `<path d="M2.9,3"/>`, "a number is 1.2, in the figure 2.9"},
		{`<path d="M1.2,3"/>`, `<path d="M1.2,3L4,5"/>`, "it holds"},
		{`<text>MAML</text>`, `<text>ANIL</text>`, "it holds"},
		{`<text>9 of 25</text>`, `<text>11 of 25</text>`, "a number is 9"},
		{``, `<svg/>`, "it holds"},
	} {
		if got := differ([]byte(c.stored), []byte(c.drawn)); (got == "") != (c.says == "") || !strings.Contains(got, c.says) {
			t.Errorf("%s and %s: %q, want %q", c.stored, c.drawn, got, c.says)
		}
	}
}
