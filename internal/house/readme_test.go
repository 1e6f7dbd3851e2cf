package house

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var fence = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")

// The programs of the README build in a module of their own, with the lines of go.mod that it shows, in a folder beside
// a clone called kindred, and print what their last comment says.
func TestReadmePrograms(t *testing.T) {
	if testing.Short() {
		t.Skip("builds programs")
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var mod string
	var programs []string
	for _, block := range fence.FindAllStringSubmatch(string(readme), -1) {
		switch {
		case block[1] == "go" && strings.HasPrefix(block[2], "package main\n"):
			programs = append(programs, block[2])
		case block[1] == "mod":
			mod += block[2]
		}
	}
	if len(programs) < 2 || mod == "" {
		t.Fatalf("the README has %d programs and the lines %q for go.mod, want a program for each kit", len(programs), mod)
	}

	dir := t.TempDir()
	clone, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(clone, filepath.Join(dir, "kindred")); err != nil {
		t.Fatal(err)
	}
	for i, program := range programs {
		code, want, ok := strings.Cut(program, "// Output: ")
		if !ok {
			t.Errorf("program %d does not say what it prints", i+1)
			continue
		}
		app := filepath.Join(dir, "app"+string(rune('1'+i)))
		if err := os.Mkdir(app, 0o755); err != nil {
			t.Fatal(err)
		}
		sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
		if err != nil {
			t.Fatal(err)
		}
		for name, text := range map[string]string{"main.go": program, "go.mod": "module example\n\n" + mod, "go.sum": string(sums)} {
			if err := os.WriteFile(filepath.Join(app, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		run(t, app, "go", "mod", "tidy")
		want = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(want), "}"))
		if got := strings.TrimSpace(run(t, app, "go", "run", ".")); got != want {
			t.Errorf("program %d prints %q, the README says %q\n%s", i+1, got, want, code)
		}
	}
}
