// Package unpack reads packed bytes that may come from a stranger: gzip, zlib and zip. What is unpacked is counted before
// memory for it is made, and refused where it is more than [Limit] allows, so that a small file never takes much memory.
package unpack

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
)

// Of the real sets, digits.csv.gz unpacks to 4.6 times its size, the two variables of school.mat to 13.8 and 1.8 times,
// the shipped student-por.csv.gz to 8.9 times, a census of 52 MB to 15.9 times; the drawings of Omniglot are packed
// already. A hostile file reaches 1,030 times in one layer. The ratio is twice what the densest real set needs.
const (
	Ratio = 32        // bytes unpacked for a byte packed
	Slack = 64 << 10  // and that many for the whole, since little files may be denser
	Most  = 128 << 20 // bytes unpacked of one file, whatever its size: twice the largest set and more
)

// Limit returns how many bytes a file of the given size may unpack to: the lesser of Ratio·packed + Slack and Most.
func Limit(packed int) int64 { return min(int64(packed)*Ratio+Slack, Most) }

// Gzip returns what data unpack to. The files of a gzip of several follow each other.
func Gzip(data []byte) ([]byte, error) {
	return counted(Limit(len(data)), len(data), func() (io.ReadCloser, error) {
		return gzip.NewReader(bytes.NewReader(data))
	})
}

// Zlib returns what data unpack to. Bytes after the end of the stream are an error.
func Zlib(data []byte) ([]byte, error) {
	var rest *bytes.Reader
	out, err := counted(Limit(len(data)), len(data), func() (io.ReadCloser, error) {
		rest = bytes.NewReader(data)
		return zlib.NewReader(rest)
	})
	if err == nil && rest.Len() > 0 {
		return nil, fmt.Errorf("%d bytes follow the end of the packed stream; fetch the file anew", rest.Len())
	}
	return out, err
}

// counted returns all that a reader yields: it reads once to count, and once more into memory of that size.
func counted(limit int64, packed int, open func() (io.ReadCloser, error)) ([]byte, error) {
	reader, err := open()
	if err != nil {
		return nil, damaged(err)
	}
	n, err := io.Copy(io.Discard, io.LimitReader(reader, limit+1))
	reader.Close()
	if n > limit { // whatever else is wrong
		return nil, tooMuch(limit, packed)
	}
	if err != nil {
		return nil, damaged(err)
	}
	if reader, err = open(); err != nil {
		return nil, damaged(err)
	}
	defer reader.Close()
	out := make([]byte, n)
	if _, err := io.ReadFull(reader, out); err != nil {
		return nil, damaged(err)
	}
	if _, err := io.Copy(io.Discard, reader); err != nil { // to the end, where a stream has its checksum
		return nil, damaged(err)
	}
	return out, nil
}

func tooMuch(limit int64, packed int) error {
	return fmt.Errorf("%d bytes unpack to more than %d, which no set here does; it is not the file that it should be", packed,
		limit)
}

func damaged(err error) error {
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("cannot unpack it: %w; fetch the file anew", err)
}
