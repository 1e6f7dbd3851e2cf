// Package download fetches files whose content is known beforehand, and goes on where an earlier try broke off.
package download

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"kindred/internal/durable"
)

// A File is what is published at a URL. Size is the number of bytes of its content, and Checksum their SHA-256 in
// hexadecimal.
type File struct {
	URL      string
	Size     int64
	Checksum string
}

// Checksum returns the SHA-256 of data in hexadecimal.
func Checksum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Get returns the content of f, and keeps it in the file path, which appears whole or not at all. It panics if ctx is
// nil or Size not positive.
//
// What has come is in path + ".part" until all is there. That file outlives an error, a cancelled context and a kill, and
// the next Get asks the server for the rest only; where a server sends everything, or what is there turns out to be of
// another file, it starts anew. A part file belongs to one process at a time: another one that wants the same path waits,
// and finds the content. (On a system that locks no files, two at once may disturb each other, which ends in an error, and
// in no wrong content.)
//
// Other content than f says is an error, and nothing is kept. No more than Size bytes are taken, whatever the server says
// or sends. A server that is silent for half a minute is given up.
func Get(ctx context.Context, f File, path string) ([]byte, error) {
	if ctx == nil {
		panic("download: Get: the context is nil; pass context.Background()")
	}
	if f.Size < 1 {
		panic(fmt.Sprintf("download: Get: Size is %d; it is the number of bytes of the content, at least 1", f.Size))
	}
	p, err := claim(ctx, path+".part")
	if err != nil {
		return nil, err
	}
	defer p.release()
	if data, err := Read(f, path); err == nil {
		return data, nil // by a process that was first
	}
	for {
		went, err := p.complete(ctx, f)
		if err != nil {
			return nil, err
		}
		data, err := p.content()
		if err != nil {
			return nil, err
		}
		wrong := f.check(f.URL, data)
		if wrong == nil {
			if err := durable.Replace(path, data); err != nil {
				return nil, err
			}
			return data, p.clear()
		}
		if err := p.clear(); err != nil {
			return nil, err
		}
		if !went { // so that it is not the beginning that was of another file
			return nil, fmt.Errorf("%w, or something on the way answered in its place", wrong)
		}
	}
}

// Read returns the content of f from a file that should hold it. It takes no memory for a file of another size.
func Read(f File, path string) ([]byte, error) {
	info, err := os.Stat(path) // before it is opened: a pipe would wait for ever
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file; put the published one there", path)
	}
	if info.Size() != f.Size {
		return nil, fmt.Errorf("%s has %d bytes, want %d: it is not the file that was published at %s", path, info.Size(),
			f.Size, f.URL)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	data := make([]byte, f.Size)
	if _, err := io.ReadFull(file, data); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if err := f.check(path, data); err != nil {
		return nil, fmt.Errorf("%w; it was published at %s", err, f.URL)
	}
	return data, nil
}

// check returns what is wrong with the content of a place.
func (f File) check(place string, data []byte) error {
	if got := Checksum(data); got != f.Checksum {
		return fmt.Errorf("%s: %d bytes with SHA-256 %s, want %d with %s: the content has changed", place, len(data), got,
			f.Size, f.Checksum)
	}
	return nil
}
