package metagradient

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"kindred/autodiff"
	"kindred/metakit"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Parts are what the meta-gradient of some inner steps is made of, from a place of the plane towards one wave.
type Parts struct {
	Query    [2]float64      // ∇L(θₖ; query), θₖ where the last step led
	Hessians [][2][2]float64 // ∇²L(θⱼ; support) where each step began, the last step first

	at    []float64
	plane Plane
	wave  tasks.Wave
}

// Parts takes the steps towards the first wave apart, from θ = (phase, amplitude).
func (p Plane) Parts(phase, amplitude float64) Parts {
	q := Parts{at: []float64{phase, amplitude}, plane: p, wave: p.Waves[0]}
	e := q.episodes()[0]
	g := autodiff.New()
	theta := g.Params(WaveNet{}.Shapes())
	on := func(set metakit.Set) (gradient autodiff.Params, hessian []autodiff.Params) {
		n, _ := set.X.Dims()
		x, y := g.Const(n, 1, set.X.RawMatrix().Data), g.Const(n, 1, set.Y.RawMatrix().Data)
		gradient = autodiff.GradParams(nn.MSE(WaveNet{}.Apply(nil, theta, x), y), theta)
		return gradient, autodiff.Jacobian([]autodiff.Value{gradient.At(0), gradient.At(1)}, theta)
	}
	support, hessian := on(e.Support)
	query, _ := on(e.Query)
	ws := autodiff.Compile(support, query, hessian[0], hessian[1]).NewWorkspace()
	now := slices.Clone(q.at)
	for range p.Steps {
		ws.Set(theta, now)
		ws.Run()
		var h [2][2]float64
		for i, row := range hessian {
			copy(h[i][:], ws.Read(row, nil))
		}
		q.Hessians = append(q.Hessians, h)
		floats.AddScaled(now, -p.Rate, ws.Read(support, nil))
	}
	slices.Reverse(q.Hessians)
	ws.Set(theta, now)
	ws.Run()
	copy(q.Query[:], ws.Read(query, nil))
	return q
}

// episodes is the one wave as a task.
func (q Parts) episodes() metakit.Collection {
	alone := q.plane
	alone.Waves = []tasks.Wave{q.wave}
	return alone.episodes()
}

// Arrows draws the directions against four meta-gradients on the map of the error after the steps, and beside it the
// meta-gradients with their lengths. byHand is what the reader made of the parts.
func (q Parts) Arrows(byHand [2]float64) plots.Figure {
	const reach = 0.6 // of the directions
	steps, rate := q.plane.Steps, q.plane.Rate
	episodes := q.episodes()
	field := plots.Field{
		Title: "downhill, on the error after " + stepped(steps), X: "phase φ", Y: "amplitude a", Grid: plots.Grid{
			X: plots.Range{q.at[0] - 1.5*reach, q.at[0] + 1.5*reach}, Y: plots.Range{q.at[1] - 1.5*reach, q.at[1] + 1.5*reach},
			Columns: 41, Rows: 41,
		},
	}
	s := newSurvey(episodes, rate, steps)
	xs, ys := field.Grid.Places()
	for i := range xs {
		field.Grid.Z = append(field.Grid.Z, s.at([]float64{xs[i], ys[i]}).error(steps))
	}
	low, high := slices.Min(field.Grid.Z), slices.Max(field.Grid.Z)
	const lines = 12
	for k := 1; k < lines; k++ {
		field.Contours = append(field.Contours, low+(high-low)*float64(k)/lines)
	}
	plane := plots.Plane{Title: "the meta-gradients", X: "by φ", Y: "by a"}
	var all [4][]float64
	for k, l := range four(WaveNet{}, steps, rate) {
		_, all[k] = gradient(l, q.at, episodes[0])
	}
	for k, g := range all {
		plane.Arrows = append(plane.Arrows, plots.Arrow{Name: names[k], Role: roles[k], X: g[0], Y: g[1], Dash: k == joint})
		scale := -reach / floats.Norm(g, 2)
		field.Paths = append(field.Paths, plots.Path{
			Role: roles[k], X: []float64{q.at[0], q.at[0] + scale*g[0]}, Y: []float64{q.at[1], q.at[1] + scale*g[1]},
		})
	}
	plane.XLim, plane.YLim = square(all[:])
	title := "By hand and by metakit.MAML: the same two numbers"
	if far := math.Hypot(byHand[0]-all[maml][0], byHand[1]-all[maml][1]); !(far < 1e-9) {
		title = fmt.Sprintf("The meta-gradient by hand is off by %.2g", far)
	}
	return plots.Panels{
		Title: title,
		Subtitle: lessons.Minus(fmt.Sprintf("wave of phase %g and amplitude %g; %s of rate %g from θ = (%g, %g)", q.wave.Phase,
			q.wave.Amplitude, stepped(steps), rate, q.at[0], q.at[1])),
		Free: true, Panels: []plots.Panel{field, plane},
	}.Figure("Left, a map of the error after some steps with the directions against four meta-gradients; that of MAML crosses the " +
		"contours at a right angle. Right, the meta-gradients as arrows.")
}

// A Direction is one of the four meta-gradients of [Parts.Arrows].
type Direction struct {
	Name      string  `cell:"meta-gradient"`
	Phase     float64 `cell:"by φ" digits:"4"`
	Amplitude float64 `cell:"by a" digits:"4"`
	Angle     float64 `cell:"degrees from MAML's" digits:"0"`
}

// Directions returns the four meta-gradients.
func (q Parts) Directions() (rows []Direction) {
	learners := four(WaveNet{}, q.plane.Steps, q.plane.Rate)
	e := q.episodes()[0]
	_, exact := gradient(learners[maml], q.at, e)
	for k, l := range learners {
		_, g := gradient(l, q.at, e)
		rows = append(rows, Direction{names[k], g[0], g[1], angle(g, exact)})
	}
	return rows
}

// Moving returns how many of the four have a slope by the phase.
func (q Parts) Moving() (n int) {
	for _, d := range q.Directions() {
		if math.Abs(d.Phase) > 1e-9 {
			n++
		}
	}
	return n
}

// angle returns the angle between two vectors in degrees.
func angle(a, b []float64) float64 {
	cos := floats.Dot(a, b) / (floats.Norm(a, 2) * floats.Norm(b, 2))
	return math.Acos(max(-1, min(1, cos))) * 180 / math.Pi
}

// square returns limits of equal lengths that hold arrows from the origin, with some room for their tips.
func square(arrows [][]float64) (x, y plots.Range) {
	limits := [2]plots.Range{}
	for _, a := range arrows {
		for i, v := range a {
			limits[i][0], limits[i][1] = min(limits[i][0], v), max(limits[i][1], v)
		}
	}
	half := 0.55 * max(limits[0][1]-limits[0][0], limits[1][1]-limits[1][0], 1e-12)
	for i, l := range limits {
		middle := (l[0] + l[1]) / 2
		limits[i] = plots.Range{middle - half, middle + half}
	}
	return limits[0], limits[1]
}
