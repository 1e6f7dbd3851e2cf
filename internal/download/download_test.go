package download

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestGet(t *testing.T) {
	const content = "a,b\n1,2\n"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/good":
			w.Write([]byte(content))
		case "/cut":
			w.Header().Set("Content-Length", "1000")
			w.Write([]byte(content))
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	sum := Checksum([]byte(content))
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	for _, c := range []struct {
		name, path, checksum string
		ctx                  context.Context
		want                 string // in the error; empty for none
	}{
		{"good", "/good", sum, context.Background(), ""},
		{"wrong bytes", "/good", strings.Repeat("0", 64), context.Background(), "want 000"},
		{"absent", "/absent", sum, context.Background(), "404"},
		{"cut short", "/cut", sum, context.Background(), "breaks off after 8 bytes"},
		{"cancelled", "/good", sum, cancelled, "canceled"},
	} {
		t.Run(c.name, func(t *testing.T) {
			folder := t.TempDir()
			path := filepath.Join(folder, "set", "file.csv")
			data, err := Get(c.ctx, server.URL+c.path, c.checksum, path)
			if c.want == "" {
				kept, readErr := os.ReadFile(path)
				if err != nil || readErr != nil || string(data) != content || string(kept) != content {
					t.Fatalf("got %q, kept %q: %v, %v", data, kept, err, readErr)
				}
				if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
					t.Errorf("left behind: %v", files)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q in it", err, c.want)
			}
			if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("a file was kept: %v", err)
			}
		})
	}
}

func TestChecksum(t *testing.T) {
	// FIPS 180-2, appendix B.1.
	if got := Checksum([]byte("abc")); got != "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" {
		t.Error(got)
	}
}

func TestGetWithoutContext(t *testing.T) {
	defer func() {
		if got := recover(); got != "download: Get: the context is nil; pass context.Background()" {
			t.Errorf("panic %v", got)
		}
	}()
	var none context.Context
	_, err := Get(none, "http://127.0.0.1:1", "", filepath.Join(t.TempDir(), "file"))
	t.Errorf("no panic, error %v", err)
}
