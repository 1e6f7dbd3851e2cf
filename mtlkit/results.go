package mtlkit

import (
	"fmt"
	"math"
)

// CheckResults returns an error unless results, such as a file holds, can be those of a [Tournament] with so many tasks
// and trials: an entrant has one on a seed, with an entry for each task, a trial below trials, an epoch from 1 on, a loss
// that is finite and above 0, and a value that is finite. It panics at fewer than one task.
func CheckResults(results []Result, tasks, trials int) error {
	if tasks < 1 {
		panic(fmt.Sprintf("mtlkit: CheckResults: %d tasks; a tournament has at least one", tasks))
	}
	type key struct {
		entrant string
		seed    uint64
	}
	seen := make(map[key]bool)
	for k, r := range results {
		problem := ""
		if r.Entrant == "" {
			problem = "has no entrant"
		}
		if seen[key{r.Entrant, r.Seed}] {
			problem = "is there twice"
		}
		seen[key{r.Entrant, r.Seed}] = true
		for _, list := range []struct {
			of string
			n  int
		}{{"trials", len(r.Trials)}, {"epochs", len(r.Epochs)}, {"losses", len(r.Losses)}, {"values", len(r.Values)}} {
			if list.n != tasks {
				problem = fmt.Sprintf("has %d %s, want one for each of the %d tasks", list.n, list.of, tasks)
			}
		}
		for i := 0; problem == "" && i < tasks; i++ {
			switch loss, value := r.Losses[i], r.Values[i]; {
			case r.Trials[i] < 0 || r.Trials[i] >= trials || r.Epochs[i] < 1:
				problem = fmt.Sprintf("kept epoch %d of trial %d, want one of %d trials", r.Epochs[i], r.Trials[i], trials)
			case !(loss > 0) || math.IsInf(loss, 0) || math.IsNaN(value) || math.IsInf(value, 0):
				problem = fmt.Sprintf("has the loss %v and the value %v, want finite ones, and a loss above 0", loss, value)
			}
		}
		if problem != "" {
			return fmt.Errorf("mtlkit: result %d, of %.60q on seed %d, %s", k+1, r.Entrant, r.Seed, problem)
		}
	}
	return nil
}
