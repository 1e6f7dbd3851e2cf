package balancing

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"kindred/mtlkit"
	"kindred/notebooks/lessons"
)

// ReadCup reads the results that bench/balancing wrote. It panics at a file that is not whole, or damaged.
func ReadCup(path string) *Cup {
	const command = "make compare-balancing"
	text, err := lessons.ReadResults(path, command, longestCup)
	if err != nil {
		panic(fmt.Sprintf("balancing: %v", err))
	}
	c, err := parseCup(text)
	if err != nil {
		panic(fmt.Sprintf("balancing: %s: %v; delete it and say %s", path, err, command))
	}
	return c
}

// longestCup is ten times the length of the file with 25 entrants on 20 seeds. A result takes 205 bytes there; one of
// fewer than leastResult is no result, and could only fill memory.
const (
	longestCup  = 1 << 20
	leastResult = 64
)

// parseCup reads the results of a tournament that is whole: each entrant on the same seeds, equal weights among them.
func parseCup(text []byte) (*Cup, error) {
	if len(text) > longestCup || bytes.Count(text, []byte("{")) > len(text)/leastResult+1 {
		return nil, fmt.Errorf("%d bytes with %d results, want at most %d bytes, and %d bytes a result", len(text),
			bytes.Count(text, []byte("{")), longestCup, leastResult)
	}
	var file struct {
		Command string
		Tasks   []string
		Rows    [3]int
		Trials  int
		Results []mtlkit.Result
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, err
	}
	if len(file.Tasks) == 0 || slices.Contains(file.Tasks, "") || slices.Min(file.Rows[:]) < 0 {
		return nil, errors.New("a task without a name, none at all, or fewer than no rows")
	}
	if err := mtlkit.CheckResults(file.Results, len(file.Tasks), file.Trials); err != nil {
		return nil, err
	}
	c := &Cup{Results: file.Results, Command: file.Command, Split: file.Rows, Tasks: file.Tasks}
	c.Trials = file.Trials
	for _, r := range c.Results {
		if r.Seed == 0 {
			c.Entrants = append(c.Entrants, mtlkit.Entrant{Name: r.Entrant})
		}
	}
	if err := c.whole(); err != nil {
		return nil, err
	}
	return c, nil
}

// whole is an error unless each entrant has the same seeds, which count from 0, and equal weights are among them.
func (c *Cup) whole() error {
	on := make(map[string]int) // seeds
	for _, r := range c.Results {
		on[r.Entrant]++
	}
	seeds := on[against]
	for name, n := range on {
		if n != seeds {
			return fmt.Errorf("%.60q is on %d seeds, %q on %d", name, n, against, seeds)
		}
	}
	for _, r := range c.Results {
		if r.Seed >= uint64(seeds) {
			return fmt.Errorf("%.60q has a result on seed %d and not on all before it", r.Entrant, r.Seed)
		}
	}
	if seeds == 0 {
		return fmt.Errorf("no results of %q", against)
	}
	return nil
}
