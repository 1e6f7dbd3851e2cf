// Package durable keeps values on disk through kills, full disks and damage: a file is there whole or not at all, tells
// whether it is damaged, foreign or of a newer version, and the one before it is kept.
//
// A file is a line "kindred KIND VERSION", the SHA-256 of that line and of what follows the sum, and a gob.
package durable

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
)

// A Format is a kind of file, and the version that is written. Files of this version alone are read: a format that
// changes gets another number, and whoever wants to read older ones says so where it reads.
type Format struct {
	Kind    string // a word, such as "mtlkit-run"
	Version int
}

// ErrRefused is wrapped by errors of [Format.Read] about a file that is there and cannot be used.
var ErrRefused = errors.New("refused")

// Previous returns the name under which [Format.Write] keeps the file that was at path.
func Previous(path string) string { return path + ".previous" }

// Refused returns the name under which [Format.Write] keeps a file that could not be used.
func Refused(path string) string { return path + ".refused" }

// Encode returns the file of a value.
func (f Format) Encode(value any) ([]byte, error) {
	var body bytes.Buffer
	if err := gob.NewEncoder(&body).Encode(value); err != nil {
		return nil, fmt.Errorf("a %T cannot be stored: %w", value, err)
	}
	return f.Seal(body.Bytes()), nil
}

// Seal returns the file of a value that was encoded.
func (f Format) Seal(body []byte) []byte {
	return slices.Concat(f.line(), sum(f.line(), body), body)
}

// Decode sets the value that a pointer leads to to the one of a file. The error, which wraps [ErrRefused], says what is
// wrong with the file.
func (f Format) Decode(data []byte, value any) error {
	body, err := f.body(data)
	if err != nil {
		return err
	}
	r := bytes.NewReader(body)
	if err := decode(r, value); err != nil {
		return fmt.Errorf("%w: its checksum is right, its contents are not: %v", ErrRefused, err)
	}
	if r.Len() > 0 {
		return fmt.Errorf("%w: %d bytes follow its contents", ErrRefused, r.Len())
	}
	return nil
}

// decode reads a gob, which panics at some that were made by hand.
func decode(r io.Reader, value any) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	return gob.NewDecoder(r).Decode(value)
}

func (f Format) line() []byte { return fmt.Appendf(nil, "kindred %s %d\n", f.Kind, f.Version) }

func sum(line, body []byte) []byte {
	h := sha256.New()
	h.Write(line)
	h.Write(body)
	return h.Sum(nil)
}

// body returns the gob of a file.
func (f Format) body(data []byte) ([]byte, error) {
	rest, found := bytes.CutPrefix(data, f.line())
	switch {
	case !found:
		return nil, f.foreign(data)
	case len(rest) < sha256.Size:
		return nil, fmt.Errorf("%w: it is cut short, after %d bytes", ErrRefused, len(data))
	}
	want, body := rest[:sha256.Size], rest[sha256.Size:]
	if !bytes.Equal(want, sum(f.line(), body)) {
		return nil, fmt.Errorf("%w: it is damaged or cut short: its checksum is wrong", ErrRefused)
	}
	return body, nil
}

// foreign says what a file is that does not begin as ours do.
func (f Format) foreign(data []byte) error {
	const longest = 100
	line, _, _ := bytes.Cut(data[:min(len(data), longest)], []byte("\n"))
	var kind string
	var version int
	n, _ := fmt.Sscanf(string(line), "kindred %s %d", &kind, &version)
	switch {
	case n < 2 || !bytes.Equal(line, fmt.Appendf(nil, "kindred %s %d", kind, version)):
		return fmt.Errorf("%w: it is no %s file, or its beginning is damaged", ErrRefused, f.Kind)
	case kind != f.Kind:
		return fmt.Errorf("%w: it is a %s file; %s was wanted", ErrRefused, kind, f.Kind)
	case version > f.Version:
		return fmt.Errorf("%w: it is of version %d, newer than this program, which reads version %d: update the program",
			ErrRefused, version, f.Version)
	}
	return fmt.Errorf("%w: it is of version %d; this program reads version %d", ErrRefused, version, f.Version)
}

// Write replaces the file at path by the one of a value. The file that was there is kept as [Previous]; if it is none
// of this format or damaged, it is kept as [Refused] instead, and the previous one stays. At every moment there is a
// file at path if there was one.
func (f Format) Write(path string, value any) error {
	data, err := f.Encode(value)
	if err != nil {
		return err
	}
	old, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return Replace(path, data)
	case err != nil:
		return cannot(path, err)
	}
	aside := Previous(path)
	if _, err := f.body(old); err != nil {
		aside = Refused(path)
	}
	if err := Replace(aside, old); err != nil {
		return err
	}
	return Replace(path, data)
}

// ReadFile returns the bytes of the file at path. The error names it.
func ReadFile(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, reason(err))
	}
	return data, nil
}

// Read sets the value that a pointer leads to to the one of the file at path. The error says what is wrong with the
// file and wraps [ErrRefused], or, where there is none, [fs.ErrNotExist].
func (f Format) Read(path string, value any) error {
	data, err := ReadFile(path)
	if err != nil {
		return err
	}
	if err := f.Decode(data, value); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// ReadLatest reads the file at path or, where that is refused, the previous one; refused then says why. The error is
// that of [Format.Read] about the file at path. Where there is none at path it wraps [fs.ErrNotExist], and a previous
// one is not looked for: deleting a file begins anew.
func ReadLatest[T any](f Format, path string) (value T, refused, err error) {
	if err = f.Read(path, &value); !errors.Is(err, ErrRefused) {
		return value, nil, err
	}
	var before T
	if f.Read(Previous(path), &before) == nil {
		return before, err, nil
	}
	var none T
	return none, nil, err
}
