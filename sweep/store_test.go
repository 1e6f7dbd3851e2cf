package sweep

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"kindred/internal/durable"
)

// rewrite changes a file of the store.
func rewrite(t *testing.T, path string, change func([]byte) []byte) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, change(data), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Of 400 flipped bits and cuts, and files that change places, none is taken for a result; their cells are run anew, and
// what was found in their place is kept.
func TestDamage(t *testing.T) {
	e, dir := trial(8, 0), t.TempDir()
	must(t, e, dir, Share{})
	path := func(k int) string { return filepath.Join(e.folder(dir).path, e.Cells[k].file()) }
	whole, err := os.ReadFile(path(0))
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 0))
	for k := range 400 {
		data := bytes.Clone(whole)
		if k%4 == 0 {
			data = data[:rng.IntN(len(data))]
		} else {
			data[rng.IntN(len(data))] ^= 1 << rng.IntN(8)
		}
		if err := os.WriteFile(path(0), data, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := e.folder(dir).read(e.Cells[0]); !errors.Is(err, durable.ErrRefused) {
			t.Fatalf("damage %d: %v", k, err)
		}
	}
	rewrite(t, path(1), func(data []byte) []byte { return data[:len(data)/2] })
	rewrite(t, path(2), func([]byte) []byte { return nil })
	rewrite(t, path(3), func([]byte) []byte { return []byte("not ours") })
	rewrite(t, path(5), func([]byte) []byte { other, _ := os.ReadFile(path(4)); return other })
	damaged, err := os.ReadFile(path(0))
	if err != nil {
		t.Fatal(err)
	}

	table := collect(t, e, dir)
	if len(table.Rows) != 3 || len(table.Missing) != 5 || len(table.Refused) != 5 {
		t.Fatalf("%d rows, %d missing, refused %v", len(table.Rows), len(table.Missing), table.Refused)
	}
	for k, says := range []string{"", "its checksum is wrong", "it is no sweep-cell file", "it is no sweep-cell file",
		`it is of another cell, "λ/½" float64 0 0`} {
		if err := table.Refused[k].Error(); !strings.Contains(err, says) || !strings.Contains(err, dir) {
			t.Errorf("refused with %s; want that %s", err, says)
		}
	}
	var said []string
	e.Log = func(line string) { said = append(said, line) }
	must(t, e, dir, Share{})
	if all := strings.Join(said, "\n"); len(said) != 10 || strings.Count(all, "refused") != 5 || strings.Count(all, "is run anew") != 5 {
		t.Errorf("it said\n%s", all)
	}
	same(t, e, collect(t, e, dir))
	if kept, _ := os.ReadFile(durable.Refused(path(0))); !bytes.Equal(kept, damaged) {
		t.Error("the damaged file was not kept")
	}
}

// Results of another set-up, or of other fields, are named and not mixed in, even where a file is put in the place of one.
func TestAnotherSetup(t *testing.T) {
	e, dir := trial(6, 0), t.TempDir()
	must(t, e, dir, Share{})
	other := e
	other.Setup = "drawn numbers, twice"
	table := collect(t, other, dir)
	if len(table.Rows) != 0 || len(table.Foreign) != 1 ||
		!strings.HasSuffix(table.Foreign[0], " has results of another set-up: drawn numbers") {
		t.Errorf("%d rows, foreign %q", len(table.Rows), table.Foreign)
	}
	must(t, other, dir, Share{0, 2})
	file := e.Cells[1].file()
	data, err := os.ReadFile(filepath.Join(e.folder(dir).path, file))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(other.folder(dir).path, file), data, 0o644); err != nil {
		t.Fatal(err)
	}
	table = collect(t, other, dir)
	if len(table.Rows) != 3 || len(table.Refused) != 1 ||
		!strings.HasSuffix(table.Refused[0].Error(), "refused: it is of another set-up: drawn numbers") {
		t.Errorf("%d rows, refused %v", len(table.Rows), table.Refused)
	}
	must(t, other, dir, Share{})
	if table := collect(t, other, dir); len(table.Rows) != 6 || len(table.Refused) != 0 {
		t.Errorf("%d rows, refused %v", len(table.Rows), table.Refused)
	}
	if table := collect(t, e, dir); len(table.Rows) != 6 {
		t.Errorf("of the first set-up %d rows are left", len(table.Rows))
	}

	fewer := Experiment[struct{ Numbers []float64 }]{Name: e.Name, Setup: e.Setup, Cells: e.Cells,
		Run: func(context.Context, Cell) (r struct{ Numbers []float64 }, err error) { return r, nil }}
	if table := collect(t, fewer, dir); len(table.Rows) != 0 || len(table.Foreign) != 2 {
		t.Errorf("results with other fields: %d rows, foreign %q", len(table.Rows), table.Foreign)
	}
}

// What is of no cell is named, whatever it is; what durable keeps beside results is not.
func TestForeignFiles(t *testing.T) {
	e, dir := trial(6, 0), t.TempDir()
	must(t, e, dir, Share{})
	e.Cells = e.Cells[1:]
	first := filepath.Join(e.folder(dir).path, e.Cells[0].file())
	for _, name := range []string{"notes.txt", "x.cell.refused", ".hidden"} {
		if err := os.WriteFile(filepath.Join(e.folder(dir).path, name), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{durable.Refused(first), durable.Previous(first), first + ".123.tmp", durable.Refused(first) + ".9.tmp",
		filepath.Join(dir, "somebody"), filepath.Join(dir, "trial-balloon")} {
		if err := os.WriteFile(name, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, "trial-0123456789ab"), 0o755); err != nil {
		t.Fatal(err)
	}
	table := collect(t, e, dir)
	all := strings.Join(table.Foreign, "\n")
	if len(table.Rows) != 5 || len(table.Refused) != 0 || len(table.Foreign) != 4 {
		t.Errorf("%d rows, refused %v, foreign\n%s", len(table.Rows), table.Refused, all)
	}
	for _, name := range []string{"notes.txt", "x.cell.refused", ".hidden", "equal-weights-0-"} {
		if !strings.Contains(all, name) {
			t.Errorf("%s is not named in\n%s", name, all)
		}
	}
}

// A result that cannot be stored lets no cell begin that has not; those under way are stored if there is room.
func TestDiskIsFull(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=64k", "none", dir).CombinedOutput(); err != nil {
		t.Skipf("no disk can be mounted here: %v: %s", err, out)
	}
	defer exec.Command("umount", dir).Run()
	e := trial(60, 0)
	var begun atomic.Int64
	run := e.Run
	e.Run = func(ctx context.Context, c Cell) (found, error) {
		begun.Add(1)
		return run(ctx, c)
	}
	err := e.Work(t.Context(), dir, Share{})
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "sweep: trial: ") {
		t.Errorf("%v", err)
	}
	table := collect(t, e, dir)
	if n := len(table.Rows); n < 5 || n > 30 || len(table.Refused) != 0 {
		t.Errorf("%d rows, refused %v", n, table.Refused)
	}
	if n := int(begun.Load()) - len(table.Rows); n > runtime.GOMAXPROCS(0) {
		t.Errorf("%d cells were run in vain", n)
	}
	if out, err := exec.Command("mount", "-o", "remount,size=1m", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	must(t, e, dir, Share{})
	same(t, e, collect(t, e, dir))
	if out, err := exec.Command("mount", "-o", "remount,ro", dir).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	must(t, e, dir, Share{}) // nothing is left to be written
	e.Setup = "another"
	if err := e.Work(t.Context(), dir, Share{}); !errors.Is(err, syscall.EROFS) {
		t.Errorf("%v", err)
	}
}

func TestStoreIsNoFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	e := trial(2, 0)
	if err := e.Work(t.Context(), path, Share{}); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("%v", err)
	}
	if table, err := e.Collect(path); err == nil && table.Err() == nil {
		t.Error("something was collected")
	}
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(e.folder(dir).path, e.Cells[0].file()), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := e.Work(t.Context(), dir, Share{}); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("a folder in the place of a result: %v", err)
	}
}

// Names of files tell cells apart, and are names on any system.
func TestFileNames(t *testing.T) {
	names := map[string]string{}
	for _, c := range []Cell{
		{Name: "a"}, {Name: "a", Seed: 1}, {Name: "a", Settings: 1}, {Name: "a", Settings: 1.0}, {Name: "a", Settings: "1"},
		{Name: "a-1"}, {Name: "a/1"}, {Name: "a\\1"}, {Name: "A"}, {Name: ".."}, {Name: strings.Repeat("long ", 100)},
		{Name: strings.Repeat("long ", 101)}, {Name: "a", Settings: map[string]int{"x": 1}}, {Name: "a", Settings: struct{ X int }{1}},
	} {
		name := strings.ToLower(c.file())
		if other, ok := names[name]; ok {
			t.Errorf("%v and %s have the file %s", c, other, name)
		}
		names[name] = c.text()
		if plain(name) != name || len(name) > 120 {
			t.Errorf("%v has the file %s", c, name)
		}
	}
	before := maps.Clone(names)
	if (Cell{Name: "a", checkpoint: "x"}).file() != (Cell{Name: "a"}).file() || len(before) != 14 {
		t.Error("the name changes with the place of the checkpoint")
	}
}
