package durable

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// Claim opens the file at path for reading and writing, makes it if it is not there, and its folder too, and locks it
// until it is closed. As long as another process, or goroutine, has claimed it, Claim waits. Where files have no locks
// everybody has it at once.
//
// Who has claimed a file may rename or remove it: those who wait then claim a new one.
func Claim(ctx context.Context, path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, cannot(path, err)
	}
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return nil, cannot(path, err)
		}
		if got := lock(f); got == nobody || got == mine && there(f) {
			return f, nil
		}
		f.Close()
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("%s is in use by another process: %w", path, context.Cause(ctx))
		case <-time.After(20 * time.Millisecond):
		}
	}
}
