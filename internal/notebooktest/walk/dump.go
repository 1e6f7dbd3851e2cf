package main

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"

	"kindred/internal/notebooktest"
)

// dumps is where a person finds what each value showed, to look for titles that have become false.
const dumps = "dist/knobs"

// A dump is a page with what the cells of a notebook show as committed and with each offered value.
type dump struct {
	name   string
	nb     *notebooktest.Notebook
	before []notebooktest.Run
	page   strings.Builder
	shown  int // the last cell whose committed outputs are on the page
}

func newDump(name string, nb *notebooktest.Notebook, before []notebooktest.Run) *dump {
	d := &dump{name: name, nb: nb, before: before, shown: -1}
	fmt.Fprintf(&d.page, "<!DOCTYPE html><meta charset=utf-8><title>%s</title>\n<style>body{font:14px sans-serif;max-width:960px;"+
		"margin:auto}img{max-width:100%%}pre{white-space:pre-wrap}h3{background:#eee}</style>\n<h1>%s</h1>\n", name, name)
	return d
}

func (d *dump) add(t notebooktest.Try, tried notebooktest.Tried) {
	cells := d.nb.Code()
	if d.shown != t.Cell {
		d.shown = t.Cell
		fmt.Fprintf(&d.page, "<h2>%s, as committed</h2>\n%s", cells[t.Cell].ID, d.before[t.Cell].HTML())
	}
	fmt.Fprintf(&d.page, "<h3>%s: %s = %s</h3>\n", cells[t.Cell].ID, t.Knob.Name, html.EscapeString(t.Value))
	for _, p := range tried.Problems {
		fmt.Fprintf(&d.page, "<pre><b>Problem</b>: %s</pre>\n", html.EscapeString(p))
	}
	for i, r := range tried.Runs {
		if i > 0 {
			fmt.Fprintf(&d.page, "<h4>%s, with %s = %s</h4>\n", cells[t.Later[i-1]].ID, t.Knob.Name, html.EscapeString(t.Value))
		}
		d.page.WriteString(r.HTML())
	}
}

func (d *dump) write() error {
	if err := os.MkdirAll(dumps, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dumps, d.name+".html"), []byte(d.page.String()), 0o644)
}
