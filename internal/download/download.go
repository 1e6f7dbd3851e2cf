// Package download fetches files whose content is known by a checksum.
package download

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
)

// Checksum returns the SHA-256 of data in hexadecimal.
func Checksum(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Get returns the content of url if it has the checksum wanted, and keeps it in the file path. The file appears whole
// or not at all, also when several processes fetch it at once. It panics if ctx is nil.
func Get(ctx context.Context, url, checksum, path string) ([]byte, error) {
	if ctx == nil {
		panic("download: Get: the context is nil; pass context.Background()")
	}
	data, err := fetch(ctx, url)
	if err != nil {
		return nil, err
	}
	if got := Checksum(data); got != checksum {
		return nil, fmt.Errorf("%s: %d bytes with SHA-256 %s, want %s: the source has changed, or something on the "+
			"way answered in its place", url, len(data), got, checksum)
	}
	return data, write(path, data)
}

func fetch(ctx context.Context, url string) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", url, response.Status)
	}
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("%s breaks off after %d bytes: %w", url, len(data), err)
	}
	return data, nil
}

func write(path string, data []byte) error {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	file, err := os.CreateTemp(folder, filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	if _, err := file.Write(data); err != nil {
		file.Close()
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}
