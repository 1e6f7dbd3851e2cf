package datasets

import (
	"context"
	"embed"
	"errors"
	"fmt"
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
	size     int64  // bytes
	checksum string // SHA-256
}

func (s source) file() download.File {
	return download.File{URL: s.url, Size: s.size, Checksum: s.checksum}
}

// read returns the file's bytes from the folder that KINDRED_DATA names, or else from the cache or the network. It
// panics if ctx is nil, also where no network is asked.
func (s source) read(ctx context.Context) ([]byte, error) {
	s.checkContext(ctx)
	if folder := os.Getenv(folderVariable); folder != "" {
		return s.fromFolder(folder)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: no folder to keep it in: %w; name one that has it in %s",
			s.path, err, folderVariable)
	}
	path := filepath.Join(cache, "kindred", filepath.FromSlash(s.path))
	if data, err := download.Read(s.file(), path); err == nil {
		return data, nil
	}
	data, err := download.Get(ctx, s.file(), path)
	if err != nil {
		return nil, fmt.Errorf("datasets: cannot fetch %s: %w; without a network, put the file there under a folder "+
			"and name that folder in the environment variable %s", s.path, err, folderVariable)
	}
	return data, nil
}

// readPacking is read for a file that goes round in several packings, zips of the same members that are not the same bytes. In
// the folder that KINDRED_DATA names it may be any, of at most twice the size of the published one; published tells whether
// it is that. Of another the caller must check the contents.
func (s source) readPacking(ctx context.Context) (data []byte, published bool, err error) {
	s.checkContext(ctx)
	folder := os.Getenv(folderVariable)
	path := filepath.Join(folder, filepath.FromSlash(s.path))
	info, missing := os.Stat(path)
	if folder == "" || missing != nil || !info.Mode().IsRegular() || info.Size() == s.size || info.Size() > 2*s.size {
		data, err = s.read(ctx)
		return data, true, err
	}
	if data, err = os.ReadFile(path); err != nil {
		return nil, false, fmt.Errorf("datasets: %w", err)
	}
	return data, false, nil
}

func (s source) checkContext(ctx context.Context) {
	if ctx == nil {
		panic(fmt.Sprintf("datasets: %s: the context is nil; pass context.Background()", s.path))
	}
}

func (s source) fromFolder(folder string) ([]byte, error) {
	path := filepath.Join(folder, filepath.FromSlash(s.path))
	data, err := download.Read(s.file(), path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("datasets: %w; put it there from %s, or unset %s to have it fetched", err, s.url,
			folderVariable)
	case err != nil:
		return nil, fmt.Errorf("datasets: %w", err)
	}
	return data, nil
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
