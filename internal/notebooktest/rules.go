package notebooktest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// The sizes that keep a notebook thin, since what is longer belongs in a package, and worth reading.
const (
	maxCellLines = 25 // of a code cell
	maxCodeLines = 80 // of a notebook, without blank lines, comments, %% and solutions
	minFigures   = 6  // of a notebook, without those of solutions
	minExercises = 4
)

// Problems returns what a notebook does against the rules, a sentence each. Figures is its part of figures.txt, module
// the path of this module.
func (nb *Notebook) Problems(figures []string, module string) []string {
	return slices.Concat(nb.executed(), nb.sizes(), nb.imports(module), nb.knobs(), nb.exercises(), nb.checks(),
		nb.figures(figures), nb.themes(), nb.numbers())
}

// Lacks returns what a notebook has too little of, a sentence each.
func (nb *Notebook) Lacks() (problems []string) {
	if n := len(nb.Figures()); n < minFigures {
		problems = append(problems, fmt.Sprintf("%d figures, want at least %d", n, minFigures))
	}
	n := 0
	for _, c := range nb.Markdown() {
		n += c.exercises()
	}
	if n < minExercises {
		problems = append(problems, fmt.Sprintf("%d exercises, want at least %d", n, minExercises))
	}
	return problems
}

// executed checks that the saved outputs are those of one run from top to bottom.
func (nb *Notebook) executed() (problems []string) {
	if name := nb.Metadata.Kernelspec.Name; name != "gonb" {
		problems = append(problems, fmt.Sprintf("the kernel is %q, want gonb", name))
	}
	for i, c := range nb.Code() {
		if c.Count == nil || *c.Count != i+1 {
			problems = append(problems, fmt.Sprintf("cell %s was not executed in order: say make notebooks", c.ID))
		}
		for _, o := range c.Outputs {
			if o.Type == "error" {
				problems = append(problems, fmt.Sprintf("cell %s has a saved error: %s", c.ID, o.Value))
			}
		}
	}
	return problems
}

func (nb *Notebook) sizes() (problems []string) {
	total := 0
	for _, c := range nb.Code() {
		lines := strings.Split(string(c.Source), "\n")
		if len(lines) > maxCellLines {
			problems = append(problems, fmt.Sprintf("cell %s has %d lines, want at most %d", c.ID, len(lines), maxCellLines))
		}
		for _, line := range lines {
			if isCode(line) {
				total++
			}
		}
	}
	if total > maxCodeLines {
		problems = append(problems, fmt.Sprintf("%d lines of code, want at most %d", total, maxCodeLines))
	}
	return problems
}

func isCode(line string) bool {
	line = strings.TrimSpace(line)
	return line != "" && line != "%%" && !strings.HasPrefix(line, "//")
}

var (
	imports  = regexp.MustCompile(`(?m)^import\s+(?:\w+\s+)?"([^"]+)"|^import\s*\(([^)]*)\)`)
	quoted   = regexp.MustCompile(`"([^"]+)"`)
	details  = regexp.MustCompile(`(?s)<details>(.*?)</details>`)
	goFence  = regexp.MustCompile("(?ms)^```go\n(.*?)^```")
	exercise = regexp.MustCompile(`(?m)^(?:#+ |\*\*)Exercise \d`)
)

// imports checks that the cells and solutions import this module and the standard library only, since a notebook
// runs offline.
func (nb *Notebook) imports(module string) (problems []string) {
	sources := map[string]string{}
	for _, c := range nb.Cells {
		sources[c.ID] = string(c.Source)
		if c.Type == "markdown" {
			sources[c.ID] = strings.Join(c.Solutions(), "\n")
		}
	}
	for id, source := range sources {
		for _, m := range imports.FindAllStringSubmatch(source, -1) {
			paths := []string{m[1]}
			if m[2] != "" {
				paths = nil
				for _, q := range quoted.FindAllStringSubmatch(m[2], -1) {
					paths = append(paths, q[1])
				}
			}
			for _, path := range paths {
				first, _, _ := strings.Cut(path, "/")
				ours := path == module || strings.HasPrefix(path, module+"/")
				if !ours && strings.Contains(first, ".") || ours && strings.Contains(path, "/internal/") {
					problems = append(problems, fmt.Sprintf("cell %s imports %s, want this module's packages or the standard library", id, path))
				}
			}
		}
	}
	return problems
}

// Solutions returns the Go programs folded in a Markdown cell.
func (c Cell) Solutions() (programs []string) {
	for _, d := range details.FindAllString(string(c.Source), -1) {
		for _, m := range goFence.FindAllStringSubmatch(d, -1) {
			programs = append(programs, m[1])
		}
	}
	return programs
}

// figures checks that the notebook shows the figures of its list, in order, and no others: entry i must occur in the
// alternative text of figure i.
func (nb *Notebook) figures(list []string) (problems []string) {
	shown := nb.Figures()
	for i := range max(len(list), len(shown)) {
		switch {
		case i >= len(shown):
			problems = append(problems, fmt.Sprintf("figure %d is missing: %q", i+1, list[i]))
		case i >= len(list):
			problems = append(problems, fmt.Sprintf("figure %d is not in figures.txt: %q", i+1, shown[i]))
		case !strings.Contains(shown[i], list[i]):
			problems = append(problems, fmt.Sprintf("figure %d is %q, want %q", i+1, shown[i], list[i]))
		}
	}
	return problems
}

// themes checks that each stored SVG, those of solutions among them, has the colours of both themes in it.
func (nb *Notebook) themes() (problems []string) {
	for _, c := range nb.Cells {
		pages := []string{string(c.Source)}
		for _, o := range c.Outputs {
			pages = append(pages, string(o.Data["text/html"]))
		}
		for _, page := range pages {
			for _, uri := range data.FindAllString(page, -1) {
				if !strings.Contains(Unfold(uri), "prefers-color-scheme") {
					problems = append(problems, fmt.Sprintf("cell %s stores a figure for one theme only", c.ID))
				}
			}
		}
	}
	return problems
}

var measured = regexp.MustCompile(`\*\*([-−+]?\d[-−+±×\d.,/%\s()]*)\*\*`)

// numbers checks that every measured number in the prose, which is printed bold and alone, occurs in an output, digit
// for digit. Commas between thousands and the kind of minus do not matter.
func (nb *Notebook) numbers() (problems []string) {
	printed := map[string]bool{}
	for _, n := range Numbers(nb.Words()) {
		printed[n] = true
	}
	for _, c := range nb.Markdown() {
		for _, m := range measured.FindAllStringSubmatch(string(c.Source), -1) {
			for _, n := range Numbers(m[1]) {
				if !printed[n] {
					problems = append(problems, fmt.Sprintf("cell %s says %s, which no output does", c.ID, n))
				}
			}
		}
	}
	return problems
}

// ReadFigures reads the list of figures: the name of a notebook begins a line, what its figures' alternative texts
// hold follows, indented, a line each. Lines that begin with # are comments.
func ReadFigures(text string) map[string][]string {
	lists := map[string][]string{}
	notebook := ""
	for line := range strings.Lines(text) {
		entry := strings.TrimSpace(line)
		switch {
		case entry == "" || strings.HasPrefix(line, "#"):
		case line[0] == ' ' || line[0] == '\t':
			lists[notebook] = append(lists[notebook], entry)
		default:
			notebook = entry
			lists[notebook] = nil
		}
	}
	return lists
}
