package cell

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"fmt"
	"os"
	"path/filepath"

	"kindred/internal/storable"
)

// format is the version of the stored files: a line with it, the SHA-256 of what follows, and a gob.
const format = 1

var header = fmt.Appendf(nil, "kindred/cell %d\n", format)

// load reads a value that store wrote. The error is fs.ErrNotExist where nothing was stored, and a sentence where what
// was found cannot be used.
func load(path string, value any) error {
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) {
		if unfinished, _ := filepath.Glob(path + ".*.tmp"); len(unfinished) > 0 {
			for _, name := range unfinished {
				os.Remove(name)
			}
			return fmt.Errorf("an earlier run ended while it stored %s", path)
		}
		return err
	}
	if err != nil {
		return err
	}
	body, ok := bytes.CutPrefix(data, header)
	if !ok || len(body) < sha256.Size {
		return fmt.Errorf("the stored %s is cut short or not of this version", path)
	}
	sum, body := body[:sha256.Size], body[sha256.Size:]
	if want := sha256.Sum256(body); !bytes.Equal(sum, want[:]) {
		return fmt.Errorf("the stored %s is damaged", path)
	}
	if err := gob.NewDecoder(bytes.NewReader(body)).Decode(value); err != nil {
		return fmt.Errorf("the stored %s cannot be read: %w", path, err)
	}
	return nil
}

// store writes a value so that the file is there whole or not at all, whenever the program ends.
func store(path string, value any) error {
	body := storable.Encode("cell", value)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	sum := sha256.Sum256(body)
	for _, part := range [][]byte{header, sum[:], body} {
		if err == nil {
			err = write(f, part)
		}
	}
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return err
}

// write is a variable for the test that is killed while it writes.
var write = func(f *os.File, data []byte) error {
	_, err := f.Write(data)
	return err
}
