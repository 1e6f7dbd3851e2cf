package datasets

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/internal/download"
	"kindred/internal/hostile"
)

// sourceOf serves content and counts how often it was asked for.
func sourceOf(t *testing.T, content string) (s source, asked *int) {
	asked = new(int)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		*asked++
		w.Write([]byte(content))
	}))
	t.Cleanup(server.Close)
	return source{"set/file.csv", server.URL, 4, download.Checksum([]byte("1,2\n"))}, asked
}

// cacheIn makes folder the user's cache folder, and unsets KINDRED_DATA.
func cacheIn(t *testing.T, folder string) {
	t.Setenv(folderVariable, "")
	t.Setenv("XDG_CACHE_HOME", folder)
	if cache, err := os.UserCacheDir(); err != nil || cache != folder {
		t.Skipf("the cache folder is %q here (%v) and cannot be moved", cache, err)
	}
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestSourceIsFetchedOnce(t *testing.T) {
	cache := t.TempDir()
	cacheIn(t, cache)
	s, asked := sourceOf(t, "1,2\n")
	for range 3 {
		if data, err := s.read(t.Context()); err != nil || string(data) != "1,2\n" {
			t.Fatalf("%q, %v", data, err)
		}
	}
	if *asked != 1 {
		t.Errorf("asked %d times, want once", *asked)
	}
	write(t, filepath.Join(cache, "kindred", "set", "file.csv"), "damaged")
	if data, err := s.read(t.Context()); err != nil || string(data) != "1,2\n" || *asked != 2 {
		t.Errorf("after damage: %q, %v, asked %d times", data, err, *asked)
	}
}

func TestSourceFromFolder(t *testing.T) {
	folder := t.TempDir()
	t.Setenv(folderVariable, folder)
	s, asked := sourceOf(t, "1,2\n")
	wantError(t, s, "set/file.csv", "put it there from "+s.url, "unset KINDRED_DATA")
	write(t, filepath.Join(folder, "set", "file.csv"), "1,3\n")
	wantError(t, s, folder, "SHA-256", "published at "+s.url)
	write(t, filepath.Join(folder, "set", "file.csv"), "1,2\n")
	if data, err := s.read(t.Context()); err != nil || string(data) != "1,2\n" {
		t.Errorf("%q, %v", data, err)
	}
	if *asked != 0 {
		t.Errorf("the source was asked %d times", *asked)
	}
}

func TestSourceThatChanged(t *testing.T) {
	cacheIn(t, t.TempDir())
	s, _ := sourceOf(t, "<html>")
	wantError(t, s, "cannot fetch set/file.csv", s.url, "it has changed", "KINDRED_DATA")
	s.url = "http://127.0.0.1:1/nothing"
	wantError(t, s, "cannot fetch set/file.csv", s.url, "KINDRED_DATA")
}

func wantError(t *testing.T, s source, parts ...string) {
	t.Helper()
	data, err := s.read(t.Context())
	if err == nil {
		t.Fatalf("no error, and %q", data)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q says nothing of %q", err, part)
		}
	}
}

// What is no file of a size that a set has is refused before it is read.
func TestSourceOfAnotherSize(t *testing.T) {
	folder := t.TempDir()
	t.Setenv(folderVariable, folder)
	s, _ := sourceOf(t, "1,2\n")
	path := filepath.Join(folder, "set", "file.csv")
	write(t, path, "")
	if err := os.Truncate(path, 1<<40); err != nil { // takes no room on disk
		t.Skip(err)
	}
	read := func() error { _, err := s.read(t.Context()); return err }
	hostile.Refused(t, 1<<40, "1099511627776 bytes, want 4", read)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err)
	}
	hostile.Refused(t, 0, "is no regular file", read)
}

// In the folder any packing of at most twice the size is taken, to be checked by its contents; one of the published size must be
// the published one.
func TestSourceOfSeveralPackings(t *testing.T) {
	folder := t.TempDir()
	t.Setenv(folderVariable, folder)
	s, asked := sourceOf(t, "1,2\n")
	file := filepath.Join(folder, "set", "file.csv")
	for _, c := range []struct {
		content   string
		published bool
		says      string // in the error
	}{{"1,2\n", true, ""}, {"1,3\n", true, "SHA-256"}, {"1, 2 \r\n", false, ""}, {"1, 2 \r\n\n\n", true, "has 9 bytes, want 4"}} {
		write(t, file, c.content)
		data, published, err := s.readPacking(t.Context())
		if c.says == "" && (err != nil || string(data) != c.content || published != c.published) ||
			c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%q: %q, published %v, error %v", c.content, data, published, err)
		}
	}
	os.Remove(file)
	if _, _, err := s.readPacking(t.Context()); err == nil || !strings.Contains(err.Error(), "put it there from "+s.url) {
		t.Errorf("no file: error %v", err)
	}
	cacheIn(t, t.TempDir())
	if data, published, err := s.readPacking(t.Context()); err != nil || string(data) != "1,2\n" || !published || *asked != 1 {
		t.Errorf("without a folder: %q, published %v, error %v, asked %d times", data, published, err, *asked)
	}
}
