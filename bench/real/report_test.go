package real

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
)

// A study runs each method on each seed once, and what is written is what is read.
func TestStudyRuns(t *testing.T) {
	var ran atomic.Int32
	method := func(name string, gain float64) Method {
		return Method{Name: name, Tried: gain, Run: func(_ context.Context, seed uint64) ([]float64, string, error) {
			ran.Add(1)
			return []float64{gain + float64(seed)}, "the only one", nil
		}}
	}
	s := Study{
		Name: "it", Title: "It", Measures: []Measure{{Name: "gain", Higher: true}}, Baseline: "none", Seeds: 3,
		Methods: []Method{method("none", 0)}, Contrasts: [][2]string{{"none", "none"}},
	}
	store := t.TempDir()
	for range 2 {
		r, err := s.Run(t.Context(), store)
		if err != nil {
			t.Fatal(err)
		}
		if want := []float64{0, 1, 2}; !reflect.DeepEqual(r.Values("none", 0), want) || ran.Load() != 3 {
			t.Fatalf("%v after %d runs, want %v after 3", r.Values("none", 0), ran.Load(), want)
		}
		path := filepath.Join(store, "it.json")
		if err := r.Write(path); err != nil {
			t.Fatal(err)
		}
		again, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		if again.SHA256 = r.SHA256; !reflect.DeepEqual(again, r) {
			t.Errorf("read %+v, wrote %+v", again, r)
		}
	}
	if !strings.Contains(s.experiment().Cells[0].String(), "none") {
		t.Error("a cell is not called as its method")
	}
}

func TestStudyFails(t *testing.T) {
	broken := errors.New("broken")
	s := Study{
		Name: "it", Measures: []Measure{{Name: "gain"}}, Baseline: "none", Seeds: 1,
		Methods: []Method{{Name: "none", Run: func(context.Context, uint64) ([]float64, string, error) {
			return nil, "", broken
		}}},
	}
	if _, err := s.Run(t.Context(), t.TempDir()); !errors.Is(err, broken) {
		t.Errorf("the error is %v", err)
	}
	s.Methods[0].Run = func(context.Context, uint64) ([]float64, string, error) { return []float64{math.NaN()}, "", nil }
	if _, err := s.Run(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "NaN") {
		t.Errorf("NaN passes: %v", err)
	}
}

func TestReadRefuses(t *testing.T) {
	whole := Report{
		Measures: []Measure{{Name: "gain"}}, Baseline: "a", Methods: []string{"a", "b"},
		Rows: []Row{{"a", 0, Score{Values: []float64{1}}}, {"b", 0, Score{Values: []float64{1}}}},
	}
	path := filepath.Join(t.TempDir(), "it.json")
	for name, spoil := range map[string]func(r *Report){
		"":             func(*Report) {},
		"no measures":  func(r *Report) { r.Measures = nil },
		"is no method": func(r *Report) { r.Baseline = "c" },
		"both methods": func(r *Report) { r.Contrasts = [][2]string{{"a", "c"}} },
		"other seeds":  func(r *Report) { r.Rows = append(r.Rows[:1:1], Row{"b", 1, Score{Values: []float64{1}}}) },
		"with 2 values": func(r *Report) {
			r.Rows = append(r.Rows[:1:1], Row{"b", 0, Score{Values: []float64{1, 2}}})
		},
	} {
		r := whole
		spoil(&r)
		if err := r.Write(path); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); (name == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), name) {
			t.Errorf("%q: %v", name, err)
		}
	}
	if err := whole.Write(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	other := strings.Replace(string(text), `"Values":[1]`, `"Values":[2]`, 1)
	if err := os.WriteFile(path, []byte(other), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a changed number passes: %v", err)
	}
}
