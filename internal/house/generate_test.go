package house

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// Generated files are what `go generate` makes of their sources: it runs in a copy and may change nothing.
func TestGenerate(t *testing.T) {
	before := tree(t)
	directive := []byte("\n//go:generate ")
	generators := 0
	for _, f := range before {
		if f.isGo() && !f.isTest() && bytes.Contains(f.text, directive) {
			generators++
		}
	}
	if generators == 0 {
		t.Skip("no file has a go:generate line")
	}
	dir := t.TempDir()
	copyTree(t, dir)
	run(t, dir, "go", "generate", "./...")
	for _, f := range before {
		after, err := os.ReadFile(filepath.Join(dir, f.path))
		if err != nil {
			t.Error(err)
		} else if !bytes.Equal(after, f.text) {
			t.Errorf("go generate changes %s: run it and commit the result", f.path)
		}
	}
}
