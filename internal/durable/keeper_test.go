package durable

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestKeeperKeepsNothing(t *testing.T) {
	var k Keeper[state]
	if k.First() || k.Due() || k.Keep(func() state { t.Error("asked for a state"); return state{} }) != nil {
		t.Error("the zero keeper keeps something")
	}
	if refused, err := k.Load(func(state) error { return errors.New("loaded") }); refused != nil || err != nil {
		t.Errorf("loaded %v, %v", refused, err)
	}
}

func TestKeeperLoads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	k := Keeper[state]{Format: format, Path: path, Every: time.Hour}
	load := func() (step int, refused, err error) {
		step = -1
		refused, err = k.Load(func(s state) error { step = s.Step; return nil })
		return step, refused, err
	}
	if step, refused, err := load(); step != -1 || refused != nil || err != nil {
		t.Errorf("without a file: step %d, %v, %v", step, refused, err)
	}
	for step := range 2 {
		if err := k.Keep(func() state { return sample(step) }); err != nil {
			t.Fatal(err)
		}
	}
	if step, refused, err := load(); step != 1 || refused != nil || err != nil {
		t.Errorf("step %d, %v, %v", step, refused, err)
	}
	if err := os.WriteFile(path, []byte("kindred"), 0o644); err != nil {
		t.Fatal(err)
	}
	if step, refused, err := load(); step != 0 || !errors.Is(refused, ErrRefused) || err != nil {
		t.Errorf("beside a damaged file: step %d, %v, %v", step, refused, err)
	}
	if err := os.Remove(Previous(path)); err != nil {
		t.Fatal(err)
	}
	if step, refused, err := load(); step != -1 || refused != nil || !errors.Is(err, ErrRefused) ||
		!strings.Contains(err.Error(), "to begin anew, delete "+path) {
		t.Errorf("a damaged file alone: step %d, %v, %v", step, refused, err)
	}
}

// On a disk that takes longer than an interval there is still an interval between two files.
func TestKeeperOnASlowDisk(t *testing.T) {
	const slow, every = 30 * time.Millisecond, 20 * time.Millisecond
	during(t, func(f *os.File) io.Writer { time.Sleep(slow); return f })
	k := Keeper[state]{Format: format, Path: filepath.Join(t.TempDir(), "state"), Every: every}
	if !k.First() || k.Due() {
		t.Error("before the first file")
	}
	for step := range 3 {
		if err := k.Keep(func() state { return sample(step) }); err != nil {
			t.Fatal(err)
		}
		written := time.Now()
		for !k.Due() {
			time.Sleep(time.Millisecond)
		}
		if waited := time.Since(written); waited < every-5*time.Millisecond {
			t.Errorf("after %v the next file is due, want %v", waited, every)
		}
	}
	if k.First() {
		t.Error("after three files the next is the first")
	}
	during(t, func(*os.File) io.Writer { return &full{io.Discard, 3} })
	if err := k.Keep(func() state { return sample(4) }); err == nil || !strings.HasPrefix(err.Error(), "the checkpoint "+k.Path) {
		t.Errorf("on a full disk: %v", err)
	}
	if got, _, err := ReadLatest[state](format, k.Path); err != nil || fmt.Sprint(got) != fmt.Sprint(sample(2)) {
		t.Errorf("after it: %v, %v", got, err)
	}
}
