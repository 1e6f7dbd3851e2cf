package sweep

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"kindred/internal/durable"
	"kindred/internal/storable"
)

type found struct {
	Name    string
	Numbers []float64
	By      map[string]float64
}

// trial is an experiment whose cells take as long as is said, on results with all kinds of numbers.
func trial(cells int, each time.Duration) Experiment[found] {
	e := Experiment[found]{Name: "trial", Setup: "drawn numbers", Run: func(ctx context.Context, c Cell) (found, error) {
		select {
		case <-ctx.Done():
			return found{}, ctx.Err()
		case <-time.After(each):
		}
		rng := rand.New(rand.NewPCG(c.Seed, uint64(len(c.Name))))
		f := found{c.Name, []float64{math.NaN(), math.Inf(-1), math.Copysign(0, -1)}, map[string]float64{"rate": c.Settings.(float64)}}
		for range 200 {
			f.Numbers = append(f.Numbers, rng.NormFloat64())
		}
		return f, nil
	}}
	for k := range cells {
		name := []string{"equal weights", "λ/½", "../up"}[k%3]
		e.Cells = append(e.Cells, Cell{Name: name, Settings: float64(k%2) / 10, Seed: uint64(k / 6)})
	}
	return e
}

func must[R any](t *testing.T, e Experiment[R], dir string, share Share) {
	t.Helper()
	if err := e.Work(t.Context(), dir, share); err != nil {
		t.Fatal(err)
	}
}

func collect[R any](t *testing.T, e Experiment[R], dir string) Table[R] {
	t.Helper()
	table, err := e.Collect(dir)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// same reports a difference of a store's table from what the cells give one after the other, without a store.
func same(t *testing.T, e Experiment[found], table Table[found]) {
	t.Helper()
	if err := table.Err(); err != nil || len(table.Rows) != len(e.Cells) || len(table.Refused)+len(table.Foreign) > 0 {
		t.Fatalf("%d rows, %v, refused %v, foreign %v", len(table.Rows), err, table.Refused, table.Foreign)
	}
	for k, c := range e.Cells {
		want, err := e.Run(context.Background(), c)
		if err != nil {
			t.Fatal(err)
		}
		got := table.Rows[k]
		if got.Cell != c || storable.Difference(reflect.ValueOf(got.Result), reflect.ValueOf(want)) != "" {
			t.Fatalf("row %d, %v, is not what the cell gives", k, got.Cell)
		}
		for i, x := range want.Numbers {
			if math.Float64bits(x) != math.Float64bits(got.Result.Numbers[i]) {
				t.Fatalf("row %d, number %d: %v has other bits than %v", k, i, got.Result.Numbers[i], x)
			}
		}
	}
}

// Shares in any order and on any number of processors give the table of one process.
func TestDeterminismOfShares(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	e := trial(23, 0)
	for _, procs := range []int{1, 2, 5} {
		runtime.GOMAXPROCS(procs)
		dir := t.TempDir()
		for _, k := range []int{2, 0, 3, 1} {
			must(t, e, dir, Share{k, 4})
		}
		same(t, e, collect(t, e, dir))
		e.Run = func(_ context.Context, c Cell) (found, error) {
			t.Errorf("%v was run again", c)
			return found{}, nil
		}
		must(t, e, dir, Share{})
		e = trial(23, 0)
	}
}

func TestMissing(t *testing.T) {
	e, dir := trial(20, 0), filepath.Join(t.TempDir(), "new", "store")
	if table := collect(t, e, dir); len(table.Missing) != 20 {
		t.Errorf("without a store: %d missing", len(table.Missing))
	}
	must(t, e, dir, Share{1, 4})
	table := collect(t, e, dir)
	if len(table.Rows) != 5 || len(table.Missing) != 15 || table.Missing[1] != e.Cells[2] || table.Rows[1].Cell != e.Cells[5] {
		t.Errorf("%d rows, %d missing", len(table.Rows), len(table.Missing))
	}
	want := "sweep: trial: 15 of 20 cells have no result: equal weights, 0, seed 0; ../up, 0, seed 0; "
	if err := table.Err(); !strings.HasPrefix(err.Error(), want) || !strings.HasSuffix(err.Error(), "; and 5 more") {
		t.Errorf("%v", err)
	}
}

// Cells that fail are named, all others are run; what failed is run the next time.
func TestErrors(t *testing.T) {
	e, dir := trial(12, 0), t.TempDir()
	odd, run := errors.New("it is odd"), e.Run
	e.Run = func(ctx context.Context, c Cell) (found, error) {
		if c.Seed == 1 && c.Name == "λ/½" {
			return found{}, fmt.Errorf("step 3: %w", odd)
		}
		return run(ctx, c)
	}
	err := e.Work(t.Context(), dir, Share{})
	if !errors.Is(err, odd) || strings.Count(err.Error(), "\n") != 1 ||
		!strings.Contains(err.Error(), "sweep: trial: λ/½, 0.1, seed 1: step 3: it is odd") {
		t.Errorf("%v", err)
	}
	if table := collect(t, e, dir); len(table.Rows) != 10 {
		t.Errorf("%d cells were run, want 10", len(table.Rows))
	}
	e.Run = run
	must(t, e, dir, Share{})
	same(t, e, collect(t, e, dir))
}

// A cancelled context ends the cells under way and lets none begin; what was done is kept. No goroutine stays but those
// that wait for the next work, one fewer than there are processors.
func TestCancelled(t *testing.T) {
	before := runtime.NumGoroutine()
	e, dir := trial(30, time.Millisecond), t.TempDir()
	ctx, cancel := context.WithCancelCause(context.Background())
	enough := errors.New("enough")
	var begun atomic.Int64
	run := e.Run
	e.Run = func(ctx context.Context, c Cell) (found, error) {
		if begun.Add(1) > 6 {
			cancel(enough)
			<-ctx.Done()
			return found{}, fmt.Errorf("in the midst: %w", ctx.Err())
		}
		return run(ctx, c)
	}
	err := e.Work(ctx, dir, Share{})
	if !errors.Is(err, enough) || !strings.Contains(err.Error(), "sweep: trial was stopped with 2") || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v", err)
	}
	if n := begun.Load(); n > int64(6+runtime.GOMAXPROCS(0)) {
		t.Errorf("%d cells were begun", n)
	}
	table := collect(t, e, dir)
	if n := len(table.Rows); n > 6 || n < 6-runtime.GOMAXPROCS(0) {
		t.Errorf("%d cells are done, want about 6", n)
	}
	if err := e.Work(ctx, dir, Share{}); !errors.Is(err, enough) {
		t.Errorf("%v", err)
	}
	e.Run = run
	must(t, e, dir, Share{})
	same(t, e, collect(t, e, dir))
	for start := time.Now(); runtime.NumGoroutine() > before+runtime.GOMAXPROCS(0)-1; time.Sleep(time.Millisecond) {
		if time.Since(start) > 5*time.Second {
			t.Fatalf("%d goroutines, before %d", runtime.NumGoroutine(), before)
		}
	}
}

// A cell that panics ends the others and reaches the caller.
func TestPanic(t *testing.T) {
	e, other := trial(20, 0), make(chan bool)
	e.Run = func(ctx context.Context, c Cell) (found, error) {
		if c.Name == "λ/½" && c.Seed == 1 {
			select {
			case <-other:
			case <-time.After(time.Second): // there is no other processor
			}
			panic("a mistake")
		}
		close(other)
		<-ctx.Done()
		return found{}, ctx.Err()
	}
	e.Cells = []Cell{e.Cells[7], e.Cells[0]}
	var said []string
	e.Log = func(line string) { said = append(said, line) }
	defer func() {
		if r := recover(); r != "a mistake" || len(said) != 1 || said[0] != "λ/½, 0.1, seed 1: panics" {
			t.Errorf("panicked with %v, said %q", r, said)
		}
	}()
	_ = e.Work(t.Context(), t.TempDir(), Share{})
	t.Error("no panic")
}

// What a cell keeps under way has a place of its own, the same each time, until the cell is done.
func TestCheckpointFile(t *testing.T) {
	e, dir := trial(4, 0), t.TempDir()
	run, notYet := e.Run, errors.New("not yet")
	var resumed atomic.Int64
	kept := durable.Format{Kind: "test", Version: 1}
	e.Run = func(ctx context.Context, c Cell) (found, error) {
		var step int
		if kept.Read(c.CheckpointFile(), &step) == nil {
			resumed.Add(1)
			return run(ctx, c)
		}
		for step := range 2 {
			if err := kept.Write(c.CheckpointFile(), step); err != nil {
				return found{}, err
			}
		}
		return found{}, notYet
	}
	if err := e.Work(t.Context(), dir, Share{}); !errors.Is(err, notYet) {
		t.Fatal(err)
	}
	if table := collect(t, e, dir); len(table.Missing) != 4 || len(table.Foreign) != 0 {
		t.Errorf("%d missing, foreign %v", len(table.Missing), table.Foreign)
	}
	must(t, e, dir, Share{})
	if resumed.Load() != 4 {
		t.Errorf("%d cells found what they kept", resumed.Load())
	}
	same(t, trial(4, 0), collect(t, e, dir))
	if names, _ := filepath.Glob(filepath.Join(dir, "*", "*.checkpoint*")); len(names) > 0 {
		t.Errorf("%v stayed", names)
	}
	if err := os.WriteFile(e.folder(dir).checkpoint(e.Cells[0]), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	must(t, e, dir, Share{})
	if names, _ := filepath.Glob(filepath.Join(dir, "*", "*.checkpoint*")); len(names) > 0 {
		t.Errorf("%v of a cell that is done stayed", names)
	}
}
