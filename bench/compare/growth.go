package main

import (
	"fmt"
	"log"
	"math"
	"os"
	"path/filepath"

	"kindred/plots"
)

// drawGrowth draws the least times of both systems against width, tasks and inner steps, on logarithmic axes.
func drawGrowth(rows []*row, folder string) {
	var panels []plots.Panel
	least, most := math.Inf(1), 0.0
	for _, p := range []struct{ what, label string }{
		{"width", "hidden units of a layer"}, {"tasks", "tasks of a meta-batch"}, {"steps", "inner steps"},
	} {
		var series []plots.Series
		for _, s := range []struct {
			system, name string
			role         plots.Role
		}{{"kindred", "kindred", plots.Blue}, {"jax-scan", "JAX, scan", plots.Vermillion}} {
			line := plots.Series{Name: s.name, Role: s.role}
			for _, r := range rows {
				var n int
				if _, err := fmt.Sscanf(r.Workload, "growth-"+p.what+"-%d", &n); err == nil && r.System == s.system && r.Precision == "float64" {
					line.X, line.Y = append(line.X, float64(n)), append(line.Y, r.Least)
				}
			}
			series = append(series, line)
		}
		ours, theirs := series[0], series[1]
		if len(ours.X) == 0 || len(ours.X) != len(theirs.X) {
			log.Fatalf("growth: %d times of this library and %d of JAX by %s; nothing is drawn", len(ours.X), len(theirs.X), p.what)
		}
		for k, y := range ours.Y {
			least, most = min(least, theirs.Y[k]/y), max(most, theirs.Y[k]/y)
		}
		panels = append(panels, plots.Curves{X: p.label, XLim: [2]float64{ours.X[0], 2 * ours.X[len(ours.X)-1]},
			Y: "ms an iteration", LogX: true, LogY: true, Series: series})
	}
	figure := plots.Panels{
		Free:     true,
		Title:    fmt.Sprintf("A meta-iteration is %.1f to %.1f times as fast as a JAX scan", least, most),
		Subtitle: "float64, both cores; the least of the rounds",
		Panels:   panels,
	}.Figure(
		"Three log-log charts: time of a MAML meta-iteration against width, tasks and inner steps, for kindred and for JAX.")
	if err := os.WriteFile(filepath.Join(folder, "growth.svg"), figure.SVG(), 0o644); err != nil {
		log.Fatal(err)
	}
}
