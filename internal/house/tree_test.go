package house

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const root = "../.."

// A file of the repository: its path from the root, with slashes, and what it holds.
type file struct {
	path string
	text []byte
}

// tree returns the files that git knows or would add.
func tree(t *testing.T) []file {
	t.Helper()
	out, err := exec.Command("git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard").Output()
	if err != nil {
		t.Skipf("the files are not in a git repository: %v", err)
	}
	var files []file
	for path := range strings.SplitSeq(strings.Trim(string(out), "\x00"), "\x00") {
		text, err := os.ReadFile(filepath.Join(root, path))
		if os.IsNotExist(err) {
			continue // deleted, and not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file{path, text})
	}
	if len(files) == 0 {
		t.Fatal("no file found")
	}
	return files
}

// copyTree copies the files to dir.
func copyTree(t *testing.T, dir string) {
	t.Helper()
	for _, f := range tree(t) {
		path := filepath.Join(dir, f.path)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(filepath.Join(root, f.path))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.text, info.Mode()); err != nil {
			t.Fatal(err)
		}
	}
}

// run runs a command in dir and returns what it printed; a failure ends the test.
func run(t *testing.T, dir string, command ...string) string {
	t.Helper()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(command, " "), err, out)
	}
	return string(out)
}

// module returns the path of this module, which a fork changes.
func module(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	return string(regexp.MustCompile(`(?m)^module (\S+)`).FindSubmatch(text)[1])
}

func (f file) isGo() bool   { return strings.HasSuffix(f.path, ".go") }
func (f file) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

func (f file) isGenerated() bool {
	return regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`).Match(f.text)
}

func (f file) isText() bool {
	return !bytes.Contains(f.text, []byte{0})
}
