package compare_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestProcess is a process that works on a study, for the test below.
func TestProcess(t *testing.T) {
	store := os.Getenv("COMPARE_TEST_STORE")
	if store == "" {
		t.Skip("is run by another test")
	}
	run(t, study(2), store)
}

// A process is killed when it has stored a first result; the study goes on to the bits of one that nobody killed.
func TestDeterminismOfAKilledStudy(t *testing.T) {
	store := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestProcess$")
	cmd.Env = append(os.Environ(), "COMPARE_TEST_STORE="+store)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stored := func() int {
		names, _ := filepath.Glob(filepath.Join(store, "*", "*.cell"))
		return len(names)
	}
	for begin := time.Now(); stored() == 0; time.Sleep(time.Millisecond) {
		if time.Since(begin) > time.Minute {
			t.Error("the process stores nothing")
			break
		}
	}
	cmd.Process.Kill()
	if err := cmd.Wait(); err == nil {
		t.Skip("the process came to its end before it was killed")
	}
	t.Logf("killed with %d of %d cells stored", stored(), len(study(2).Experiment().Cells))
	equal(t, run(t, study(2), store), run(t, study(2), t.TempDir()))
}
