package relate

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"kindred/mtlkit"
)

// A Study is a set of tasks to find out about. Tasks, Seeds and Configure must be set.
type Study struct {
	Tasks []string // their names, at least one; their numbers count from 0
	Seeds int      // 0, 1, …, Seeds−1, at least 2 to tell anything; 10 is usual

	// Configure returns how some of the tasks, by their numbers in ascending order, are trained together on a seed, and
	// the rows to test them on. For one task that is its network alone: the twin which the others are held against. A
	// seed has the same rows for whatever tasks; neither its rows to train on nor its Validation may be among those to
	// test on. [Some] picks tasks out of data. It is called by one goroutine at a time.
	Configure func(seed uint64, tasks []int) (t mtlkit.Trainer, test mtlkit.Data)

	// Twin returns how a task is trained alone, where that is not Configure of this task, such as with the network that
	// [Study.EqualCapacity] gives it. Nil is Configure.
	Twin func(seed uint64, task int) (t mtlkit.Trainer, test mtlkit.Data)

	// Resplits says that seeds split the same rows in other ways, rather than draw rows of their own. Test losses of
	// such seeds vary together, and intervals are wider by what that takes; see [Judge].
	Resplits bool

	AllPairs bool // let Pairs train those of more than 16 tasks too

	// Store is a folder where the losses of each training are kept as they come, so that a study that was stopped goes
	// on from there and many processes can share it (see package sweep). Setup says in words what they depend on beside
	// tasks and seed: a store of another Setup is not looked at. "" keeps nothing.
	Store, Setup string
}

// check panics unless there is something to find out.
func (s *Study) check(method string, ctx context.Context) {
	say := func(format string, args ...any) {
		panic("relate: Study." + method + ": " + fmt.Sprintf(format, args...))
	}
	switch {
	case ctx == nil:
		say("the context is nil; give context.Background()")
	case s.Configure == nil:
		say("Configure is nil; it says how some of the tasks are trained")
	case len(s.Tasks) == 0:
		say("no Tasks; name them")
	case s.Seeds < 2:
		say("%d Seeds; it takes 2 to tell anything, and 10 are usual", s.Seeds)
	case (s.Store == "") != (s.Setup == ""):
		say("Store is %q and Setup %q; give both, or neither", s.Store, s.Setup)
	}
	for i, name := range s.Tasks {
		if name == "" || slices.Contains(s.Tasks[:i], name) {
			say("task %d is called %q; every task needs a name of its own", i, name)
		}
	}
}

// all returns the numbers of all tasks.
func (s *Study) all() []int {
	all := make([]int, len(s.Tasks))
	for i := range all {
		all[i] = i
	}
	return all
}

// configure returns what is to be trained, and the rows to test on. One goroutine at a time does.
func (s *Study) configure(one *sync.Mutex, w work) (t mtlkit.Trainer, test mtlkit.Data) {
	one.Lock()
	defer one.Unlock()
	if w.Twin {
		t, test = s.Twin(w.seed, w.Tasks[0])
	} else {
		t, test = s.Configure(w.seed, slices.Clone(w.Tasks))
	}
	if len(t.Tasks) != len(w.Tasks) {
		panic(fmt.Sprintf("relate: Study: Configure returns a trainer of %d tasks for the tasks %v; relate.Some "+
			"picks them", len(t.Tasks), w.Tasks))
	}
	for k, i := range w.Tasks {
		if t.Tasks[k].Name != s.Tasks[i] {
			panic(fmt.Sprintf("relate: Study: Configure returns task %q in the place of %q", t.Tasks[k].Name,
				s.Tasks[i]))
		}
	}
	if w.Shuffled {
		t.Data = shuffle(t.Data, w.seed, w.Tasks, w.Kept)
		t.HeldOut = shuffle(t.HeldOut, w.seed, w.Tasks, w.Kept)
		t.Validation = shuffle(t.Validation, w.seed, w.Tasks, w.Kept)
	}
	if t.CheckpointFile != "" {
		panic("relate: Study: Configure returns a trainer with a CheckpointFile; a Study keeps losses in its Store")
	}
	return t, test
}
