// Command kindred runs the workloads of the comparison with other systems, on request: every line of its input names a
// workload, a precision and a number of seconds; it answers with a line of JSON that tells how long one iteration took.
// A workload is compiled when it is first named. The peers do the same, so that all of them can be timed in turns.
//
// To see where the time of a workload goes:
//
//	echo mtl-mgda float64 10 | go run ./bench/kindred -cpuprofile /tmp/cpu && go tool pprof -top /tmp/cpu
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"runtime"
	"runtime/pprof"
	"time"

	"kindred/autodiff"
)

// An answer is one line of output.
type answer struct {
	Milliseconds float64 `json:"ms"`           // of one iteration, the mean of the block
	Processor    float64 `json:"processor_ms"` // for which all cores worked on it; other processes do not count
	Iterations   int     `json:"iterations"`
	Compile      float64 `json:"compile_s"` // tracing and compiling, once, not part of ms
	Version      string  `json:"version"`
	GFLOP        float64 `json:"gflop,omitempty"` // of one iteration
	Peak         float64 `json:"gflops_peak"`     // of one core, measured now
}

// A work runs n iterations and tells how long they took.
type work struct {
	run     func(n int) time.Duration
	gflop   float64 // of one iteration; 0 if it is not counted
	compile time.Duration
}

func main() {
	log.SetFlags(0)
	profile := flag.String("cpuprofile", "", "file for a profile of all that is run")
	flag.Parse()
	if *profile != "" {
		file, err := os.Create(*profile)
		if err == nil {
			err = pprof.StartCPUProfile(file)
		}
		if err != nil {
			log.Fatal(err)
		}
		defer pprof.StopCPUProfile()
	}
	made := map[string]*work{}
	lines := bufio.NewScanner(os.Stdin)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var name, precision string
		var seconds float64
		if _, err := fmt.Sscan(lines.Text(), &name, &precision, &seconds); err != nil {
			log.Fatalf("kindred: %q is not a workload, a precision and a number of seconds", lines.Text())
		}
		key := name + " " + precision
		if made[key] == nil {
			p := autodiff.Float64
			if precision == "float32" {
				p = autodiff.Float32
			}
			start := time.Now()
			if made[key] = prepare(name, p); made[key] == nil {
				log.Fatalf("kindred: no workload %q", name)
			}
			made[key].compile = time.Since(start)
		}
		w := made[key]
		n, took, busy := block(w, seconds)
		a := answer{Milliseconds: took.Seconds() * 1e3 / float64(n), Processor: busy * 1e3 / float64(n),
			Iterations: n, Compile: w.compile.Seconds(),
			Version: runtime.Version(), GFLOP: w.gflop, Peak: peak(precision)}
		if err := out.Encode(a); err != nil {
			log.Fatal(err)
		}
	}
}

// block runs for about the given time. The number of iterations comes from a short run before.
func block(w *work, seconds float64) (n int, took time.Duration, busy float64) {
	for n = 1; ; n *= 2 {
		if took = w.run(n); took.Seconds() > seconds/10 {
			break
		}
	}
	n = max(1, int(float64(n)*seconds/took.Seconds()))
	busy = -processorTime()
	took = w.run(n)
	return n, took, busy + processorTime()
}
