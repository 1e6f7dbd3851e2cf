package cell

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"kindred/internal/durable"
	"kindred/internal/storable"
)

type fit struct {
	Losses []float64
	Names  map[string]int
	Best   *float64
}

type knobs struct {
	Rate   float64
	Widths []int
	Rule   any
	hidden int
}

type adam struct{ Beta float64 }

func (a adam) train(context.Context) (fit, error) { return fit{}, nil }

type sgd struct{ Beta float64 }

func trained() fit {
	return fit{Losses: []float64{3, 1, math.NaN()}, Names: map[string]int{"a": 1}, Best: new(1.5)}
}

// keep lets the test store in a folder of its own, and returns it.
func keep(t *testing.T) string {
	dir := t.TempDir()
	t.Setenv("KINDRED_MODELS", dir)
	return dir
}

// printed returns what f printed.
func printed(t *testing.T, f func()) string {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stdout
	os.Stdout = w
	defer func() { os.Stdout = old }()
	f()
	w.Close()
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// trains reports whether LoadOrTrain calls train for the config.
func trains(config any) bool {
	called := false
	LoadOrTrain(config, func(context.Context) (fit, error) {
		called = true
		return trained(), nil
	})
	return called
}

func TestLoadOrTrainLoads(t *testing.T) {
	keep(t)
	config := knobs{Rate: 0.1, Widths: []int{1, 40}, Rule: adam{0.9}}
	if !trains(config) {
		t.Fatal("nothing was stored, and train was not called")
	}
	if trains(config) {
		t.Fatal("the same config trained twice")
	}
	calls := 0
	for range 2 {
		got := LoadOrTrain(config, func(context.Context) (fit, error) { calls++; return trained(), nil })
		if where := storable.Difference(reflect.ValueOf(got), reflect.ValueOf(trained())); where != "" {
			t.Errorf("got another %s: %v", where, got)
		}
	}
	if calls != 1 {
		t.Errorf("trained %d times, want 1: another function of the same config", calls)
	}
}

// Each config differs from the first in one way.
func TestLoadOrTrainKnowsEveryChange(t *testing.T) {
	keep(t)
	configs := []any{
		knobs{Rate: 0.1, Widths: []int{1, 40}, Rule: adam{0.9}},
		knobs{Rate: math.Nextafter(0.1, 1), Widths: []int{1, 40}, Rule: adam{0.9}},
		knobs{Rate: 0.1, Widths: []int{1, 40, 40}, Rule: adam{0.9}},
		knobs{Rate: 0.1, Widths: []int{140}, Rule: adam{0.9}},
		knobs{Rate: 0.1, Widths: []int{1, 40}, Rule: sgd{0.9}},
		knobs{Rate: 0.1, Widths: []int{1, 40}, Rule: adam{0.99}},
		knobs{Rate: 0.1, Widths: []int{1, 40}},
		knobs{Rate: 0.1, Widths: []int{1, 40}, Rule: adam{0.9}, hidden: 1},
		map[string]float64{"rate": 0.1},
		map[string]float64{"rate": 0.2},
		"rate 0.1",
		nil,
	}
	for i, config := range configs {
		if !trains(config) {
			t.Errorf("config %d found the model of another: %+v", i, config)
		}
	}
	for i, config := range configs {
		if trains(config) {
			t.Errorf("config %d did not find its own model: %+v", i, config)
		}
	}
}

func TestLoadOrTrainTypeIsPartOfTheKey(t *testing.T) {
	keep(t)
	trains("x")
	called := false
	LoadOrTrain("x", func(context.Context) ([]float64, error) { called = true; return []float64{1}, nil })
	if !called {
		t.Error("a model of another type was found")
	}
}

func TestLoadOrTrainDamagedFile(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"empty":         func(b []byte) []byte { return nil },
		"cut":           func(b []byte) []byte { return b[:len(b)-1] },
		"cut in header": func(b []byte) []byte { return b[:len("kindred cell 2\n")+3] },
		"a bit":         func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
		"old format":    func(b []byte) []byte { b[len("kindred cell ")] = '1'; return b },
	} {
		t.Run(name, func(t *testing.T) {
			dir := keep(t)
			trains("x")
			file := onlyFile(t, dir)
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, damage(data), 0o644); err != nil {
				t.Fatal(err)
			}
			again := false
			said := printed(t, func() { again = trains("x") })
			if !again || !strings.Contains(said, "training again") {
				t.Errorf("trained again: %v; said %q", again, said)
			}
			if trains("x") {
				t.Error("the repaired file was not found")
			}
		})
	}
}

func onlyFile(t *testing.T, dir string) string {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(files) != 1 {
		t.Fatalf("%d files in the folder, want 1: %v", len(files), files)
	}
	return files[0]
}

// What a notebook that was killed left half written is removed; what another one is writing is not.
func TestLoadOrTrainBesideAHalfFile(t *testing.T) {
	dir := keep(t)
	trains("x")
	file := onlyFile(t, dir)
	if err := os.Rename(file, file+".123.tmp"); err != nil {
		t.Fatal(err)
	}
	other, err := durable.WriteBeside(file, func(w io.Writer) error { _, err := w.Write([]byte("half")); return err })
	if err != nil {
		t.Fatal(err)
	}
	defer other.Drop()
	if !trains("x") {
		t.Error("a half file was used")
	}
	if files, _ := filepath.Glob(file + "*"); len(files) != 2 {
		t.Errorf("the folder has %v, want the model and what another process writes", files)
	}
	if trains("x") {
		t.Error("the new file was not found")
	}
}

func TestLoadOrTrainStopped(t *testing.T) {
	dir := keep(t)
	for _, returned := range []error{nil, context.Canceled} {
		var got fit
		said := printed(t, func() {
			got = LoadOrTrain("x", func(ctx context.Context) (fit, error) {
				syscall.Kill(os.Getpid(), syscall.SIGINT)
				<-ctx.Done()
				return fit{Losses: []float64{2}}, returned
			})
		})
		if len(got.Losses) != 1 || !strings.Contains(said, "Stopped") {
			t.Errorf("got %v, said %q", got, said)
		}
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "*")); len(files) != 0 {
		t.Errorf("a training that was stopped was stored: %v", files)
	}
}

func TestLoadOrTrainError(t *testing.T) {
	keep(t)
	diverged := errors.New("loss is not finite")
	defer func() {
		if err, ok := recover().(error); !ok || !errors.Is(err, diverged) {
			t.Errorf("panicked with %v", err)
		}
	}()
	LoadOrTrain("x", func(context.Context) (fit, error) { return fit{}, diverged })
	t.Error("no panic")
}

func TestLoadOrTrainCannotStore(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KINDRED_MODELS", file)
	said := printed(t, func() { trains("x") })
	if !strings.Contains(said, "was not stored") {
		t.Errorf("said %q", said)
	}
}

func TestLoadOrTrainMisuse(t *testing.T) {
	type deep struct{ Inner []map[string]strings.Builder }
	for name, c := range map[string]struct {
		call func()
		says string
	}{
		"function in config":  {func() { trains(knobs{Rule: func() {}}) }, "config.Rule is of kind func"},
		"channel in config":   {func() { trains([]any{make(chan int)}) }, "config[0] is of kind chan"},
		"pointer in config":   {func() { trains(knobs{Rule: &adam{}}) }, "config.Rule is of kind ptr"},
		"unexported in model": {func() { load1[strings.Builder]() }, "the field addr of strings.Builder"},
		"deep in model":       {func() { load1[deep]() }, "the field addr of cell.deep.Inner"},
		"interface in model":  {func() { load1[knobs]() }, "cell.knobs.Rule is of kind interface"},
		"method":              {func() { LoadOrTrain("x", adam{0.9}.train) }, "cell.adam.train of a value"},
		"pointer to zero":     {func() { storable.Encode("cell", fit{Best: new(0.0)}) }, "differs at value.Best"},
	} {
		t.Run(name, func(t *testing.T) {
			keep(t)
			defer func() {
				if said, _ := recover().(string); !strings.Contains(said, c.says) {
					t.Errorf("panicked with %q, want %q", said, c.says)
				}
			}()
			c.call()
			t.Error("no panic")
		})
	}
}

func load1[T any]() { LoadOrTrain("x", func(context.Context) (v T, err error) { return }) }

// absence is an error that says that data are not here.
type absence bool

func (absence) Error() string { return "no data" }

func (a absence) Absent() bool { return bool(a) }

func TestLoadOrTrainWithoutData(t *testing.T) {
	keep(t)
	calls := 0
	train := func(err error) fit {
		return LoadOrTrain("data", func(context.Context) (fit, error) { calls++; return trained(), err })
	}
	for range 2 { // nothing is stored
		if got := train(fmt.Errorf("reading: %w", absence(true))); len(got.Losses) != 3 {
			t.Errorf("got %v, want what train returned", got)
		}
	}
	if train(nil); calls != 3 {
		t.Errorf("%d trainings, want 3", calls)
	}
	defer func() {
		if recover() == nil {
			t.Error("an error that is no want of data does not panic")
		}
	}()
	LoadOrTrain("other", func(context.Context) (fit, error) { return fit{}, absence(false) })
}
