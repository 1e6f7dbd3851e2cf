package balancing

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/balance"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// pulls are the ways down of two tasks in the plane: minus the gradients of their losses.
type pulls [2][2]float64

// atAngle returns two pulls with an angle between them, in degrees, on either side of straight up. That of task 1, to
// the left, is ratio times as long as that of task 2, which is 1.
func atAngle(degrees, ratio float64) pulls {
	sin, cos := math.Sincos(degrees * math.Pi / 360)
	return pulls{{-ratio * sin, ratio * cos}, {sin, cos}}
}

// step returns the step that a balancer takes, as its first one.
func (p pulls) step(b balance.Balancer) [2]float64 {
	gradients := mat.NewDense(2, 2, []float64{-p[0][0], -p[0][1], -p[1][0], -p[1][1]})
	direction := make([]float64, 2)
	if err := balance.Aggregate(direction, b, gradients, []float64{1, 1}, balance.Start(b, balance.Setting{Tasks: 2, Params: 2})); err != nil {
		panic(err) // the gradients are finite
	}
	return [2]float64{-direction[0], -direction[1]}
}

// along returns the cosine of the angle between a step and the pull of a task: what the task gains by a short step, as
// a share of what it would gain by a step of its own of that length. It is NaN for no step.
func (p pulls) along(step [2]float64, task int) float64 {
	v := p[task]
	return (step[0]*v[0] + step[1]*v[1]) / (math.Hypot(step[0], step[1]) * math.Hypot(v[0], v[1]))
}

// plane draws the pulls, the cone of steps that hurt neither task, and the steps of some methods.
func (p pulls) plane(title string, methods []balance.Balancer, roles ...plots.Role) plots.Plane {
	plane := plots.Plane{
		Title: title, Cone: [][2]float64{p[0], p[1]}, ConeName: "hurts neither",
		Arrows: []plots.Arrow{
			{Name: "task 1 pulls", Role: lessons.ValueRole, X: p[0][0], Y: p[0][1]},
			{Name: "task 2 pulls", Role: lessons.ClassRole, X: p[1][0], Y: p[1][1]},
		},
	}
	for k, b := range methods {
		step, role := p.step(b), roles[k%len(roles)]
		plane.Arrows = append(plane.Arrows, plots.Arrow{
			Name: balancerName(b), Role: role, X: step[0], Y: step[1], Dash: role == plots.Grey,
		})
	}
	return plane
}

// TwoPulls draws two tasks that pull further and further apart, and where three methods step.
func TwoPulls() plots.Figure {
	const ratio = 2
	methods := []balance.Balancer{balance.Mean{}, balance.MGDA{}, balance.UPGrad{}}
	var panels []plots.Panel
	for _, angle := range []float64{80, 115, 150} {
		panels = append(panels,
			atAngle(angle, ratio).plane(fmt.Sprintf("%g° apart", angle), methods, plots.Grey, plots.Ink, plots.Purple))
	}
	return plots.Panels{
		Title: "The wider two tasks pull apart, the fewer steps serve both, and the mean misses them",
		Subtitle: fmt.Sprintf("task 1 pulls %d times as hard as task 2; steps in the green cone make neither loss worse",
			ratio),
		Panels: panels,
	}.Figure("Three planes with two arrows, the pulls of two tasks, at growing angles, and a shaded cone of steps that " +
		"hurt neither, which narrows: the mean of the pulls falls out of it, the steps of MGDA and UPGrad stay inside.")
}

// Steps draws where each of the methods steps, of two tasks that pull at an angle, in degrees. The axes hold for every
// angle.
func Steps(angle, ratio float64, methods ...balance.Balancer) plots.Figure {
	p := atAngle(angle, ratio)
	hurt := []string{}
	for _, b := range methods {
		step := p.step(b)
		for task := range p {
			if p.along(step, task) < -1e-9 {
				hurt = append(hurt, fmt.Sprintf("%s hurts task %d", balancerName(b), task+1))
			}
		}
	}
	if len(hurt) == 0 {
		hurt = append(hurt, "no step hurts a task")
	}
	plane := p.plane(fmt.Sprintf("Pulls %g° apart: %s", angle, p.answers(methods)), methods, plots.Ink)
	plane.Subtitle = strength(ratio) + "; " + strings.Join(hurt, ", ")
	long := max(ratio, 1)
	plane.XLim, plane.YLim = plots.Range{-1.15 * long, max(1.4, 0.75*long)}, plots.Range{-0.15 * long, max(1.15*long, 0.8*(ratio+1))}
	return plane.Figure("Plane with the pulls of two tasks, the cone of steps that hurt neither, and the steps of " +
		"several methods. " + plane.Title + "; " + strings.Join(hurt, ", ") + ".")
}

// answers says in how many directions methods step; those within a degree of each other are one.
func (p pulls) answers(methods []balance.Balancer) string {
	var ways [][2]float64
	for _, b := range methods {
		step := p.step(b)
		step = pulls{step}.unit(0)
		if !slices.ContainsFunc(ways, func(w [2]float64) bool { return w[0]*step[0]+w[1]*step[1] > math.Cos(math.Pi/180) }) {
			ways = append(ways, step)
		}
	}
	if len(ways) == 1 {
		return fmt.Sprintf("all %d methods step the same way", len(methods))
	}
	return fmt.Sprintf("%d methods step in %d directions", len(methods), len(ways))
}

// unit is a pull at length 1; NaN for no pull.
func (p pulls) unit(task int) [2]float64 {
	long := math.Hypot(p[task][0], p[task][1])
	return [2]float64{p[task][0] / long, p[task][1] / long}
}

// strength says how the pulls compare.
func strength(ratio float64) string {
	switch {
	case ratio == 1:
		return "both tasks pull alike"
	case ratio < 1:
		return fmt.Sprintf("task 2 pulls %.3g times as hard", 1/ratio)
	}
	return fmt.Sprintf("task 1 pulls %g times as hard", ratio)
}

// Gains draws, for each of the methods, what both tasks gain by its step, over the angle between their pulls.
func Gains(ratio float64, methods ...balance.Balancer) plots.Figure {
	angles := plots.Linspace(1, 179, 179)
	var panels []plots.Panel
	hurting := 0
	for _, b := range methods {
		var gains [2][]float64
		for _, angle := range angles {
			p := atAngle(angle, ratio)
			step := p.step(b)
			for task := range p {
				gains[task] = append(gains[task], p.along(step, task))
			}
		}
		note := "hurts neither"
		if from, task := hurtsFrom(b, ratio); task > 0 {
			note = fmt.Sprintf("hurts task %d from %d°", task, from)
			hurting++
		}
		panels = append(panels, plots.Curves{
			Title: balancerName(b), X: "angle between the pulls, in degrees", Y: "gain (cosine between step and pull)",
			YLim: plots.Range{-1, 1}, Floors: []plots.Floor{{Y: 0}},
			Notes: []plots.Note{{Text: note, X: 8, Y: -0.75}},
			Series: []plots.Series{
				{Name: "task 1", Role: lessons.ValueRole, X: angles, Y: gains[0]},
				{Name: "task 2", Role: lessons.ClassRole, X: angles, Y: gains[1]},
			},
		})
	}
	title := fmt.Sprintf("%d of %d methods %s a task when the pulls part far enough", hurting, len(methods),
		lessons.Do(hurting, "hurts", "hurt"))
	if hurting == 0 {
		title = fmt.Sprintf("None of %d methods hurts a task, however far the pulls part", len(methods))
	}
	columns := (len(panels) + 1) / 2
	if len(panels) < 5 {
		columns = 0 // all in a row
	}
	return plots.Panels{
		Title:    title,
		Subtitle: strength(ratio) + "; 1: the task gets its own way, below 0: the step makes its loss worse",
		Columns:  columns,
		Panels:   panels,
	}.Figure("Small multiples, one a method, of the gain of two tasks over the angle between their pulls. " + title + ".")
}

// HurtsFrom returns the least angle between two pulls, in whole degrees, at which a method's step hurts a task; 180 where
// it never does.
func HurtsFrom(b balance.Balancer, ratio float64) int {
	degrees, _ := hurtsFrom(b, ratio)
	return degrees
}

// hurtsFrom says which task, too; 0 for none.
func hurtsFrom(b balance.Balancer, ratio float64) (degrees, task int) {
	for angle := 1; angle < 180; angle++ {
		p := atAngle(float64(angle), ratio)
		step := p.step(b)
		for task := range p {
			if p.along(step, task) < -1e-9 {
				return angle, task + 1
			}
		}
	}
	return 180, 0
}

// Direction returns the step of a method for two gradients of the plane, at length 1.
func Direction(b balance.Balancer, g1, g2 []float64) []float64 {
	p := pulls{[2]float64(g1), [2]float64(g2)}
	step := pulls{p.step(b)}.unit(0)
	return step[:]
}

// Length returns the length of a method's step for two pulls at an angle, in degrees.
func Length(b balance.Balancer, angle, ratio float64) float64 {
	step := atAngle(angle, ratio).step(b)
	return math.Hypot(step[0], step[1])
}

// balancerName returns what a balancer is called in figures: its type, with the setting in question.
func balancerName(b balance.Balancer) string {
	switch b := b.(type) {
	case balance.Equal:
		return "plain sum"
	case balance.Fixed:
		return fmt.Sprintf("weights %s", strings.ReplaceAll(strings.Trim(fmt.Sprint(b.Weights), "[]"), " ", ", "))
	case balance.RLW:
		return "random weights"
	case balance.CAGrad:
		return fmt.Sprintf("CAGrad %g", b.C)
	case balance.NashMTL:
		return "Nash-MTL"
	case balance.IMTLG:
		return "IMTL-G"
	case balance.AlignedMTL:
		return "Aligned-MTL"
	case balance.Uncertainty:
		return "uncertainty"
	}
	name := fmt.Sprintf("%T", b)
	return name[strings.LastIndex(name, ".")+1:]
}
