package notebooktest

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// A Place says where the notebooks show what one heading of the article is about: a line of notebooks/map.txt.
type Place struct {
	Number   string // of the heading, - for none
	Chinese  string // the heading, as the article has it
	English  string
	Notebook string // the name of its file
	Section  string // how the section's title begins
	Figure   string // what the alternative text of a figure in that section holds; first for the first one
}

// ReadMap reads the lines of the map: six fields, with " | " between them. Lines that begin with # are comments.
func ReadMap(text string) (places []Place, err error) {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, " | ")
		if len(f) != 6 || slices.Contains(f, "") {
			return nil, fmt.Errorf("%q has %d fields, want number | Chinese | English | notebook | section | figure",
				line, len(f))
		}
		places = append(places, Place{f[0], f[1], f[2], f[3], f[4], f[5]})
	}
	return places, nil
}

// A Section is a heading of a notebook with what stands below it, up to the next heading of its level or above; 3.1
// goes on through 3.1.2, whatever its level.
type Section struct {
	Title   string
	Level   int
	Cell    string   // the id of its cell
	Figures []string // the alternative texts of its figures
}

var heading = regexp.MustCompile(`(?m)^(#{1,6}) +(.+?) *$`)

// Sections returns the headings of a notebook, in order.
func (nb *Notebook) Sections() (sections []Section) {
	var open []int // the headings that the present cell stands below
	for _, c := range nb.Cells {
		if c.Type != "markdown" {
			for _, figure := range (&Notebook{Cells: []Cell{c}}).Figures() {
				for _, i := range open {
					sections[i].Figures = append(sections[i].Figures, figure)
				}
			}
			continue
		}
		prose := goFence.ReplaceAllString(string(c.Source), "")
		for _, m := range heading.FindAllStringSubmatch(prose, -1) {
			level := len(m[1])
			open = slices.DeleteFunc(open, func(i int) bool {
				number, _, _ := strings.Cut(sections[i].Title, " ")
				part := strings.HasPrefix(m[2], number+".") && strings.Trim(number, "0123456789.") == ""
				return sections[i].Level >= level && !part
			})
			open = append(open, len(sections))
			sections = append(sections, Section{Title: m[2], Level: level, Cell: c.ID})
		}
	}
	return sections
}

// Find returns the one section whose title begins so. A title that has nothing more, and one that goes on with a
// space, go before others: 3.1 is not 3.1.2.
func Find(sections []Section, begin string) (Section, error) {
	var found []Section
	for _, s := range sections {
		if s.Title == begin || strings.HasPrefix(s.Title, begin+" ") || strings.HasPrefix(s.Title, begin+":") {
			found = append(found, s)
		}
	}
	if len(found) != 1 {
		return Section{}, fmt.Errorf("%d sections begin with %q, want one", len(found), begin)
	}
	return found[0], nil
}

// Link returns the address of a section for a page in the folder of the notebooks. It names the cell: JupyterLab does
// not find a heading whose name has other letters than those of ASCII.
func (p Place) Link(s Section) string { return p.Notebook + "#cell-id=" + s.Cell }

var dressed = regexp.MustCompile(`^([\d.]+ )?(.*?)( \([^()]*\p{Han}[^()]*\))?$`)

// Short returns a title without its number and without the heading of the article at its end.
func Short(title string) string {
	if m := dressed.FindStringSubmatch(title); m[2] != "" {
		return m[2]
	}
	return title
}

// MapTable writes the map as a table in Markdown, whose links are for a page in the folder of the notebooks. It
// returns what is wrong with the map, a sentence each: a notebook, section or figure that is not there.
func MapTable(places []Place, notebooks map[string]*Notebook) (table string, problems []string) {
	var b strings.Builder
	b.WriteString("| the article | here | its figure |\n|:--|:--|:--|\n")
	for _, p := range places {
		wrong := func(format string, args ...any) {
			problems = append(problems, p.Number+" "+p.Chinese+": "+fmt.Sprintf(format, args...))
		}
		nb := notebooks[p.Notebook]
		if nb == nil {
			wrong("there is no notebook %s", p.Notebook)
			continue
		}
		s, err := Find(nb.Sections(), p.Section)
		if err != nil {
			wrong("%s: %v", p.Notebook, err)
			continue
		}
		i := slices.IndexFunc(s.Figures, func(alt string) bool {
			return p.Figure == "first" || strings.Contains(alt,
				p.Figure)
		})
		if i < 0 {
			wrong("%s has no figure below %q whose alternative text holds %q", p.Notebook, s.Title, p.Figure)
			continue
		}
		figure := p.Figure
		if figure == "first" {
			figure = shows(s.Figures[i])
		}
		number := ""
		if p.Number != "-" {
			number = p.Number + " "
		}
		name, _, _ := strings.Cut(path.Base(p.Notebook), "-")
		fmt.Fprintf(&b, "| %s%s (%s) | [%s: %s](%s) | %s |\n", number, p.English, p.Chinese, name, Short(s.Title),
			p.Link(s), figure)
	}
	return b.String(), problems
}

// shows returns how an alternative text begins, up to where it goes into details.
func shows(alt string) string {
	if end := strings.IndexAny(alt, ".:;,"); end > 0 {
		return alt[:end]
	}
	return alt
}

// Headings are the article's, and the terms that it names below them.
type Headings struct {
	Numbers []string // by heading; - for none
	Texts   []string
	Terms   []string
}

// ReadHeadings reads a heading a line, its number before it, and terms after the word term.
func ReadHeadings(text string) (h Headings) {
	for line := range strings.Lines(text) {
		number, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case text == "" || number == "#":
		case number == "term":
			h.Terms = append(h.Terms, text)
		default:
			h.Numbers, h.Texts = append(h.Numbers, number), append(h.Texts, text)
		}
	}
	return h
}

var (
	chinese  = regexp.MustCompile(`[A-Za-z]*\p{Han}+`)
	numbered = regexp.MustCompile(`(?m)^#+ ([\d.]+) .*\((\S*\p{Han}\S*)\) *$`)
)

// Foreign returns the Chinese in a text that is neither a heading of the article nor a term, and the titles of
// sections that give a heading another number than the article does.
func (h Headings) Foreign(text string) (problems []string) {
	for _, run := range chinese.FindAllString(text, -1) {
		if !slices.Contains(h.Texts, run) && !slices.Contains(h.Terms, run) {
			problems = append(problems, fmt.Sprintf("%s is no heading of the article", run))
		}
	}
	for _, m := range numbered.FindAllStringSubmatch(text, -1) {
		if i := slices.Index(h.Numbers, strings.TrimSuffix(m[1], ".")); i < 0 || h.Texts[i] != m[2] {
			problems = append(problems, fmt.Sprintf("section %s of the article is not %s", m[1], m[2]))
		}
	}
	return problems
}
