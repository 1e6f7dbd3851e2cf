package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// systems lists what takes part: programs in .peers, made by the Makefile's target bench-peers, and their scripts.
func systems(self bool) []system {
	root, err := os.Getwd()
	if err != nil {
		panic(err)
	}
	at := func(path ...string) string { return filepath.Join(append([]string{root}, path...)...) }
	both, python := []string{"float64", "float32"}, at(".peers", "bin", "python")
	list := []system{{"kindred", []string{at(".peers", "kindred")}, both, root}}
	if self {
		return list
	}
	script := func(name, interpreter, file string, args ...string) {
		command := append([]string{interpreter, at("bench", "peers", file), "PRECISION"}, args...)
		list = append(list, system{name, command, both, at("bench", "peers")})
	}
	script("jax-scan", python, "jax_peer.py", "scan")
	script("jax-step", python, "jax_peer.py", "step")
	script("torch-func", python, "torch_peer.py", "func")
	script("torch-eager", python, "torch_peer.py", "eager")
	script("torch-channels-last", python, "torch_peer.py", "channels")
	script("torch-compile", python, "torch_peer.py", "compile")
	script("torchjd", python, "torch_peer.py", "jd")
	script("tensorflow", at(".peers", "tf", "bin", "python"), "tf_peer.py")
	if _, err := os.Stat(at(".peers", "gomlx")); err == nil {
		list = append(list, system{"gomlx", []string{at(".peers", "gomlx")}, []string{"float32"}, root})
	}
	return list
}

// workloads lists the comparison. On one core the peers do the first of them alone.
func workloads(cores int) []job {
	meta := []string{"kindred", "jax-scan", "jax-step", "torch-func", "torch-eager", "gomlx"}
	first := job{"maml-1-step", meta}
	if cores == 1 {
		jobs := []job{first}
		for _, w := range []string{"maml-5-steps", "maml-1-step-tanh", "maml-5-steps-tanh", "fomaml", "reptile", "anil",
			"cavia", "cnp", "in-context", "article-mtl", "mtl-mgda", "mtl-upgrad", "mtl-epoch", "mtl-mmoe", "omniglot-dense",
			"conv-prototypes", "conv-maml"} {
			jobs = append(jobs, job{w, []string{"kindred"}})
		}
		for _, shape := range []string{"10x40x40", "40x40x40", "64x64x64", "75x784x256", "256x256x256", "512x512x512", "1024x1024x1024"} {
			jobs = append(jobs, job{"product-" + shape, []string{"kindred"}})
		}
		return jobs
	}
	jax := []string{"kindred", "jax-scan", "jax-step"}
	all := append(jax, "torch-func", "torch-eager")
	mtl := []string{"kindred", "torchjd"}
	training := []string{"kindred", "jax-scan", "jax-step", "torch-eager", "torch-compile"}
	images := append(training, "torch-channels-last")
	return []job{
		first, {"maml-5-steps", all}, {"maml-1-step-tanh", jax}, {"maml-5-steps-tanh", jax}, {"fomaml", jax}, {"reptile", jax},
		{"anil", jax}, {"cavia", jax}, {"cnp", training}, {"in-context", training},
		{"article-mtl", []string{"kindred", "jax-scan", "jax-step", "torch-eager", "tensorflow"}},
		{"mtl-mgda", mtl}, {"mtl-upgrad", mtl}, {"mtl-epoch", training}, {"mtl-mmoe", training}, {"omniglot-dense", all},
		{"conv-prototypes", images}, {"conv-maml", append(all, "torch-channels-last")},
	}
}

// growthJobs lists what the figure of growth shows, in float64 on all cores.
func growthJobs(cores int) (jobs []job) {
	if cores == 1 {
		return nil
	}
	add := func(what string, values ...int) {
		for _, n := range values {
			jobs = append(jobs, job{fmt.Sprintf("growth-%s-%d", what, n), []string{"kindred", "jax-scan"}})
		}
	}
	add("width", 8, 16, 32, 64, 128, 256, 512, 1024)
	add("tasks", 1, 4, 16, 64, 256, 1024)
	add("steps", 1, 2, 5, 10, 20)
	return jobs
}
