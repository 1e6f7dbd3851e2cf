package autodiff

import (
	"os"
	"slices"
	"strconv"
	"testing"
	"time"
)

// TestPrograms draws programs and holds what the package computes of them against a plain interpreter: values, first
// and second derivatives, Jacobians and derivatives by intermediate values, in both precisions, with parts under
// Checkpoint, in batches; and to the last bit against a program in which nothing is rewritten, joined or overwritten.
//
// The environment says how many programs and from which seed on: KINDRED_PROGRAMS=100000 KINDRED_SEED=1. By default it
// draws for a minute, from seed 1.
func TestPrograms(t *testing.T) {
	number := func(name string, otherwise int) int {
		n, err := strconv.Atoi(os.Getenv(name))
		if os.Getenv(name) == "" {
			return otherwise
		}
		if err != nil {
			t.Fatalf("%s=%q is not a whole number", name, os.Getenv(name))
		}
		return n
	}
	many, first := number("KINDRED_PROGRAMS", 0), number("KINDRED_SEED", 1)
	start := time.Now()
	recorded := [opCount]int{}
	judged, drawn, checkpoints := 0, 0, 0
	var has [8]int
	for seed := first; ; seed++ {
		if many > 0 && seed-first == many || many == 0 && time.Since(start) > programsTime {
			break
		}
		e := generate(uint64(seed))
		if e == nil {
			continue
		}
		drawn++
		what, ok := e.failure()
		if what != "" {
			small := shrink(e)
			what, _ := small.failure()
			t.Fatalf("seed %d: %s\n%s", seed, what, small)
		}
		if drawn%10000 == 0 {
			t.Logf("%d programs, up to seed %d", drawn, seed)
		}
		if !ok {
			continue
		}
		judged++
		for _, c := range e.calls {
			for _, o := range c.kind.ops {
				recorded[o]++
			}
		}
		if len(e.cuts) > 0 {
			checkpoints++
		}
		h := e.has
		for k, yes := range []bool{h.together, h.lanes, h.wide, h.parts, h.convs, h.noise, h.bands, h.joined} {
			has[k] += b2i(yes)
		}
	}
	t.Logf("from seed %d on: %d programs drawn, %d judged, %d with checkpoints; of these (not exclusive) "+
		"%d with steps that run together, %d with lanes, %d of them by the usual grain, %d with products in parts, "+
		"%d with convolutions in pieces, %d with noise under a checkpoint, %d with bands of rows, "+
		"%d with joined products; %v", first, drawn, judged,
		checkpoints, has[0], has[1], has[2], has[3], has[4], has[5], has[6], has[7], time.Since(start).Round(time.Second))
	if judged < drawn*9/10 {
		t.Errorf("only %d of %d programs could be judged", judged, drawn)
	}
	if drawn < 2000 {
		return // too few to expect everything
	}
	for o, n := range recorded {
		if n == 0 {
			t.Errorf("no program has the operation %s", rules[o].name)
		}
	}
	if checkpoints == 0 || slices.Contains(has[:], 0) {
		t.Errorf("%d programs have checkpoints, and of %+v some are missing: %v", checkpoints, traits{}, has)
	}
}

// Every row of the table of operations is in the table of calls.
func TestProgramsKnowAllOperations(t *testing.T) {
	for o := range opCount {
		if !slices.ContainsFunc(kinds, func(k kind) bool { return slices.Contains(k.ops, o) }) {
			t.Errorf("no call records the operation %s", rules[o].name)
		}
	}
}
