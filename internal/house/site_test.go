package house

import (
	"html"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// buildSite runs scripts/site.py on the repository in the folder from, and returns what it says.
func buildSite(t *testing.T, out, from string) (says string, err error) {
	t.Helper()
	python := os.Getenv("KINDRED_PYTHON")
	if python == "" {
		t.Skip("KINDRED_PYTHON names no Python with JupyterLab; make test sets it")
	}
	script, err := filepath.Abs(filepath.Join(root, "scripts/site.py"))
	if err != nil {
		t.Fatal(err)
	}
	said, err := exec.Command(python, script, out, from).CombinedOutput()
	return string(said), err
}

var (
	reference = regexp.MustCompile(`(?:href|src|srcset)="([^"]*)"`)
	scripted  = regexp.MustCompile(`(?i)<script|javascript:|<[a-z][^>]* on[a-z]+=`)
)

// The site has a page for every notebook and none that needs a script; each of its links within the site leads to a file,
// and to a place in it that is there.
func TestSite(t *testing.T) {
	if testing.Short() {
		t.Skip("makes all pages")
	}
	out := filepath.Join(t.TempDir(), "site")
	if says, err := buildSite(t, out, root); err != nil {
		t.Fatalf("%v\n%s", err, says)
	}
	pages := map[string]string{}
	err := filepath.WalkDir(out, func(path string, d fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".html" {
			text, err := os.ReadFile(path)
			pages[path] = string(text)
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := pages[filepath.Join(out, "index.html")]; !ok {
		t.Error("the site has no index.html")
	}
	notebooks, err := filepath.Glob(filepath.Join(root, "notebooks/*.ipynb"))
	if err != nil || len(notebooks) == 0 {
		t.Fatalf("%d notebooks, %v", len(notebooks), err)
	}
	for _, nb := range notebooks {
		page := filepath.Join(out, "notebooks", strings.TrimSuffix(filepath.Base(nb), ".ipynb")+".html")
		if !strings.Contains(pages[page], "data:image/svg+xml") {
			t.Errorf("%s is missing, or has no figure", page)
		}
	}
	links := 0
	for path, text := range pages {
		if found := scripted.FindString(text); found != "" {
			t.Errorf("%s holds %.60q", path, found)
		}
		for _, m := range reference.FindAllStringSubmatch(text, -1) {
			link := html.UnescapeString(m[1])
			to, err := url.Parse(link)
			if strings.HasPrefix(link, "data:") || err == nil && to.Scheme != "" {
				continue
			}
			links++
			if err != nil {
				t.Errorf("%s: %v", path, err)
				continue
			}
			target := path
			if to.Path != "" {
				target = filepath.Join(filepath.Dir(path), filepath.FromSlash(to.Path))
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: %s leads nowhere", path, link)
			} else if at := to.Fragment; at != "" && !strings.Contains(html.UnescapeString(pages[target]), `id="`+at+`"`) {
				t.Errorf("%s: %s: there is no such place on that page", path, link)
			}
		}
	}
	if links < 2*len(notebooks) {
		t.Errorf("%d links on %d pages", links, len(pages))
	}
}

// A link that leads nowhere, a place that is not on its page, a picture from elsewhere, and what would be seen with a script
// only: each stops the site.
func TestSiteRefuses(t *testing.T) {
	const notebook = `{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"id": "a", "cell_type": "code", ` +
		`"metadata": {}, "source": "x", "execution_count": null, "outputs": [{"output_type": "display_data", ` +
		`"metadata": {}, "data": {"text/html": "OUTPUT"}}]}]}`
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "notebooks"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"README.md": "# Top\n\n[a](01.ipynb) [b](#Top) [c](02.ipynb) [d](../../etc) [e](01.ipynb#Nowhere)\n" +
			"![f](http://example.com/a.png) $\\nosuchthing{x}$\n",
		"01.ipynb": strings.Replace(notebook, "OUTPUT", "<script>1</script>", 1),
	} {
		if err := os.WriteFile(filepath.Join(dir, "notebooks", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	says, err := buildSite(t, filepath.Join(dir, "out"), dir)
	if _, there := os.Stat(filepath.Join(dir, "out")); err == nil || there == nil {
		t.Errorf("the site is written all the same: %v, %v", err, there)
	}
	for _, want := range []string{
		"notebooks/README.md: 02.ipynb leads nowhere",
		"notebooks/README.md: ../../etc leads nowhere",
		"notebooks/README.md: 01.ipynb#Nowhere: there is no #Nowhere in notebooks/01.ipynb",
		"notebooks/README.md: the picture http://example.com/a.png is not in the clone",
		"notebooks/README.md: a formula is not understood: \\nosuchthing{x}",
		"notebooks/01.ipynb: '<script' would not be seen without a script",
	} {
		if !strings.Contains(says, "site: "+want+"\n") {
			t.Errorf("it does not say %q", want)
		}
	}
	if n := strings.Count(says, "\n"); n != 6 {
		t.Errorf("it says %d things of 6 that are wrong:\n%s", n, says)
	}
}
