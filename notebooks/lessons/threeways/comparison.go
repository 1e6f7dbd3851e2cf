package threeways

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"kindred/mtlkit"
	"kindred/notebooks/lessons"
)

// A Comparison is what bench/sharing found: how ways to share did on tasks of several relatednesses, beside their
// twins.
type Comparison struct {
	Command     string
	Relatedness []float64
	Ways        []struct {
		Name   string
		Params int
	}
	Trials  int
	Results [][]mtlkit.Result // for each relatedness: of a way by its name, of its twins with " alone" behind it
}

// ReadComparison reads the results that bench/sharing wrote. It panics at a file that is not whole, or damaged.
func ReadComparison(path string) *Comparison {
	const command = "make compare-sharing"
	text, err := lessons.ReadResults(path, command, longestComparison)
	if err != nil {
		panic(fmt.Sprintf("threeways: %v", err))
	}
	c, err := parseComparison(text)
	if err != nil {
		panic(fmt.Sprintf("threeways: %s: %v; delete it and say %s", path, err, command))
	}
	return c
}

// longestComparison is some ten times the length of the file of 10 ways on 20 seeds. An object of fewer than
// leastObject bytes is no result, and could only fill memory.
const (
	longestComparison = 4 << 20
	leastObject       = 16
)

// parseComparison reads a comparison that is whole: every way and its twins on the same seeds, from 0 on, two tasks
// each, the control among them.
func parseComparison(text []byte) (*Comparison, error) {
	if n := bytes.Count(text, []byte("{")); len(text) > longestComparison || n > len(text)/leastObject+1 {
		return nil, fmt.Errorf("%d bytes with %d objects, want at most %d bytes, and %d bytes an object", len(text), n,
			longestComparison, leastObject)
	}
	var c Comparison
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, err
	}
	if len(c.Ways) == 0 || len(c.Relatedness) == 0 || len(c.Results) != len(c.Relatedness) {
		return nil, fmt.Errorf("%d ways, %d numbers of relatedness and results for %d of them", len(c.Ways),
			len(c.Relatedness), len(c.Results))
	}
	seeds := len(c.Results[0]) / (2 * len(c.Ways))
	for k, results := range c.Results {
		if err := mtlkit.CheckResults(results, 2, c.Trials); err != nil {
			return nil, err
		}
		if len(results) != 2*len(c.Ways)*seeds || seeds < 2 {
			return nil, fmt.Errorf("%d results at relatedness %v, want %d of each of %d ways and of its twins, two "+
				"at least", len(results), c.Relatedness[k], seeds, len(c.Ways))
		}
		for _, w := range c.Ways {
			for _, name := range []string{w.Name, w.Name + " alone"} {
				of := c.of(k, name)
				if len(of) != seeds || of[seeds-1].Seed != uint64(seeds-1) {
					return nil, fmt.Errorf("%.60q has no results on seeds 0 to %d at relatedness %v", name, seeds-1,
						c.Relatedness[k])
				}
			}
		}
	}
	if !slices.ContainsFunc(c.Results[0], func(r mtlkit.Result) bool { return r.Entrant == nothing }) {
		return nil, fmt.Errorf("no results of %q", nothing)
	}
	if slices.ContainsFunc(c.Relatedness, func(v float64) bool { return math.IsNaN(v) || v < 0 || v > 1 }) {
		return nil, errors.New("a relatedness is not from 0 to 1")
	}
	return &c, nil
}

// of returns the results of a way or of its twins at relatedness k, in the order of the seeds.
func (c *Comparison) of(k int, name string) (of []mtlkit.Result) {
	for _, r := range c.Results[k] {
		if r.Entrant == name {
			of = append(of, r)
		}
	}
	slices.SortFunc(of, func(a, b mtlkit.Result) int { return int(a.Seed) - int(b.Seed) })
	return of
}
