package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kindred/internal/notebooktest"
)

const warmRuns = 3

// A timing is of one cell: its first run in a kernel, with all that it trains, and the median of runs with another value
// or, where it offers none, another comment.
type timing struct {
	notebook, cell string
	cold, warm     float64
}

// bench times the cells of the notebooks and prints them, slowest first.
func bench(paths []string, books []*notebooktest.Notebook) error {
	var all []timing
	for i, nb := range books {
		timings, err := timeCells(strings.TrimSuffix(filepath.Base(paths[i]), ".ipynb"), nb)
		if err != nil {
			return fmt.Errorf("%s: %w", paths[i], err)
		}
		all = append(all, timings...)
	}
	slices.SortStableFunc(all, func(a, b timing) int { return cmp.Compare(b.warm, a.warm) })
	fmt.Printf("%-32s %-14s %8s %8s\n", "notebook", "cell", "cold s", "warm s")
	for _, t := range all {
		fmt.Printf("%-32s %-14s %8.2f %8.2f\n", t.notebook, t.cell, t.cold, t.warm)
	}
	return nil
}

func timeCells(name string, nb *notebooktest.Notebook) (all []timing, err error) {
	k, err := start()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, k.Close()) }()
	for i, c := range nb.Code() {
		cold, err := seconds(k, string(c.Source))
		if err != nil {
			return nil, fmt.Errorf("cell %s: %w", c.ID, err)
		}
		trained, err := models(k)
		if err != nil {
			return nil, err
		}
		var warm []float64
		for n := range warmRuns {
			s, err := seconds(k, edited(c, n))
			if err != nil {
				return nil, fmt.Errorf("cell %s: %w", c.ID, err)
			}
			warm = append(warm, s)
			if err := forget(k, trained); err != nil {
				return nil, err
			}
		}
		slices.Sort(warm)
		all = append(all, timing{name, c.ID, cold, warm[warmRuns/2]})
		if err := nb.Restore(k, i); err != nil {
			return nil, fmt.Errorf("cell %s: %w", c.ID, err)
		}
	}
	return all, nil
}

func seconds(k *notebooktest.Kernel, source string) (float64, error) {
	r, err := k.Run(source)
	if err == nil && r.Failed != "" {
		err = errors.New(r.Failed)
	}
	return r.Seconds, err
}

// edited returns a cell with one of its offered values, and a comment of its own, so that it is compiled anew.
func edited(c notebooktest.Cell, n int) string {
	source := string(c.Source)
	if knobs, _ := notebooktest.Knobs(source); len(knobs) > 0 {
		k := knobs[n%len(knobs)]
		source = k.Turned(source, k.Offered[n/len(knobs)%len(k.Offered)])
	}
	return fmt.Sprintf("%s\n// edit %d", source, n)
}

// models returns the names of what was trained so far.
func models(k *notebooktest.Kernel) (names []string, err error) {
	entries, err := os.ReadDir(k.Models)
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names, err
}

// forget deletes what was trained since, so that the next run trains too.
func forget(k *notebooktest.Kernel, trained []string) error {
	names, err := models(k)
	for _, n := range names {
		if !slices.Contains(trained, n) {
			err = errors.Join(err, os.RemoveAll(filepath.Join(k.Models, n)))
		}
	}
	return err
}
