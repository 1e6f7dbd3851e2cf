package house

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kindred/internal/exported"
)

// unpromised are the folders whose packages may change at any time: programs, what they share, and the experiments of the
// notebooks.
var unpromised = []string{"bench", "cmd", "internal", lessons}

// The listing of what the packages export, docs/api.txt, is up to date. So a change of it is seen by who reads a change.
func TestAPI(t *testing.T) {
	const listing = "docs/api.txt"
	folders := map[string]bool{}
	for _, f := range tree(t) {
		folder := path.Dir(f.path)
		if f.isGo() && !f.isTest() && bytes.Contains(f.text, []byte("\npackage "+path.Base(folder)+"\n")) &&
			!slices.ContainsFunc(unpromised, func(u string) bool { return within(folder, u) }) {
			folders[folder] = true
		}
	}
	var lines []string
	for folder := range folders {
		more, err := exported.API(folder, filepath.Join(root, folder))
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, more...)
	}
	slices.Sort(lines)
	if len(folders) < 10 || len(lines) < 500 {
		t.Fatalf("%d packages export %d names; some are not found", len(folders), len(lines))
	}
	upToDate(t, listing, "make api", "KINDRED_API", strings.Join(lines, "\n")+"\n")
}

// upToDate fails the test unless a file of the repository, which a target writes, has that text. If the environment
// variable is set it is written.
func upToDate(t *testing.T, file, target, variable, want string) {
	t.Helper()
	place := filepath.Join(root, file)
	if os.Getenv(variable) != "" {
		if err := os.WriteFile(place, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	have, err := os.ReadFile(place)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if changes := difference(string(have), want); changes != "" {
		t.Errorf("%s is out of date: run %s and look at the change:\n%s", file, target, changes)
	}
}

// difference returns the lines that are in one text and not in the other; "" means that the texts are equal.
func difference(before, after string) string {
	if before == after {
		return ""
	}
	old, now := strings.SplitAfter(before, "\n"), strings.SplitAfter(after, "\n")
	var all strings.Builder
	for _, line := range old {
		if !slices.Contains(now, line) {
			all.WriteString("- " + line)
		}
	}
	for _, line := range now {
		if !slices.Contains(old, line) {
			all.WriteString("+ " + line)
		}
	}
	if all.Len() == 0 {
		return "its lines are in another order\n"
	}
	return all.String()
}

func TestDifference(t *testing.T) {
	for _, c := range []struct{ before, after, want string }{
		{"a\nb\n", "a\nb\n", ""},
		{"a\nb\n", "a\nc\n", "- b\n+ c\n"},
		{"", "a\n", "+ a\n"},
		{"a\nb\n", "b\na\n", "its lines are in another order\n"},
	} {
		if got := difference(c.before, c.after); got != c.want {
			t.Errorf("from %q to %q: %q, want %q", c.before, c.after, got, c.want)
		}
	}
}
