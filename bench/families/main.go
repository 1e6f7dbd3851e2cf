// Command families compares learners of all families of meta-learning on sinusoids: the same test tasks, equal budgets
// of processor time, equal effort of tuning, floors and plain baselines beside them.
//
//	make compare-families                                         # the whole: some twelve hours of one core
//	make compare-families SECONDS=2 TUNING=2 TRIALS=3 SEEDS=2 TASKS=500   # a small form, for a look
//
// Each learner trains on the sinusoids of the MAML paper with 10 support and 10 query points, 25 tasks in a meta-batch,
// with Adam, whose rate falls as a cosine to 0, and meta-gradients clipped at a norm of 10, for as many iterations as
// take SECONDS=120 of one core. How many these are was measured once, by "go run ./bench/families -calibrate", and stands
// in iterations.json, so that a result is the same on any machine. TRIALS=6 trials (see [rows]) of TUNING=30 seconds are
// trained with a seed of their own, and the one is kept whose error on 1,000 validation tasks is least after that number
// of steps, of 1, 5 and 10, after which it is least. SEEDS=10 trainings of it are tested on TASKS=20000 new tasks, and on
// as many of each panel off that distribution (see [panels]), after 1, 5 and 10 steps.
//
// A trial, and a learner with a seed, is a cell of a sweep: results are kept in the folder -store as they come, and the
// command goes on where it was stopped, in the midst of a training too (see docs/many-machines.md). With -share the trials
// come first: run all shares with -tune before the first without.
package main

import (
	"flag"
	"log"
	"os"
	"strings"

	"kindred/sweep"
)

func main() {
	options := sweep.Flags(flag.CommandLine)
	s := usual()
	flag.Float64Var(&s.Seconds, "seconds", s.Seconds, "the budget: processor time of a training")
	flag.Float64Var(&s.Tuning, "tuning", s.Tuning, "processor time of the training of a trial")
	flag.IntVar(&s.Trials, "trials", s.Trials, "trials of a learner, the first of its row")
	flag.IntVar(&s.Seeds, "seeds", s.Seeds, "trainings of a learner")
	flag.IntVar(&s.Tests, "tasks", s.Tests, "test tasks of a panel")
	calibrated := flag.Bool("calibrate", false, "measure what an iteration of each learner takes and write iterations.json")
	tune := flag.Bool("tune", false, "run the trials alone")
	only := flag.String("only", "", "learners to run, by their names, divided by semicolons; all by default")
	data := flag.String("o", "notebooks/results/families.json", "results file")
	page := flag.String("page", "bench/results/families.md", "page of tables")
	flag.Parse()
	log.SetFlags(0)

	if s.Trials < 1 || s.Trials > tunings {
		log.Fatalf("families: -trials is %d; a row has %d", s.Trials, tunings)
	}
	if *calibrated {
		if err := calibrate("bench/families/iterations.json", strings.Split(*only, ";")); err != nil {
			log.Fatal(err)
		}
		return
	}
	if *only != "" {
		s.rows = named(s.rows, strings.Split(*only, ";"))
	}
	sweep.Main(options, s.trials(), func(t sweep.Table[trialled]) error {
		for _, cell := range t.Rows {
			at := cell.Cell.Settings.(setting)
			log.Printf("%s, outer rate %g, inner %g, %d iterations: errors %.3f", cell.Cell.Name, at.Try.Outer, at.Try.Inner,
				at.Iterations, cell.Result.Errors)
		}
		return nil
	})
	if *tune || options.List {
		return
	}
	trials, err := s.trials().Collect(options.Store)
	if err == nil {
		err = trials.Err()
	}
	if err != nil {
		log.Fatal(err)
	}
	chosen := s.choose(trials)
	sweep.Main(options, s.tests(chosen), func(t sweep.Table[tested]) error {
		r := s.report(t, chosen)
		if err := r.write(*data); err != nil {
			return err
		}
		text := r.page()
		if _, err := os.Stdout.WriteString(text); err != nil {
			return err
		}
		return os.WriteFile(*page, []byte(text), 0o666)
	})
}
