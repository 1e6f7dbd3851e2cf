package acting

import (
	"fmt"
	"math"
	"math/rand/v2"

	"kindred/autodiff"
)

// A crowd runs episodes side by side, one step of all of them at a time, and keeps what happened. Each has random
// numbers of its own, so that nothing depends on who else is in the crowd.
type crowd struct {
	sizes Sizes
	n     int // episodes at most
	d     Distribution

	// What happened, a row for each step and episode, all episodes of step 0 first. live is 1 where a step was taken.
	reads, actions, rewards, values, live []float64

	episodes []episode
}

type episode struct {
	step  Step
	world rand.PCG
	rng   *rand.Rand
	own   rand.PCG // of who acts
	acts  *rand.Rand
	over  bool
	seen  []float64
}

func newCrowd(s Sizes, d Distribution, n, reads int) *crowd {
	rows := s.Horizon * n
	c := &crowd{sizes: s, n: n, d: d, reads: make([]float64, rows*reads), actions: make([]float64, rows*s.numbers()),
		rewards: make([]float64, rows), values: make([]float64, rows), live: make([]float64, rows), episodes: make([]episode, n)}
	for i := range c.episodes {
		e := &c.episodes[i]
		e.rng, e.acts, e.seen = rand.New(&e.world), rand.New(&e.own), make([]float64, s.Seen)
	}
	return c
}

// begin begins episode i of the crowd.
func (c *crowd) begin(i int, task Task) {
	e := &c.episodes[i]
	e.over = false
	e.step = task.Begin(e.rng, e.seen)
}

// act takes step t of every episode that is not over, an action drawn from its row of outputs, or the likeliest one. It
// reports whether any goes on.
func (c *crowd) act(t, n int, outputs []float64, greedy bool) (goesOn bool, err error) {
	width, a := len(outputs)/c.n, c.sizes.numbers()
	for i := range n {
		e, row := &c.episodes[i], t*c.n+i
		if e.over {
			continue
		}
		action, out := c.actions[row*a:(row+1)*a], outputs[i*width:(i+1)*width]
		if !finite(out...) {
			return false, fmt.Errorf("step %d: what an action is drawn from, %v, is %w", t, out, ErrDiverged)
		}
		if greedy {
			c.d.Likeliest(action, out)
		} else {
			c.d.Draw(action, out, e.acts)
		}
		c.live[row] = 1
		c.rewards[row], e.over = e.step(action, e.seen)
		if !finite(c.rewards[row]) || !finite(e.seen...) {
			return false, fmt.Errorf("step %d: the action %v led to the reward %v and the observation %v, which must be finite",
				t, action, c.rewards[row], e.seen)
		}
		goesOn = goesOn || !e.over
	}
	return goesOn, nil
}

// clear forgets what happened.
func (c *crowd) clear() {
	for _, v := range [][]float64{c.reads, c.actions, c.rewards, c.values, c.live} {
		clear(v)
	}
}

// returns adds the sum of the rewards of each of n episodes to a slice.
func (c *crowd) returns(dst []float64, n int) []float64 {
	for i := range n {
		sum := 0.0
		for t := range c.sizes.Horizon {
			sum += c.rewards[t*c.n+i]
		}
		dst = append(dst, sum)
	}
	return dst
}

func finite(x ...float64) bool {
	for _, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}

// A rememberer lets a memory act in a crowd.
type rememberer struct {
	*crowd
	*stepper
	ws            *autodiff.Workspace
	outputs, next []float64
}

// A stepper is the traced step of a memory, for any number of workers.
type stepper struct {
	policy            Memory
	of                Sizes
	from              Distribution
	rows              int // episodes side by side
	theta             autodiff.Params
	in, state         autodiff.Value
	out, value, after autodiff.Value
	program           *autodiff.Program
}

func newStepper(what string, policy Memory, s Sizes, d Distribution, n int, precision autodiff.Precision) *stepper {
	st := &stepper{policy: policy, of: s, from: d, rows: n}
	g := autodiff.New()
	st.theta = g.Params(policy.Shapes())
	st.in, st.state = g.Input("reads", n, s.reads()), g.Input("state", n, policy.State())
	st.out, st.value, st.after = policy.Step(st.theta, st.in, st.state)
	if want := d.Outputs(s); st.out.Rows() != n || st.out.Cols() != want || st.value.Rows() != n || st.value.Cols() != 1 ||
		st.after.Rows() != n || st.after.Cols() != policy.State() {
		panic(fmt.Sprintf("acting: %s: %T.Step makes outputs %v, values %v and a state %v of %d rows; %T wants %d columns, a "+
			"value is one, and the state has %d", what, policy, st.out, st.value, st.after, n, d, want, policy.State()))
	}
	st.program = autodiff.CompileAs(precision, st.out, st.value, st.after)
	return st
}

// worker returns a crowd that acts by the memory.
func (st *stepper) worker() *rememberer {
	return &rememberer{crowd: newCrowd(st.of, st.from, st.rows, st.of.reads()), stepper: st, ws: st.program.NewWorkspace(),
		outputs: make([]float64, st.out.Size()), next: make([]float64, st.after.Size())}
}

// play runs n episodes of an environment, those of a seed from index first on.
func (r *rememberer) play(e Environment, theta []float64, seed, first uint64, n int, greedy bool) error {
	r.clear()
	clear(r.next)
	r.ws.Set(r.theta, theta)
	for i := range n {
		ep := &r.episodes[i]
		ep.world.Seed(seed, first+uint64(i))
		ep.own.Seed(seed, first+uint64(i)|choiceStream)
		r.begin(i, e.Draw(ep.rng))
	}
	for t := range r.sizes.Horizon {
		r.read(t, n)
		width := r.sizes.reads()
		r.ws.Set(r.in, r.reads[t*r.n*width:(t+1)*r.n*width])
		r.ws.Set(r.state, r.next)
		r.ws.Run()
		r.ws.Read(r.out, r.outputs)
		r.ws.Read(r.value, r.values[t*r.n:(t+1)*r.n])
		r.ws.Read(r.after, r.next)
		goesOn, err := r.act(t, n, r.outputs, greedy)
		if err != nil {
			return err
		}
		if !goesOn {
			break
		}
	}
	return nil
}

// read fills in what the memory reads in step t.
func (r *rememberer) read(t, n int) {
	for i := range n {
		if e := &r.episodes[i]; !e.over {
			r.readRow(t, i, e.seen)
		}
	}
}

func (r *rememberer) readRow(t, i int, seen []float64) {
	s, width := r.sizes, r.sizes.reads()
	row := r.reads[(t*r.n+i)*width : (t*r.n+i+1)*width]
	copy(row, seen)
	if t == 0 {
		row[s.Seen+s.Actions+1] = 1
	} else {
		last := (t-1)*r.n + i
		if s.Choices {
			row[s.Seen+int(r.actions[last])] = 1
		} else {
			copy(row[s.Seen:], r.actions[last*s.Actions:(last+1)*s.Actions])
		}
		row[s.Seen+s.Actions] = r.rewards[last]
	}
	row[s.Seen+s.Actions+2] = float64(t) / float64(s.Horizon)
}
