package sweep

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"kindred/internal/durable"
	"kindred/internal/settings"
	"kindred/internal/storable"
)

// A folder is that of an experiment of a set-up, NAME-FINGERPRINT in the store. It has a file for each cell that is done,
// NAME-SEED-FINGERPRINT.cell, and the set-up in words, setup.txt.
type folder[R any] struct {
	path  string
	setup string // what results depend on, and what they consist of
}

const (
	setupFile     = "setup.txt"
	resultEnd     = ".cell"
	checkpointEnd = ".checkpoint"
)

var format = durable.Format{Kind: "sweep-cell", Version: 1}

// stored is what a file holds.
type stored[R any] struct {
	Setup, Cell string // that it is of
	Result      R
}

// folder returns that of the experiment in a store.
func (e Experiment[R]) folder(dir string) folder[R] {
	setup, ok := e.Setup.(string)
	if !ok {
		setup = settings.Text(e.Setup)
	}
	setup = fmt.Sprintf("%s\n%s\nresults are %s\n", e.Name, setup, storable.Describe(reflect.TypeFor[R]()))
	return folder[R]{filepath.Join(dir, e.Name+"-"+fingerprint(setup)), setup}
}

// open makes the folder, with the set-up in words.
func (f folder[R]) open() error {
	path := filepath.Join(f.path, setupFile)
	if text, err := os.ReadFile(path); err == nil && string(text) == f.setup {
		return nil
	}
	return durable.Replace(path, []byte(f.setup))
}

func fingerprint(text string) string {
	sum := sha256.Sum256([]byte(text))
	return fmt.Sprintf("%x", sum[:6])
}

// file returns the name of the cell's file.
func (c Cell) file() string {
	const longest = 60
	name := plain(c.Name)
	return fmt.Sprintf("%s-%d-%s%s", name[:min(len(name), longest)], c.Seed, fingerprint(c.text()), resultEnd)
}

// read returns the stored result of a cell. The error is [fs.ErrNotExist] where there is none, wraps [durable.ErrRefused]
// where a file cannot be used, and is another where it cannot be read.
func (f folder[R]) read(c Cell) (R, error) {
	var s stored[R]
	path := filepath.Join(f.path, c.file())
	err := format.Read(path, &s)
	switch {
	case err == nil && s.Setup != f.setup:
		err = fmt.Errorf("%s: %w: it is of another set-up: %s", path, durable.ErrRefused, firstDifference(s.Setup, f.setup))
	case err == nil && s.Cell != c.text():
		err = fmt.Errorf("%s: %w: it is of another cell, %s", path, durable.ErrRefused, s.Cell)
	}
	if err != nil {
		var none R
		return none, err
	}
	return s.Result, nil
}

// firstDifference returns the first line that is not in the other text, shortened.
func firstDifference(text, other string) string {
	const longest = 200
	for line := range strings.Lines(text) {
		if !strings.Contains(other, line) {
			line = strings.TrimSpace(line)
			return line[:min(len(line), longest)]
		}
	}
	return "it says less"
}

// write keeps the result of a cell. It panics where the result would not be read as it was.
func (f folder[R]) write(c Cell, result R) error {
	storable.Encode("sweep", result)
	return format.Write(filepath.Join(f.path, c.file()), stored[R]{f.setup, c.text(), result})
}

// checkpoint returns where a cell may keep what it has under way.
func (f folder[R]) checkpoint(c Cell) string {
	return filepath.Join(f.path, strings.TrimSuffix(c.file(), resultEnd)+checkpointEnd)
}

// clear removes the checkpoint of a cell that is done, and the one before it.
func (f folder[R]) clear(c Cell) {
	path := f.checkpoint(c)
	os.Remove(path)
	os.Remove(durable.Previous(path))
}

// missing reports whether an error says that there is no file.
func missing(err error) bool { return errors.Is(err, fs.ErrNotExist) }
