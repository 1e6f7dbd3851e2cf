package house

import (
	"path"
	"regexp"
	"strings"
	"testing"
)

// Every Python package that is asked for by name has one version, so that what is installed next year is what was tried.
// (Go's are pinned by go.mod and go.sum.)
func TestPins(t *testing.T) {
	seen := 0
	for _, f := range tree(t) {
		for _, p := range requirements(f) {
			seen++
			if !exact.MatchString(p) {
				t.Errorf("%s asks for %s; name one version, as in numpy==2.4.6", f.path, p)
			}
		}
	}
	if seen < 5 {
		t.Errorf("%d packages are asked for, want at least the five of requirements.txt", seen)
	}
}

var (
	exact   = regexp.MustCompile(`^[\w.-]+(\[[\w,-]+\])?==\d+(\.\d+)*(\+\w+)?( *;.*)?$`)
	install = regexp.MustCompile(`\bpip3? install ((?:--?\S+ +)*)([^&|;\n]+)`)
)

// requirements returns the packages that a file of requirements, or a command to install some, asks for.
func requirements(f file) (all []string) {
	switch name := path.Base(f.path); {
	case strings.HasPrefix(name, "requirements") && strings.HasSuffix(name, ".txt"):
		for line := range strings.Lines(string(f.text)) {
			line, _, _ = strings.Cut(line, "#")
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "-") {
				all = append(all, line)
			}
		}
	case name == "Dockerfile" || name == "Makefile" || strings.HasSuffix(name, ".mk") || strings.HasPrefix(f.path, ".ci/"):
		for _, c := range install.FindAllStringSubmatch(string(f.text), -1) {
			if !strings.Contains(c[1], "-r ") {
				all = append(all, strings.Fields(strings.TrimSuffix(strings.TrimSpace(c[2]), `\`))...)
			}
		}
	}
	return all
}

func TestPinsRefuse(t *testing.T) {
	for _, c := range []struct {
		path, text string
		ok         bool
	}{
		{"requirements.txt", "# of tests\nnumpy==2.4.6\n", true},
		{"requirements.txt", "numpy==2.2.6; python_version < \"3.11\"\n", true},
		{"requirements.txt", "numpy>=2,<3\n", false},
		{"requirements.txt", "numpy\n", false},
		{"requirements.txt", "numpy==2.*\n", false},
		{"Dockerfile", "RUN pip install --quiet notebook==7.6.5 && \\\n", true},
		{"Dockerfile", "RUN pip install --quiet notebook==7.* && \\\n", false},
		{"a.mk", "\tpip install -q -r bench/requirements.txt\n", true},
		{"a.mk", "\tpip install jax\n", false},
	} {
		ok := true
		for _, p := range requirements(file{c.path, []byte(c.text)}) {
			ok = ok && exact.MatchString(p)
		}
		if ok != c.ok {
			t.Errorf("%s %q: allowed %v, want %v", c.path, c.text, ok, c.ok)
		}
	}
}
