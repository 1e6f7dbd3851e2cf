package main

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"kindred/datasets"
	"kindred/internal/durable"
	"kindred/internal/published"
)

// A minute's form of it, in part: what is hardly trained beats chance by more than its interval, on one-shot runs too,
// and what had no time to train says so.
func TestSmall(t *testing.T) {
	published.Set(t, datasets.OneShotRuns)
	images := published.Set(t, characters)
	chosen := slices.DeleteFunc(smallOf(trainings), func(t training) bool {
		return t.name != "dense-1" && t.name != "runs-1"
	})
	s := study{store: t.TempDir(), test: 50, runs: 4, say: t.Logf}
	r, err := s.run(t.Context(), images, chosen, false, time.Nanosecond)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range r.Trainings {
		if e.Iterations != 0 || len(e.Validation) != 0 || e.Of != 60 {
			t.Errorf("%s: without time, %d of %d iterations", e.Name, e.Iterations, e.Of)
		}
	}
	if r, err = s.run(t.Context(), images, chosen, true, 0); err != nil {
		t.Fatal(err)
	}
	if len(r.Trainings) != 2 || len(r.Runs) != 4 {
		t.Fatalf("%d trainings and %d methods on the runs", len(r.Trainings), len(r.Runs))
	}
	for _, e := range r.Trainings {
		if e.Iterations != 60 || len(e.Validation) != 3 || e.Best%20 != 0 || e.Best == 0 {
			t.Errorf("%s: %d iterations, %d looks, the best after %d", e.Name, e.Iterations, len(e.Validation), e.Best)
		}
		for _, of := range e.Tests {
			if !(of.Accuracy.Low > 100/float64(of.Ways)) || of.Accuracy.N != 50 || len(of.Modes) != 1 {
				t.Errorf("%s: %d ways, %v %%, %v", e.Name, of.Ways, of.Accuracy, of.Modes)
			}
		}
	}
	for _, e := range r.Runs {
		if e.Wrong >= 70 || e.Of != 80 { // by chance it is 76, less than 70 once in a thousand times
			t.Errorf("%s: %d of %d wrong, %v %%", e.Method, e.Wrong, e.Of, e.Errors)
		}
	}
	const row = "| 60 of 60 | 5-way 1-shot | 3 | transductive"
	if page := r.page(); strings.Contains(page, "%!") || !strings.Contains(page, row) {
		t.Errorf("the page:\n%s", page)
	}
}

// No character is on two sides, and what is tested on the one-shot runs learns from the background set alone.
func TestSplit(t *testing.T) {
	images := &datasets.Images{Side: 1}
	for c := range 1623 {
		for range 20 {
			images.Class, images.Pixels = append(images.Class, c), append(images.Pixels, 0)
		}
	}
	background, _ := datasets.OmniglotBackground()
	for _, of := range trainings {
		train, validation, test := of.split(images)
		var sizes []int
		seen := map[int]bool{}
		for _, part := range [][]int{train.Classes(), validation.Classes(), test.Classes()} {
			sizes = append(sizes, len(part))
			for _, c := range part {
				seen[c] = true
			}
		}
		want := []int{1100, 100, 423}
		if of.background {
			want = []int{864, 100, 659}
			if c := test.Classes()[0]; c != len(background) {
				t.Errorf("%s: the first test character is %d", of.name, c)
			}
		}
		if !slices.Equal(sizes, want) || len(seen) != 1623 {
			t.Errorf("%s: %v characters, %d in all; want %v", of.name, sizes, len(seen), want)
		}
	}
}

// A report takes over what it has not, in the order of the page, and a damaged file is not written over.
func TestKeep(t *testing.T) {
	dir := t.TempDir()
	data, page := filepath.Join(dir, "a.json"), filepath.Join(dir, "a.md")
	of := func(name string, iterations int, seconds float64) *report {
		r := newReport()
		r.Trainings = []entry{{Name: name, Iterations: iterations, Processor: seconds}}
		return r
	}
	for _, r := range []*report{of("maml-1", 5, 2), of("dense-5", 1, 1), of("maml-1", 7, 0),
		{Runs: []runsEntry{{Method: "b", Training: "c"}}}, {Runs: []runsEntry{{Method: "a", Side: 1}}}} {
		if err := r.keep(data, page); err != nil {
			t.Fatal(err)
		}
	}
	var got report
	if err := durable.ReadJSON(data, &got); err != nil {
		t.Fatal(err)
	}
	want := append(of("dense-5", 1, 1).Trainings, of("maml-1", 7, 2).Trainings...)
	want[0].Of, want[1].Of = 30000, 30000 // as the trainings say
	if !reflect.DeepEqual(got.Trainings, want) || len(got.Runs) != 2 || got.Runs[0].Method != "a" {
		t.Errorf("the file holds %+v and %+v", got.Trainings, got.Runs)
	}
	if err := os.WriteFile(data, []byte("{"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := of("dense-1", 1, 1).keep(data, page); err == nil || !strings.Contains(err.Error(), "delete it") {
		t.Errorf("a damaged file: %v", err)
	}
}

// The page is that of the results.
func TestPage(t *testing.T) {
	var r report
	if err := durable.ReadJSON("../../notebooks/results/omniglot.json", &r); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../bench/results/omniglot.md")
	if err != nil || string(page) != r.page() {
		t.Errorf("bench/results/omniglot.md is not what notebooks/results/omniglot.json holds (%v)", err)
	}
	if e := r.Runs[0]; e.Method != "modified Hausdorff distance" || e.Wrong != 155 || e.Of != 400 {
		t.Errorf("%s is wrong on %d of %d, want 155 of 400, as published", e.Method, e.Wrong, e.Of)
	}
	for _, e := range r.Trainings {
		for _, of := range e.Tests {
			if !(of.Accuracy.Low <= of.Accuracy.Mean && of.Accuracy.Mean <= of.Accuracy.High) {
				t.Errorf("%s: %v", e.Name, of.Accuracy)
			}
		}
	}
}
