// Command aggregators times one aggregation of task gradients in this library and in TorchJD, in turns, on the same
// matrices, and holds the cost against the Gram product and the pass over the Jacobian that it cannot do without.
//
//	make bench-balancing
//
// The m×n matrices have rows of which every two are in conflict. Times are the least of some rounds, and ratios the
// median of those of the rounds, since what else the machine does meets both alike; all cores are used. It exits with
// status 1 where an aggregation of 20 gradients of a million entries that needs their Gram matrix alone costs more than
// 1.3 times the Gram product and the pass, or as much as TorchJD's.
package main

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"kindred/mtlkit/balance"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

const (
	judgedTasks, judgedParams = 20, 1_000_000
	judgedCost                = 1.3                   // times the Gram product and the pass
	patience                  = 1.0                   // seconds: a slower peer has one round
	rest                      = 10 * time.Millisecond // for the peer's threads, which spin a while, to fall asleep
)

// methods are those that both have, by the names of the table of mtlkit.
var methods = []string{
	"Mean", "MGDA", "DualProj", "PCGrad", "GradVac", "IMTLG", "CAGrad", "FairGrad", "AlignedMTLGram", "AlignedMTL", "UPGrad",
	"ConFIG", "Krum", "TrimmedMean", "GradDrop",
}

// A row is a line of the table. Times are seconds, one a round.
type row struct {
	method       string
	m, n         int
	own, base    []float64 // this library; a Gram product and a pass
	peer, single []float64 // TorchJD in float64 and in float32
	failed       string    // why there is no time of the peer
	gram         bool      // the method needs the Gram matrix and nothing else of the gradients
}

func main() {
	log.SetFlags(0)
	python := flag.String("python", ".peers/torchjd/bin/python", "Python with TorchJD; empty for this library alone")
	rounds := flag.Int("rounds", 7, "rounds; three times as many where it is judged")
	only := flag.Bool("judged", false, "only the gradients that are judged: 20 of a million entries")
	out := flag.String("o", "", "file to write the table to as well")
	flag.Parse()
	var p *peer
	if *python != "" {
		var err error
		if p, err = start(*python); err != nil {
			log.Fatalf("aggregators: TorchJD does not start: %v; say make bench-balancing", err)
		}
		defer p.close()
	}
	var rows []row
	for _, n := range []int{1000, 1_000_000} {
		for _, m := range []int{2, 5, 20, 100} {
			times, judged := *rounds, m == judgedTasks && n == judgedParams
			if judged {
				times *= 3
			} else if *only {
				continue
			}
			more, err := measure(p, m, n, times)
			if err != nil {
				log.Fatal(err)
			}
			rows = append(rows, more...)
			log.Printf("%d × %d done", m, n)
		}
	}
	text := table(rows, p, *rounds)
	fmt.Print(text)
	if *out != "" {
		err := os.MkdirAll(filepath.Dir(*out), 0o755)
		if err == nil {
			err = os.WriteFile(*out, []byte(text), 0o644)
		}
		if err != nil {
			log.Fatal(err)
		}
	}
	if problems := judge(rows); problems != nil {
		log.Fatalf("\nFAILED: %s", strings.Join(problems, "; "))
	}
}

// measure times all methods on one matrix.
func measure(p *peer, m, n, rounds int) ([]row, error) {
	jac := conflicting(m, n)
	if p != nil {
		if err := p.load(jac); err != nil {
			return nil, err
		}
	}
	dst, losses := make([]float64, n), make([]float64, m)
	for i := range losses {
		losses[i] = 1
	}
	var rows []row
	for _, method := range balance.Methods() {
		if !slices.Contains(methods, method.Name) {
			continue
		}
		b := method.New(m)
		r := row{method: method.Name, m: m, n: n, gram: needsGram(b)}
		base, own := timer(dst, gramOnly{}, jac, losses), timer(dst, b, jac, losses)
		for range rounds {
			for _, each := range []struct {
				into *[]float64
				time func() (float64, error)
			}{{&r.base, base}, {&r.own, own}} {
				took, err := each.time()
				if err != nil {
					return nil, fmt.Errorf("%s: %w", method.Name, err)
				}
				*each.into = append(*each.into, took)
			}
			if p == nil || r.failed != "" || len(r.peer) > 0 && r.peer[0] > patience {
				continue
			}
			for _, each := range []struct {
				into   *[]float64
				single bool
			}{{&r.peer, false}, {&r.single, true}} {
				took, err := p.aggregate(strings.TrimSuffix(method.Name, "Gram"), each.single)
				if err != nil {
					r.failed = err.Error()
					break
				}
				*each.into = append(*each.into, took)
			}
			time.Sleep(rest)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// ratio returns the median of a/b over the rounds that both took part in, 0 if there is none.
func ratio(a, b []float64) float64 {
	var all []float64
	for k := range min(len(a), len(b)) {
		all = append(all, a[k]/b[k])
	}
	if all == nil {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// timer returns a function that times aggregations: as many as fill a millisecond, after a first one that takes memory.
func timer(dst []float64, b balance.Balancer, jac *mat.Dense, losses []float64) func() (float64, error) {
	m, n := jac.Dims()
	var a balance.Aggregation
	state := balance.Start(b, balance.Setting{Tasks: m, Params: n})
	times := 0
	run := func(times int) (float64, error) {
		start := time.Now()
		for range times {
			if err := a.Apply(dst, b, jac, losses, state); err != nil {
				return 0, err
			}
		}
		return time.Since(start).Seconds() / float64(times), nil
	}
	return func() (float64, error) {
		for times == 0 {
			if _, err := run(1); err != nil {
				return 0, err
			}
			took, err := run(1)
			if err != nil {
				return 0, err
			}
			times = max(1, int(1e-3/took))
		}
		return run(times)
	}
}

// conflicting returns a matrix whose rows are normal numbers less nine tenths of their mean: every two are in conflict.
func conflicting(m, n int) *mat.Dense {
	rng := rand.New(rand.NewPCG(uint64(m), uint64(n)))
	jac, mean := mat.NewDense(m, n, nil), make([]float64, n)
	for i := range m {
		row := jac.RawRowView(i)
		for k := range row {
			row[k] = rng.NormFloat64()
		}
		floats.AddScaled(mean, 1/float64(m), row)
	}
	for i := range m {
		floats.AddScaled(jac.RawRowView(i), -0.9, mean)
	}
	return jac
}

// gramOnly asks for a Gram product and weighs all gradients alike.
type gramOnly struct{}

func (gramOnly) NewState(s balance.Setting) []float64 { return nil }

func (gramOnly) WeighGram(weights []float64, gram mat.Symmetric, s balance.State) {
	for i := range weights {
		weights[i] = 1
	}
}

func needsGram(b balance.Balancer) bool {
	switch b.(type) {
	case balance.GramAggregator, balance.GramLossAggregator:
		return true
	}
	return false
}

// judge returns what the issue of speed forbids.
func judge(rows []row) (problems []string) {
	for _, r := range rows {
		if r.m != judgedTasks || r.n != judgedParams || !r.gram {
			continue
		}
		if cost := ratio(r.own, r.base); cost > judgedCost {
			problems = append(problems, fmt.Sprintf("%s costs %.2f times the Gram product and the pass", r.method, cost))
		}
		if r.peer != nil && ratio(r.peer, r.own) <= 1 {
			problems = append(problems, fmt.Sprintf("TorchJD takes %.2f of the time for %s", ratio(r.peer, r.own), r.method))
		}
	}
	return problems
}

// A peer is the Python program that aggregates with TorchJD.
type peer struct {
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Scanner
	version string
}

type reply struct {
	Version string  `json:"version"`
	Seconds float64 `json:"seconds"`
	Error   string  `json:"error"`
}

func start(python string) (*peer, error) {
	p := &peer{process: exec.Command(python, filepath.Join("bench", "aggregators", "torchjd_peer.py"))}
	p.process.Stderr = os.Stderr
	in, err := p.process.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := p.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.process.Start(); err != nil {
		return nil, err
	}
	p.in, p.out = in, bufio.NewScanner(out)
	r, err := p.hear()
	p.version = r.Version
	return p, err
}

func (p *peer) close() {
	p.in.Close()
	p.process.Wait() // it ends with its input
}

func (p *peer) hear() (r reply, err error) {
	if !p.out.Scan() {
		return r, errors.New("it ended")
	}
	if err := json.Unmarshal(p.out.Bytes(), &r); err != nil {
		return r, err
	}
	if r.Error != "" {
		return r, errors.New(r.Error)
	}
	return r, nil
}

func (p *peer) ask(question any) (reply, error) {
	text, err := json.Marshal(question)
	if err != nil {
		return reply{}, err
	}
	if _, err := fmt.Fprintf(p.in, "%s\n", text); err != nil {
		return reply{}, err
	}
	return p.hear()
}

// load hands the matrix over in a file.
func (p *peer) load(jac *mat.Dense) error {
	file, err := os.CreateTemp("", "aggregators-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	w := bufio.NewWriter(file)
	if err := binary.Write(w, binary.LittleEndian, jac.RawMatrix().Data); err != nil {
		return err
	}
	if err := errors.Join(w.Flush(), file.Close()); err != nil {
		return err
	}
	m, n := jac.Dims()
	_, err = p.ask(map[string]any{"load": file.Name(), "m": m, "n": n})
	return err
}

func (p *peer) aggregate(method string, single bool) (float64, error) {
	r, err := p.ask(map[string]any{"method": method, "float32": single})
	return r.Seconds, err
}

// table writes the rows as Markdown.
func table(rows []row, p *peer, rounds int) string {
	var b strings.Builder
	with := "no peer"
	if p != nil {
		with = p.version
	}
	fmt.Fprintf(&b, "One aggregation, in milliseconds: the least of %d rounds in turns (where it is judged, %d); ratios are medians of "+
		"those of the rounds. %d processors; %s.\n\n", rounds, 3*rounds,
		runtime.GOMAXPROCS(0), with)
	b.WriteString("| method | m | n | kindred | × (Gram product + pass) | TorchJD | TorchJD / kindred | TorchJD float32 |\n")
	b.WriteString("|---|--:|--:|--:|--:|--:|--:|--:|\n")
	ms := func(seconds []float64) string {
		if seconds == nil {
			return "–"
		}
		return fmt.Sprintf("%.4g", 1e3*slices.Min(seconds))
	}
	for _, r := range rows {
		faster := "–"
		if r.peer != nil {
			faster = fmt.Sprintf("%.2g", ratio(r.peer, r.own))
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %s | %.2f | %s | %s | %s |\n", r.method, r.m, r.n, ms(r.own), ratio(r.own, r.base),
			ms(r.peer), faster, ms(r.single))
	}
	for _, r := range rows {
		if r.failed != "" {
			fmt.Fprintf(&b, "\nTorchJD cannot do %s at %d × %d: %s\n", r.method, r.m, r.n, r.failed)
		}
	}
	return b.String()
}
