package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"kindred/plots"
)

// told says how the figure of the README calls a workload; what has no name there is left out.
var told = []struct{ workload, name string }{
	{"maml-1-step", "MAML, 1 inner step"},
	{"maml-5-steps", "MAML, 5 inner steps"},
	{"maml-1-step-tanh", "MAML, tanh, 1 inner step"},
	{"maml-5-steps-tanh", "MAML, tanh, 5 inner steps"},
	{"fomaml", "MAML of first order"},
	{"reptile", "Reptile"},
	{"omniglot-dense", "MAML, pictures, 4 layers"},
	{"article-mtl", "two tasks, 100 epochs"},
	{"mtl-mgda", "five tasks, MGDA"},
	{"mtl-upgrad", "five tasks, UPGrad"},
}

// peerNames are how the figure calls the peers.
var peerNames = map[string]string{"jax-scan": "JAX", "jax-step": "JAX", "torch-func": "torch.func",
	"torch-eager": "PyTorch", "torchjd": "TorchJD", "tensorflow": "TensorFlow", "gomlx": "GoMLX"}

// ratios draws how many times as long as this library its peers take, in float64 on two cores: the fastest of them by a
// large dot, and each of the others by a small one.
func ratios(rows []row) plots.Figure {
	times := map[string]map[string]float64{}
	for _, r := range rows {
		if r.Precision == "float64" && r.Cores == 2 {
			if times[r.Workload] == nil {
				times[r.Workload] = map[string]float64{}
			}
			times[r.Workload][r.System] = r.Milliseconds
		}
	}
	chart := plots.Dots{X: "time of a peer, in times of kindred", LogX: true, Decimals: 1,
		Reference: &plots.Marker{Name: "kindred", X: 1}}
	least, most := math.Inf(1), 0.0
	for _, w := range told {
		ours, ok := times[w.workload]["kindred"]
		if !ok || len(times[w.workload]) < 2 {
			continue
		}
		item := plots.Item{Name: w.name, Role: plots.Blue, Value: math.Inf(1)}
		for system, ms := range times[w.workload] {
			if system == "kindred" {
				continue
			}
			item.Runs = append(item.Runs, ms/ours)
			if ms/ours < item.Value {
				item.Value, item.Note = ms/ours, peerNames[system]
			}
		}
		slices.Sort(item.Runs)
		least, most = min(least, item.Value), max(most, item.Value)
		chart.Items = append(chart.Items, item)
	}
	chart.Title = fmt.Sprintf("%.1f to %.1f times as fast as the fastest peer", least, most)
	chart.Subtitle = "float64, two cores, all in one run; large: the fastest of JAX, PyTorch, TorchJD and TensorFlow; small: the others"
	if least < 1 {
		chart.Title = strings.Replace(chart.Title, "times as fast", "times the speed, that is not always", 1)
	}
	return chart.Figure("Dot plot on a logarithmic axis of the time that other systems take for ten pieces of work, in times of " +
		"kindred's. " + chart.Title + ".")
}
