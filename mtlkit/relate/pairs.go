package relate

import (
	"context"
	"fmt"
)

// mostPairs is the number of tasks up to which Pairs trains all pairs unasked.
const mostPairs = 16

// Pairs are the true pairwise gains: the Influence of task i on task j is by what share the test loss of j is lower
// beside i than alone, (alone − beside)/alone.
type Pairs struct {
	Influence
	Alone  [][]float64   // test losses of each task and seed
	Beside [][][]float64 // Beside[i][j][k]: of task j trained with task i, on seed k; nil for i = j
}

// Pairs trains each task alone, and all pairs of tasks, on every seed: T(T+1)/2 trainings a seed, as many at a time as
// there are processors. It panics at more than 16 tasks unless AllPairs is set.
func (s Study) Pairs(ctx context.Context) (Pairs, error) {
	s.check("Pairs", ctx)
	m := len(s.Tasks)
	if m > mostPairs && !s.AllPairs {
		panic(fmt.Sprintf("relate: Study.Pairs: %d tasks have %d pairs, which takes %d trainings; take %d tasks at "+
			"most, ask for Affinities, or set AllPairs", m, m*(m-1)/2, s.Seeds*m*(m+1)/2, mostPairs))
	}
	list := s.alone()
	for i := range m {
		for j := range i {
			for seed := range uint64(s.Seeds) {
				list = append(list, work{Tasks: []int{j, i}, seed: seed})
			}
		}
	}
	results, err := s.do(ctx, list)
	if err != nil {
		return Pairs{}, err
	}
	p := Pairs{Influence: Influence{Tasks: s.Tasks, Judges: s.judges(results)}, Beside: cube(m)}
	p.Alone, results = s.byTask(results), results[m*s.Seeds:]
	for i := range m {
		for j := range i {
			for _, f := range results[:s.Seeds] {
				p.Beside[i][j] = append(p.Beside[i][j], f.Losses[0])
				p.Beside[j][i] = append(p.Beside[j][i], f.Losses[1])
			}
			results = results[s.Seeds:]
		}
	}
	p.Values, err = s.gains(p.Beside, func(_, j int) []float64 { return p.Alone[j] })
	return p, err
}

// alone returns what it takes to train each task alone.
func (s *Study) alone() (list []work) {
	for i := range s.Tasks {
		for seed := range uint64(s.Seeds) {
			list = append(list, work{Tasks: []int{i}, Twin: s.Twin != nil, seed: seed})
		}
	}
	return list
}

// byTask returns the losses of tasks that were trained alone.
func (s *Study) byTask(results []found) [][]float64 {
	losses := make([][]float64, len(s.Tasks))
	for i := range losses {
		for _, f := range results[i*s.Seeds : (i+1)*s.Seeds] {
			losses[i] = append(losses[i], f.Losses[0])
		}
	}
	return losses
}

// gains returns by what share losses are lower than those at their base.
func (s *Study) gains(losses [][][]float64, base func(i, j int) []float64) ([][][]float64, error) {
	values := cube(len(s.Tasks))
	for i := range values {
		for j := range values {
			if i == j {
				continue
			}
			gains, err := relative(s.Tasks[j], losses[i][j], base(i, j))
			if err != nil {
				return nil, err
			}
			values[i][j] = gains
		}
	}
	return values, nil
}

// cube returns room for a list for each pair of tasks.
func cube(m int) [][][]float64 {
	c := make([][][]float64, m)
	for i := range c {
		c[i] = make([][]float64, m)
	}
	return c
}
