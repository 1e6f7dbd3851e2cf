package durable

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

type state struct {
	Step    int
	Numbers []float64
	Names   map[string]string
}

var format = Format{Kind: "test-state", Version: 3}

func sample(step int) state {
	return state{step, []float64{1.5, math.Inf(-1), math.Copysign(0, -1), float64(step)}, map[string]string{"a": "b"}}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "folder", "odd [name]*")
	for step := range 3 {
		if err := format.Write(path, sample(step)); err != nil {
			t.Fatal(err)
		}
		got, refused, err := ReadLatest[state](format, path)
		if err != nil || refused != nil || !reflect.DeepEqual(got, sample(step)) {
			t.Fatalf("read %v, %v, %v", got, refused, err)
		}
	}
	var before state
	if err := format.Read(Previous(path), &before); err != nil || before.Step != 1 {
		t.Errorf("the file before is %v, %v; want step 1", before, err)
	}
	if entries, _ := os.ReadDir(filepath.Dir(path)); len(entries) != 2 {
		t.Errorf("%d files, want 2: %v", len(entries), entries)
	}
}

func TestNoFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	if err := format.Write(Previous(path), sample(1)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := ReadLatest[state](format, path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("where no file is: %v", err)
	}
}

// Every cut, and 5,000 flipped bits anywhere, are refused; the file before is used, and the damaged one is kept when the
// next is written.
func TestDamageIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	for step := range 2 {
		if err := format.Write(path, sample(step)); err != nil {
			t.Fatal(err)
		}
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var damaged [][]byte
	for n := range whole {
		damaged = append(damaged, whole[:n])
	}
	rng := rand.New(rand.NewPCG(1, 0))
	for range 5000 {
		flipped := slices.Clone(whole)
		flipped[rng.IntN(len(flipped))] ^= 1 << rng.IntN(8)
		damaged = append(damaged, flipped)
	}
	damaged = append(damaged, append(slices.Clone(whole), 0))
	for k, data := range damaged {
		var got state
		if err := format.Decode(data, &got); !errors.Is(err, ErrRefused) {
			t.Fatalf("damage %d: %v", k, err)
		}
	}

	if err := os.WriteFile(path, damaged[len(whole)/2], 0o644); err != nil {
		t.Fatal(err)
	}
	got, refused, err := ReadLatest[state](format, path)
	if err != nil || got.Step != 0 || !errors.Is(refused, ErrRefused) || !strings.Contains(refused.Error(), path) {
		t.Errorf("beside a damaged file: %v, refused %v, error %v", got, refused, err)
	}
	if err := format.Write(path, sample(7)); err != nil {
		t.Fatal(err)
	}
	if kept, _ := os.ReadFile(Refused(path)); !bytes.Equal(kept, damaged[len(whole)/2]) {
		t.Error("the damaged file was not kept")
	}
	var before state
	if err := format.Read(Previous(path), &before); err != nil || before.Step != 0 {
		t.Errorf("the good file before became %v, %v", before, err)
	}
}

func TestForeignFilesAreRefused(t *testing.T) {
	encode := func(f Format) []byte {
		data, err := f.Encode(sample(1))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	right := encode(format)
	for says, data := range map[string][]byte{
		"it is no test-state file":                                {},
		"or its beginning is damaged":                             []byte("\x89PNG\r\n\x1a\n"),
		"it is a other file; test-state was wanted":               encode(Format{"other", 3}),
		"it is of version 4, newer than this program, which read": encode(Format{"test-state", 4}),
		"it is of version 2; this program reads version 3":        encode(Format{"test-state", 2}),
		"it is cut short, after 30 bytes":                         right[:30],
		"its checksum is wrong":                                   append(slices.Clone(right), 0),
	} {
		var got state
		if err := format.Decode(data, &got); !errors.Is(err, ErrRefused) || !strings.Contains(err.Error(), says) {
			t.Errorf("%v does not say %q", err, says)
		}
	}
	var other []string
	if err := format.Decode(right, &other); !errors.Is(err, ErrRefused) {
		t.Errorf("a file of another type: %v", err)
	}
}

// A writer that takes n bytes and no more, as a disk that is full.
type full struct {
	to io.Writer
	n  int
}

func (f *full) Write(p []byte) (int, error) {
	n := min(f.n, len(p))
	f.n -= n
	f.to.Write(p[:n])
	if n < len(p) {
		return n, syscall.ENOSPC
	}
	return n, nil
}

func during(t *testing.T, f func(*os.File) io.Writer) {
	t.Helper()
	usual := through
	through = f
	t.Cleanup(func() { through = usual })
}

func TestFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	for step := range 2 {
		if err := format.Write(path, sample(step)); err != nil {
			t.Fatal(err)
		}
	}
	size := 0
	if data, err := format.Encode(sample(2)); err != nil {
		t.Fatal(err)
	} else {
		size = len(data)
	}
	left := 0
	during(t, func(f *os.File) io.Writer { return &full{f, left} })
	for left = range size {
		err := format.Write(path, sample(2))
		if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "what was there before is untouched") {
			t.Fatalf("with room for %d bytes: %v", left, err)
		}
		if got, refused, err := ReadLatest[state](format, path); err != nil || refused != nil || got.Step != 1 {
			t.Fatalf("after it: %v, %v, %v", got, refused, err)
		}
		if u := unfinished(path); len(u) > 0 {
			t.Fatalf("after it: %v", u)
		}
	}
}

// A disk that is full, and one that cannot be written to, as the system makes them.
func TestRealDisks(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64k", "none", dir).CombinedOutput(); err != nil {
		t.Skipf("no disk can be mounted here: %v: %s", err, out)
	}
	defer exec.Command("umount", dir).Run()
	path := filepath.Join(dir, "state")
	if err := format.Write(path, sample(1)); err != nil {
		t.Fatal(err)
	}
	large := state{2, make([]float64, 100_000), nil}
	for k := range large.Numbers {
		large.Numbers[k] = math.Pi * float64(k)
	}
	check := func(want error) {
		t.Helper()
		if err := format.Write(path, large); !errors.Is(err, want) {
			t.Errorf("error %v, want %v", err, want)
		}
		if got, refused, err := ReadLatest[state](format, path); err != nil || refused != nil || got.Step != 1 {
			t.Errorf("after it: %v, %v, %v", got, refused, err)
		}
	}
	check(syscall.ENOSPC)
	if out, err := exec.Command("mount", "-o", "remount,ro", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	check(syscall.EROFS)
}

func TestWhatIsNoFolder(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := format.Write(filepath.Join(dir, "file", "state"), sample(1)); err == nil {
		t.Error("a file was taken for a folder")
	}
	if err := format.Write(dir, sample(1)); err == nil {
		t.Error("a folder was replaced")
	}
}

// Another process is killed, or stopped, while it writes: what is left of the killed one is removed, what the live one
// writes is not, whatever a clock that jumped wrote as their times.
func TestOrphansAreRemoved(t *testing.T) {
	if path := os.Getenv("DURABLE_TEST_WRITES"); path != "" {
		during(t, func(f *os.File) io.Writer {
			f.WriteString("half")
			fmt.Println("half")
			time.Sleep(time.Minute)
			return f
		})
		format.Write(path, sample(1))
		return
	}
	path := filepath.Join(t.TempDir(), "state")
	writer := func() *exec.Cmd {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestOrphansAreRemoved$")
		cmd.Env = append(os.Environ(), "DURABLE_TEST_WRITES="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(out, make([]byte, len("half"))); err != nil {
			t.Fatal(err)
		}
		return cmd
	}
	killed, live := writer(), writer()
	killed.Process.Kill()
	killed.Wait()
	if u := unfinished(path); len(u) != 2 {
		t.Fatalf("half written: %v, want 2", u)
	}
	for _, when := range []time.Time{time.Unix(0, 0), time.Now().AddDate(50, 0, 0)} {
		for _, u := range unfinished(path) {
			if err := os.Chtimes(u, when, when); err != nil {
				t.Fatal(err)
			}
		}
		if err := format.Write(path, sample(2)); err != nil {
			t.Fatal(err)
		}
		if u := unfinished(path); len(u) != 1 {
			t.Errorf("half written after another process was there: %v, want that of the live one", u)
		}
	}
	live.Process.Kill()
	live.Wait()
	if err := format.Write(path, sample(3)); err != nil {
		t.Fatal(err)
	}
	if u := unfinished(path); len(u) > 0 {
		t.Errorf("half written after all: %v", u)
	}
}

// Many write and read one path at once: each reads a value that somebody wrote, whole.
func TestManyAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	if err := format.Write(path, sample(0)); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for k := range 8 {
		all.Go(func() {
			for i := range 20 {
				if err := format.Write(path, sample(100*k+i)); err != nil {
					t.Errorf("write: %v", err)
				}
				got, refused, err := ReadLatest[state](format, path)
				if err != nil || refused != nil || !reflect.DeepEqual(got, sample(got.Step)) {
					t.Errorf("read %v, %v, %v", got, refused, err)
				}
			}
		})
	}
	all.Wait()
	if u := unfinished(path); len(u) > 0 {
		t.Errorf("left: %v", u)
	}
}

// Files made by hand, with a right checksum, are refused or read, in memory that their own size allows.
func FuzzDecode(f *testing.F) {
	for step := range 3 {
		data, err := format.Encode(sample(step))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data[len(format.line())+32:])
	}
	f.Add([]byte{})
	f.Add([]byte("\xf8\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, body []byte) {
		var got state
		err := format.Decode(format.Seal(body), &got)
		if err != nil && !errors.Is(err, ErrRefused) {
			t.Fatalf("error %v", err)
		}
		if err == nil && len(got.Numbers) > len(body) {
			t.Fatalf("%d numbers from %d bytes", len(got.Numbers), len(body))
		}
		if err := format.Decode(body, &got); !errors.Is(err, ErrRefused) && !bytes.HasPrefix(body, format.line()) {
			t.Fatalf("bytes that are no file of ours: %v", err)
		}
	})
}
