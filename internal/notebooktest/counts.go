package notebooktest

import "strings"

// Counts says how much a notebook holds, without what is in folded solutions.
type Counts struct {
	Figures     int
	CodeLines   int // of all cells, without blank lines, comments and %%
	LongestCell int // the lines of the longest, as they stand
	Words       int // of Markdown, without formulas' and links' own rules: what blanks separate
	Exercises   int
	Checked     int // exercises whose answer cell.Check looks at
	React       int // figures of cells that offer a value
	Values      int // offered values
}

// Count counts.
func (nb *Notebook) Count() (c Counts) {
	c.Figures = len(nb.Figures())
	asked := false // an exercise was asked that no check answered yet
	for _, cell := range nb.Cells {
		source := string(cell.Source)
		switch cell.Type {
		case "markdown":
			source = solutionImage.ReplaceAllString(details.ReplaceAllString(source, ""), "")
			c.Words += len(strings.Fields(source))
			c.Exercises += cell.exercises()
			asked = asked || cell.exercises() > 0
		case "code":
			c.LongestCell = max(c.LongestCell, strings.Count(source, "\n")+1)
			for line := range strings.Lines(source) {
				if isCode(line) {
					c.CodeLines++
				}
			}
			if asked && cell.calls(check) > 0 {
				c.Checked++
				asked = false
			}
			if knobs, _ := Knobs(source); len(knobs) > 0 {
				c.React += len(cell.figures())
				for _, k := range knobs {
					c.Values += len(k.Offered)
				}
			}
		}
	}
	return c
}

// Add adds what another notebook holds.
func (c *Counts) Add(o Counts) {
	c.Figures += o.Figures
	c.CodeLines += o.CodeLines
	c.LongestCell = max(c.LongestCell, o.LongestCell)
	c.Words += o.Words
	c.Exercises += o.Exercises
	c.Checked += o.Checked
	c.React += o.React
	c.Values += o.Values
}
