package plots

import "slices"

// Points are dots at places in the plane.
type Points struct {
	Name string
	Role Role // colour and shape: ink a disc, blue a disc, vermillion a square, green a triangle, purple a diamond
	X, Y []float64
}

func (p Points) checked(kind string) Points {
	if len(p.X) != len(p.Y) {
		panicf("%s: points %q: %d x and %d y", kind, p.Name, len(p.X), len(p.Y))
	}
	p.Role.check(kind)
	p.X, p.Y = slices.Clone(p.X), slices.Clone(p.Y)
	return p
}

// Fits draws a function, the points that are known of it, and what a model makes of them: one line for each step of
// adaptation or training, from faint to full.
type Fits struct {
	Title, Subtitle string
	X, Y            string
	Truth           Series   // drawn dashed, in ink; without a name "truth"
	Support         Points   // without a role in ink; without a name "support"
	Role            Role     // of the model's lines whose own Role is Ink, from faint to full
	Steps           []Series // the model's lines in order; a band where Low and High are set
	XLim, YLim      Range
}

// Figure draws the fits. It panics where lengths differ or a limit is no interval.
func (f Fits) Figure(alt string) Figure { return newFigure(single(f.frame()), alt) }

func (f Fits) frame() *frame {
	f.Role.check("Fits")
	c := Curves{Title: f.Title, Subtitle: f.Subtitle, X: f.X, Y: f.Y, XLim: f.XLim, YLim: f.YLim}
	shaded := 0
	for _, s := range f.Steps {
		if s.Role == Ink {
			shaded++
		}
	}
	k := 0
	for _, s := range f.Steps {
		if s.Role == Ink {
			s.Role = f.Role
			if shaded > 1 {
				s.Tint = 0.65 * (1 - float64(k)/float64(shaded-1))
			}
			k++
		}
		c.Series = append(c.Series, s)
	}
	slices.Reverse(c.Series) // the last step lies on top
	if len(f.Truth.X)+len(f.Truth.Y) > 0 {
		truth := f.Truth
		truth.Dash = true
		if truth.Name == "" {
			truth.Name = "truth"
		}
		c.Series = append(c.Series, truth)
	}
	support := f.Support.checked("Fits")
	if support.Name == "" {
		support.Name = "support"
	}
	frame := c.frameOf("Fits")
	frame.y.zero = false
	slices.Reverse(frame.ends)
	frame.x.cover(support.X...)
	frame.y.cover(support.Y...)
	if len(support.X) > 0 {
		frame.key = []entry{{name: support.Name, role: support.Role, mark: dotted}}
	}
	lines := frame.draw
	frame.draw = func(a *area) {
		lines(a)
		a.points(support.Role, 0, support.X, support.Y, a.radius()+0.8)
	}
	return frame
}
