package main

import (
	"errors"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"

	"kindred/internal/notebooktest"
)

// dumps is where a person finds what each value showed, to look for titles that have become false.
const dumps = "dist/knobs"

// A dump is a page with what the cells of a notebook show as committed and with each offered value, and a text with what
// they say.
type dump struct {
	name   string
	nb     *notebooktest.Notebook
	before []notebooktest.Run
	page   strings.Builder
	text   strings.Builder
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
		d.show("h2", cells[t.Cell].ID+", as committed", d.before[t.Cell])
	}
	set := fmt.Sprintf("%s = %s", t.Knob.Name, t.Value)
	for i, r := range tried.Runs {
		if i == 0 {
			d.show("h3", cells[t.Cell].ID+": "+set, r)
		} else {
			d.show("h4", cells[t.Later[i-1]].ID+", with "+set, r)
		}
	}
	for _, p := range tried.Problems {
		fmt.Fprintf(&d.page, "<pre><b>Problem</b>: %s</pre>\n", html.EscapeString(p))
		fmt.Fprintf(&d.text, "    problem: %s\n", p)
	}
}

func (d *dump) show(heading, title string, r notebooktest.Run) {
	fmt.Fprintf(&d.page, "<%s>%s</%s>\n%s", heading, html.EscapeString(title), heading, r.HTML())
	fmt.Fprintf(&d.text, "%s\n    %s\n", title, strings.ReplaceAll(strings.Join(r.Says(), "\n"), "\n", "\n    "))
}

func (d *dump) write() error {
	if err := os.MkdirAll(dumps, 0o755); err != nil {
		return err
	}
	return errors.Join(os.WriteFile(filepath.Join(dumps, d.name+".html"), []byte(d.page.String()), 0o644),
		os.WriteFile(filepath.Join(dumps, d.name+".txt"), []byte(d.text.String()), 0o644))
}
