package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// pair times an older build of bench/kindred and that in .peers in turns, and returns a table of the new times over the
// old ones. The two of a pair are measured one right after the other, and who is first alternates, so that a busy
// moment meets both.
func pair(old string, rounds, cores int, seconds float64, wanted *regexp.Regexp, precisions []string) string {
	file, err := filepath.Abs(old)
	if err == nil {
		_, err = os.Stat(file)
	}
	if err != nil {
		log.Fatalf("compare: -pair wants an older build of bench/kindred: %v", err)
	}
	systems := []system{systems(true)[0], {name: "old", command: []string{file}}}
	var b strings.Builder
	fmt.Fprintf(&b, "New over old on %d core(s), %d pairs of %.3f s each in turns; load average %s before; %s.\n\n",
		cores, rounds, seconds, loadAverage(), machine())
	fmt.Fprintf(&b, "| workload | precision | old ms | new ms | ratio, median [least, largest] | of least times |\n"+
		"|---|---|---:|---:|---:|---:|\n")
	for _, precision := range precisions {
		c := contest{precision: precision, cores: cores}
		c.begin()
		for _, j := range workloads(runtime.NumCPU()) {
			if !wanted.MatchString(j.workload) {
				continue
			}
			line := c.duel(j.workload, systems, rounds, seconds)
			log.Print(line)
			fmt.Fprintln(&b, line)
		}
		c.end()
	}
	return b.String()
}

// duel measures the new and the old system, pair after pair; both have compiled and run before.
func (c *contest) duel(workload string, systems []system, rounds int, seconds float64) string {
	times := [2][]float64{}
	var ratios []float64
	for round := range rounds + 1 {
		var now [2]float64
		for k := range 2 {
			who := (k + round) % 2
			a, err := c.ask(systems[who], workload, seconds)
			if err != nil {
				log.Fatalf("compare: the %s build cannot do %s: %v", systems[who].name, workload, err)
			}
			now[who] = a.Milliseconds
		}
		if round > 0 {
			times[0], times[1] = append(times[0], now[0]), append(times[1], now[1])
			ratios = append(ratios, now[0]/now[1])
		}
	}
	slices.Sort(ratios)
	return fmt.Sprintf("| %s | %s | %.4g | %.4g | %.3f [%.3f, %.3f] | %.3f |", workload, c.precision, slices.Min(times[1]),
		slices.Min(times[0]), median(ratios), ratios[0], ratios[len(ratios)-1], slices.Min(times[0])/slices.Min(times[1]))
}

// median returns the middle of sorted numbers.
func median(sorted []float64) float64 {
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
