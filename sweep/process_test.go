package sweep

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// slowly is what the processes of these tests work on.
func slowly() Experiment[found] { return trial(40, 3*time.Millisecond) }

// process starts one that works on a share of the store.
func process(t *testing.T, dir, share string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestProcess$")
	cmd.Env = append(os.Environ(), "SWEEP_TEST_STORE="+dir, "SWEEP_TEST_SHARE="+share)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

// TestProcess is such a process.
func TestProcess(t *testing.T) {
	dir := os.Getenv("SWEEP_TEST_STORE")
	if dir == "" {
		t.Skip("is run by others")
	}
	if os.Getenv("SWEEP_TEST_SHARE") == "main" {
		Main(&Options{Store: dir}, trial(500, 50*time.Millisecond), func(Table[found]) error { return nil })
		return
	}
	share, err := ParseShare(os.Getenv("SWEEP_TEST_SHARE"))
	if err != nil {
		t.Fatal(err)
	}
	if err := slowly().Work(context.Background(), dir, share); err != nil {
		t.Fatal(err)
	}
}

// Processes are killed at random moments, one after the other, until one comes to its end: the table is that of a process
// nobody killed, and no half file is left. KINDRED_KILLS is the number of kills, 20 without it.
func TestDeterminismOfKilledProcesses(t *testing.T) {
	kills := 20
	if text := os.Getenv("KINDRED_KILLS"); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	rng := rand.New(rand.NewPCG(2, 0))
	killed, rounds := 0, 0
	for ; killed < kills; rounds++ {
		dir := t.TempDir()
		for ended := false; !ended; {
			before := len(done(dir))
			cmd := process(t, dir, "0/1")
			end := make(chan error, 1)
			go func() { end <- cmd.Wait() }()
			for len(done(dir)) == before && len(end) == 0 {
				time.Sleep(time.Millisecond) // until it has got on a bit
			}
			select {
			case err := <-end:
				if ended = true; err != nil {
					t.Fatal(err)
				}
			case <-time.After(time.Duration(rng.IntN(20_000)) * time.Microsecond):
				if cmd.Process.Kill(); <-end != nil {
					killed++
				}
			}
		}
		same(t, slowly(), collect(t, slowly(), dir))
		if names, _ := filepath.Glob(filepath.Join(dir, "*", "*.refused")); len(names) > 0 {
			t.Errorf("refused: %v", names)
		}
	}
	t.Logf("%d kills in %d sweeps: the same bits", killed, rounds)
}

// done returns the files of results.
func done(dir string) []string {
	names, _ := filepath.Glob(filepath.Join(dir, "*", "*.cell"))
	return names
}

// Two processes at once on all cells of one store, as when a task is queued anew while the old one lives.
func TestDeterminismOfTwoProcesses(t *testing.T) {
	dir := t.TempDir()
	one, two := process(t, dir, "0/1"), process(t, dir, "0/1")
	for _, cmd := range []*exec.Cmd{one, two} {
		if err := cmd.Wait(); err != nil {
			t.Error(err)
		}
	}
	same(t, slowly(), collect(t, slowly(), dir))
	if names, _ := filepath.Glob(filepath.Join(dir, "*", "*.tmp")); len(names) > 0 {
		t.Errorf("left half written: %v", names)
	}
}

// The SIGTERM of a scheduler ends a command, which says what is left and fails; what is done is whole.
func TestTerminated(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run", "^TestProcess$")
	cmd.Env = append(os.Environ(), "SWEEP_TEST_STORE="+dir, "SWEEP_TEST_SHARE=main")
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	end := make(chan error, 1)
	go func() { end <- cmd.Wait() }()
	for len(done(dir)) < 5 && len(end) == 0 {
		time.Sleep(time.Millisecond)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-end
	if status := cmd.ProcessState.ExitCode(); status != 1 || !strings.Contains(said.String(), "sweep: trial was stopped with ") {
		t.Errorf("status %d, and it says\n%s", status, said.String())
	}
	if table := collect(t, trial(500, 0), dir); len(table.Rows) < 5 || len(table.Missing) == 0 || len(table.Refused) > 0 {
		t.Errorf("%d rows, %d missing, refused %v", len(table.Rows), len(table.Missing), table.Refused)
	}
}
