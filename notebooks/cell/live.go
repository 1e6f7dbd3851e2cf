package cell

import (
	"context"
	"fmt"
	"html"
	"os"
	"os/signal"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
)

// redraw is the least time between two drawings of the same place.
const redraw = 200 * time.Millisecond

// Context returns a context that ends when the reader presses the stop button. A cell that looks at it has five seconds
// to save and show what was learned. The function returned gives the stop button back its plain meaning.
func Context() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), os.Interrupt)
}

// A place is a part of the output that is drawn again and again. Its zero value is ready to use.
type place struct {
	id    string
	drawn time.Time
}

// due reports whether it is time to draw again.
func (p *place) due() bool {
	return gonbui.IsNotebook && time.Since(p.drawn) >= redraw
}

func (p *place) draw(html string) {
	if !gonbui.IsNotebook {
		return
	}
	taken()
	if p.id == "" {
		p.id = gonbui.UniqueId()
	}
	gonbui.UpdateHTML(p.id, html)
	p.drawn = time.Now()
}

// A Progress is a bar that shows how much of a long computation is done and the time left. Nothing of it stays in the
// notebook when everything was done.
type Progress struct {
	label   string
	total   int
	done    int
	started time.Time
	place   place
}

// NewProgress returns the bar of a computation of total steps. What is done within 200 ms shows no bar.
func NewProgress(label string, total int) *Progress {
	now := time.Now()
	return &Progress{label: label, total: total, started: now, place: place{drawn: now}}
}

// Set tells how many steps are done. It may be called after every step: it draws at most every 200 ms.
func (p *Progress) Set(done int) {
	p.done = done
	if p.place.due() {
		p.place.draw(p.bar(time.Since(p.started)))
	}
}

// Done takes the bar away. Where fewer than all steps were done it leaves a line that says so.
func (p *Progress) Done() {
	switch {
	case p.done < p.total:
		p.place.draw(fmt.Sprintf("<small>%s: ended after %s of %s steps</small>",
			html.EscapeString(p.label), thousands(p.done), thousands(p.total)))
	case p.place.id != "":
		p.place.draw(" ")
	}
	gonbui.Sync()
}

// bar draws the state after the given time.
func (p *Progress) bar(spent time.Duration) string {
	left := ""
	if p.done > 0 {
		rest := spent * time.Duration(p.total-p.done) / time.Duration(p.done)
		left = fmt.Sprintf(", %v left", max(rest, 0).Round(time.Second))
	}
	label := html.EscapeString(p.label)
	return fmt.Sprintf(`<progress max="%d" value="%d" aria-label="%s"></progress> <small>%s: %s of %s%s</small>`,
		p.total, p.done, label, label, thousands(p.done), thousands(p.total), left)
}

func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// A Live is a figure that is drawn again while a network learns. Its zero value is ready to use.
type Live struct {
	place place
}

// Draw draws the figure that the function makes. It may be called after every step: the function is called at most
// every 200 ms, and not at all outside a notebook.
func (l *Live) Draw(figure func() Figure) {
	if l.place.due() {
		l.place.draw(figure().HTML())
	}
}

// Done draws the figure that stays in the notebook.
func (l *Live) Done(figure Figure) {
	l.place.draw(figure.HTML())
	gonbui.Sync()
}
