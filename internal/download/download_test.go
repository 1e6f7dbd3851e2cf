package download

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"kindred/internal/exported"
	"kindred/internal/goroutines"
)

// content is long enough to come in many pieces.
var content = bytes.Repeat([]byte("0123456789abcdef"), 20_000)

func published(server *httptest.Server) File {
	return File{server.URL + "/set/file.csv", int64(len(content)), Checksum(content)}
}

// A host serves content in the way that the name of a test asks for, and notes the ranges that it was asked for.
type host struct {
	serve  http.HandlerFunc
	mu     sync.Mutex
	ranges []string
}

func (h *host) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.Lock()
	h.ranges = append(h.ranges, r.Header.Get("Range"))
	h.mu.Unlock()
	h.serve(w, r)
}

func start(t *testing.T, serve http.HandlerFunc) (*host, *httptest.Server) {
	h := &host{serve: serve}
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return h, server
}

// The ways to serve: with ranges, as most servers do; whole; cut short; in chunks that do not say their number.
func ranged(w http.ResponseWriter, r *http.Request) {
	http.ServeContent(w, r, "file.csv", time.Time{}, bytes.NewReader(content))
}

func cutShort(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", fmt.Sprint(len(content)))
	w.Write(content[:100_000])
	panic(http.ErrAbortHandler)
}

func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(text)))
		w.Write([]byte(text))
	}
}

func chunked(data []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for piece := range thirds(data) {
			w.Write(piece)
			w.(http.Flusher).Flush()
		}
	}
}

// thirds yields data in three pieces.
func thirds(data []byte) func(func([]byte) bool) {
	return func(yield func([]byte) bool) {
		third := len(data) / 3
		_ = yield(data[:third]) && yield(data[third:2*third]) && yield(data[2*third:])
	}
}

func otherRange(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Range") != "" {
		w.Header().Set("Content-Range", fmt.Sprintf("bytes 0-%d/%d", len(content)-1, len(content)))
		w.WriteHeader(http.StatusPartialContent)
	}
	w.Write(content)
}

func refusedRange(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Range") != "" {
		w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
		return
	}
	w.Write(content)
}

// What is there of an earlier try is used, where it can be, and never harms.
func TestGoesOn(t *testing.T) {
	half, n := content[:150_000], len(content)
	other := bytes.Repeat([]byte("x"), 150_000)
	for _, c := range []struct {
		name   string
		part   []byte
		serve  http.HandlerFunc
		ranges string // of the requests
	}{
		{"nothing there", nil, ranged, "[]"},
		{"chunks", nil, chunked(content), "[]"},
		{"half of it", half, ranged, "[bytes=150000-]"},
		{"all of it", content, ranged, ""},
		{"half of another", other, ranged, "[bytes=150000-] []"},
		{"all of another", append(bytes.Repeat([]byte("x"), n-150_000), other...), ranged, "[]"},
		{"longer", append(content[:n:n], 'x'), ranged, "[]"},
		{"server without ranges", half, says(string(content)), "[bytes=150000-]"},
		{"server with another range", half, otherRange, "[bytes=150000-] []"},
		{"server that refuses ranges", half, refusedRange, "[bytes=150000-] []"},
		{"chunks for a range", half, chunked(content), "[bytes=150000-]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, server := start(t, c.serve)
			path := filepath.Join(t.TempDir(), "set", "file.csv")
			if c.part != nil {
				write(t, path+".part", c.part)
			}
			var data []byte
			var err error
			goroutines.NoneLeft(t, "Get", func() { data, err = Get(t.Context(), published(server), path) })
			kept, readErr := os.ReadFile(path)
			if err != nil || readErr != nil || !bytes.Equal(data, content) || !bytes.Equal(kept, content) {
				t.Fatalf("got %d bytes, kept %d: %v, %v", len(data), len(kept), err, readErr)
			}
			if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
				t.Errorf("left behind: %v", files)
			}
			asked := ""
			for i, r := range h.ranges {
				asked += strings.Repeat(" ", min(i, 1)) + "[" + r + "]"
			}
			if asked != c.ranges {
				t.Errorf("asked for %s, want %s", asked, c.ranges)
			}
		})
	}
}

// What is not the content is refused with a sentence, and what came of it is kept where it may be the beginning.
func TestRefuses(t *testing.T) {
	defer func(before time.Duration) { patience = before }(patience)
	sum := Checksum(content)
	turned := bytes.Clone(content)
	turned[1000] ^= 1
	late, cancel := context.WithCancel(t.Context())
	var path string
	silent := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		w.Write(content[:100_000])
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}
	cancelling := func(w http.ResponseWriter, r *http.Request) {
		w.Write(content[:100_000])
		w.(http.Flusher).Flush()
		for r.Context().Err() == nil {
			if info, err := os.Stat(path + ".part"); err == nil && info.Size() == 100_000 {
				cancel()
			}
			time.Sleep(time.Millisecond)
		}
	}
	cancelled, stop := context.WithCancel(t.Context())
	stop()
	for _, c := range []struct {
		name  string
		ctx   context.Context
		serve http.HandlerFunc
		want  string // in the error
		kept  int    // bytes of the part
	}{
		{"turned bit", t.Context(), chunked(turned), fmt.Sprintf("320000 bytes with SHA-256 %s, want 320000 with %s: the content has "+
			"changed, or something on the way answered in its place", Checksum(turned), sum), 0},
		{"page in its place", t.Context(), says("<html>"), "has 6 bytes, want 320000: it has changed", 0},
		{"page in chunks", t.Context(), chunked([]byte("<html>")), "breaks off after 6 of 320000 bytes", 6},
		{"longer", t.Context(), says(string(content) + "x"), "has 320001 bytes, want 320000", 0},
		{"longer, in chunks", t.Context(), chunked(append(content, 'x')), "has more than the 320000 bytes that were published", 0},
		{"absent", t.Context(), http.NotFound, "answers 404 Not Found", 0},
		{"cut short", t.Context(), cutShort, "breaks off after 100000 of 320000 bytes: unexpected EOF; the next try goes on from there", 100_000},
		{"silent", t.Context(), silent, "breaks off after 100000 of 320000 bytes: silent for 1s", 100_000},
		{"silent from the start", t.Context(), func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, "silent for 1s", 0},
		{"cancelled", cancelled, ranged, "context canceled", 0},
		{"cancelled on the way", late, cancelling, "breaks off after 100000 of 320000 bytes: context canceled", 100_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, server := start(t, c.serve)
			path = filepath.Join(t.TempDir(), "file.csv")
			patience = 30 * time.Second
			if strings.HasPrefix(c.name, "silent") {
				patience = time.Second // longer than a busy machine keeps a reader waiting
			}
			var err error
			goroutines.NoneLeft(t, "Get", func() { _, err = Get(c.ctx, published(server), path) })
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v\nwant %q in it", err, c.want)
			}
			if (c.ctx.Err() != nil) != errors.Is(err, context.Canceled) {
				t.Errorf("error %v, and the context is %v", err, c.ctx.Err())
			}
			if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("a file was kept: %v", err)
			}
			part, err := os.ReadFile(path + ".part")
			if len(part) != c.kept || (c.kept == 0) != errors.Is(err, fs.ErrNotExist) {
				t.Errorf("the part has %d bytes (%v), want %d", len(part), err, c.kept)
			}
		})
	}
}

// A server that breaks off again and again is asked for the rest each time, until all is there.
func TestBreaksOffOften(t *testing.T) {
	h, server := start(t, func(w http.ResponseWriter, r *http.Request) {
		first := 0
		fmt.Sscanf(r.Header.Get("Range"), "bytes=%d-", &first)
		w.Header().Set("Content-Length", fmt.Sprint(len(content)-first))
		if first > 0 {
			w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", first, len(content)-1, len(content)))
			w.WriteHeader(http.StatusPartialContent)
		}
		w.Write(content[first:min(first+100_000, len(content))])
		w.(http.Flusher).Flush()
	})
	path := filepath.Join(t.TempDir(), "file.csv")
	for try := 1; ; try++ {
		data, err := Get(t.Context(), published(server), path)
		if err == nil {
			if !bytes.Equal(data, content) || try != 4 {
				t.Errorf("%d bytes after %d tries, want %d after 4; asked for %v", len(data), try, len(content), h.ranges)
			}
			return
		}
		if try == 4 {
			t.Fatal(err)
		}
	}
}

// Where nothing can be written, a sentence says so.
func TestDisk(t *testing.T) {
	_, server := start(t, ranged)
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, nil)
	_, err := Get(t.Context(), published(server), filepath.Join(file, "set", "file.csv"))
	if err == nil || !strings.Contains(err.Error(), "cannot be written") {
		t.Errorf("below a file: %v", err)
	}

	if runtime.GOOS != "linux" {
		t.Skip("only Linux has a file that is full")
	}
	full := filepath.Join(t.TempDir(), "file.csv")
	if err := os.Symlink("/dev/full", full+".part"); err != nil {
		t.Fatal(err)
	}
	_, err = Get(t.Context(), published(server), full)
	if err == nil || !strings.Contains(err.Error(), "no space left on device; see that its disk has room") {
		t.Errorf("a full disk: %v", err)
	}

	if os.Geteuid() == 0 {
		t.Skip("root writes to read-only folders")
	}
	folder := t.TempDir()
	if err := os.Chmod(folder, 0o555); err != nil {
		t.Fatal(err)
	}
	_, err = Get(t.Context(), published(server), filepath.Join(folder, "file.csv"))
	if err == nil || !strings.Contains(err.Error(), "the folder must be one that can be written to") {
		t.Errorf("a read-only folder: %v", err)
	}
}

// A file of another size is refused before it is read.
func TestReadOfAnotherSize(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file.csv")
	write(t, path, nil)
	if err := os.Truncate(path, 1<<40); err != nil {
		t.Skip("no sparse files here")
	}
	_, err := Read(File{"http://127.0.0.1:1", 4, Checksum(nil)}, path)
	if err == nil || !strings.Contains(err.Error(), "has 1099511627776 bytes, want 4") {
		t.Error(err)
	}
}

func TestChecksum(t *testing.T) {
	// FIPS 180-2, appendix B.1.
	if got := Checksum([]byte("abc")); got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Error(got)
	}
}

func TestGetPanics(t *testing.T) {
	var none context.Context
	for says, call := range map[string]func(){
		"download: Get: the context is nil; pass context.Background()":                   func() { Get(none, File{Size: 1}, "x") },
		"download: Get: Size is 0; it is the number of bytes of the content, at least 1": func() { Get(t.Context(), File{}, "x") },
	} {
		exported.Says(t, says, call, says)
	}
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
