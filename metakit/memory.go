package metakit

import (
	"math/bits"

	"kindred/nn"
)

// perOperation is what an operation of a program takes beside its numbers, with what it was traced from: by measurement
// 1,100 to 1,800 bytes.
const perOperation = 1300

// sizesAhead is how many episodes are asked for their sizes, to know which programs a run will need.
const sizesAhead = 1000

// Memory returns how many bytes a run of the training will hold: of each size among its first 1,000 episodes a program
// and a workspace of it for each processor, in which every intermediate value of every inner step lies, and a few copies
// of the meta-parameters. It compiles the programs and allocates none of their workspaces, so that it tells beforehand
// whether a network, an episode or a number of steps is too large for the machine. Tests hold it to a factor of 1.5; the
// garbage of tracing, which does not stay, comes on top. It panics where Start does.
func (t Training) Memory() int {
	t.check()
	r := &Run{training: t}
	c := r.hire()
	meta := nn.Size(t.Learner.Shapes())
	total := c.memory(t.Seed, 0, sizesAhead, t.MetaBatch)
	statistics := len(c.all[0].startStatistics())

	partials := processors() + bits.Len(uint(t.MetaBatch)) + 1 // sums over episodes that wait for their neighbours
	slots := 1 + t.Optimizer.Slots()
	copies := 3 + slots + processors() // Meta, the last good ones, the mean; each worker's own
	floats := partials*(meta+statistics) + copies*(meta+statistics) + t.Iterations
	if v := t.Validation; v.Tasks != nil {
		e := v.evaluation(t)
		total += e.crew("Training: Validation").memory(t.Seed, validationStream, min(e.episodes(), sizesAhead), 1)
		floats += 2 * (meta + statistics)
	}
	return total + 8*floats
}

// Memory returns how many bytes a run of the evaluation will hold, as [Training.Memory] does.
func (e Evaluation) Memory() int {
	checkLearner("Evaluation", e.Learner)
	all := e.episodes()
	checkNumbers("Evaluation", e.Steps)
	return e.crew("Evaluation").memory(e.Seed, testStream, min(all, sizesAhead), 1) + 8*all*(1+2*len(e.Steps))
}

// memory returns the bytes of the workspaces, and of the episodes in them, for the sizes of n episodes, of which so many
// run at once.
func (c *crew) memory(seed, first uint64, n, batch int) int {
	c.forms = map[kind]*form{}
	for k := 0; k < n; k += batch {
		c.assign(seed, first+uint64(k), batch)
	}
	total := 0
	for _, f := range c.all {
		s, cost := f.stackSize(), f.program.Cost()
		numbers := (s.Support + s.Query) * (s.In + s.Out)
		total += processors()*(cost.Memory+8*numbers) + perOperation*cost.Steps
	}
	return total
}
