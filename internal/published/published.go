// Package published gives tests the real data sets, where they are.
package published

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"testing"
)

// Set returns a set that read finds in the folder that KINDRED_DATA names. Without the folder, or the set in it, the test
// is skipped: tests ask no network.
func Set[T any](t *testing.T, read func(context.Context) (T, error)) T {
	t.Helper()
	if os.Getenv("KINDRED_DATA") == "" {
		t.Skip("KINDRED_DATA names no folder with the published sets")
	}
	set, err := read(t.Context())
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return set
}
