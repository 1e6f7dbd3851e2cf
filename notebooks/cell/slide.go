package cell

import (
	"html"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/dom"
	"github.com/janpfeifer/gonb/gonbui/widgets"
)

// patience is how long a slider waits to be moved.
const patience = 10 * time.Minute

// Slide shows draw(start). Where live is true and the cell runs in JupyterLab it puts a slider from low to high above
// the figure and draws anew when it is moved, until the reader presses Done, or leaves it alone for ten minutes. Other
// cells wait meanwhile, so a notebook says `const live = false`, and its reader sets it to true.
func Slide(live bool, label string, low, high, start int, draw func(value int) Figure) {
	if !live || !InBrowser() {
		Show(draw(start))
		return
	}
	root := dom.CreateTransientDiv()
	dom.Append(root, html.EscapeString(label)+" ")
	slider := widgets.Slider(low, high, start).AppendTo(root).Done()
	moved := slider.Listen().LatestOnly()
	done := widgets.Button("Done").AppendTo(root).Done().Listen()
	ctx, stop := Context()
	defer stop()
	var figure Live
	for value, open := start, true; open; {
		figure.place.draw(draw(value).HTML())
		select {
		case value = <-moved.C:
		case <-done.C:
			open = false
		case <-ctx.Done():
			open = false
		case <-time.After(patience):
			open = false
		}
	}
	gonbui.Sync()
}
