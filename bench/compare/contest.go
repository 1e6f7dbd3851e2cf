package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"slices"
)

// A system is a program that answers on its standard output.
type system struct {
	name       string
	command    []string // PRECISION stands for the precision
	precisions []string
	folder     string
}

// A job is a workload and the systems that do it.
type job struct {
	workload string
	systems  []string
}

// slowRounds is how often a system is asked whose one iteration takes longer than a measurement should.
const slowRounds = 3

// A contest is what is measured in one precision on one number of cores.
type contest struct {
	precision string
	cores     int
	rounds    int
	seconds   float64
	systems   []system
	running   map[string]*peer
}

// A peer is a system that waits for the next question.
type peer struct {
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
}

// An answer is what a system says about one block.
type answer struct {
	Milliseconds float64 `json:"ms"`
	Iterations   int     `json:"iterations"`
	Compile      float64 `json:"compile_s"`
	Version      string  `json:"version"`
	GFLOP        float64 `json:"gflop"`
	Peak         float64 `json:"gflops_peak"`
}

// run asks all systems for all jobs, round by round, so that a busy minute of the machine meets all of them.
func (c *contest) run(jobs []job) (rows []*row) {
	c.begin()
	defer c.end()
	for _, j := range jobs {
		for _, s := range c.systems {
			if slices.Contains(j.systems, s.name) && slices.Contains(s.precisions, c.precision) {
				rows = append(rows, &row{Workload: j.workload, System: s.name, Precision: c.precision, Cores: c.cores, asked: s})
			}
		}
	}
	for round := range c.rounds + 1 {
		rows = slices.DeleteFunc(rows, func(r *row) bool { return !c.measure(r, round) })
	}
	for _, r := range rows {
		slices.Sort(r.all)
		r.Milliseconds, r.Least, r.Largest = r.all[len(r.all)/2], r.all[0], r.all[len(r.all)-1]
		log.Printf("%-20s %-12s %s %d core(s): %.4g ms [%.4g, %.4g]", r.Workload, r.System, r.Precision, r.Cores,
			r.Milliseconds, r.Least, r.Largest)
	}
	return rows
}

func (c *contest) begin() { c.running = map[string]*peer{} }

// end lets all systems end.
func (c *contest) end() {
	for _, p := range c.running {
		p.in.Close()
		p.process.Wait() // ends at the end of its input; how does not matter any more
	}
}

// measure asks once for a row; round 0 compiles and warms up. It reports whether the system could do it.
func (c *contest) measure(r *row, round int) bool {
	if r.slow && round > slowRounds {
		return true // it would take all the time
	}
	seconds := c.seconds
	if round == 0 {
		seconds /= 10
	}
	a, err := c.ask(r.asked, r.Workload, seconds)
	if err != nil {
		log.Printf("%s cannot do %s in %s: %v", r.System, r.Workload, c.precision, err)
		return false
	}
	if round > 0 {
		r.slow = a.Milliseconds > 1e3*c.seconds
		r.Version, r.Compile, r.gflop = a.Version, a.Compile, a.GFLOP
		r.Iterations += a.Iterations
		r.Peak = max(r.Peak, a.Peak)
		r.all = append(r.all, a.Milliseconds)
		r.shares = append(r.shares, a.GFLOP/a.Milliseconds*1e3/a.Peak/float64(c.cores))
	}
	return true
}

// ask sends a question to a system, which is started for it if need be.
func (c *contest) ask(s system, workload string, seconds float64) (a answer, err error) {
	p := c.running[s.name]
	if p == nil {
		if p, err = c.start(s); err != nil {
			return a, err
		}
		c.running[s.name] = p
	}
	if _, err := fmt.Fprintln(p.in, workload, c.precision, seconds); err != nil {
		return a, err
	}
	for p.out.Scan() {
		if json.Unmarshal(p.out.Bytes(), &a) == nil && a.Milliseconds > 0 {
			return a, nil
		}
	}
	delete(c.running, s.name)
	return a, fmt.Errorf("it ended: %w", p.process.Wait())
}

func (c *contest) start(s system) (*peer, error) {
	var args []string
	if c.cores == 1 {
		args = []string{"taskset", "-c", "0"}
	}
	for _, a := range s.command {
		if a == "PRECISION" {
			a = c.precision
		}
		args = append(args, a)
	}
	process := exec.Command(args[0], args[1:]...)
	process.Dir, process.Stderr = s.folder, os.Stderr
	in, err := process.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := process.Start(); err != nil {
		return nil, err
	}
	return &peer{process, in, bufio.NewScanner(out)}, nil
}
