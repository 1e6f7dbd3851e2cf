//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package durable

import (
	"errors"
	"os"
	"syscall"
)

// lock takes the lock of an open file. It ends with the file, or the process. Where the file system has no locks, nobody
// holds one.
func lock(f *os.File) holder {
	for {
		err := flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return mine
		case errors.Is(err, syscall.EWOULDBLOCK):
			return another
		case !errors.Is(err, syscall.EINTR):
			return nobody
		}
	}
}

// flock is a variable for the test of a file system without locks.
var flock = syscall.Flock
