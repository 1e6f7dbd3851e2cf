package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"kindred/internal/notebooktest"
)

// slow is how many seconds a value may take, its cell and those after it, without being called slow.
const slow = 10

// tally is what is counted over all notebooks.
type tally struct {
	values, problems, kept, slow int
	slowest                      string
	longest                      float64
}

// knobs tries every offered value of the notebooks.
func knobs(paths []string, books []*notebooktest.Notebook) error {
	var all tally
	for i, nb := range books {
		if err := all.turn(paths[i], nb); err != nil {
			return fmt.Errorf("%s: %w", paths[i], err)
		}
	}
	fmt.Printf("knobs: %d values of %d notebooks tried, %d problems; %d took more than %d s; slowest %s\n",
		all.values, len(books), all.problems, all.slow, slow, all.slowest)
	if load, err := os.ReadFile("/proc/loadavg"); err == nil {
		fmt.Printf("knobs: the load at the end was %s on %d processors\n", strings.Fields(string(load) + " ?")[0], runtime.NumCPU())
	}
	fmt.Printf("knobs: %d figures changed without their alternative text; all of them are in %s\n", all.kept, dumps)
	if all.problems > 0 {
		return fmt.Errorf("%d problems", all.problems)
	}
	return nil
}

// turn runs a notebook as committed and then with each offered value.
func (all *tally) turn(path string, nb *notebooktest.Notebook) (err error) {
	name := strings.TrimSuffix(filepath.Base(path), ".ipynb")
	tries := nb.Tries()
	if len(tries) == 0 {
		fmt.Printf("%s: offers nothing\n", name)
		return nil
	}
	k, err := start()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, k.Close()) }()
	var before []notebooktest.Run
	for _, c := range nb.Code() {
		r, err := k.Run(string(c.Source))
		if err != nil {
			return err
		}
		if r.Failed != "" {
			return fmt.Errorf("cell %s fails as committed: %s", c.ID, r.Failed)
		}
		before = append(before, r)
	}
	page := newDump(name, nb, before)
	for i, t := range tries {
		tried, err := nb.Turn(k, t, before)
		if err != nil {
			return err
		}
		page.add(t, tried)
		all.count(name, nb, t, tried)
		if i+1 == len(tries) || tries[i+1].Cell != t.Cell || tries[i+1].Knob.Name != t.Knob.Name {
			if err := nb.Restore(k, t.Cell); err != nil {
				return err
			}
		}
	}
	return page.write()
}

func (all *tally) count(name string, nb *notebooktest.Notebook, t notebooktest.Try, tried notebooktest.Tried) {
	own, later := tried.Seconds()
	said := ""
	if own+later > slow {
		all.slow++
		said = ", slow"
	}
	what := fmt.Sprintf("%s: cell %s: %s = %s", name, nb.Code()[t.Cell].ID, t.Knob.Name, t.Value)
	fmt.Printf("%s: %.1f s, and %.1f s in %d later cells%s\n", what, own, later, len(tried.Runs)-1, said)
	for _, p := range tried.Problems {
		fmt.Printf("  problem: %s\n", p)
	}
	all.values++
	all.problems += len(tried.Problems)
	all.kept += tried.Kept
	if own+later > all.longest {
		all.longest = own + later
		all.slowest = fmt.Sprintf("%.1f s (%s)", all.longest, what)
	}
}
