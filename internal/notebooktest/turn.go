package notebooktest

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
)

// A Try is an offered value: of a knob in a code cell, with the later cells that use it.
type Try struct {
	Cell  int
	Knob  Knob
	Value string
	Later []int
}

// Tries returns the values that the cells offer.
func (nb *Notebook) Tries() (tries []Try) {
	for i, c := range nb.Code() {
		knobs, _ := Knobs(string(c.Source))
		for _, k := range knobs {
			for _, v := range k.Offered {
				tries = append(tries, Try{i, k, v, nb.Users(i, k)})
			}
		}
	}
	return tries
}

// A Tried is what came of a try: what its cell shows and then those that use it, and what is wrong with that.
type Tried struct {
	Runs     []Run
	Problems []string
	Kept     int // figures that changed while their alternative texts did not
}

// Seconds returns how long the cell took, and how long those after it that use the value.
func (t Tried) Seconds() (own, later float64) {
	for i, r := range t.Runs {
		if i == 0 {
			own = r.Seconds
		} else {
			later += r.Seconds
		}
	}
	return own, later
}

// Turn runs the cell of a try with the offered value, then those that use it. The kernel knows the declarations of the
// cells before, and before has what they all showed as committed. Put the value back by [Notebook.Restore].
func (nb *Notebook) Turn(k *Kernel, t Try, before []Run) (tried Tried, err error) {
	cells := nb.Code()
	for _, i := range append([]int{t.Cell}, t.Later...) {
		source := string(cells[i].Source)
		if i == t.Cell {
			source = t.Knob.Turned(source, t.Value)
		}
		r, err := k.Run(source)
		if err != nil {
			return tried, err
		}
		tried.Runs = append(tried.Runs, r)
		where := "cell " + cells[i].ID
		if r.Failed != "" {
			tried.Problems = append(tried.Problems, fmt.Sprintf("%s fails: %s", where, brief(r.Failed)))
			break // those after it would fail likewise, or show what they showed before
		}
		for _, f := range Faults(before[i], r) {
			tried.Problems = append(tried.Problems, fmt.Sprintf("%s says %s", where, f))
		}
		tried.Kept += kept(before[i], r)
	}
	return tried, nil
}

// Restore declares again what a cell declares as committed.
func (nb *Notebook) Restore(k *Kernel, i int) error {
	source := string(nb.Code()[i].Source)
	p := programOf(source)
	if len(p.declarations) == 0 {
		return nil
	}
	r, err := k.Run(source[:p.split])
	if err == nil && r.Failed != "" {
		err = fmt.Errorf("the committed cell fails: %s", brief(r.Failed))
	}
	return err
}

func brief(said string) string {
	lines := strings.Split(strings.TrimSpace(said), "\n")
	if len(lines) > 1 && strings.HasPrefix(lines[0], "# gonb_") {
		lines = lines[1:]
	}
	if len(lines) > 6 {
		lines = append(lines[:6], "…")
	}
	return strings.Join(lines, "\n    ")
}

// bad is what no title, answer or label should say.
var bad = []*regexp.Regexp{
	regexp.MustCompile(`\bNaN\b`),
	regexp.MustCompile(`\bInf\b`),
	regexp.MustCompile(`%!`),
	regexp.MustCompile(`<nil>|<invalid`),
	regexp.MustCompile(`[:,(\[]\s*,`),                       // a number is missing before the comma
	regexp.MustCompile(`(?:^|\s)\(\s*\)|\[\s*\]|,\s*[)\]]`), // or between brackets
	regexp.MustCompile(`\b(?:of|than|by|to|after|at) (?:[.,;:)]|%)|±\s*(?:$|[.,;:)])`), // or before the end
	regexp.MustCompile(`(?:^|[^.,\d])0 of (?:the )?\d`),                                // none
	regexp.MustCompile(`(?:^|[\s\[(])[-−]0(?:\.0*)?(?:[^.\d]|$)`),                      // rounded to 0, with a sign
	regexp.MustCompile(`(?:^|with |after |of |from |by |in )1 (?:` + things + `)s\b`),  // one of several
}

const things = `point|seed|step|iteration|epoch|arm|pull|task|row|wave|draw|layer|network|method|neuron|unit|goal|episode|` +
	`shot|trial|training|drawing|character|panel|map|case|state|machine|number|start`

// Faults returns the pieces of what a cell shows that no reader should see, and that it did not show before: a NaN, an
// infinity, a failed format, a sentence without its number, "0 of 3", "−0.00", "with 1 points".
func Faults(before, now Run) (faults []string) {
	old := wordsOf(before)
	for line := range strings.Lines(wordsOf(now)) {
		line = strings.TrimSpace(line)
		for _, b := range bad {
			if at := b.FindStringIndex(line); at != nil && !b.MatchString(old) {
				if said := fmt.Sprintf("%q", around(line, at[0])); !slices.Contains(faults, said) {
					faults = append(faults, said)
				}
			}
		}
	}
	return faults
}

// HTML returns what a run shows as part of a page: figures as they are, all else as text.
func (r Run) HTML() string {
	var b strings.Builder
	for _, o := range r.Outputs {
		text := string(o.Text+o.Data["text/plain"]+o.Data["text/markdown"]) + o.Value
		if page, ok := o.Data["text/html"]; ok {
			b.WriteString(string(page) + "\n")
		} else if text != "" {
			b.WriteString("<pre>" + html.EscapeString(text) + "</pre>\n")
		}
	}
	return b.String()
}

// Says returns what a run says, a line each: texts, and of each figure its alternative text, its title and what stands
// below that.
func (r Run) Says() (lines []string) {
	for _, o := range r.Outputs {
		if said := strings.TrimSpace(string(o.Text + o.Data["text/plain"] + o.Data["text/markdown"])); said != "" {
			lines = append(lines, said)
		}
		for _, img := range image.FindAllString(string(o.Data["text/html"]), -1) {
			if m := alt.FindStringSubmatch(img); m != nil {
				lines = append(lines, "figure: "+html.UnescapeString(m[1]))
			}
			for _, m := range letters.FindAllStringSubmatch(Unfold(img), 2) {
				lines = append(lines, "        "+html.UnescapeString(tag.ReplaceAllString(m[1], "")))
			}
		}
	}
	return lines
}

var letters = regexp.MustCompile(`(?s)<text[^>]*>(.*?)</text>`)

func (r Run) cell() Cell { return Cell{Type: "code", Outputs: r.Outputs} }

func wordsOf(r Run) string { return (&Notebook{Cells: []Cell{r.cell()}}).Words() }

// kept counts the figures that are others than before with the alternative text of before.
func kept(before, now Run) (n int) {
	old, fresh := before.cell(), now.cell()
	a, b := old.figures(), fresh.figures()
	x, y := old.images(), fresh.images()
	for i := range min(len(x), len(y)) {
		if a[i] == b[i] && x[i] != y[i] {
			n++
		}
	}
	return n
}

// images returns the images that a cell shows, as they stand in its page.
func (c Cell) images() (all []string) {
	for _, o := range c.Outputs {
		all = append(all, image.FindAllString(string(o.Data["text/html"]), -1)...)
	}
	return all
}
