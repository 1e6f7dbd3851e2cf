package hostile

import (
	"bytes"
	"crypto/sha256"
	"os"
	"path/filepath"
	"testing"

	"kindred/internal/durable"
)

// Checkpoints fuzzes what goes on from a checkpoint, with files whose checksum is right whatever they hold. The seeds
// are whole ones. What read accepts is handed to goOn, with the number of bytes that it came from.
func Checkpoints[C any](f *testing.F, format durable.Format, seeds []C, read func(path string) (C, error),
	goOn func(t *testing.T, c C, size int)) {
	f.Helper()
	for _, seed := range seeds {
		data, err := format.Encode(seed)
		if err != nil {
			f.Fatal(err)
		}
		_, rest, _ := bytes.Cut(data, []byte("\n"))
		f.Add(rest[sha256.Size:])
	}
	path := filepath.Join(f.TempDir(), "run")
	f.Fuzz(func(t *testing.T, body []byte) {
		if err := os.WriteFile(path, format.Seal(body), 0o644); err != nil {
			t.Fatal(err)
		}
		if c, err := read(path); err == nil {
			goOn(t, c, len(body))
		}
	})
}
