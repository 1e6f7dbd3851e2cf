package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"syscall"

	"kindred/metakit"
)

//go:embed iterations.json
var iterationsFile []byte

// calibrated are the iterations of each learner in 120 seconds of one core. They were measured beside much other work, all
// in one go, by processor time and the least of several blocks; see [perIteration].
var calibrated = func() map[string]int {
	var m map[string]int
	if err := json.Unmarshal(iterationsFile, &m); err != nil {
		panic("families: iterations.json: " + err.Error())
	}
	return m
}()

// calibrate measures processor time and writes the file; of the learners of these names alone, if there are any.
func calibrate(path string, only []string) error {
	runtime.GOMAXPROCS(1)
	all := calibrated
	for _, r := range rows {
		if r.untrained || only[0] != "" && !slices.Contains(only, r.name) {
			continue
		}
		each, err := perIteration(r, blocks, block)
		if err != nil {
			return err
		}
		all[r.name] = twoDigits(120 / each)
		fmt.Printf("%-34s %d iterations in 120 s\n", r.name, all[r.name])
		text, err := json.MarshalIndent(all, "", "\t")
		if err != nil {
			return err
		}
		if err := os.WriteFile(path, append(text, '\n'), 0o666); err != nil {
			return err
		}
	}
	return nil
}

// What is measured of a row.
const (
	blocks = 8
	block  = 0.25 // seconds
)

// perIteration returns the seconds of processor time of an iteration of a row's first try: the least of several blocks
// of at least so many seconds. What else runs on the machine does not count, but makes iterations dearer, as it takes
// caches and shares cores, and not in all blocks alike.
func perIteration(r row, blocks int, seconds float64) (float64, error) {
	training := training(r, r.tries[0], math.MaxInt32)
	run, err := training.Start()
	if err != nil {
		return 0, err
	}
	least, begun, at := math.Inf(1), 0.0, 0
	for step, err := range run.Steps(context.Background()) {
		if err != nil {
			return 0, fmt.Errorf("%s: %w", r.name, err)
		}
		now := processorTime()
		switch {
		case at == 0: // what is made once is not counted
		case now-begun < seconds:
			continue
		default:
			least = min(least, (now-begun)/float64(step.Iteration-at))
			blocks--
		}
		if blocks == 0 {
			return least, nil
		}
		begun, at = now, step.Iteration
	}
	return 0, errors.New("families: no iterations")
}

func twoDigits(v float64) int {
	unit := math.Pow(10, math.Floor(math.Log10(v))-1)
	return int(math.Round(v/unit) * unit)
}

// processorTime returns the seconds that this process has used, of all its threads.
func processorTime() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic("families: getrusage: " + err.Error())
	}
	second := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return second(u.Utime) + second(u.Stime)
}

func diverged(err error) bool { return errors.Is(err, metakit.ErrDiverged) }
