package house

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var markdownLink = regexp.MustCompile(`\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"`)

// Links of the Markdown pages outside the notebooks lead to files that are there.
func TestLinks(t *testing.T) {
	pages, links := 0, 0
	for _, f := range tree(t) {
		if path.Ext(f.path) != ".md" || within(f.path, "notebooks") {
			continue
		}
		pages++
		for _, link := range deadLinks(string(f.text), path.Dir(f.path), &links) {
			t.Errorf("%s: %s leads nowhere", f.path, link)
		}
	}
	if pages < 10 || links < 50 {
		t.Errorf("%d links on %d pages; some are not found", links, pages)
	}
}

// deadLinks returns the links of a page in that folder which lead to no file, and counts all that stay in the repository.
func deadLinks(text, folder string, count *int) (dead []string) {
	text = regexp.MustCompile("(?ms)^```.*?^```$").ReplaceAllString(text, "")
	for _, m := range markdownLink.FindAllStringSubmatch(text, -1) {
		link, _, _ := strings.Cut(m[1]+m[2], "#")
		if link == "" || strings.Contains(link, "://") {
			continue
		}
		*count++
		if _, err := os.Stat(filepath.Join(root, folder, link)); err != nil {
			dead = append(dead, link)
		}
	}
	return dead
}

func TestLinksRefuse(t *testing.T) {
	text := "[a](files_test.go) [b](nowhere.go) ![c](../nowhere.svg) <img src=\"../house/doc.go\"> [d](#here) " +
		"[e](https://example.com/x) <source srcset=\"gone.svg\">\n```go\nf[a](b)\n```\n"
	n := 0
	if dead := strings.Join(deadLinks(text, "internal/house", &n), " "); dead != "nowhere.go ../nowhere.svg gone.svg" || n != 5 {
		t.Errorf("%d links, dead are %q", n, dead)
	}
}
