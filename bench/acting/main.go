// Command acting learns to act and writes what came of it into small results files, for notebook 10.
//
//	make bandit
//	make navigation
//
// bandit trains RL² on Bernoulli bandits and holds it against players whose expected rewards are computed exactly; those
// of the learned policies too, when they pull the likeliest arm. navigation trains MAML for policies on the 2-D navigation
// of its paper, and a pretrained and a random policy beside it, and holds them against the returns that the paper's
// authors published, goal by goal. Both keep their trainings in the folder -store and go on where they were stopped.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"kindred/internal/durable"
	"kindred/metakit/acting"
)

func main() {
	log.SetFlags(0)
	store := flag.String("store", ".kindred/acting", "folder that keeps the trainings")
	out := flag.String("o", "", "results file; notebooks/results/bandit.json or navigation.json if empty")
	seeds := flag.Int("seeds", 0, "trainings of each learner; 0 is as many as the results that are kept")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: acting [flags] bandit|navigation")
		flag.PrintDefaults()
	}
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	commands := map[string]func(ctx context.Context, l lab, out string) error{"bandit": bandits, "navigation": navigate}
	command, ok := commands[flag.Arg(0)]
	if !ok || flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	if *out == "" {
		*out = filepath.Join("notebooks", "results", flag.Arg(0)+".json")
	}
	if err := command(ctx, lab{*store, *seeds}, *out); err != nil {
		log.Fatal(err)
	}
}

// A lab trains, and keeps what it trained.
type lab struct {
	store string
	seeds int // 0 is the number that is usual for a learner
}

func (l lab) of(usual int) int {
	if l.seeds > 0 {
		return l.seeds
	}
	return usual
}

// train takes all steps of a training, kept under a name. watch is called after each. The seconds are those of this
// process alone.
func (l lab) train(ctx context.Context, t acting.Training, name string,
	watch func(r *acting.Run, p acting.Progress) error) (*acting.Run, float64, error) {
	t.CheckpointFile, t.CheckpointEvery = l.path(name, t.Seed, "run"), 20*time.Second
	r, err := t.Start()
	if err != nil {
		return nil, 0, err
	}
	begin := time.Now()
	for p, err := range r.Steps(ctx) {
		if err != nil {
			return nil, 0, err
		}
		if watch != nil {
			if err := watch(r, p); err != nil {
				return nil, 0, err
			}
		}
	}
	return r, time.Since(begin).Seconds(), nil
}

func (l lab) path(name string, seed uint64, ending string) string {
	return filepath.Join(l.store, fmt.Sprintf("%s-%d.%s", name, seed, ending))
}

// A curve is what is kept of a training beside its run.
type curve struct {
	SHA256 string `json:"sha256"`
	Curve  []point
}

// kept returns what was kept of a training before, if it was.
func (l lab) kept(name string, seed uint64) (c curve) {
	if err := durable.ReadJSON(l.path(name, seed, "json"), &c); err != nil {
		return curve{}
	}
	return c
}

func (l lab) keep(name string, seed uint64, c curve) error {
	c.SHA256 = durable.Unstamped
	return durable.ReplaceJSON(l.path(name, seed, "json"), c)
}
