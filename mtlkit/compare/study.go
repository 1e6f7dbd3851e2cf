package compare

import (
	"context"
	"fmt"
	"slices"

	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/sweep"
)

// A Study is a comparison on one set of tasks.
//
// On every seed each entrant has the same number of trials, which differ in what Trial varies, such as the learning
// rate, and in the settings of a balancer that has any to try. The trial and the epoch with the least Σᵢ log Lᵢ on
// the validation rows are kept, and tested once (see [mtlkit.Tournament]); the single networks keep a trial and an
// epoch for each task.
type Study struct {
	Name  string // a word, which names a folder of the store
	Setup string // what results depend on beside the trainers, such as a version of the code that makes them

	Entrants []Entrant // beside the baselines
	Seeds    int       // at least 2, from 0 on; ten or more for a verdict
	Trials   int       // of every entrant on every seed

	// Trial returns how a trial is trained, with hard sharing as the Model, which must be Twinned, and with the
	// validation rows as Validation or HeldOut; and the rows to test on. Seeds may split or draw the rows in
	// different ways; trials of a seed have the same rows. The model and the balancer of an entrant take the place of
	// the trainer's. It is called by several goroutines at once.
	Trial func(seed uint64, trial int) (t mtlkit.Trainer, test mtlkit.Data)

	Log func(line string) // told of what is done, a line each; nil for none
}

// An Entrant is a way to learn the tasks.
type Entrant struct {
	Name string

	// Model is the architecture; nil is the trainer's own, hard sharing.
	Model mtlkit.Model

	// Balance returns the balancer of a trial; nil is the plain sum of the losses. One with settings tries another in
	// each trial, such as those of [mtlkit.Spread].
	Balance func(seed uint64, trial int) balance.Balancer
}

// Architecture enters a model under the plain sum.
func Architecture(name string, m mtlkit.Model) Entrant {
	if m == nil {
		panic(fmt.Sprintf("compare: Architecture: the model of %q is nil; give one, such as a sharing.MMoE", name))
	}
	return Entrant{Name: name, Model: m}
}

// Balancer enters a balancer under hard sharing, the same in every trial.
func Balancer(name string, b balance.Balancer) Entrant {
	if b == nil {
		panic(fmt.Sprintf("compare: Balancer: the balancer of %q is nil; give one, such as balance.MGDA", name))
	}
	return Entrant{Name: name, Balance: func(uint64, int) balance.Balancer { return b }}
}

// Cross enters a model under a balancer.
func Cross(name string, m mtlkit.Model, b balance.Balancer) Entrant {
	e := Balancer(name, b)
	e.Model = Architecture(name, m).Model
	return e
}

// The baselines that are always in.
const (
	Alone    = "single networks"
	Sum      = "hard sharing"
	Constant = "constant"
)

// kind says which rows of a report an entrant stands among.
func (e Entrant) kind() string {
	switch {
	case e.Model != nil && e.Balance != nil:
		return "architectures under balancers"
	case e.Model != nil:
		return "architectures under the plain sum"
	case e.Balance != nil:
		return "balancers under hard sharing"
	}
	return "baselines"
}

// all returns the baselines and the entrants.
func (s Study) all() []Entrant {
	return append([]Entrant{{Name: Alone}, {Name: Sum}, {Name: Constant}}, s.Entrants...)
}

// Run works on what the store does not hold of the study yet, as many cells at a time as there are processors, and
// reports on all of it. Where ctx ends it, or a cell fails, the same call goes on from what was stored.
func (s Study) Run(ctx context.Context, store string) (Report, error) {
	e := s.Experiment()
	if err := e.Work(ctx, store, sweep.Share{}); err != nil {
		return Report{}, err
	}
	t, err := e.Collect(store)
	if err != nil {
		return Report{}, err
	}
	return s.Report(t)
}

// Experiment returns the study as a sweep with a cell for every entrant on every seed, for programs that share it among
// processes. Its results depend on Setup, the entrants' models and balancers, and on the trainers and rows of seed 0: a
// store keeps those of others apart.
func (s Study) Experiment() sweep.Experiment[mtlkit.Result] {
	s.check()
	e := sweep.Experiment[mtlkit.Result]{Name: s.Name, Log: s.Log}
	setup := struct {
		Setup  string
		Trials []mtlkit.Trainer
		Test   mtlkit.Data
	}{Setup: s.Setup}
	for k := range s.Trials {
		t, test := s.Trial(0, k)
		setup.Trials, setup.Test = append(setup.Trials, t), test
	}
	e.Setup = setup
	all := s.all()
	for seed := range uint64(s.Seeds) {
		for _, entrant := range all {
			how := entrant.settings(seed, s.Trials)
			e.Cells = append(e.Cells, sweep.Cell{Name: entrant.Name, Settings: how, Seed: seed})
		}
	}
	e.Run = func(ctx context.Context, c sweep.Cell) (mtlkit.Result, error) {
		k := slices.IndexFunc(all, func(e Entrant) bool { return e.Name == c.Name })
		return s.play(ctx, all[k], c.Seed)
	}
	return e
}

// settings are what a result of the entrant depends on beside the trainers; nil for a baseline.
func (e Entrant) settings(seed uint64, trials int) any {
	if e.Model == nil && e.Balance == nil {
		return nil
	}
	how := struct {
		Model mtlkit.Model
		Tries []balance.Balancer
	}{Model: e.Model}
	for k := range trials {
		if e.Balance != nil {
			how.Tries = append(how.Tries, e.Balance(seed, k))
		}
	}
	return how
}

// play returns how an entrant does on a seed.
func (s Study) play(ctx context.Context, e Entrant, seed uint64) (mtlkit.Result, error) {
	if e.Name == Constant {
		return s.constant(ctx, seed)
	}
	cup := mtlkit.Tournament{Seeds: s.Seeds, Trials: s.Trials}
	cup.Trial = func(seed uint64, trial int) (mtlkit.Trainer, mtlkit.Data) {
		t, test := s.Trial(seed, trial)
		if e.Model != nil {
			t.Model = e.Model
		}
		return t, test
	}
	contestant := mtlkit.Entrant{Name: e.Name, Balance: e.Balance}
	if e.Balance == nil && e.Name != Alone {
		contestant = mtlkit.Enter(e.Name, balance.Equal{})
	}
	cup.Entrants = []mtlkit.Entrant{contestant}
	return cup.PlayOne(ctx, e.Name, seed)
}

// check panics where the study makes no sense.
func (s Study) check() {
	if s.Trial == nil || s.Trials < 1 || s.Seeds < 2 || s.Setup == "" {
		panic(fmt.Sprintf("compare: Study: Seeds is %d, Trials %d and Setup %q; there must be two seeds, a trial and "+
			"a few words on what results depend on, and Trial must be set", s.Seeds, s.Trials, s.Setup))
	}
	seen := map[string]bool{}
	for _, e := range s.all() {
		switch {
		case e.Name == "" || seen[e.Name]:
			panic(fmt.Sprintf("compare: Study: an entrant is called %q; each needs a name of its own, other than the "+
				"baselines' %q, %q and %q", e.Name, Alone, Sum,
				Constant))
		case e.Model == nil && e.Balance == nil && len(seen) >= 3:
			panic(fmt.Sprintf("compare: Study: entrant %q has neither a Model nor a Balance; it would be "+
				"%q", e.Name, Sum))
		}
		seen[e.Name] = true
	}
}
