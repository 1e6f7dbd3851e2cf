package tripping

import (
	"context"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
)

// Tries returns how often cancelling is tried: a few times, or as often as KINDRED_CANCEL says, and then at length, on
// work of seconds.
func Tries(t testing.TB) (n int, atLength bool) {
	t.Helper()
	s := os.Getenv("KINDRED_CANCEL")
	if s == "" {
		return 5, false
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		t.Fatalf("KINDRED_CANCEL=%q is no number of tries", s)
	}
	return n, true
}

// Soon fails the test unless work returns soon after its context has ended, at a random moment within a step. What is
// asserted holds on a loaded machine too: half of the tries are answered within a quarter of a step, where work that
// looks at its context between steps alone takes half of it, or within 100 ms.
func Soon(t testing.TB, name string, rng *rand.Rand, tries int, step time.Duration, work func(ctx context.Context)) {
	t.Helper()
	var waits []time.Duration
	for range tries {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan time.Time, 1)
		time.AfterFunc(time.Duration((0.1+0.8*rng.Float64())*float64(step)), func() {
			ended <- time.Now()
			cancel()
		})
		work(ctx)
		waits = append(waits, time.Since(<-ended))
	}
	slices.Sort(waits)
	median := waits[len(waits)/2]
	t.Logf("%s: a step takes %v; cancelled within %v at best, %v in the median, %v at worst", name,
		step.Round(time.Millisecond), waits[0].Round(10*time.Microsecond), median.Round(10*time.Microsecond),
		waits[len(waits)-1].Round(10*time.Microsecond))
	if median > 100*time.Millisecond && median > step/4 {
		t.Errorf("%s: half of the tries take over %v of a step of %v", name, median, step)
	}
}
