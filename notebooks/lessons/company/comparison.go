package company

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"kindred/mtlkit/relate"
	"kindred/notebooks/lessons"
)

// A Comparison is what bench/relatedness found: test losses together and alone, at places of known relatedness and on
// real sets.
type Comparison struct {
	Command string
	Trials  int
	Places  []Place
}

// A Place is two related tasks, Set "related", or a real set, with so many rows of each task to train on.
type Place struct {
	Set         string
	Relatedness float64
	Rows        int
	Resplit     float64 // see relate.Judge
	Tasks       []string

	// Test losses of each task and seed: in one network, alone in one as wide, and alone in one so narrow that all have as
	// many parameters together.
	Together, Alone, Narrow [][]float64

	wide, narrow relate.Report // of the first against the others
}

// ReadComparison reads the results that bench/relatedness wrote. It panics at a file that is not whole, or damaged.
func ReadComparison(path string) *Comparison {
	const command = "make compare-relatedness"
	text, err := lessons.ReadResults(path, command, longest)
	if err != nil {
		panic(fmt.Sprintf("company: %v", err))
	}
	c, err := parse(text)
	if err != nil {
		panic(fmt.Sprintf("company: %s: %v; delete it and say %s", path, err, command))
	}
	return c
}

// longest is some ten times the length of the file of 20 seeds. An object of fewer than leastObject bytes is no
// result, and could only fill memory.
const (
	longest     = 1 << 20
	leastObject = 64
)

// parse reads results that are whole: at every place losses of each task, together and alone, on as many seeds.
func parse(text []byte) (*Comparison, error) {
	if n := bytes.Count(text, []byte("{")); len(text) > longest || n > len(text)/leastObject+1 {
		return nil, fmt.Errorf("%d bytes with %d objects, want at most %d bytes, and %d bytes an object", len(text), n,
			longest, leastObject)
	}
	var c Comparison
	if err := json.Unmarshal(text, &c); err != nil {
		return nil, err
	}
	if len(c.Places) == 0 {
		return nil, fmt.Errorf("no places")
	}
	for k := range c.Places {
		if err := c.Places[k].judge(); err != nil {
			return nil, fmt.Errorf("place %d, %.60q: %w", k, c.Places[k].Set, err)
		}
	}
	return &c, nil
}

// judge checks what was read, and makes the report of it.
func (p *Place) judge() (err error) {
	if !(p.Relatedness >= 0 && p.Relatedness <= 1) || p.Rows < 1 || !(p.Resplit >= 0) || math.IsInf(p.Resplit, 1) {
		return fmt.Errorf("relatedness %v, %d rows, %v to test on for each", p.Relatedness, p.Rows, p.Resplit)
	}
	if len(p.Tasks) == 0 || len(p.Together) != len(p.Tasks) || len(p.Alone) != len(p.Tasks) ||
		len(p.Narrow) != len(p.Tasks) {
		return fmt.Errorf("%d tasks, losses of %d together, of %d and %d alone", len(p.Tasks), len(p.Together), len(p.Alone),
			len(p.Narrow))
	}
	for i := range p.Tasks {
		for _, losses := range [][]float64{p.Together[i], p.Alone[i], p.Narrow[i]} {
			if n := len(p.Alone[0]); n < 2 || len(losses) != n {
				return fmt.Errorf("%d losses of task %d, want as many as seeds, %d, two at least", len(losses), i, n)
			}
			if slices.Min(losses) < 0 {
				return fmt.Errorf("a loss of task %d below 0", i)
			}
		}
	}
	judge := relate.Judge{Resplit: p.Resplit}
	if p.wide, err = relate.NewReport(p.Tasks, p.Together, p.Alone, judge); err == nil {
		p.narrow, err = relate.NewReport(p.Tasks, p.Together, p.Narrow, judge)
	}
	return err
}
