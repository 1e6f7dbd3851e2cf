package kernel

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// The assembly in the repository is what the generator writes. The first line, which names the command, is left out.
func TestGenerated(t *testing.T) {
	dir := t.TempDir()
	files := map[string]string{"-out": "kernels_amd64.s", "-stubs": "kernels_amd64.go", "-dispatch": "dispatch_amd64.go"}
	args := []string{"-C", "gen", "run", ".", "-pkg", "kernel"}
	for flag, file := range files {
		args = append(args, flag, filepath.Join(dir, file))
	}
	if out, err := exec.Command("go", "-C", "gen", "mod", "download").CombinedOutput(); err != nil {
		t.Skipf("the generator's module cannot be fetched: %v\n%s", err, out)
	}
	if out, err := exec.Command("go", args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, file := range files {
		want, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, want, _ = bytes.Cut(want, []byte("\n"))
		_, got, _ = bytes.Cut(got, []byte("\n"))
		if !bytes.Equal(got, want) {
			t.Errorf("%s differs from what the generator writes; run go generate ./internal/kernel", file)
		}
	}
}
