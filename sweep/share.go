package sweep

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// A Share is the part of an experiment that a process runs: of the cells 0, 1, … those whose number is Index modulo Of.
// The zero value is everything.
//
// Cells that lie side by side in a list are often alike, such as the seeds of one slow method. So each share takes some
// of all kinds, and takes about as long as the others.
type Share struct{ Index, Of int }

// String returns the share as it is said on a command line, such as "2/8".
func (s Share) String() string {
	if s == (Share{}) {
		return "0/1"
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Of)
}

// has reports whether cell i belongs to the share.
func (s Share) has(i int) bool { return s.Of == 0 || i%s.Of == s.Index }

func (s Share) fault() error {
	if s != (Share{}) && (s.Of < 1 || s.Index < 0 || s.Index >= s.Of) {
		return fmt.Errorf("there is no share %v; shares count from 0, those of 8 are 0/8 to 7/8", s)
	}
	return nil
}

// ParseShare reads a share such as "2/8".
func ParseShare(text string) (Share, error) {
	index, of, found := strings.Cut(text, "/")
	k, errIndex := strconv.Atoi(index)
	n, errOf := strconv.Atoi(of)
	if !found || errIndex != nil || errOf != nil {
		return Share{}, fmt.Errorf("%q is no share; one of eight is 0/8, the last 7/8", text)
	}
	if n == 0 {
		return Share{}, fmt.Errorf("there is no share %s; shares count from 0, those of 8 are 0/8 to 7/8", text)
	}
	s := Share{k, n}
	return s, s.fault()
}

// Shares is the environment variable that says how many shares there are, in an indexed Job of Kubernetes, which itself
// says only JOB_COMPLETION_INDEX.
const Shares = "KINDRED_SHARES"

// FromEnvironment returns the share of this process in an array job, and everything where it is in none.
//
//   - Slurm: task SLURM_ARRAY_TASK_ID of those from SLURM_ARRAY_TASK_MIN to SLURM_ARRAY_TASK_MAX at steps of
//     SLURM_ARRAY_TASK_STEP, of which there are SLURM_ARRAY_TASK_COUNT. An array of any range shares all cells: one of a
//     single task runs whatever has no result.
//   - Kubernetes: JOB_COMPLETION_INDEX of [Shares].
//
// It is an error where these are not whole, not numbers, contradict each other, or where this is one of several tasks that
// srun started, whom nothing tells apart: everything is never run by each of many by mistake.
func FromEnvironment() (Share, error) { return fromEnvironment(os.LookupEnv) }

func fromEnvironment(lookup func(string) (string, bool)) (Share, error) {
	env := environment{lookup: lookup}
	slurm, kubernetes := env.any("SLURM_ARRAY_TASK_"), env.any("JOB_COMPLETION_INDEX", Shares)
	var s Share
	switch {
	case slurm != "" && kubernetes != "":
		return s, fmt.Errorf("the environment has both %s and %s: it is an array of Slurm or a Job of Kubernetes; "+
			"unset one, or say -share", slurm, kubernetes)
	case slurm != "":
		s = env.slurm()
	case kubernetes != "":
		s = Share{env.number("JOB_COMPLETION_INDEX"), env.number(Shares)}
		if env.err == nil && (s.Of < 1 || s.Index < 0 || s.Index >= s.Of) {
			env.err = fmt.Errorf("JOB_COMPLETION_INDEX is %d and %s is %d; the index must be below it: set it to the "+
				"completions of the Job", s.Index, Shares, s.Of)
		}
	}
	if n, ok := lookup("SLURM_STEP_NUM_TASKS"); ok && n != "1" && env.err == nil {
		env.err = fmt.Errorf("SLURM_STEP_NUM_TASKS is %s: srun started as many tasks, and nothing tells this one's share; "+
			"use an array with one task each, or say -share $SLURM_PROCID/$SLURM_NTASKS", n)
	}
	if env.err != nil {
		return Share{}, env.err
	}
	return s, nil
}

// An environment reads numbers, and keeps the first error.
type environment struct {
	lookup func(string) (string, bool)
	err    error
}

// slurmArray are the variables that Slurm sets for every task of an array.
var slurmArray = []string{"ID", "COUNT", "MIN", "MAX", "STEP"}

// any returns the first of the variables that is set, or "".
func (e *environment) any(names ...string) string {
	for _, name := range names {
		if name == "SLURM_ARRAY_TASK_" {
			for _, end := range slurmArray {
				if _, ok := e.lookup(name + end); ok {
					return name + end
				}
			}
		}
		if _, ok := e.lookup(name); ok {
			return name
		}
	}
	return ""
}

func (e *environment) number(name string) int {
	text, ok := e.lookup(name)
	n, err := strconv.Atoi(text)
	switch {
	case e.err != nil:
	case !ok:
		e.err = fmt.Errorf("%s is not set, beside others of an array job: set it, or say -share", name)
	case err != nil:
		e.err = fmt.Errorf("%s is %q, which is no number", name, text)
	}
	return n
}

func (e *environment) slurm() Share {
	var v [5]int
	for k, end := range slurmArray {
		v[k] = e.number("SLURM_ARRAY_TASK_" + end)
	}
	id, count, least, most, step := v[0], v[1], v[2], v[3], v[4]
	switch {
	case e.err != nil:
		return Share{}
	case count < 1 || step < 1 || least+(count-1)*step != most:
		e.err = fmt.Errorf("the array of Slurm has %d tasks from %d to %d at steps of %d, which is no range; "+
			"use one such as --array=0-7, or say -share", count, least, most, step)
		return Share{}
	case id < least || id > most || (id-least)%step != 0:
		e.err = fmt.Errorf("SLURM_ARRAY_TASK_ID is %d, which is none of %d to %d at steps of %d", id, least, most, step)
		return Share{}
	}
	return Share{(id - least) / step, count}
}
