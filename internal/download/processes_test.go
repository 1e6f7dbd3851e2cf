package download

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// child is the environment variable that makes the test's program download, in place of testing: URL, a space, path.
const child = "KINDRED_TEST_DOWNLOAD"

func TestMain(m *testing.M) {
	url, path, ok := strings.Cut(os.Getenv(child), " ")
	if !ok {
		os.Exit(m.Run())
	}
	data, err := Get(context.Background(), File{url, int64(len(content)), Checksum(content)}, path)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(len(data))
}

// begin starts a process that downloads.
func begin(t *testing.T, url, path string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	cmd, said := exec.Command(os.Args[0]), new(bytes.Buffer)
	cmd.Env = append(os.Environ(), child+"="+url+" "+path)
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, said
}

// Four processes that want the same file at once all get it, and it comes once.
func TestProcessesAtOnce(t *testing.T) {
	h, server := start(t, func(w http.ResponseWriter, r *http.Request) {
		for piece := range thirds(content) {
			w.Write(piece)
			w.(http.Flusher).Flush()
			time.Sleep(50 * time.Millisecond)
		}
	})
	path := filepath.Join(t.TempDir(), "file.csv")
	f := published(server)
	var all [4]*exec.Cmd
	var said [4]*bytes.Buffer
	for i := range all {
		all[i], said[i] = begin(t, f.URL, path)
	}
	for i, cmd := range all {
		if err := cmd.Wait(); err != nil || said[i].String() != strconv.Itoa(len(content))+"\n" {
			t.Errorf("process %d: %v, says %q", i, err, said[i])
		}
	}
	if kept, err := os.ReadFile(path); err != nil || !bytes.Equal(kept, content) {
		t.Errorf("kept %d bytes: %v", len(kept), err)
	}
	if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
		t.Errorf("left behind: %v", files)
	}
	if len(h.ranges) != 1 {
		t.Errorf("the server was asked %d times, want once", len(h.ranges))
	}
}

// A process that is killed leaves its part, and who waited for it goes on from there.
func TestKilledProcess(t *testing.T) {
	sent := make(chan bool, 1)
	h, server := start(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Range") != "" {
			ranged(w, r)
			return
		}
		w.Header().Set("Content-Length", fmt.Sprint(len(content)))
		w.Write(content[:200_000])
		w.(http.Flusher).Flush()
		sent <- true
		<-r.Context().Done()
	})
	path := filepath.Join(t.TempDir(), "file.csv")
	f := published(server)
	first, _ := begin(t, f.URL, path)
	<-sent
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if info, err := os.Stat(path + ".part"); err == nil && info.Size() == 200_000 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the part does not grow")
		}
	}
	second, said := begin(t, f.URL, path)
	time.Sleep(100 * time.Millisecond) // it waits meanwhile
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait()
	if err := second.Wait(); err != nil || said.String() != strconv.Itoa(len(content))+"\n" {
		t.Errorf("%v, says %q", err, said)
	}
	if got := strings.Join(h.ranges, ", "); got != ", bytes=200000-" {
		t.Errorf("the server was asked for the ranges %q", got)
	}
}
