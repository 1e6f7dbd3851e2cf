package lessons

import (
	"fmt"
	"testing"
)

func TestMinus(t *testing.T) {
	for text, want := range map[string]string{"-0.50": "−0.50", "[-0.000, 0.005]": "[0.000, 0.005]", "-0": "0", "-0.0, -0.01": "0.0, −0.01",
		"-0e-3 to -10": "0e−3 to −10"} {
		if got := Minus(text); got != want {
			t.Errorf("%q is written %q, want %q", text, got, want)
		}
	}
}

func TestOf(t *testing.T) {
	for n, want := range map[int]string{0: "None of 5 hurts", 1: "1 of 5 hurts", 2: "2 of 5 hurt", 5: "5 of 5 hurt"} {
		if got := fmt.Sprintf("%s %s", Sentence(Of(n, 5)), Do(n, "hurts", "hurt")); got != want {
			t.Errorf("%d is written %q, want %q", n, got, want)
		}
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 20003: "20,003", 1234567: "1,234,567"} {
		if got := Thousands(n); got != want {
			t.Errorf("%d is written %q, want %q", n, got, want)
		}
	}
}
