package faulttest

import (
	"bufio"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"kindred/datasets"
	"kindred/internal/settings"
	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
	"kindred/notebooks/cell"
	"kindred/sweep"
)

// A job is work that keeps itself in a folder, and goes on from what it finds there. It returns what came of it.
type job func(dir string) (any, error)

var jobs = map[string]job{
	"mtlkit, scalarizer":        trains(balance.NewUncertainty()),
	"mtlkit, aggregator":        trains(balance.MGDA{}),
	"mtlkit, looks again":       trains(balance.NewFAMO()),
	"metakit, MAML":             adapts(metakit.MAML{Network: wave, Loss: nn.SquaredError{}, Steps: 2, Inner: nn.SGD{Rate: 0.01}}),
	"metakit, Reptile, float32": adapts(metakit.Reptile{Network: wave, Loss: nn.SquaredError{}, Steps: 3, Inner: nn.SGD{Rate: 0.02}}),
	"comparison":                compares,
	"sweep":                     sweeps,
	"cell store":                stores,
}

var wave = nn.MLP{Widths: []int{1, 20, 1}, Activation: nn.Tanh}

// trainer trains for some tenths of a second, in mini-batches, with everything that a run remembers.
func trainer(b balance.Balancer, seed uint64, file string) mtlkit.Trainer {
	data := datasets.TwoTaskExample(0)
	all := mtlkit.SharedInputs(data.X, data.Y1, data.Y2)
	train, held := all.Split(0.8, 1)
	train, valid := train.Split(0.9, 2)
	t := mtlkit.Trainer{
		Model: sharing.HardSharing{Trunk: []int{2, 16}, Heads: [][]int{{1}, {1}}, Activation: nn.ReLU},
		Tasks: []mtlkit.Task{{Name: "value", Loss: nn.SquaredError{}}, {Name: "class", Loss: nn.LogisticLoss{}}},
		Data:  train, HeldOut: held, Validation: valid, Balance: b, Optimizer: nn.NewAdam(0.01), Schedule: nn.CosineDecay{Steps: 40_000},
		Epochs: 2000, BatchSize: 16, Seed: seed, Diagnose: true,
	}
	if file != "" {
		t.CheckpointFile, t.CheckpointEvery = file, 20*time.Millisecond
	}
	return t
}

func trains(b balance.Balancer) job {
	return func(dir string) (any, error) {
		r, err := trainer(b, 1, filepath.Join(dir, "run")).Train(context.Background())
		if err != nil {
			return nil, err
		}
		return []any{r.Theta, r.BalanceState(), r.History}, nil
	}
}

func adapts(l metakit.Learner) job {
	return func(dir string) (any, error) {
		r, err := metakit.Training{
			Learner: l, Tasks: tasks.NewSinusoid(10), Iterations: 4000, MetaBatch: 4, Optimizer: nn.NewAdam(0.001),
			CheckpointFile: filepath.Join(dir, "run"), CheckpointEvery: 20 * time.Millisecond,
		}.Run(context.Background())
		if err != nil {
			return nil, err
		}
		return []any{r.Meta, r.History}, nil
	}
}

func compares(dir string) (any, error) {
	c, err := mtlkit.Compare(context.Background(), 3, func(seed uint64) mtlkit.Trainer {
		t := trainer(nil, seed, filepath.Join(dir, fmt.Sprint(seed)))
		t.Epochs /= 4
		return t
	})
	if err != nil {
		return nil, err
	}
	return []any{c.JointScores, c.AloneScores}, nil
}

func sweeps(dir string) (any, error) {
	var cells []sweep.Cell
	for _, rate := range []float64{0.001, 0.01, 0.1} {
		for seed := range uint64(4) {
			cells = append(cells, sweep.Cell{Name: "rate", Settings: rate, Seed: seed})
		}
	}
	experiment := sweep.Experiment[[]float64]{
		Name: "rates", Setup: "two tasks", Cells: cells,
		Run: func(ctx context.Context, c sweep.Cell) ([]float64, error) {
			t := trainer(nil, c.Seed, c.CheckpointFile())
			t.Epochs, t.Optimizer = t.Epochs/8, nn.NewAdam(c.Settings.(float64))
			r, err := t.Train(ctx)
			if err != nil {
				return nil, err
			}
			return r.Theta, nil
		},
	}
	if err := experiment.Work(context.Background(), dir, sweep.Share{Of: 1}); err != nil {
		return nil, err
	}
	table, err := experiment.Collect(dir)
	if err != nil {
		return nil, err
	}
	return table, nil
}

// stores is a notebook of a few cells, each of which keeps what it has trained.
func stores(dir string) (any, error) {
	if err := os.Setenv("KINDRED_MODELS", dir); err != nil {
		return nil, err
	}
	var all [][]float64
	for seed := range uint64(12) {
		all = append(all, cell.LoadOrTrain(seed, func(ctx context.Context) ([]float64, error) {
			t := trainer(nil, seed, "")
			t.Epochs /= 8
			r, err := t.Train(ctx)
			if err != nil {
				return nil, err
			}
			return r.Theta, nil
		}))
	}
	return all, nil
}

// hash tells results apart by their bits.
func hash(result any) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(settings.Text(result)))) }

// The child process: it does a job and says what came of it.
func TestMain(m *testing.M) {
	name, dir := os.Getenv("KINDRED_JOB"), os.Getenv("KINDRED_JOB_FOLDER")
	if name == "" {
		os.Exit(m.Run())
	}
	fmt.Println("begins")
	result, err := jobs[name](dir)
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println("result", hash(result))
	os.Exit(0)
}

// begin starts a process that does a job, and returns when it has begun.
func begin(t *testing.T, name, dir string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "KINDRED_JOB="+name, "KINDRED_JOB_FOLDER="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	if !lines.Scan() || lines.Text() != "begins" {
		t.Fatalf("%s began with %q", name, lines.Text())
	}
	return cmd, lines
}

// end returns what came of a job.
func end(t *testing.T, name string, cmd *exec.Cmd, lines *bufio.Scanner) string {
	t.Helper()
	result := ""
	for lines.Scan() {
		if text, ok := strings.CutPrefix(lines.Text(), "result "); ok {
			result = text
		} else {
			t.Logf("%s: %s", name, lines.Text())
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	return result
}

// Processes that are killed at random moments, and started again, end with the bits of one that was left alone, and never
// stand behind where they were.
func TestDeterminismKilled(t *testing.T) {
	kills := 16
	if n := os.Getenv("KINDRED_KILLS"); n != "" {
		var err error
		if kills, err = strconv.Atoi(n); err != nil {
			t.Fatal(err)
		}
	}
	var names []string
	for name := range jobs {
		names = append(names, name)
	}
	slices.Sort(names)
	rng := rand.New(rand.NewPCG(uint64(kills), 1))
	killed, late, alike := 0, 0, 0
	want, takes := map[string]string{}, map[string]time.Duration{}
	for round := 0; killed < kills; round++ {
		name := names[round%len(names)]
		if want[name] == "" {
			cmd, lines := begin(t, name, t.TempDir())
			start := time.Now()
			want[name] = end(t, name, cmd, lines)
			takes[name] = time.Since(start)
		}
		dir, mine, stood := t.TempDir(), 0, 0
		for range min(2, kills-killed) {
			cmd, lines := begin(t, name, dir)
			time.Sleep(time.Duration(rng.Float64() * 0.6 * float64(takes[name])))
			if err := cmd.Process.Kill(); err != nil {
				late++ // it was done
			}
			if cmd.Wait() == nil {
				late++
			} else {
				mine++
			}
			_ = lines
			now := stands(t, name, dir)
			if now < stood {
				t.Errorf("%s: it stood at %d, and after a kill at %d", name, stood, now)
			}
			stood = now
		}
		killed += mine
		cmd, lines := begin(t, name, dir)
		if got := end(t, name, cmd, lines); got != want[name] {
			t.Errorf("%s: after kills the result is %q, want %q", name, got, want[name])
		} else {
			alike += mine
		}
	}
	t.Logf("%d of %d kills ended with the same bits; %d more came when all was done", alike, killed, late)
}

// stands returns how far a job has got: what its files hold can be read, whenever it was killed.
func stands(t *testing.T, name, dir string) (far int) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasSuffix(path, ".tmp") {
			return err
		}
		switch m, mErr := mtlkit.ReadCheckpoint(path); {
		case mErr == nil:
			far += m.Steps
		case strings.HasPrefix(name, "metakit"):
			c, err := metakit.ReadCheckpoint(path)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			far += c.Iteration
		case strings.HasPrefix(name, "mtlkit"), name == "comparison":
			t.Errorf("%s: %v", name, mErr)
		default:
			far += 1e9 // a result is there whole: what remains of its checkpoints is gone
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
	return far
}
