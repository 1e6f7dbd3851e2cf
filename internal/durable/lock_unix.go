//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package durable

import (
	"os"
	"syscall"
)

// locks tells whether files can be locked on this system. On one where not, orphans are left alone.
const locks = true

// lock takes the lock of an open file, and reports whether no other open file had it. It ends with the file, or the
// process.
func lock(f *os.File) bool {
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
}
