package mtltest

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit/balance"
)

// taken calls a step of any balancer and returns what came of it: the weights of a scalarizer and its V, or the
// direction of an aggregator. A batch aggregator is given jac for all batches.
func taken(b balance.Balancer, jac *mat.Dense, losses []float64, s balance.State) ([]float64, error) {
	if scalarizer, ok := b.(balance.Scalarizer); ok {
		out := make([]float64, len(losses), len(losses)+1)
		value := scalarizer.Scalarize(out, losses, s)
		if after, ok := b.(balance.AfterStep); ok {
			later := slices.Clone(losses)
			for k := range later {
				later[k] *= 0.9 + 0.05*float64(k%3)
			}
			after.AfterStep(later, s)
		}
		return append(out, value), nil
	}
	_, n := jac.Dims()
	d := make([]float64, n)
	if batches, ok := b.(balance.BatchAggregator); ok {
		jacs := make([]*mat.Dense, batches.Batches())
		for i := range jacs {
			jacs[i] = jac
		}
		return d, new(balance.Aggregation).ApplyBatches(d, batches, jacs, s)
	}
	return d, balance.Aggregate(d, b, jac, losses, s)
}

// CheckAbsent returns an error unless b, made for four tasks, leaves alone what it remembers of absent tasks. It takes
// two steps with all of them, and from there one with the first and third, and one with the second and fourth: of what
// b remembers, the two may change the same number only to the same value, as they do with a count of steps.
//
// The training has no epochs, at whose end what an epoch remembers of all its steps may change.
func CheckAbsent(b balance.Balancer) error {
	const m, n = 4, 6
	rng := rand.New(rand.NewPCG(13, 0))
	draw := func(tasks int) (*mat.Dense, []float64) {
		losses := make([]float64, tasks)
		for k := range losses {
			losses[k] = math.Exp(rng.NormFloat64())
		}
		return random(rng, tasks, n, 0), losses
	}
	start := balance.Start(b, balance.Setting{Tasks: m, Params: n})
	for range 2 {
		jac, losses := draw(m)
		if _, err := taken(b, jac, losses, start); err != nil {
			return err
		}
	}
	var after [2][]float64
	for half, present := range [][]int{{0, 2}, {1, 3}} {
		s := start
		s.Present, s.Memory = present, slices.Clone(start.Memory)
		jac, losses := draw(2)
		out, err := taken(b, jac, losses, s)
		if err != nil {
			return fmt.Errorf("tasks %v: %w", present, err)
		}
		for _, v := range out {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("tasks %v: the step gives %v", present, out)
			}
		}
		after[half] = s.Memory
	}
	for i, before := range start.Memory {
		if one, two := after[0][i], after[1][i]; one != before && two != before && one != two {
			return fmt.Errorf("number %d of the memory, %v, becomes %v in a step of two tasks and %v in one of the other two",
				i, before, one, two)
		}
	}
	return nil
}

// CheckKeepsNothing returns an error unless b, made for four tasks, is done with its arguments when a call returns: it
// takes three steps, whose losses and gradients are spoiled after each, as it takes them with ones that are left alone.
func CheckKeepsNothing(b balance.Balancer) error {
	const m, n = 4, 6
	run := func(spoil bool) (steps [][]float64, memory []float64, err error) {
		rng := rand.New(rand.NewPCG(14, 0))
		s := balance.Start(b, balance.Setting{Tasks: m, Params: n})
		jac, losses := mat.NewDense(m, n, nil), make([]float64, m)
		for range 3 {
			if !spoil {
				jac, losses = mat.NewDense(m, n, nil), make([]float64, m)
			}
			jac.Copy(random(rng, m, n, 0))
			for k := range losses {
				losses[k] = math.Exp(rng.NormFloat64())
			}
			given := slices.Clone(losses)
			out, err := taken(b, jac, losses, s)
			if err != nil {
				return nil, nil, err
			}
			if !slices.Equal(losses, given) {
				return nil, nil, fmt.Errorf("the losses %v have become %v", given, losses)
			}
			steps = append(steps, slices.Clone(out))
			if spoil {
				for _, x := range [][]float64{jac.RawMatrix().Data, losses, out} {
					for k := range x {
						x[k] = math.NaN()
					}
				}
			}
		}
		return steps, s.Memory, nil
	}
	want, memory, err := run(false)
	if err != nil {
		return err
	}
	got, spoiled, err := run(true)
	if err != nil {
		return fmt.Errorf("with arguments that are spoiled after the call: %w", err)
	}
	if !slices.EqualFunc(got, want, slices.Equal[[]float64]) || !slices.Equal(spoiled, memory) {
		return fmt.Errorf("arguments that are spoiled after the call change the steps from %v to %v", want, got)
	}
	return nil
}
