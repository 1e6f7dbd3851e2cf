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

// paths returns what paths draws of trails: the variables, or the objectives. Those that arrive are blue, the others
// vermillion.
func paths(of []trail, objectives bool) (paths []plots.Path) {
	for _, t := range of {
		p := plots.Path{Name: "arrives", Role: plots.Blue}
		if t.arrived < 0 {
			p.Name, p.Role = "does not arrive", plots.Vermillion
		}
		for _, at := range t.points {
			v := at.X
			if objectives {
				v = at.F
			}
			p.X, p.Y = append(p.X, v[0]), append(p.Y, v[1])
		}
		paths = append(paths, p)
	}
	return paths
}

// front returns the Pareto set of a problem, or the objectives on it.
func front(problem balance.Problem, objectives bool) plots.Path {
	p := plots.Path{Name: "Pareto front", Role: plots.Green, Plain: true}
	f, jac := make([]float64, 2), mat.NewDense(2, 2, nil)
	for _, x := range problem.ParetoSet(61) {
		v := x
		if objectives {
			problem.Evaluate(f, jac, x)
			v = f
		}
		p.X, p.Y = append(p.X, v[0]), append(p.Y, v[1])
	}
	return p
}

// Trails draws how a descent goes from five starts: in the plane of the two variables, over the sum of both losses, and
// in the plane of the losses.
func Trails(d balance.Descent, steps int) plots.Figure {
	of := trails(steps, d)[0]
	f, jac := make([]float64, 2), mat.NewDense(2, 2, nil)
	grid := plots.NewGrid(plots.Range{-11, 11}, plots.Range{-11, 11}, 81, func(x, y float64) float64 {
		d.Problem.Evaluate(f, jac, []float64{x, y})
		return f[0] + f[1]
	})
	var stuck []string
	for _, t := range of {
		if t.arrived < 0 {
			stuck = append(stuck, lessons.Minus(fmt.Sprintf("(%g, %g)", t.points[0].X[0], t.points[0].X[1])))
		}
	}
	title := fmt.Sprintf("%s: %d of %d starts arrive", balancerName(d.Balance), len(of)-len(stuck), len(of))
	subtitle := fmt.Sprintf("%s steps of Adam, rate %g", lessons.Thousands(steps), d.Rate)
	if stuck != nil {
		subtitle += "; not there yet: from " + strings.Join(stuck, ", ")
	}
	return plots.Panels{
		Title: title, Subtitle: subtitle, Free: true,
		Panels: []plots.Panel{
			plots.Field{
				Title: "the way, over the sum", X: "x₁", Y: "x₂", Z: "sum", Grid: grid,
				Paths: append([]plots.Path{front(d.Problem, false)}, paths(of, false)...), Stretch: true,
			},
			plots.Field{
				Title: "both losses on the way", X: "loss 1", Y: "loss 2",
				Paths: append([]plots.Path{front(d.Problem, true)}, paths(of, true)...), Stretch: true,
			},
		},
	}.Figure("Two planes with the trails of a descent from five starts: of the variables, over a map of the sum of both " +
		"losses, and of the losses, with the Pareto front: trails end at the front or stall in a valley on the way.")
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
		arrived := 0
		for _, t := range of {
			if t.arrived >= 0 {
				arrived++
			}
		}
		if arrived == len(of) {
			whole++
		}
		panels = append(panels, plots.Field{
			Title: fmt.Sprintf("%s: %d of %d", balancerName(w.methods[i]), arrived, len(of)), X: "x₁", Y: "x₂",
			Paths: append([]plots.Path{front(w.descents[i].Problem, false)}, paths(of, false)...), Stretch: true,
		})
	}
	arrive := "arrive"
	if whole == 1 {
		arrive = "arrives"
	}
	return plots.Panels{
		Title: fmt.Sprintf("%d of %d methods %s from all five starts, each at places of its own", whole, len(w.methods), arrive),
		Subtitle: fmt.Sprintf("%s steps of Adam, rate %g; above each: starts that arrive", lessons.Thousands(w.steps),
			w.descents[0].Rate),
		Columns: (len(panels) + 1) / 2,
		Panels:  panels,
	}.Figure("Small multiples, one a method, of trails from five starts to the Pareto front in the plane of two " +
		"variables: some methods stall in the valleys, and the others arrive at different places of the front.")
}

// Header names the columns of Rows.
func (w Walks) Header() []string {
	header := []string{"first seen at the front, from"}
	for _, t := range w.trails[0] {
		header = append(header, lessons.Minus(fmt.Sprintf("(%g, %g)", t.points[0].X[0], t.points[0].X[1])))
	}
	return header
}

// Rows returns the step after which each method was first seen at the front, from each start.
func (w Walks) Rows() (rows [][]string) {
	for i, of := range w.trails {
		row := []string{balancerName(w.methods[i])}
		for _, t := range of {
			if t.arrived < 0 {
				row = append(row, "–")
			} else {
				row = append(row, lessons.Thousands(t.arrived))
			}
		}
		rows = append(rows, row)
	}
	return rows
}
