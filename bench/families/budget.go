package main

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"syscall"

	"kindred/metakit"
)

//go:embed iterations.json
var iterationsFile []byte

// calibrated are the iterations of each learner in 120 seconds of one core.
var calibrated = func() map[string]int {
	var m map[string]int
	if err := json.Unmarshal(iterationsFile, &m); err != nil {
		panic("families: iterations.json: " + err.Error())
	}
	return m
}()

// calibrate measures processor time and writes the file; of the learners of these names alone, if there are any.
func calibrate(path string, only []string) error {
	all := calibrated
	for _, r := range rows {
		if r.untrained || only[0] != "" && !slices.Contains(only, r.name) {
			continue
		}
		n, err := inBudget(r, 6)
		if err != nil {
			return err
		}
		fmt.Printf("%-24s %d iterations in 120 s\n", r.name, n)
		all[r.name] = n
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

// inBudget returns how many iterations of a row's first try take 120 seconds of processor time, to two digits, from
// what this process uses in some seconds.
func inBudget(r row, seconds float64) (int, error) {
	s := usual()
	training := s.training(r, r.tries[0])
	training.Iterations = math.MaxInt32
	run, err := training.Start()
	if err != nil {
		return 0, err
	}
	begun, at := 0.0, 0
	for step, err := range run.Steps(context.Background()) {
		if err != nil {
			return 0, fmt.Errorf("%s: %w", r.name, err)
		}
		now := processorTime()
		if at == 0 { // what is made once is not counted
			begun, at = now, step.Iteration
		}
		if now-begun > seconds {
			return twoDigits(120 * float64(step.Iteration-at) / (now - begun)), nil
		}
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
