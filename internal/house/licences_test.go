package house

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const licencesHead = `# Licences

Kindred is under the BSD 3-Clause License ([LICENSE](../LICENSE)). These are the licences of the Go modules that are
compiled with it, as each module's own files say them; versions stand in go.mod. Programs that import the kits hold those of the
first part only. Python packages (requirements.txt) are installed, and not passed on.

This page is written by ` + "`make licences`" + `.
`

// parts are the parts of the page: what it is compiled into, and the packages that say so. A module is listed in the
// first part that has it.
var parts = []struct{ title, packages string }{
	{"In programs that import the kits", "./autodiff ./nn ./datasets ./mtlkit/... ./metakit/..."},
	{"In figures and notebooks, beside those", "./plots ./notebooks/..."},
	{"In tools and tests alone", "-test ./... tool"},
}

// The page of licences is up to date, and there is a licence for every module.
func TestLicences(t *testing.T) {
	page, seen := licencesHead, map[string]bool{}
	for _, p := range parts {
		page += "\n## " + p.title + "\n\n| module | licence |\n|---|---|\n"
		for _, m := range modules(t, p.packages) {
			if seen[m.path] {
				continue
			}
			seen[m.path] = true
			name := licence(t, m.folder)
			if name == "" {
				t.Errorf("%s: its licence is none that internal/house knows: read the files in %s, and add it", m.path, m.folder)
			}
			page += fmt.Sprintf("| %s | %s |\n", m.path, name)
		}
	}
	if len(seen) < 10 {
		t.Errorf("%d modules are compiled with this one; some are not found", len(seen))
	}
	upToDate(t, "docs/licences.md", "make licences", "KINDRED_LICENCES", page)
}

type dependency struct{ path, folder string }

// modules returns the modules that packages are made of, sorted.
func modules(t *testing.T, packages string) (all []dependency) {
	const format = "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Dir}}{{end}}{{end}}"
	out := run(t, root, append([]string{"env", "GOOS=linux", "GOARCH=amd64", "go", "list", "-deps", "-f", format},
		strings.Fields(packages)...)...)
	for line := range strings.Lines(out) {
		if path, folder, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			all = append(all, dependency{path, folder})
		}
	}
	slices.SortFunc(all, func(a, b dependency) int { return strings.Compare(a.path, b.path) })
	return slices.Compact(all)
}

// licenceFile matches the names of files that hold a licence, not the notes of what others contributed.
var licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying)(\.md|\.txt|-sil)?$`)

// licence returns the licences in the folder of a module.
func licence(t *testing.T, folder string) string {
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && licenceFile.MatchString(e.Name()) {
			text, err := os.ReadFile(filepath.Join(folder, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			name := named(string(text))
			if name == "" {
				return ""
			}
			names = append(names, name)
		}
	}
	return strings.Join(names, " and ")
}

// named returns the name of a licence by its words, or "".
func named(text string) string {
	text = strings.Join(strings.Fields(strings.ToLower(text)), " ")
	for _, l := range []struct{ name, words string }{
		{"Apache-2.0", "apache license version 2.0"},
		{"MPL-2.0", "mozilla public license version 2.0"},
		{"OFL-1.1", "sil open font license version 1.1"},
		{"CC-BY-4.0", "creative commons attribution 4.0"},
		{"FTL or GPL-2.0", "your choice of exactly one of the following two licenses: * the freetype license"},
		{"MIT", "permission is hereby granted, free of charge, to any person obtaining a copy"},
		{"BSD-3-Clause", "may be used to endorse or promote products derived from this software without"},
		{"BSD-2-Clause", "redistributions in binary form must reproduce the above copyright notice"},
	} {
		if strings.Contains(text, l.words) {
			return l.name
		}
	}
	return ""
}

func TestNamed(t *testing.T) {
	const begin = "Copyright someone. Redistribution and use in source and binary forms, with or without modification, are " +
		"permitted. Redistributions in binary form must reproduce the above copyright\n   notice. "
	for text, want := range map[string]string{
		begin: "BSD-2-Clause",
		begin + "Nor may be used to endorse or promote\n\tproducts derived from this software without permission.": "BSD-3-Clause",
		"All rights reserved. Ask us.": "",
	} {
		if got := named(text); got != want {
			t.Errorf("%.60q is %q, want %q", text, got, want)
		}
	}
}
