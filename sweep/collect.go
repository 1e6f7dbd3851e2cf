package sweep

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"kindred/internal/durable"
)

// A Table is what a store holds of an experiment.
type Table[R any] struct {
	Rows    []Row[R] // of the cells that have a result, in the order of the cells
	Missing []Cell   // that have none
	Refused []error  // files of missing cells that cannot be used, and why
	Foreign []string // what else lies in the store: files of no cell, results of other set-ups

	name string
}

// A Row is a cell and its result.
type Row[R any] struct {
	Cell
	Result R
}

// Err returns nil if no cell is missing, and else an error that names them.
func (t Table[R]) Err() error {
	if len(t.Missing) == 0 {
		return nil
	}
	const shown = 10
	var names []string
	for _, c := range t.Missing[:min(shown, len(t.Missing))] {
		names = append(names, c.String())
	}
	if more := len(t.Missing) - len(names); more > 0 {
		names = append(names, fmt.Sprintf("and %d more", more))
	}
	return fmt.Errorf("sweep: %s: %d of %d cells have no result: %s", t.name, len(t.Missing), len(t.Missing)+len(t.Rows),
		strings.Join(names, "; "))
}

// Collect reads the results that are in the store dir. It writes nothing there. The error says what of the store cannot
// be read; files that are damaged or of something else are in [Table.Refused], and nothing of them is in the rows.
func (e Experiment[R]) Collect(dir string) (Table[R], error) {
	e.check("Experiment.Collect")
	checkStore("Experiment.Collect", dir)
	t := Table[R]{name: e.Name}
	from := e.folder(dir)
	ours := []string{setupFile}
	for _, c := range e.Cells {
		ours = append(ours, c.file(), filepath.Base(from.checkpoint(c)))
		result, err := from.read(c)
		switch {
		case err == nil:
			t.Rows = append(t.Rows, Row[R]{c, result})
			continue
		case errors.Is(err, durable.ErrRefused):
			t.Refused = append(t.Refused, err)
		case !missing(err):
			return t, fmt.Errorf("sweep: %w", err)
		}
		t.Missing = append(t.Missing, c)
	}
	var err error
	t.Foreign, err = e.foreign(dir, from, ours)
	return t, err
}

// foreign returns what lies in the store beside our files and what durable keeps beside these.
func (e Experiment[R]) foreign(dir string, from folder[R], ours []string) (all []string, err error) {
	slices.Sort(ours)
	names, err := readFolder(from.path)
	for _, name := range names {
		if _, found := slices.BinarySearch(ours, name); !found && !kept(name, ours) {
			all = append(all, filepath.Join(from.path, name)+" is of no cell")
		}
	}
	if err != nil {
		return all, err
	}
	names, err = readFolder(dir)
	for _, name := range names {
		path := filepath.Join(dir, name)
		if mark, ok := strings.CutPrefix(name, e.Name+"-"); !ok || len(mark) != len(fingerprint(from.setup)) || path == from.path {
			continue
		}
		if setup, err := os.ReadFile(filepath.Join(path, setupFile)); err == nil {
			all = append(all, path+" has results of another set-up: "+firstDifference(string(setup), from.setup))
		}
	}
	return all, err
}

// kept reports whether a file is one that was kept or is being written beside one of ours.
func kept(name string, ours []string) bool {
	for _, end := range []string{durable.Previous(""), durable.Refused(""), ".tmp"} {
		if owner, ok := strings.CutSuffix(name, end); ok {
			if end == ".tmp" {
				owner = strings.TrimSuffix(owner, filepath.Ext(owner)) // the random part
				owner, _ = strings.CutSuffix(owner, durable.Previous(""))
				owner, _ = strings.CutSuffix(owner, durable.Refused(""))
			}
			_, found := slices.BinarySearch(ours, owner)
			return found
		}
	}
	return false
}

// readFolder returns the names in a folder; none if it is not there.
func readFolder(dir string) (names []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil && !missing(err) {
		return nil, fmt.Errorf("sweep: the store cannot be read: %w", err)
	}
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names, nil
}
