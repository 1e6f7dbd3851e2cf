package mtlkit

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"kindred/autodiff"
	"kindred/nn"
)

// A Watch says by what the epochs of a training are compared on [Trainer.Validation]. Less is better.
type Watch int

// What can be watched. The sums are over the tasks that have labels there; each loss is the mean over its labelled
// rows.
const (
	SumOfLosses Watch = iota // Σᵢ Lᵢ: a task with larger losses has more to say
	SumOfLogs                // Σᵢ log Lᵢ: a gain of one per cent counts alike in every task; losses must be above 0
)

// of returns what is watched of some tasks' losses.
func (w Watch) of(losses []float64, tasks []int) float64 {
	sum := 0.0
	for _, i := range tasks {
		if w == SumOfLogs {
			sum += math.Log(losses[i])
		} else {
			sum += losses[i]
		}
	}
	return sum
}

// A choice is the best parameters so far, on rows that choose. Tasks that have a parameter in common, or are tied by a
// penalty, choose one epoch; tasks that have not, such as twins, each choose theirs, and each runs out of patience by
// itself, as if it had been trained alone.
type choice struct {
	watch    Watch
	patience int
	minDelta float64
	rows     *sheet
	members  []*member
	theta    []float64 // the best, and the statistics with them
	stats    []float64
}

// A member is tasks that choose together.
type member struct {
	tasks    []int
	watched  []int  // those of them with labels to choose by; without any the last epoch is taken
	thetaAt  []span // their parameters
	statsAt  []span // and statistics
	epoch    int    // that is best, 0 for none
	least    float64
	mark     float64 // that patience counts from
	waited   int     // epochs since then
	finished bool    // its patience has run out
}

// newChoice returns what chooses in a training; nil without rows to choose on.
func newChoice(t *Trainer, s *step) *choice {
	if t.Validation.empty() {
		return nil
	}
	c := &choice{watch: t.Watch, patience: t.Patience, minDelta: t.MinDelta, rows: newSheet(t.Validation, t.Tasks)}
	of := s.model.together(s.users, len(t.Tasks))
	matrices, statistics := s.users, statisticsUsers(t, s)
	for i := range t.Tasks {
		if of[i] == i {
			c.members = append(c.members, &member{least: math.Inf(1), mark: math.Inf(1)})
		}
		m := c.members[slices.IndexFunc(c.members,
			func(m *member) bool { return len(m.tasks) == 0 || of[m.tasks[0]] == of[i] })]
		m.tasks = append(m.tasks, i)
		if c.rows.labelled(i) > 0 {
			m.watched = append(m.watched, i)
		}
	}
	memberOf := func(users []int) int {
		for k, m := range c.members {
			if len(users) > 0 && slices.Contains(m.tasks, users[0]) {
				return k
			}
		}
		return 0 // of no task
	}
	at := 0
	for k, shape := range t.Model.Shapes() {
		m := c.members[memberOf(matrices[k])]
		m.thetaAt = append(m.thetaAt, span{at, shape.Size()})
		at += shape.Size()
	}
	at = 0
	for k, statistic := range s.model.statistics {
		m := c.members[memberOf(statistics[k])]
		m.statsAt = append(m.statsAt, span{at, statistic.Size()})
		at += statistic.Size()
	}
	return c
}

// together returns for each task the first one of those that it chooses with: a way leads from one to the other by
// matrices that a loss, or a penalty, reaches.
func (tr *traced) together(u users, tasks int) []int {
	of := make([]int, tasks+len(u)) // tasks, and after them matrices
	for k := range of {
		of[k] = k
	}
	join := func(a, b int) {
		first, other := min(of[a], of[b]), max(of[a], of[b])
		for k, f := range of {
			if f == other {
				of[k] = first
			}
		}
	}
	matrices := make([]autodiff.Value, len(u))
	for k := range matrices {
		matrices[k] = tr.theta.At(k)
		for _, i := range u[k] {
			join(i, tasks+k)
		}
	}
	for _, p := range tr.trace.Penalties() {
		reached := autodiff.Reaches(p.Value, matrices)
		first := slices.Index(reached, true)
		for k, r := range reached {
			if r {
				join(tasks+first, tasks+k)
			}
		}
	}
	return of[:tasks]
}

// statisticsUsers tells which tasks' outputs depend on each running statistic in evaluation.
func statisticsUsers(t *Trainer, s *step) [][]int {
	users := make([][]int, len(s.model.statistics))
	if len(users) == 0 {
		return users
	}
	g := autodiff.New()
	trace := nn.NewTrace(g, false)
	var xs []autodiff.Value
	for j, x := range t.Data.X {
		xs = append(xs, g.Input(fmt.Sprintf("x%d", j+1), 1, x.RawMatrix().Cols))
	}
	for len(xs) < len(t.Tasks) {
		xs = append(xs, xs[0])
	}
	out := t.Model.Apply(trace, g.Params(t.Model.Shapes()), xs)
	asked := trace.Statistics()
	values := make([]autodiff.Value, len(asked))
	for k, a := range asked {
		values[k] = a.Value
	}
	for i, o := range out {
		for k, reached := range autodiff.Reaches(o, values) {
			at := slices.IndexFunc(s.model.statistics, func(s *nn.Statistic) bool { return s.Shape == asked[k].Shape })
			if reached && at >= 0 {
				users[at] = append(users[at], i)
			}
		}
	}
	return users
}

// hear takes note of the losses after an epoch, and returns which members keep its parameters.
func (c *choice) hear(epoch int, losses []float64, best []int) (keep []*member) {
	for _, m := range c.members {
		if m.finished {
			continue
		}
		v := c.watch.of(losses, m.watched)
		if v < m.least || len(m.watched) == 0 {
			m.epoch, m.least = epoch, v
			keep = append(keep, m)
			for _, i := range m.tasks {
				best[i] = epoch
			}
		}
		if m.waited++; v < m.mark-c.minDelta {
			m.mark, m.waited = v, 0
		}
		m.finished = c.patience > 0 && m.waited >= c.patience && len(m.watched) > 0
	}
	return keep
}

// keep copies the parameters of an epoch, those of some members.
func (c *choice) keep(members []*member, theta, statistics []float64) {
	if len(members) > 0 && c.theta == nil {
		c.theta, c.stats = slices.Clone(theta), slices.Clone(statistics)
	}
	for _, m := range c.members {
		if c.theta != nil && (m.epoch == 0 || slices.Contains(members, m)) { // one that has none yet follows the last
			copySpans(c.theta, theta, m.thetaAt)
			copySpans(c.stats, statistics, m.statsAt)
		}
	}
}

func copySpans(dst, src []float64, at []span) {
	for _, s := range at {
		copy(dst[s.at:s.at+s.n], src[s.at:s.at+s.n])
	}
}

// finished reports whether all have run out of patience. Those without labels to choose by wait for the others.
func (c *choice) finished() bool {
	return c != nil && !slices.ContainsFunc(c.members,
		func(m *member) bool { return !m.finished && len(m.watched) > 0 })
}

// resume makes a choice that has just begun the one of a checkpoint that fits: what was heard is heard again.
func (c *choice) resume(from Checkpoint) error {
	if c == nil {
		if len(from.BestTheta)+len(from.BestStatistics) > 0 {
			return errors.New("mtlkit: the checkpoint is damaged: it has best parameters, and no rows have chosen them")
		}
		return nil
	}
	best, losses := make([]int, len(from.History.Best)), make([]float64, len(from.History.Best))
	for e := range from.evaluated() {
		for i, list := range from.History.Validation {
			losses[i] = list[e]
		}
		c.hear(e+1, losses, best)
	}
	if !slices.Equal(best, from.History.Best) {
		return fmt.Errorf("mtlkit: the checkpoint is damaged: its best epochs are %v, by its validation losses they "+
			"are %v", from.History.Best, best)
	}
	theta, statistics := 0, 0
	if slices.Max(best) > 0 {
		theta, statistics = len(from.Theta), len(from.Statistics)
	}
	if len(from.BestTheta) != theta || len(from.BestStatistics) != statistics {
		return fmt.Errorf("mtlkit: the checkpoint is damaged: it has %d best parameters and %d best statistics, want "+
			"%d and %d", len(from.BestTheta), len(from.BestStatistics), theta, statistics)
	}
	if theta > 0 {
		c.theta, c.stats = slices.Clone(from.BestTheta), slices.Clone(from.BestStatistics)
	}
	return nil
}

// sheet returns the rows that choose, nil if there are none.
func (c *choice) sheet() *sheet {
	if c == nil {
		return nil
	}
	return c.rows
}

// choose takes note of the epoch that ends, whose validation rows were evaluated. The error says why it cannot.
func (r *Run) choose() error {
	c := r.choice
	if c == nil {
		return nil
	}
	epoch, losses := r.steps/r.stepsPerEpoch(), r.epoch.Validation
	c.rows.means(losses)
	for i, l := range losses {
		if c.watch == SumOfLogs && l <= 0 {
			return fmt.Errorf("mtlkit: epoch %d: the loss of task %q on the validation rows is %v, which has no "+
				"logarithm; Watch SumOfLosses instead", epoch, r.trainer.Tasks[i].Name, l)
		}
	}
	record(r.History.Validation, losses)
	c.keep(c.hear(epoch, losses, r.History.Best), r.Theta, r.Statistics)
	return nil
}

// present makes Theta and Statistics the best ones, if there are any, for whoever uses the run. What training goes on
// from is put aside.
func (r *Run) present() {
	if r.choice == nil || r.choice.theta == nil || r.presents {
		return
	}
	r.aside.set(r.Theta, r.Statistics)
	copy(r.Theta, r.choice.theta)
	copy(r.Statistics, r.choice.stats)
	r.presents = true
}

// bringBack makes Theta and Statistics those that training goes on from.
func (r *Run) bringBack() {
	if r.presents {
		copy(r.Theta, r.aside.theta)
		copy(r.Statistics, r.aside.statistics)
		r.presents = false
	}
}

// training returns the parameters and statistics that training goes on from.
func (r *Run) training() (theta, statistics []float64) {
	if r.presents {
		return r.aside.theta, r.aside.statistics
	}
	return r.Theta, r.Statistics
}
