// Command compare times the same work in this library and in its peers: all of them wait, compiled, and are asked in
// turns, so that what else the machine does meets them alike. It writes one table as Markdown and as JSON.
//
//	make bench-peers
//	go run ./bench/compare -only '^conv' -systems 'jax-scan|torch' -precision float32   # a part, which is shown and not written
//
// Two versions of this library are held against each other in the same way:
//
//	make bench-pair OLD=path/of/an/older/build/of/bench/kindred
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"
)

// A row is one line of the results. Times are of one iteration in milliseconds: the median, the least and the largest
// of the rounds. Compiling and tracing is a column of its own and no part of them.
type row struct {
	Workload        string  `json:"workload"`
	System          string  `json:"system"`
	Precision       string  `json:"precision"`
	Milliseconds    float64 `json:"ms"`
	Least           float64 `json:"ms_min"`
	Largest         float64 `json:"ms_max"`
	Cores           int     `json:"cores"`
	Version         string  `json:"version"`
	Compile         float64 `json:"compile_s"`
	Iterations      int     `json:"iterations"`
	RatioToBestPeer float64 `json:"ratio_to_best_peer,omitempty"`     // of this library: its speed over the best peer's
	RatioOfLeast    float64 `json:"ratio_to_best_peer_min,omitempty"` // the same of the least times, which a busy machine disturbs less
	ShareOfPeak     float64 `json:"share_of_peak,omitempty"`          // of all cores used, measured after each block: the median
	BestShareOfPeak float64 `json:"share_of_peak_best,omitempty"`     // the largest
	Peak            float64 `json:"gflops_peak,omitempty"`            // of one core, measured in the same run

	all    []float64 // times
	shares []float64 // of the peak
	gflop  float64
	slow   bool
	asked  system
}

func main() {
	log.SetFlags(0)
	rounds := flag.Int("rounds", 5, "times that each system is asked for each workload")
	seconds := flag.Float64("seconds", 0.3, "length of one measurement")
	only := flag.String("only", "", "workloads, as a regular expression")
	among := flag.String("systems", "", "peers, as a regular expression")
	self := flag.Bool("self", false, "this library alone")
	growth := flag.Bool("growth", false, "time against width, tasks and steps, and draw the figure")
	alone := flag.String("precision", "", "float64 or float32 alone, in place of both")
	old := flag.String("pair", "", "an older build of bench/kindred to hold this one against, in place of the peers")
	cores := flag.Int("cores", runtime.NumCPU(), "with -pair: all cores, or 1, which a busy machine disturbs less")
	out := flag.String("out", "bench/results", "folder of the results")
	flag.Parse()
	precisions := precisions
	if *alone != "" {
		if !slices.Contains(precisions, *alone) {
			log.Fatalf("compare: -precision is %q; it is float64 or float32", *alone)
		}
		precisions = []string{*alone}
	}
	wanted, err := regexp.Compile(*only)
	if err != nil {
		log.Fatal(err)
	}
	peers, err := regexp.Compile(*among)
	if err != nil {
		log.Fatal(err)
	}
	if *old != "" {
		fmt.Print(pair(*old, *rounds, *cores, *seconds, wanted, precisions))
		return
	}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		log.Fatal(err)
	}
	began := time.Now()
	load := loadAverage()
	var rows []*row
	for _, precision := range precisions {
		for _, cores := range coreCounts() {
			c := contest{precision: precision, cores: cores, rounds: *rounds, seconds: *seconds}
			c.systems = slices.DeleteFunc(systems(*self), func(s system) bool {
				return s.name != "kindred" && !peers.MatchString(s.name)
			})
			jobs := workloads(cores)
			if *growth {
				jobs = growthJobs(cores)
			}
			jobs = slices.DeleteFunc(jobs, func(j job) bool { return !wanted.MatchString(j.workload) })
			rows = append(rows, c.run(jobs)...)
		}
	}
	compareWithPeers(rows)
	if *growth {
		drawGrowth(rows, *out)
		write(filepath.Join(*out, "growth.json"), rows)
		return
	}
	text := report(rows, fmt.Sprintf("%d rounds of %.2f s in turns, %s; load average %s before, %s after; %s; peak measured in the same run.",
		*rounds, *seconds, time.Since(began).Round(time.Second), load, loadAverage(), machine()))
	fmt.Print(text)
	if *self || *only+*among+*alone != "" { // a part would take the place of the whole
		return
	}
	write(filepath.Join(*out, "peers.json"), rows)
	if err := os.WriteFile(filepath.Join(*out, "peers.md"), []byte(text), 0o644); err != nil {
		log.Fatal(err)
	}
}

var precisions = []string{"float64", "float32"}

// coreCounts returns the numbers of cores to measure with: all, and one.
func coreCounts() []int {
	if runtime.NumCPU() == 1 {
		return []int{1}
	}
	return []int{runtime.NumCPU(), 1}
}

func write(file string, rows []*row) {
	data, err := json.MarshalIndent(rows, "", "  ")
	if err == nil {
		err = os.WriteFile(file, append(data, '\n'), 0o644)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// compareWithPeers fills in the ratios and shares of this library's rows.
func compareWithPeers(rows []*row) {
	for _, r := range rows {
		if r.System != "kindred" {
			continue
		}
		best, least := 0.0, 0.0
		for _, p := range rows {
			if p.System == "kindred" || p.Workload != r.Workload || p.Precision != r.Precision || p.Cores != r.Cores {
				continue
			}
			if best == 0 || p.Milliseconds < best {
				best = p.Milliseconds
			}
			if least == 0 || p.Least < least {
				least = p.Least
			}
		}
		r.RatioToBestPeer, r.RatioOfLeast = best/r.Milliseconds, least/r.Least
		if r.gflop > 0 {
			slices.Sort(r.shares)
			r.ShareOfPeak, r.BestShareOfPeak = r.shares[len(r.shares)/2], r.shares[len(r.shares)-1]
		}
	}
}

// report writes the rows as Markdown.
func report(rows []*row, how string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# This library and its peers\n\n%s\n", how)
	for _, precision := range precisions {
		for _, cores := range coreCounts() {
			if !slices.ContainsFunc(rows, func(r *row) bool { return r.Precision == precision && r.Cores == cores }) {
				continue
			}
			fmt.Fprintf(&b, "\n## %s, %d core(s)\n\n| workload | system | ms, median [least, largest] | kindred is faster by | share of peak | compile s | version |\n"+
				"|---|---|---:|---:|---:|---:|---|\n", precision, cores)
			for _, r := range rows {
				if r.Precision != precision || r.Cores != cores {
					continue
				}
				ratio, share := "", ""
				for _, k := range rows {
					if k.System == "kindred" && k.Workload == r.Workload && k.Precision == precision && k.Cores == cores && k != r {
						ratio = fmt.Sprintf("%.2f (least %.2f)", r.Milliseconds/k.Milliseconds, r.Least/k.Least)
					}
				}
				if r.ShareOfPeak > 0 {
					share = fmt.Sprintf("%.0f %% (best %.0f %%)", 100*r.ShareOfPeak, 100*r.BestShareOfPeak)
				}
				fmt.Fprintf(&b, "| %s | %s | %.4g [%.4g, %.4g] | %s | %s | %.2f | %s |\n",
					r.Workload, r.System, r.Milliseconds, r.Least, r.Largest, ratio, share, r.Compile, r.Version)
			}
		}
	}
	return b.String()
}

func loadAverage() string {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Fields(string(data))[0]
}

// machine names the processor and what it can do.
func machine() string {
	data, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	name, features := runtime.GOARCH, ""
	for line := range strings.Lines(string(data)) {
		key, value, _ := strings.Cut(line, ":")
		switch strings.TrimSpace(key) {
		case "model name":
			name = strings.TrimSpace(value)
		case "flags":
			features = " " + value + " "
		}
	}
	for _, f := range []string{"avx2", "fma", "avx512f"} {
		if strings.Contains(features, " "+f+" ") {
			name += ", " + f
		}
	}
	return fmt.Sprintf("%s, %d cores", name, runtime.NumCPU())
}
