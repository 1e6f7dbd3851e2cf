package notebooktest

import (
	"fmt"
	"regexp"
	"strings"
)

// exercises checks that each exercise has a folded solution, whose images were made by running it.
func (nb *Notebook) exercises() (problems []string) {
	for _, c := range nb.Markdown() {
		source := string(c.Source)
		asked, folded := c.exercises(), strings.Count(source, "<details>")
		if asked > folded {
			problems = append(problems, fmt.Sprintf("cell %s has %d exercises and %d folded solutions", c.ID, asked, folded))
		}
		if folded != strings.Count(source, "</details>") {
			problems = append(problems, fmt.Sprintf("cell %s does not close its <details>", c.ID))
		}
		for _, use := range regexp.MustCompile(`!\[[^\]]*\]\[(solution[^\]]*)\]`).FindAllStringSubmatch(source, -1) {
			if !strings.Contains(source, "\n["+use[1]+"]: data:") {
				problems = append(problems, fmt.Sprintf("cell %s shows [%s], which no solution in it draws", c.ID, use[1]))
			}
		}
	}
	return problems
}

// solutionImage is an image that execute.py put at the end of a cell.
var solutionImage = regexp.MustCompile(`(?m)^\[solution(-\d+)?\]: data:\S*`)

// exercises returns how many exercises a Markdown cell asks.
func (c Cell) exercises() int { return len(exercise.FindAllString(string(c.Source), -1)) }

// What a cell shows of an answer, as cell.Check says it.
const (
	check   = "cell.Check("
	waiting = "☐ This exercise waits for"
	right   = "✓ **Right.**"
)

// checks checks that answers are committed as the reader should find them, not given, and that a solution of the same
// exercise gives the answer too. (That it is right, scripts/execute.py checks.)
func (nb *Notebook) checks() (problems []string) {
	var asked Cell
	for _, c := range nb.Cells {
		if c.Type == "markdown" && c.exercises() > 0 {
			asked = c
		}
		if c.Type != "code" || c.Count == nil || c.calls(check) == 0 {
			continue
		}
		said := c.markdown()
		if waits := strings.Count(said, waiting); waits < c.calls(check) || strings.Contains(said, "✗") ||
			strings.Contains(said, right) || strings.Contains(said, "≈ **") {
			problems = append(problems, fmt.Sprintf("cell %s has an answer: commit it with nil in its place", c.ID))
		}
		if !strings.Contains(strings.Join(asked.Solutions(), ""), check) {
			problems = append(problems, fmt.Sprintf("cell %s checks an answer that no solution gives: let that of its exercise "+
				"call cell.Check too", c.ID))
		}
	}
	return problems
}

// calls counts the calls of a function in a cell.
func (c Cell) calls(function string) int {
	source := string(c.Source)
	for _, c := range comments(source) {
		source = strings.Replace(source, c.text, "", 1)
	}
	return strings.Count(source, function)
}

// markdown returns what a cell shows as Markdown.
func (c Cell) markdown() string {
	var b strings.Builder
	for _, o := range c.Outputs {
		b.WriteString(string(o.Data["text/markdown"]) + "\n")
	}
	return b.String()
}
