package tasks

import "kindred/metakit"

// The panels of a family are the family itself, "as trained", and others that differ from it in one thing each, to see
// what a learner that was trained on the family does elsewhere:
//
//	for _, p := range tasks.NewSinusoid(10).Test().Panels() {
//		fmt.Println(p.Name, p.Tasks.(tasks.Sinusoid).ZeroShotFloor())
//	}
//
// What is drawn from an interval comes from [Uniform.Beyond] it, and of support points there are half and twice as
// many. One of your own is a field set otherwise.

// Beyond returns the interval of the same length that begins where u ends, and for a single number v the number 1.5·v.
func (u Uniform) Beyond() Uniform {
	if u.Min == u.Max {
		return Uniform{1.5 * u.Min, 1.5 * u.Max}
	}
	return Uniform{u.Max, u.Max + (u.Max - u.Min)}
}

// noisier is what panels add to the standard deviation of the noise, of values of about one unit.
const noisier = 0.3

// panels collects panels of a family.
type panels[D metakit.Distribution] struct {
	family D
	all    []metakit.Panel
}

func panelsOf[D metakit.Distribution](family D) *panels[D] {
	return &panels[D]{family, []metakit.Panel{{Name: "as trained", Tasks: family}}}
}

// add adds the family with a change.
func (p *panels[D]) add(name string, change func(d *D)) {
	d := p.family
	change(&d)
	p.all = append(p.all, metakit.Panel{Name: name, Tasks: d})
}

// addShots adds the family with half and with twice the support points.
func (p *panels[D]) addShots(shots func(d *D) []*int) {
	p.add("fewer points", func(d *D) {
		for _, n := range shots(d) {
			*n = max(1, *n/2)
		}
	})
	p.add("more points", func(d *D) {
		for _, n := range shots(d) {
			*n *= 2
		}
	})
}

// Panels returns the family and others with amplitudes, phases, frequencies or inputs beyond its own, noise, fewer and
// more support points.
func (s Sinusoid) Panels() []metakit.Panel {
	s.check()
	p := panelsOf(s)
	p.add("larger amplitudes", func(s *Sinusoid) { s.Amplitude = s.Amplitude.Beyond() })
	p.add("other phases", func(s *Sinusoid) { s.Phase = s.Phase.Beyond() })
	p.add("higher frequencies", func(s *Sinusoid) { s.Frequency = s.Frequency.Beyond() })
	p.add("inputs beyond", func(s *Sinusoid) { s.Input = s.Input.Beyond() })
	p.add("noisier points", func(s *Sinusoid) { s.Noise += noisier })
	p.addShots(func(s *Sinusoid) []*int { return []*int{&s.Shots} })
	return p.all
}

// Panels returns the family and others with slopes, intercepts or inputs beyond its own, noise, fewer and more support
// points.
func (l Lines) Panels() []metakit.Panel {
	l.check()
	p := panelsOf(l)
	p.add("steeper slopes", func(l *Lines) { l.Slope = l.Slope.Beyond() })
	p.add("higher intercepts", func(l *Lines) { l.Intercept = l.Intercept.Beyond() })
	p.add("inputs beyond", func(l *Lines) { l.Input = l.Input.Beyond() })
	p.add("noisier points", func(l *Lines) { l.Noise += noisier })
	p.addShots(func(l *Lines) []*int { return []*int{&l.Shots} })
	return p.all
}

// Panels returns the mixture, each of its two families alone, and the mixture with inputs beyond its own, noise, fewer
// and more support points.
func (m SineAndLine) Panels() []metakit.Panel {
	m.check()
	p := panelsOf(m)
	p.all = append(p.all, metakit.Panel{Name: "waves alone", Tasks: m.Sines}, metakit.Panel{Name: "lines alone", Tasks: m.Lines})
	p.add("inputs beyond", func(m *SineAndLine) {
		m.Sines.Input, m.Lines.Input = m.Sines.Input.Beyond(), m.Lines.Input.Beyond()
	})
	p.add("noisier points", func(m *SineAndLine) {
		m.Sines.Noise += noisier
		m.Lines.Noise += noisier
	})
	p.addShots(func(m *SineAndLine) []*int { return []*int{&m.Sines.Shots, &m.Lines.Shots} })
	return p.all
}

// Panels returns the family and others with amplitudes twice its own, frequencies or places beyond its own, noise,
// fewer and more support points.
func (h Harmonics) Panels() []metakit.Panel {
	h.check()
	p := panelsOf(h)
	p.add("larger amplitudes", func(h *Harmonics) { h.Spread *= 2 })
	p.add("higher frequencies", func(h *Harmonics) { h.Frequency = h.Frequency.Beyond() })
	p.add("inputs beyond", func(h *Harmonics) { h.Center = h.Center.Beyond() })
	p.add("noisier points", func(h *Harmonics) { h.Noise += noisier })
	p.addShots(func(h *Harmonics) []*int { return []*int{&h.Shots} })
	return p.all
}

// Panels returns the family and others of half and twice the length, twice the scale, inputs beyond its own, noise,
// fewer and more support points.
func (g GaussianProcess) Panels() []metakit.Panel {
	g.check()
	p := panelsOf(g)
	p.add("wigglier functions", func(g *GaussianProcess) { g.Length /= 2 })
	p.add("smoother functions", func(g *GaussianProcess) { g.Length *= 2 })
	p.add("larger values", func(g *GaussianProcess) { g.Scale *= 2 })
	p.add("inputs beyond", func(g *GaussianProcess) { g.Input = g.Input.Beyond() })
	p.add("noisier points", func(g *GaussianProcess) { g.Noise += noisier * g.Scale })
	p.addShots(func(g *GaussianProcess) []*int { return []*int{&g.Shots} })
	return p.all
}

// Panels returns the family and others of twice the weights, inputs beyond its own, noise, fewer and more support
// points.
func (b BayesianLinear) Panels() []metakit.Panel {
	b.check()
	p := panelsOf(b)
	p.add("larger weights", func(b *BayesianLinear) { b.Spread *= 2 })
	p.add("inputs beyond", func(b *BayesianLinear) { b.Input = b.Input.Beyond() })
	p.add("noisier points", func(b *BayesianLinear) { b.Noise += noisier * b.Spread })
	p.addShots(func(b *BayesianLinear) []*int { return []*int{&b.Shots} })
	return p.all
}

// Panels returns the family and others with weights about twice its means, with twice the spread, noise, fewer and more
// support points.
func (l Linear) Panels() []metakit.Panel {
	l.check()
	p := panelsOf(l)
	p.add("larger weights", func(l *Linear) {
		twice := make([]float64, len(l.Mean))
		for j, m := range l.Mean {
			twice[j] = 2 * m
		}
		l.Mean = twice
	})
	p.add("wider weights", func(l *Linear) { l.Spread *= 2 })
	p.add("noisier points", func(l *Linear) { l.Noise += noisier })
	p.addShots(func(l *Linear) []*int { return []*int{&l.Shots} })
	return p.all
}
