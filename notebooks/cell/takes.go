package cell

import (
	"fmt"

	"github.com/janpfeifer/gonb/gonbui"
)

// hint is where the line of [Takes] stands, until a figure or a bar takes its place.
var hint string

// Takes tells the reader, before the first figure of a slow cell, how many seconds it takes on two processors. The line
// goes away when something is drawn, and is not saved in the notebook: without a browser nothing is shown.
func Takes(seconds float64) {
	if !InBrowser() {
		return
	}
	hint = gonbui.UniqueId()
	gonbui.UpdateHTML(hint, fmt.Sprintf("<small>This cell takes about %.2g s.</small>", seconds))
}

func taken() {
	if hint == "" {
		return
	}
	gonbui.UpdateHTML(hint, " ")
	hint = ""
}
