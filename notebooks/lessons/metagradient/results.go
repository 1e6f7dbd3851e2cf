package metagradient

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"kindred/metakit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Results are what bench/orders found: errors on new waves in the course of long trainings.
type Results struct {
	Command    string
	Iterations []int // after which the learners were tested
	Steps      []int // of each test
	Learners   []Course
}

// A Course is how a learner did, Errors[seed][i][k] after Iterations[i] and Steps[k], with the rate of Adam of each
// seed.
type Course struct {
	Name   string
	Rates  []float64
	Errors [][][]float64
}

// ReadResults reads what bench/orders wrote. It panics at a file that is not whole, or damaged.
func ReadResults(path string) *Results {
	const command = "make compare-orders"
	text, err := lessons.ReadResults(path, command, longest)
	if err != nil {
		panic(fmt.Sprintf("metagradient: %v", err))
	}
	r, err := parse(text)
	if err != nil {
		panic(fmt.Sprintf("metagradient: %s: %v; delete it and say %s", path, err, command))
	}
	return r
}

// longest is some ten times the length of the file of ten seeds. A list of fewer than leastList bytes is no result, and
// could only fill memory.
const (
	longest   = 1 << 18
	leastList = 4
)

// parse reads results that are whole: MAML first, and of each learner positive errors at every look, on as many seeds.
func parse(text []byte) (*Results, error) {
	if n := bytes.Count(text, []byte("[")) + bytes.Count(text, []byte("{")); len(text) > longest || n > len(text)/leastList+1 {
		return nil, fmt.Errorf("%d bytes with %d lists and objects, want at most %d bytes, and %d bytes a list", len(text), n,
			longest, leastList)
	}
	var r Results
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, err
	}
	if len(r.Learners) < 2 || r.Learners[0].Name != names[maml] || len(r.Iterations) < 2 || len(r.Steps) == 0 {
		return nil, fmt.Errorf("%d learners, %d looks, %d numbers of steps; want MAML and others", len(r.Learners),
			len(r.Iterations), len(r.Steps))
	}
	for i, n := range r.Iterations {
		if n < 1 || i > 0 && n <= r.Iterations[i-1] {
			return nil, fmt.Errorf("looks after %v iterations", r.Iterations)
		}
	}
	for _, c := range r.Learners {
		if roleOf(c.Name) < 0 || len(c.Rates) < 2 || len(c.Rates) != len(r.Learners[0].Rates) || len(c.Errors) != len(c.Rates) {
			return nil, fmt.Errorf("learner %.20q with %d rates and errors of %d seeds, of %d of MAML's", c.Name, len(c.Rates),
				len(c.Errors), len(r.Learners[0].Rates))
		}
		for seed, looks := range c.Errors {
			if len(looks) != len(r.Iterations) {
				return nil, fmt.Errorf("%s, seed %d: %d looks, want %d", c.Name, seed, len(looks), len(r.Iterations))
			}
			for _, errors := range looks {
				if len(errors) != len(r.Steps) {
					return nil, fmt.Errorf("%s, seed %d: errors after %d numbers of steps, want %d", c.Name, seed, len(errors),
						len(r.Steps))
				}
				for _, e := range errors {
					if !(e > 1e-12 && e < 1e12) {
						return nil, fmt.Errorf("%s, seed %d: an error of %v", c.Name, seed, e)
					}
				}
			}
		}
	}
	return &r, nil
}

// roleOf returns the place of a learner among the names, or −1.
func roleOf(name string) int {
	for k, n := range names {
		if n == name {
			return k
		}
	}
	return -1
}

// Figure draws the errors over the training after a number of steps, the nearest that was tested, and beside them those
// of the others as a multiple of MAML's, seed by seed; and what was drawn earlier.
func (r *Results) Figure(steps int, memory lessons.Memory) plots.Figure {
	k := 0
	for i, tested := range r.Steps {
		if max(tested-steps, steps-tested) < max(r.Steps[k]-steps, steps-r.Steps[k]) {
			k = i
		}
	}
	errors := plots.Curves{
		Title: "error after " + stepped(r.Steps[k]), X: "meta-iteration", Y: "mean squared error", LogX: true, LogY: true,
	}
	ratios := plots.Curves{
		Title: "as a multiple of MAML's", X: "meta-iteration", Y: "ratio", LogX: true, LogY: true,
		Floors: []plots.Floor{{Name: "1", Y: 1}},
	}
	last := len(r.Iterations) - 1
	caption := fmt.Sprintf("After %s iterations, geometric means of the ratios", lessons.Thousands(r.Iterations[last]))
	title := ""
	for _, c := range r.Learners {
		at := roleOf(c.Name)
		course := plots.Series{Name: c.Name, Role: roles[at]}
		ratio := course
		var end metakit.Interval
		worse := 0
		for i, n := range r.Iterations {
			var own, against []float64
			for seed := range c.Errors {
				e := math.Log(c.Errors[seed][i][k])
				own, against = append(own, e), append(against, e-math.Log(r.Learners[0].Errors[seed][i][k]))
			}
			add(&course, n, metakit.MeanInterval(own))
			end = metakit.MeanInterval(against)
			add(&ratio, n, end)
			if i == last {
				for _, v := range against {
					if v > 0 {
						worse++
					}
				}
			}
		}
		errors.Series = append(errors.Series, course)
		if at == maml {
			continue
		}
		ratios.Series = append(ratios.Series, ratio)
		caption += fmt.Sprintf("; %s %.2f [%.2f, %.2f], above 1 on %s seeds", c.Name, math.Exp(end.Mean), math.Exp(end.Low),
			math.Exp(end.High), lessons.Of(worse, len(c.Errors)))
		if at == firstOrder {
			title = fmt.Sprintf("After %s iterations first order errs %.2f times as much as MAML",
				lessons.Thousands(r.Iterations[last]), math.Exp(end.Mean))
		}
	}
	return lessons.Remembered(memory, "long", plots.Panels{
		Title:    title,
		Subtitle: fmt.Sprintf("geometric mean of %d seeds, 95 %% interval; Adam's rate chosen by the other seeds", len(r.Learners[0].Rates)),
		Free:     true, Panels: []plots.Panel{errors, ratios},
	}).Figure("Two line charts over the meta-iterations, logarithmic: the error of MAML, first order and Reptile on new waves, and that " +
		"of the last two as a multiple of MAML's.",
	).Caption(caption + fmt.Sprintf(". Rates of Adam: %s. Made by %s.", r.rates(), r.Command))
}

// rates tells the rates of each learner.
func (r *Results) rates() string {
	var all []string
	for _, c := range r.Learners {
		rates := slices.Clone(c.Rates)
		slices.Sort(rates)
		all = append(all, c.Name+" "+listed("%g", slices.Compact(rates)))
	}
	return strings.Join(all, "; ")
}

// add appends the exponentials of a mean of logarithms and its interval.
func add(s *plots.Series, x int, m metakit.Interval) {
	s.X, s.Y = append(s.X, float64(x)), append(s.Y, math.Exp(m.Mean))
	s.Low, s.High = append(s.Low, math.Exp(m.Low)), append(s.High, math.Exp(m.High))
}
