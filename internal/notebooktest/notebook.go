// Package notebooktest reads the notebooks and holds the rules that they keep: what `make test` says about them.
package notebooktest

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
)

// A Notebook is what an .ipynb file holds.
type Notebook struct {
	Cells    []Cell
	Metadata struct {
		Kernelspec struct{ Name string }
	}
}

// A Cell is Markdown or code. Only code has outputs.
type Cell struct {
	ID      string
	Type    string `json:"cell_type"`
	Source  Text
	Count   *int `json:"execution_count"`
	Outputs []Output
}

// An Output is a stream, data by MIME type, or an error.
type Output struct {
	Type  string `json:"output_type"`
	Name  string
	Text  Text
	Data  map[string]Text
	Value string `json:"evalue"`
}

// Text is a string that the file may hold as a list of lines.
type Text string

// UnmarshalJSON reads either form.
func (t *Text) UnmarshalJSON(data []byte) error {
	var lines []string
	if err := json.Unmarshal(data, &lines); err == nil {
		*t = Text(strings.Join(lines, ""))
		return nil
	}
	return json.Unmarshal(data, (*string)(t))
}

// Read reads a notebook.
func Read(path string) (*Notebook, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() > longest {
		return nil, fmt.Errorf("%s: %d bytes, more than %d; a notebook of this size is none of these", path, info.Size(), longest)
	}
	data, err := io.ReadAll(io.LimitReader(file, longest))
	if err != nil {
		return nil, err
	}
	nb, err := parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w; execute it anew, or take it from the repository", path, err)
	}
	return nb, nil
}

// longest is the most bytes of a notebook, whose figures are in it; those here have 0.9 MB at most. A cell or an output
// of fewer than leastObject bytes says nothing, and could only fill memory.
const (
	longest     = 2 << 20
	leastObject = 8
)

// parse reads the text of a notebook. The memory it takes grows with the length of the text alone.
func parse(data []byte) (*Notebook, error) {
	if n := bytes.Count(data, []byte("{")); n > len(data)/leastObject+1 {
		return nil, fmt.Errorf("%d braces in %d bytes, more than one for %d", n, len(data), leastObject)
	}
	var nb Notebook
	if err := json.Unmarshal(data, &nb); err != nil {
		return nil, err
	}
	for i, c := range nb.Cells {
		if c.Type != "code" && c.Type != "markdown" && c.Type != "raw" {
			return nil, fmt.Errorf("cell %d is of type %.40q, want code, markdown or raw", i+1, c.Type)
		}
		if c.Type != "code" && (len(c.Outputs) > 0 || c.Count != nil) || c.Count != nil && *c.Count < 0 {
			return nil, fmt.Errorf("cell %d is %s with outputs or a count that it cannot have", i+1, c.Type)
		}
	}
	return &nb, nil
}

// Code returns the code cells.
func (nb *Notebook) Code() []Cell {
	return slices.DeleteFunc(slices.Clone(nb.Cells), func(c Cell) bool { return c.Type != "code" })
}

// Markdown returns the Markdown cells.
func (nb *Notebook) Markdown() []Cell {
	return slices.DeleteFunc(slices.Clone(nb.Cells), func(c Cell) bool { return c.Type != "markdown" })
}

var (
	image = regexp.MustCompile(`<img [^>]*>`)
	alt   = regexp.MustCompile(`\balt="([^"]*)"`)
	data  = regexp.MustCompile(`data:image/svg\+xml;base64,([A-Za-z0-9+/=]*)`)
	tag   = regexp.MustCompile(`<[^>]*>`)
	style = regexp.MustCompile(`(?s)<style.*?</style>`)
)

// Figures returns the alternative texts of the images that the code cells show.
func (nb *Notebook) Figures() (texts []string) {
	for _, c := range nb.Code() {
		texts = append(texts, c.figures()...)
	}
	return texts
}

func (c Cell) figures() (texts []string) {
	for _, o := range c.Outputs {
		for _, img := range image.FindAllString(string(o.Data["text/html"]), -1) {
			text := ""
			if m := alt.FindStringSubmatch(img); m != nil {
				text = html.UnescapeString(m[1])
			}
			texts = append(texts, text)
		}
	}
	return texts
}

// Words returns all that the outputs say: text, tables, alternative texts, captions, and the letters in the figures.
func (nb *Notebook) Words() string {
	var b strings.Builder
	for _, c := range nb.Code() {
		for _, o := range c.Outputs {
			b.WriteString(string(o.Text) + "\n" + string(o.Data["text/plain"]) + "\n" + string(o.Data["text/markdown"]) + "\n")
			page := Unfold(string(o.Data["text/html"]))
			for _, m := range alt.FindAllStringSubmatch(page, -1) {
				b.WriteString(m[1] + "\n")
			}
			b.WriteString(tag.ReplaceAllString(style.ReplaceAllString(page, ""), " ") + "\n")
		}
	}
	return html.UnescapeString(b.String())
}

// Unfold returns a page with its SVG images as text.
func Unfold(page string) string {
	return data.ReplaceAllStringFunc(page, func(uri string) string {
		svg, err := base64.StdEncoding.DecodeString(data.FindStringSubmatch(uri)[1])
		if err != nil {
			return uri
		}
		return `">` + string(svg) + `<"`
	})
}
