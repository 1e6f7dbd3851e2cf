package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/internal/notebooktest"
)

// Each run of a cell that is timed differs from those before, and has another value where one is offered.
func TestEdited(t *testing.T) {
	c := notebooktest.Cell{Source: "const a = 1 // try 2, 3\nconst b = 4 // try 5\n%%\nshow(a, b)"}
	for n, want := range []string{"const a = 2 ", "const b = 5 ", "const a = 3 ", "const b = 5 ", "const a = 2 "} {
		if got := edited(c, n); !strings.Contains(got, want) {
			t.Errorf("edit %d is\n%s", n, got)
		}
	}
	plain := notebooktest.Cell{Source: "%%\nshow()"}
	if a, b := edited(plain, 0), edited(plain, 1); a == b || !strings.HasPrefix(a, string(plain.Source)) {
		t.Errorf("edited it is %q and %q", a, b)
	}
}

func TestForget(t *testing.T) {
	k := &notebooktest.Kernel{Models: t.TempDir()}
	write := func(name string) {
		if err := os.WriteFile(filepath.Join(k.Models, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("before")
	trained, err := models(k)
	if err != nil {
		t.Fatal(err)
	}
	write("since")
	if err := forget(k, trained); err != nil {
		t.Fatal(err)
	}
	if left, err := models(k); err != nil || strings.Join(left, " ") != "before" {
		t.Errorf("left is %q, %v", left, err)
	}
}

func TestRunRefuses(t *testing.T) {
	for _, args := range [][]string{nil, {"table"}, {"read", "x.ipynb"}, {"table", filepath.Join(t.TempDir(), "none.ipynb")}} {
		if run(args) == nil {
			t.Errorf("%q is taken", args)
		}
	}
}
