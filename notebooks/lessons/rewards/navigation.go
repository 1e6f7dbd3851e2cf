package rewards

import (
	"fmt"

	"kindred/metakit"
	"kindred/metakit/acting"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Navigation is what bench/acting found at the navigation of the MAML paper, at the published goals.
type Navigation struct {
	Command   string
	Goals     [][2]float64
	Published map[string][][]float64 // of each start, number of steps and goal
	Found     []struct {
		Name       string
		Iterations int
		Returns    [][][]float64 // of each seed and goal, after 0, 1, … steps
	}
	Paths []goalPaths
}

type goalPaths struct {
	Goal  [2]float64
	Paths [][]acting.Path // some, after each number of steps
}

const shown = 5 // numbers of steps, from 0, that are compared

// ReadNavigation reads the results that make navigation wrote. It panics at a file that is not whole, or damaged.
func ReadNavigation(path string) *Navigation {
	n := new(Navigation)
	read(path, "make navigation", n)
	return n
}

func (n *Navigation) whole() error {
	goals := len(n.Goals)
	for _, name := range []string{"maml", "pretrained"} {
		if len(n.Published[name]) < shown {
			return fmt.Errorf("%d steps of the published %s", len(n.Published[name]), name)
		}
		for _, at := range n.Published[name] {
			if len(at) != goals || goals < 2 {
				return fmt.Errorf("%d returns of the published %s at %d goals", len(at), name, goals)
			}
		}
	}
	for _, name := range []string{"MAML", "pretrained", "MAML, log probability"} {
		if _, err := n.returns(name, 0); err != nil {
			return err
		}
	}
	for _, p := range n.Paths {
		if len(p.Paths) < shown {
			return fmt.Errorf("paths after %d steps", len(p.Paths))
		}
		for stage, paths := range p.Paths {
			if len(paths) == 0 {
				return fmt.Errorf("no path after %d steps", stage)
			}
			for _, path := range paths {
				for _, place := range path {
					if len(place) != 2 {
						return fmt.Errorf("a place of %d numbers", len(place))
					}
				}
			}
		}
	}
	if k := len(n.Paths); k == 0 || k > goals {
		return fmt.Errorf("paths of %d goals; there are %d", k, goals)
	}
	return nil
}

// returns returns the return at every goal after some steps, the mean over the seeds.
func (n *Navigation) returns(name string, steps int) ([]float64, error) {
	for _, f := range n.Found {
		if f.Name != name {
			continue
		}
		all := make([]float64, len(n.Goals))
		for _, seed := range f.Returns {
			if len(seed) != len(all) {
				return nil, fmt.Errorf("%q has %d goals of %d", name, len(seed), len(all))
			}
			for k, at := range seed {
				if len(at) < shown {
					return nil, fmt.Errorf("%q has the returns after %d steps", name, len(at))
				}
				all[k] += at[steps] / float64(len(f.Returns))
			}
		}
		if len(f.Returns) > 0 {
			return all, nil
		}
	}
	return nil, fmt.Errorf("no returns of %q", name)
}

// at is returns of what is known to be there.
func (n *Navigation) at(name string, steps int) []float64 {
	all, err := n.returns(name, steps)
	if err != nil {
		panic(err) // whole has seen them
	}
	return all
}

// Walks draws paths before the first step and after some.
func (n *Navigation) Walks(steps int) plots.Figure {
	if steps < 1 || steps >= shown {
		panic(fmt.Sprintf("rewards: Walks: %d steps; 1 to %d are kept", steps, shown-1))
	}
	chart := plots.Panels{Subtitle: fmt.Sprintf("an episode before (grey) and one after %s (blue) at four goals "+
		"(orange), which the policy does not see",
		stepped(steps))}
	before, after := 0.0, 0.0
	some := n.Paths[:min(4, len(n.Paths))]
	for k, p := range some {
		field := plots.Field{X: "x", Y: "y", XLim: plots.Range{-0.7, 0.5}, YLim: plots.Range{-0.6, 0.6}}
		for _, stage := range []int{0, steps} {
			for _, path := range p.Paths[stage][:1] {
				line := plots.Path{Role: plots.Grey, Plain: true}
				if stage > 0 {
					line.Role = plots.Blue
				}
				for _, place := range path {
					line.X, line.Y = append(line.X, place[0]), append(line.Y, place[1])
				}
				field.Paths = append(field.Paths, line)
			}
		}
		field.Paths = append(field.Paths, plots.Path{Role: plots.Vermillion, X: p.Goal[:1], Y: p.Goal[1:]}) // on top
		was, is := n.at("MAML", 0)[k], n.at("MAML", steps)[k]
		field.Title = lessons.Minus(fmt.Sprintf("return %.0f → %.0f", was, is))
		before, after = before+was/float64(len(some)), after+is/float64(len(some))
		chart.Panels = append(chart.Panels, field)
	}
	chart.Title = lessons.Minus(fmt.Sprintf("The mean return at these goals goes from %.0f to %.0f after %s", before,
		after, stepped(steps)))
	if after <= before {
		chart.Title = lessons.Minus(fmt.Sprintf("After %s it does no better: return %.0f → %.0f", stepped(steps), before,
			after))
	}
	return chart.Figure(fmt.Sprintf("Maps of paths from the middle, before and after %s of policy gradient, with the "+
		"goal.", stepped(steps)))
}

func stepped(n int) string {
	if n == 1 {
		return "one step"
	}
	return fmt.Sprintf("%d steps", n)
}

// Returns draws the mean return over steps beside the published one, at the same goals, and says how MAML's start compares to
// the pretrained one after some steps.
func (n *Navigation) Returns(after int) plots.Figure {
	if after < 0 || after >= shown {
		panic(fmt.Sprintf("rewards: Returns: %d steps; 0 to %d are kept", after, shown-1))
	}
	chart := plots.Curves{X: "steps of policy gradient at a new goal", Y: "mean return (minus the distances, summed)",
		Subtitle: fmt.Sprintf("the same %d goals, 95 %% interval over them", len(n.Goals))}
	series := func(name string, role plots.Role, dash bool, of func(steps int) []float64) {
		s := plots.Series{Name: name, Role: role, Dots: !dash, Dash: dash}
		for steps := range shown {
			m := metakit.MeanInterval(of(steps))
			s.Y, s.X = append(s.Y, m.Mean), append(s.X, float64(steps))
			if !dash {
				s.Low, s.High = append(s.Low, m.Low), append(s.High, m.High)
			}
		}
		chart.Series = append(chart.Series, s)
	}
	published := func(name string) func(int) []float64 {
		return func(steps int) []float64 { return n.Published[name][steps] }
	}
	found := func(name string) func(int) []float64 { return func(steps int) []float64 { return n.at(name, steps) } }
	series("MAML", plots.Blue, false, found("MAML"))
	series("MAML, published", plots.Blue, true, published("maml"))
	series("pretrained", plots.Vermillion, false, found("pretrained"))
	series("pretrained, published", plots.Vermillion, true, published("pretrained"))
	d := metakit.PairedInterval(n.at("MAML", after), n.at("pretrained", after))
	said := "MAML's start is better: by"
	switch {
	case d.High < 0:
		said, d = "the pretrained start is better: by", metakit.PairedInterval(n.at("pretrained", after), n.at("MAML", after))
	case d.Low <= 0:
		said = "nothing tells which start is better: MAML's by"
	}
	chart.Title = lessons.Minus(fmt.Sprintf("After %s %s %.1f [%.1f, %.1f]", stepped(after), said, d.Mean, d.Low, d.High))
	return chart.Figure("Line chart of the mean return over steps of policy gradient, of MAML and of a pretrained " +
		"policy, here and as published.")
}

// Differences tells how far the mean returns are from others at the same goals, goal by goal, with 95 % intervals.
func (n *Navigation) Differences() (header []string, rows [][]string) {
	header = []string{"after steps", "MAML here", "published", "here less published", "here less pretrained",
		"log probability less low variance"}
	for steps := range shown {
		here, theirs := n.at("MAML", steps), n.Published["maml"][steps]
		mean := func(x []float64) string { return lessons.Minus(fmt.Sprintf("%.1f", metakit.MeanInterval(x).Mean)) }
		pair := func(x, y []float64) string {
			d := metakit.PairedInterval(x, y)
			return lessons.Minus(fmt.Sprintf("%.2f [%.2f, %.2f]", d.Mean, d.Low, d.High))
		}
		rows = append(rows, []string{fmt.Sprint(steps), mean(here), mean(theirs), pair(here, theirs), pair(here,
			n.at("pretrained", steps)),
			pair(n.at("MAML, log probability", steps), here)})
	}
	return header, rows
}
