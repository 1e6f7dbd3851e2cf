package main

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"kindred/plots"
)

// drawGrowth draws the least times of both systems against width, tasks and inner steps, on logarithmic axes.
func drawGrowth(rows []*row, folder string) {
	var panels []plots.Panel
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
		panels = append(panels, plots.Curves{X: p.label, Y: "ms an iteration", LogX: true, LogY: true, Series: series})
	}
	figure := plots.Panels{Free: true, Title: "Time of a meta-iteration, float64, both cores", Panels: panels}.Figure(
		"Three log-log charts: time of a MAML meta-iteration against width, tasks and inner steps, for kindred and for JAX.")
	if err := os.WriteFile(filepath.Join(folder, "growth.svg"), figure.SVG(), 0o644); err != nil {
		log.Fatal(err)
	}
}
