package house

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// A fork under another module path builds, is formatted, and names the old path nowhere.
func TestFork(t *testing.T) {
	old, path := module(t), "example.com/you/kin.dred"
	dir := t.TempDir()
	copyTree(t, dir)
	run(t, dir, "python3", "scripts/fork.py", path)
	run(t, dir, "go", "build", "./...")
	if unformatted := run(t, dir, "gofmt", "-s", "-l", "."); unformatted != "" {
		t.Errorf("not formatted: %s", unformatted)
	}
	for _, f := range tree(t) {
		text, err := os.ReadFile(filepath.Join(dir, f.path))
		if err != nil {
			t.Fatal(err)
		}
		for _, left := range []string{`"` + old + `/`, "replace " + old + " ", "require " + old + " ", "module " + old + "\n"} {
			if bytes.Contains(text, []byte(left)) {
				t.Errorf("%s still says %s", f.path, left)
			}
		}
	}
}
