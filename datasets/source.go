package datasets

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"kindred/internal/download"
	"kindred/internal/unpack"
)

// folderVariable names the folder to read sets from instead of fetching them.
const folderVariable = "KINDRED_DATA"

//go:embed shipped/*.gz
var shippedFiles embed.FS

// A source is a published file.
type source struct {
	path     string // SET/FILE, its place in the folder and in the cache
	url      string
	checksum string // SHA-256
}

// read returns the file's bytes from the folder that KINDRED_DATA names, or else from the cache or the network. It
// panics if ctx is nil, also where no network is asked.
func (s source) read(ctx context.Context) ([]byte, error) {
	if ctx == nil {
		panic(fmt.Sprintf("datasets: %s: the context is nil; pass context.Background()", s.path))
	}
	if folder := os.Getenv(folderVariable); folder != "" {
		return s.fromFolder(folder)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: no folder to keep it in: %w; name one that has it in %s",
			s.path, err, folderVariable)
	}
	path := filepath.Join(cache, "kindred", filepath.FromSlash(s.path))
	if data, err := readFile(path); err == nil && download.Checksum(data) == s.checksum {
		return data, nil
	}
	data, err := download.Get(ctx, s.url, s.checksum, path)
	if err != nil {
		return nil, fmt.Errorf("datasets: cannot fetch %s: %w; without a network, put the file there under a folder "+
			"and name that folder in the environment variable %s", s.path, err, folderVariable)
	}
	return data, nil
}

func (s source) fromFolder(folder string) ([]byte, error) {
	path := filepath.Join(folder, filepath.FromSlash(s.path))
	data, err := readFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("datasets: %w; put it there from %s, or unset %s to have it fetched", err, s.url,
			folderVariable)
	case err != nil:
		return nil, fmt.Errorf("datasets: %w", err)
	case download.Checksum(data) != s.checksum:
		return nil, fmt.Errorf("datasets: %s has SHA-256 %s, want %s: it is not the file that was published at %s",
			path, download.Checksum(data), s.checksum, s.url)
	}
	return data, nil
}

// mostBytes is more than any set has as it is published: those here have 1.6 MB at most, all of Omniglot has 9.9 MB.
const mostBytes = 32 << 20

// readFile returns the bytes of a regular file of at most mostBytes.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path) // before it is opened: a pipe would wait for ever
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file; put the published one there", path)
	}
	if info.Size() > mostBytes {
		return nil, fmt.Errorf("%s: %d bytes, want a file of at most %d; put the published one there", path, info.Size(),
			mostBytes)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, mostBytes))
}

// shipped returns the bytes of a file that is part of the package.
func shipped(name string) []byte {
	packed, err := shippedFiles.ReadFile("shipped/" + name + ".gz")
	if err != nil {
		panic(err)
	}
	data, err := unpack.Gzip(packed)
	if err != nil {
		panic(err)
	}
	return data
}
