// Command omniglot repeats published numbers of few-shot learning on all characters of Omniglot.
//
//	make omniglot-dense    # MAML with a dense network
//	make omniglot-proto    # prototypical networks
//	make omniglot-maml     # MAML with a convolutional network
//	make omniglot-runs     # the 20 one-shot runs of the set's authors
//	make omniglot          # all of them
//
// Each takes at most an hour and a half of two cores. A training keeps itself in a file of the folder -store and goes
// on from there: one that was stopped, or for which the flag -for left too little time. Whatever was trained is
// tested: the results file and the page say after how many iterations. Trainings that the flags do not name keep
// their results.
//
// The characters are shuffled by a seed into 1,100 to train on, 100 to validate on and 423 to test on, as in the code
// of the MAML paper (see [splitSeed]). The meta-parameters are those with the least loss on validation tasks.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"kindred/datasets"
)

func main() {
	log.SetFlags(0)
	store := flag.String("store", ".kindred/omniglot", "folder that keeps trainings under way")
	target := flag.String("target", "", "what to run: dense, proto, maml or runs; all by default")
	only := flag.String("only", "", "trainings to run, by their names, divided by commas; all of the target by default")
	limit := flag.Duration("for", 0, "time for all trainings together, such as 90m; 0 is as long as they take")
	small := flag.Bool("small", false, "a minute, for a look: small networks, hardly trained; nothing is written")
	tuned := flag.Bool("tune", false, "train MAML briefly by each of some inner rates, and print how; nothing is written")
	collect := flag.Bool("collect", false, "run nothing: write the page of the results file anew, and show it")
	data := flag.String("o", "notebooks/results/omniglot.json", "results file")
	page := flag.String("page", "bench/results/omniglot.md", "page of tables")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	s := study{store: *store, test: testEpisodes, say: log.Printf}
	chosen := trainings
	if *small {
		s.store, s.test, chosen = "", 100, smallOf(trainings)
	}
	chosen, runs := choose(chosen, *target, *only)
	if len(chosen) == 0 && !runs {
		log.Fatalf("omniglot: no target %q with a training %q; there are %s", *target, *only, names(trainings))
	}
	if *collect {
		r := newReport()
		if err := r.keep(*data, *page); err != nil {
			log.Fatal(err)
		}
		fmt.Print(r.page())
		return
	}
	images, err := characters(ctx)
	if err != nil {
		log.Fatal(err)
	}
	if *tuned {
		s.store = ""
		if err := s.tune(ctx, images, chosen); err != nil {
			log.Fatal(err)
		}
		return
	}
	r, err := s.run(ctx, images, chosen, runs, *limit)
	if err == nil && !*small {
		err = r.keep(*data, *page)
	}
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(r.page())
}

// characters returns all drawings.
func characters(ctx context.Context) (*datasets.Images, error) {
	return datasets.OmniglotCharacters(ctx, side)
}

// choose returns the trainings of a target, or those of these names, and whether the one-shot runs are part of it.
func choose(all []training, target, only string) (chosen []training, runs bool) {
	for _, t := range all {
		if (target == "" || t.target == target) && (only == "" || slices.Contains(strings.Split(only, ","), t.name)) {
			chosen = append(chosen, t)
		}
	}
	return chosen, only == "" && (target == "" || target == "runs")
}

func names(all []training) string {
	var said []string
	for _, t := range all {
		said = append(said, t.name)
	}
	return strings.Join(said, ", ")
}

// A study is what all trainings have in common.
type study struct {
	store string // folder of their files; "" keeps none
	test  int    // episodes of a test
	runs  int    // one-shot runs; 0 is all 20
	say   func(format string, args ...any)
}

// run trains and tests. The trainings share the time that there is; 0 is no limit.
func (s study) run(ctx context.Context, images *datasets.Images, chosen []training, runs bool, limit time.Duration) (
	r *report, err error) {
	r, begin := newReport(), time.Now()
	var asked []run
	if runs || slices.ContainsFunc(chosen, func(t training) bool { return t.background }) {
		if asked, err = oneShotRuns(ctx); err != nil {
			return nil, err
		}
		if s.runs > 0 {
			asked = asked[:s.runs]
		}
	}
	if runs {
		if r.Runs, err = s.untrained(ctx, asked); err != nil {
			return nil, err
		}
	}
	for k, t := range chosen {
		share := time.Duration(0)
		if limit > 0 {
			share = max(time.Nanosecond, (limit-time.Since(begin))/time.Duration(len(chosen)-k))
		}
		learned, err := s.train(ctx, t, images, share)
		if err != nil {
			return nil, fmt.Errorf("omniglot: %s: %w", t.name, err)
		}
		if t.background {
			found, err := s.onRuns(ctx, t, learned, asked)
			if err != nil {
				return nil, err
			}
			r.Runs = append(r.Runs, found)
		}
		if learned.entry.Tests, err = s.tests(ctx, t, learned, images); err != nil {
			return nil, err
		}
		r.Trainings = append(r.Trainings, learned.entry)
	}
	return r, nil
}

// stopped reports whether an error is that of a time limit, not of an interrupt.
func stopped(ctx context.Context, err error) bool {
	return ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded)
}
