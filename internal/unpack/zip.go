package unpack

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"
)

// An Archive is a zip in memory. All of its members together unpack to [Limit] of its size at most.
type Archive struct {
	Members []*zip.File // no directories, and no name twice
	packed  int
}

// Zip reads the directory of a zip.
func Zip(data []byte) (*Archive, error) {
	reader, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, damaged(err)
	}
	a := &Archive{packed: len(data)}
	seen := make(map[string]bool, len(reader.File))
	left := uint64(Limit(len(data)))
	for _, f := range reader.File {
		if seen[f.Name] {
			return nil, fmt.Errorf("the member %s is there twice; fetch the file anew", Clip(f.Name))
		}
		seen[f.Name] = true
		if f.UncompressedSize64 > left { // members may share their bytes: only the sum is bounded
			return nil, tooMuch(Limit(len(data)), len(data))
		}
		left -= f.UncompressedSize64
		if !strings.HasSuffix(f.Name, "/") {
			a.Members = append(a.Members, f)
		}
	}
	return a, nil
}

// Read returns what a member unpacks to: as many bytes as the directory says, or an error.
func (a *Archive) Read(member *zip.File) ([]byte, error) {
	limit := int64(member.UncompressedSize64) // below the archive's limit: see Zip
	out, err := counted(limit, a.packed, member.Open)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", Clip(member.Name), err)
	}
	return out, nil
}

// Clip returns s in quotes, cut to what a line of an error has room for.
func Clip(s string) string {
	const room = 60
	if len(s) > room {
		return fmt.Sprintf("%q…", s[:room])
	}
	return fmt.Sprintf("%q", s)
}
