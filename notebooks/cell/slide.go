package cell

import (
	"fmt"
	"html"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/comms"
	"github.com/janpfeifer/gonb/gonbui/dom"
	"github.com/janpfeifer/gonb/gonbui/widgets"
)

// patience is how long a slider waits to be moved.
const patience = 10 * time.Minute

// A Slider is a whole number that the reader moves from Low to High; it begins at Start.
type Slider struct {
	Label            string
	Low, High, Start int
}

// Slide shows draw(start). Where live is true and the cell runs in JupyterLab it puts a slider from low to high above
// the figure and draws anew when it is moved, until the reader presses Done, or leaves it alone for ten minutes. Other
// cells wait meanwhile, so a notebook says `const live = false`, and its reader sets it to true.
func Slide(live bool, label string, low, high, start int, draw func(value int) Figure) {
	Sliders(live, []Slider{{label, low, high, start}}, func(values []int) Figure { return draw(values[0]) })
}

// Sliders is [Slide] with several sliders above one figure: draw gets their values, in their order. It panics where a
// slider does not begin between its ends.
func Sliders(live bool, sliders []Slider, draw func(values []int) Figure) {
	var controls []control
	for _, s := range sliders {
		if s.Start < s.Low || s.Start > s.High {
			panic(fmt.Sprintf("cell: Sliders: %q begins at %d, want a number from %d to %d", s.Label, s.Start, s.Low, s.High))
		}
		controls = append(controls, control{s.Label, s.Start, func(parent string) *comms.AddressChan[int] {
			return widgets.Slider(s.Low, s.High, s.Start).AppendTo(parent).Done().Listen()
		}})
	}
	play(live, controls, draw)
}

// Choose is [Slide] with a list of values to choose from, a number, a rule or a name, as [fmt.Sprint] writes them; start
// is the place of the one that is shown first. It panics where there is none at that place.
func Choose[T any](live bool, label string, values []T, start int, draw func(value T) Figure) {
	if start < 0 || start >= len(values) {
		panic(fmt.Sprintf("cell: Choose: %q begins with value %d of %d", label, start, len(values)))
	}
	var names []string
	for _, v := range values {
		names = append(names, html.EscapeString(fmt.Sprint(v)))
	}
	list := control{label, start, func(parent string) *comms.AddressChan[int] {
		return widgets.Select(names).SetDefault(start).AppendTo(parent).Done().Listen()
	}}
	play(live, []control{list}, func(at []int) Figure { return draw(values[at[0]]) })
}

// A control is what the reader sets to a number.
type control struct {
	label string
	start int
	open  func(parent string) *comms.AddressChan[int]
}

// play shows the figure of the controls' first values and, where a reader is there, draws anew when one is set.
func play(live bool, controls []control, draw func(values []int) Figure) {
	values := make([]int, len(controls))
	for i, c := range controls {
		values[i] = c.start
	}
	if !live || !InBrowser() {
		Show(draw(values))
		return
	}
	type event struct{ control, value int }
	events := make(chan event)
	root := dom.CreateTransientDiv()
	for i, c := range controls {
		dom.Append(root, " "+html.EscapeString(c.label)+" ")
		set := c.open(root).LatestOnly()
		go func() {
			for v := range set.C {
				events <- event{i, v}
			}
		}()
	}
	done := widgets.Button("Done").AppendTo(root).Done().Listen()
	ctx, stop := Context()
	defer stop()
	var figure Live
	for open := true; open; {
		figure.place.draw(draw(values).HTML())
		select {
		case e := <-events:
			values[e.control] = e.value
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
