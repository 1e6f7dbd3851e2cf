package durable

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestStamp(t *testing.T) {
	whole := []byte(`{"sha256":"` + Unstamped + `","numbers":[1,2,3.5],"sha256":"later"}`)
	if err := CheckStamp(whole); !errors.Is(err, ErrRefused) {
		t.Errorf("before it is stamped: %v", err)
	}
	if err := Stamp(whole); err != nil {
		t.Fatal(err)
	}
	if err := CheckStamp(whole); err != nil {
		t.Error(err)
	}
	if err := Stamp(whole); err == nil {
		t.Error("stamped twice")
	}
	for n := range whole {
		if err := CheckStamp(whole[:n]); !errors.Is(err, ErrRefused) {
			t.Errorf("cut to %d: %v", n, err)
		}
	}
	rng := rand.New(rand.NewPCG(1, 0))
	for range 5000 {
		flipped := slices.Clone(whole)
		flipped[rng.IntN(len(flipped))] ^= 1 << rng.IntN(8)
		if err := CheckStamp(flipped); !errors.Is(err, ErrRefused) {
			t.Errorf("flipped: %s: %v", flipped, err)
		}
	}
	if err := CheckStamp([]byte(`{"numbers":[1]}`)); err == nil || !strings.Contains(err.Error(), "no checksum") {
		t.Errorf("without a checksum: %v", err)
	}
}
