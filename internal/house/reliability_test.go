package house

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

var testName = regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w*`)

// Each test that docs/reliability.md names is there.
func TestReliabilityNamesTests(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(root, "docs", "reliability.md"))
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	for _, f := range tree(t) {
		if !f.isTest() {
			continue
		}
		for _, m := range regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`).FindAllStringSubmatch(string(f.text), -1) {
			there[m[1]] = true
		}
	}
	names := testName.FindAllString(string(page), -1)
	if len(names) < 20 {
		t.Errorf("the page names %d tests", len(names))
	}
	for _, name := range names {
		if !there[name] {
			t.Errorf("docs/reliability.md names the test %s, and there is none", name)
		}
	}
}
