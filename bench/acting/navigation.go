package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"

	"kindred/autodiff"
	"kindred/internal/durable"
	"kindred/internal/numpyrand"
	"kindred/metakit"
	"kindred/metakit/acting"
	"kindred/nn"
)

// A navigationReport is what the results file of navigation holds.
type navigationReport struct {
	SHA256    string       `json:"sha256"` // its checksum
	Command   string       // that wrote it
	Goals     [][2]float64 // the published ones
	Published map[string][][]float64
	Found     []navigation
	Paths     []goalPaths // of MAML's first seed
}

// A navigation is what became of a start.
type navigation struct {
	Name       string
	Iterations int
	Tasks      int           // in an iteration
	Returns    [][][]float64 // of each seed, and goal, after 0, 1, … steps: the mean of 40 episodes
	History    [][]float64   // of each seed: the mean return of every iteration
	Seconds    float64       // of all trainings, by the clock; 0 where they were kept
}

// A goalPaths is some episodes at a goal, after each number of steps.
type goalPaths struct {
	Goal  [2]float64
	Paths [][]acting.Path
}

// A route is how a start is trained.
type route struct {
	name       string
	steps      int
	surrogate  acting.Surrogate
	iterations int
	seeds      int
}

var routes = []route{
	{"MAML", 1, acting.LowVariance, 60, 2},
	{"pretrained", 0, acting.LowVariance, 60, 1},
	{"random", 1, acting.LowVariance, 0, 1},
	{"MAML, log probability", 1, acting.LogProbability, 60, 1},
}

const tasks = 40 // in an iteration

// Rates of the steps at test, as where the published returns come from: halved after the first.
var rates = []float64{0.5, 0.25, 0.25, 0.25}

// goals returns the forty goals of the published returns. The script that made them (cbfinn/maml_rl,
// maml_examples/test_maml_point.py) draws them by numpy.random.uniform(−0.5, 0.5) after numpy.random.seed(1); the
// published returns before adaptation, of a policy that stays about 0, are −100 times their distances.
func goals() (all []acting.Goal) {
	g := numpyrand.New(1)
	for range 40 {
		x := g.Rand() - 0.5
		all = append(all, acting.Goal{X: x, Y: g.Rand() - 0.5})
	}
	return all
}

// published reads the published returns: of each start, number of steps and goal.
func published() (map[string][][]float64, error) {
	folder := os.Getenv("KINDRED_DATA")
	if folder == "" {
		return nil, fmt.Errorf("KINDRED_DATA names no folder; the published returns are in its navigation/published.json")
	}
	path := filepath.Join(folder, "navigation", "published.json")
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	const sum = "d85841aabcea0577c4e189a73f1d5033016d62461b1dae2e2148fccc78066fd8"
	if got := fmt.Sprintf("%x", sha256.Sum256(text)); got != sum {
		return nil, fmt.Errorf("%s has the SHA-256 %s; the published returns have %s", path, got, sum)
	}
	var p struct {
		Returns map[string][][]float64 `json:"returns"`
	}
	if err := json.Unmarshal(text, &p); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return p.Returns, nil
}

func navigate(ctx context.Context, l lab, out string) error {
	r := navigationReport{SHA256: durable.Unstamped, Command: "make navigation"}
	var err error
	if r.Published, err = published(); err != nil {
		return err
	}
	for _, g := range goals() {
		r.Goals = append(r.Goals, [2]float64{g.X, g.Y})
	}
	fmt.Printf("mean return at 40 goals after 0, 1, … steps, with 95 %% intervals over the goals\n")
	for _, name := range []string{"maml", "pretrained", "random", "oracle"} {
		fmt.Printf("  published %-28s", name)
		for _, returns := range r.Published[name] {
			fmt.Printf("  %v", metakit.MeanInterval(returns))
		}
		fmt.Println()
	}
	for _, way := range routes {
		found, paths, err := way.run(ctx, l)
		if err != nil {
			return err
		}
		if len(r.Found) == 0 {
			r.Paths = paths
		}
		r.Found = append(r.Found, found)
		fmt.Printf("  %-38s", way.name)
		for step := range rates[:3:3] {
			fmt.Printf("  %v", metakit.MeanInterval(found.at(step)))
		}
		fmt.Printf("  %v  (%d seeds, %.0f s)\n", metakit.MeanInterval(found.at(len(rates)-1)), len(found.Returns), found.Seconds)
	}
	fmt.Printf("  MAML less the published, paired by goal:")
	for step := range rates {
		fmt.Printf("  %v", metakit.PairedInterval(r.Found[0].at(step), r.Published["maml"][step]))
	}
	fmt.Println()
	return durable.ReplaceJSON(out, r)
}

// at returns the return of every goal after some steps, the mean over the seeds.
func (n navigation) at(step int) []float64 {
	all := make([]float64, len(n.Returns[0]))
	for _, goals := range n.Returns {
		for k, steps := range goals {
			all[k] += steps[step] / float64(len(n.Returns))
		}
	}
	return all
}

func (w route) run(ctx context.Context, l lab) (navigation, []goalPaths, error) {
	policy := acting.NewSpread(acting.Navigation{})
	policy.Std = 0.5 // at 1, as in the paper's code, Adam takes more iterations to come down to what is good
	m := acting.NewMAML(policy, acting.Gaussian{})
	m.Steps, m.Surrogate = w.steps, w.surrogate
	found := navigation{Name: w.name, Iterations: w.iterations, Tasks: tasks}
	var paths []goalPaths
	for seed := range uint64(l.of(w.seeds)) {
		theta := m.Init(rand.New(rand.NewPCG(seed+1, 1)))
		var history []float64
		if w.iterations > 0 {
			run, seconds, err := l.train(ctx, acting.Training{Learner: m, Environment: acting.Navigation{}, Iterations: w.iterations,
				Batch: tasks, Optimizer: nn.NewAdam(0.01), Schedule: nn.CosineDecay{Steps: w.iterations, Floor: 0.1},
				Seed: seed + 1, Precision: autodiff.Float32}, "navigation-"+w.name, nil)
			if err != nil {
				return found, nil, err
			}
			theta, history, found.Seconds = run.Theta, run.History, found.Seconds+seconds
		}
		test := acting.Adaptation{Learner: m, Environment: acting.Navigation{}, Rates: rates, Rollouts: 40, Paths: 3,
			Seed: seed + 1<<32, Precision: autodiff.Float32}
		for _, g := range goals() {
			test.Tasks = append(test.Tasks, g)
		}
		adapted, err := test.Run(ctx, theta)
		if err != nil {
			return found, nil, err
		}
		var returns [][]float64
		for k, a := range adapted {
			returns = append(returns, a.Returns)
			if g := goals()[k]; seed == 0 && k < 6 {
				paths = append(paths, goalPaths{[2]float64{g.X, g.Y}, rounded(a.Paths)})
			}
		}
		found.Returns, found.History = append(found.Returns, returns), append(found.History, history)
	}
	return found, paths, nil
}

// rounded rounds paths to what a figure shows.
func rounded(all [][]acting.Path) [][]acting.Path {
	for _, step := range all {
		for _, path := range step {
			for _, place := range path {
				for k, v := range place {
					place[k] = math.Round(v*1e4) / 1e4
				}
			}
		}
	}
	return all
}
