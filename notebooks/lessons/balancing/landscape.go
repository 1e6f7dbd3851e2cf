package balancing

import (
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/balance"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// trail is a descent of the two-valley problem from one of its starts.
type trail struct {
	points  []balance.Point
	arrived int // first step at which it was seen at the Pareto set, -1 for never
}

const (
	atFront = 0.01 // closer to the Pareto set counts as arrived
	looks   = 250  // places at which a trail is looked at, at equal steps
)

// trails follows descents, each from all starts of its problem, side by side.
func trails(steps int, descents ...balance.Descent) [][]trail {
	var at []int
	for k := range looks + 1 {
		at = append(at, k*steps/looks)
	}
	all := make([][]trail, len(descents))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, d := range descents {
		starts := d.Problem.(balance.Toy2D).Starts()
		all[i] = make([]trail, len(starts))
		for k, start := range starts {
			group.Go(func() error {
				points, err := d.Run(start, at...)
				t := trail{points: points, arrived: -1}
				for _, p := range points {
					if t.arrived < 0 && d.Problem.Distance(p.X) < atFront {
						t.arrived = p.Step
					}
				}
				all[i][k] = t
				return err
			})
		}
	}
	if err := group.Wait(); err != nil {
		panic(err)
	}
	return all
}

// paths are the trails in the plane of the variables. Those that arrive are blue, the others vermillion.
func paths(of []trail) (paths []plots.Path) {
	for _, t := range of {
		p := plots.Path{Name: "arrives", Role: plots.Blue}
		if t.arrived < 0 {
			p.Name, p.Role = "does not arrive", plots.Vermillion
		}
		for _, at := range t.points {
			p.X, p.Y = append(p.X, at.X[0]), append(p.Y, at.X[1])
		}
		paths = append(paths, p)
	}
	return paths
}

// front is the Pareto set of a problem.
func front(problem balance.Problem) plots.Path {
	p := plots.Path{Name: "Pareto front", Role: plots.Green, Plain: true}
	for _, x := range problem.ParetoSet(61) {
		p.X, p.Y = append(p.X, x[0]), append(p.Y, x[1])
	}
	return p
}

// Trails draws how a descent goes from five starts: in the plane of the two variables, over the sum of both losses, and
// how far from the Pareto front it is after so many steps.
func Trails(d balance.Descent, steps int) plots.Figure {
	of := trails(steps, d)[0]
	f, jac := make([]float64, 2), mat.NewDense(2, 2, nil)
	grid := plots.NewGrid(plots.Range{-11, 11}, plots.Range{-11, 11}, 81, func(x, y float64) float64 {
		d.Problem.Evaluate(f, jac, []float64{x, y})
		return f[0] + f[1]
	})
	away := plots.Curves{Title: "how far it still is", X: "step", Y: "distance to the front"}
	var stuck []string
	for _, t := range of {
		start := startName(t)
		s := plots.Series{Role: plots.Blue}
		if t.arrived < 0 {
			stuck = append(stuck, start)
			s.Role = plots.Vermillion
		}
		for _, p := range t.points {
			s.X, s.Y = append(s.X, float64(p.Step)), append(s.Y, d.Problem.Distance(p.X))
		}
		away.Series = append(away.Series, s)
	}
	title := fmt.Sprintf("%s arrives from %s starts within %s steps", balancerName(d.Balance),
		lessons.Of(len(of)-len(stuck), len(of)), lessons.Thousands(steps))
	subtitle := fmt.Sprintf("Adam, rate %g", d.Rate)
	if stuck != nil {
		subtitle += "; not there yet: from " + strings.Join(stuck, ", ")
	}
	return plots.Panels{
		Title: title, Subtitle: subtitle, Free: true,
		Panels: []plots.Panel{
			plots.Field{
				Title: "the way, over the sum", X: "x₁", Y: "x₂", Z: "sum", Grid: grid,
				Paths: append([]plots.Path{front(d.Problem)}, paths(of)...), Stretch: true,
			},
			away,
		},
	}.Figure("Plane with the trails of a descent from five starts, over a map of the sum of both losses, and a line chart of " +
		"their distance to the Pareto front. " + title + ".")
}

// startName writes where a trail begins.
func startName(t trail) string {
	return lessons.Minus(fmt.Sprintf("(%g, %g)", t.points[0].X[0], t.points[0].X[1]))
}

// Arrivals returns from how many of its starts a descent reaches the Pareto front within so many steps.
func Arrivals(d balance.Descent, steps int) (n int) {
	for _, t := range trails(steps, d)[0] {
		if t.arrived >= 0 {
			n++
		}
	}
	return n
}

// Walks are the ways of descents that differ in their method.
type Walks struct {
	methods  []balance.Balancer
	descents []balance.Descent
	steps    int
	trails   [][]trail
}

// Walk follows the descent by each of the methods from five starts.
func Walk(descent func(balance.Balancer) balance.Descent, steps int, methods ...balance.Balancer) Walks {
	w := Walks{methods: methods, steps: steps}
	for _, b := range methods {
		w.descents = append(w.descents, descent(b))
	}
	w.trails = trails(steps, w.descents...)
	return w
}

// Figure draws the ways in the plane of the variables, a panel a method.
func (w Walks) Figure() plots.Figure {
	var panels []plots.Panel
	whole := 0
	for i, of := range w.trails {
		arrived, last := 0, 0
		for _, t := range of {
			if t.arrived >= 0 {
				arrived, last = arrived+1, max(last, t.arrived)
			}
		}
		title := fmt.Sprintf("%s: %s", balancerName(w.methods[i]), lessons.Of(arrived, len(of)))
		if arrived == len(of) {
			whole++
			title = fmt.Sprintf("%s: all by %s", balancerName(w.methods[i]), lessons.Thousands(last))
		}
		panels = append(panels, plots.Field{
			Title: title, X: "x₁", Y: "x₂",
			Paths: append([]plots.Path{front(w.descents[i].Problem)}, paths(of)...), Stretch: true,
		})
	}
	title := fmt.Sprintf("Within %s steps %s methods %s from all five starts", lessons.Thousands(w.steps),
		lessons.Of(whole, len(w.methods)), lessons.Do(whole, "arrives", "arrive"))
	return plots.Panels{
		Title: title,
		Subtitle: fmt.Sprintf("Adam, rate %g; above each: starts from which it arrives, or the step by which it has from all",
			w.descents[0].Rate),
		Columns: (len(panels) + 1) / 2,
		Panels:  panels,
	}.Figure("Small multiples, one a method, of trails from five starts to the Pareto front in the plane of two " +
		"variables. " + title + ".")
}
