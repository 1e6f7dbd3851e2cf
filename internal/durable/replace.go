package durable

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// suffix ends the names of files that are being written: those of path are path.*.tmp, beside it.
const suffix = ".tmp"

// Replace makes data the contents of the file at path: after a kill or a lost disk it holds what it held before, or data,
// as a whole. They are written beside it, synced and renamed. What a process that was killed left half written is removed;
// what a live one is writing is not.
func Replace(path string, data []byte) error {
	temp, err := WriteBeside(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
	if err != nil {
		return err
	}
	return temp.Rename(path)
}

// A Temp is a file that was written whole and synced, and has not got its name yet. Its process holds a lock on it.
type Temp struct{ file *os.File }

// WriteBeside writes a new file in the folder of path, which is made if it is not there, and syncs it. After an error
// nothing is left of it.
func WriteBeside(path string, fill func(io.Writer) error) (*Temp, error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, cannot(path, err)
	}
	clean(path)
	f, err := create(path)
	if err != nil {
		return nil, cannot(path, err)
	}
	t := &Temp{f}
	if err = fill(through(f)); err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		t.Drop()
		return nil, cannot(path, err)
	}
	return t, nil
}

// Rename gives the file its name, in place of one that had it before.
func (t *Temp) Rename(path string) error {
	err := os.Rename(t.file.Name(), path)
	if err != nil {
		t.Drop()
		return cannot(path, err)
	}
	t.file.Close()
	syncFolder(filepath.Dir(path))
	return nil
}

// Drop removes the file.
func (t *Temp) Drop() {
	os.Remove(t.file.Name()) // while it is locked: no other process removes it meanwhile
	t.file.Close()
}

// A holder is who has the lock of a file: the one who asked for it, another, or nobody, for there are no locks.
type holder int

const (
	mine holder = iota
	another
	nobody
)

// create makes a temporary file for path and locks it.
func create(path string) (*os.File, error) {
	for {
		f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*"+suffix)
		if err != nil {
			return nil, err
		}
		if got := lock(f); got == nobody || got == mine && there(f) {
			return f, nil
		}
		f.Close() // a cleaner took it for an orphan in the moment before it was locked, and removes it
	}
}

// there reports whether an open file still has its name.
func there(f *os.File) bool {
	open, err := f.Stat()
	named, errNamed := os.Stat(f.Name())
	return err == nil && errNamed == nil && os.SameFile(open, named)
}

// clean removes the temporary files of path that no process holds. Where files have no locks that cannot be told, and
// they stay.
func clean(path string) {
	for _, name := range unfinished(path) {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		if lock(f) == mine {
			os.Remove(name)
		}
		f.Close()
	}
}

// unfinished returns the temporary files of path.
func unfinished(path string) (names []string) {
	dir, base := filepath.Split(path)
	entries, _ := os.ReadDir(filepath.Dir(path))
	for _, e := range entries {
		if rest, ok := strings.CutPrefix(e.Name(), base+"."); ok && strings.HasSuffix(rest, suffix) {
			names = append(names, dir+e.Name())
		}
	}
	return names
}

// syncFolder makes a rename last. Where folders cannot be synced it does nothing.
func syncFolder(dir string) {
	if d, err := os.Open(dir); err == nil {
		d.Sync()
		d.Close()
	}
}

func cannot(path string, err error) error {
	advice := "what was there before is untouched"
	if errors.Is(err, fs.ErrPermission) {
		advice += "; the folder must be one that can be written to"
	}
	return fmt.Errorf("%s cannot be written: %w; %s", path, reason(err), advice)
}

// reason returns what the system says, without the name of the file again.
func reason(err error) error {
	if p := new(fs.PathError); errors.As(err, &p) {
		return p.Err
	}
	if l := new(os.LinkError); errors.As(err, &l) {
		return l.Err
	}
	return err
}

// through is a variable for tests of disks that are full or slow, and of processes that are killed while they write.
var through = func(f *os.File) io.Writer { return f }
