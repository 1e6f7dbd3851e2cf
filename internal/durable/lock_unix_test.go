//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package durable

import (
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
)

// Where the file system has no locks, files are written all the same, and what might be an orphan stays.
func TestNoLocks(t *testing.T) {
	usual := flock
	flock = func(int, int) error { return syscall.ENOLCK }
	t.Cleanup(func() { flock = usual })
	path := filepath.Join(t.TempDir(), "state")
	orphan := path + ".1.tmp"
	if err := os.WriteFile(orphan, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for step := range 2 {
		if err := format.Write(path, sample(step)); err != nil {
			t.Fatal(err)
		}
	}
	if got, refused, err := ReadLatest[state](format, path); err != nil || refused != nil || got.Step != 1 {
		t.Errorf("read %v, %v, %v", got, refused, err)
	}
	if u := unfinished(path); !slices.Equal(u, []string{orphan}) {
		t.Errorf("unfinished: %v", u)
	}
	f, err := Claim(t.Context(), path+".claim")
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
}
