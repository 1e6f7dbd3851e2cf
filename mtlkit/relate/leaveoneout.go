package relate

import "context"

// LeftOut tells whose presence helps whom: the Influence of task i on task j is by what share the test loss of j is
// lower with all tasks in the network than with all but i, (without − all)/without.
type LeftOut struct {
	Influence
	All     [][]float64   // test losses of each task and seed, all tasks trained together
	Without [][][]float64 // Without[i][j][k]: of task j with all but task i, on seed k; nil for i = j
}

// LeaveOneOut trains all tasks together, and all but each, on every seed: T + 1 trainings a seed. It panics at fewer
// than two tasks.
func (s Study) LeaveOneOut(ctx context.Context) (LeftOut, error) {
	s.check("LeaveOneOut", ctx)
	m := len(s.Tasks)
	if m < 2 {
		panic("relate: Study.LeaveOneOut: a single task; there is nobody to leave out")
	}
	list := s.together()
	for i := range m {
		others := append(s.all()[:i:i], s.all()[i+1:]...)
		for seed := range uint64(s.Seeds) {
			list = append(list, work{Tasks: others, seed: seed})
		}
	}
	results, err := s.do(ctx, list)
	if err != nil {
		return LeftOut{}, err
	}
	l := LeftOut{Influence: Influence{Tasks: s.Tasks, Judges: make([]Judge, m)}, Without: cube(m)}
	if s.Resplits {
		for _, f := range results[:s.Seeds] {
			for i, share := range f.Share {
				l.Judges[i].Resplit += share / float64(s.Seeds)
			}
		}
	}
	l.All, results = s.perTask(results[:s.Seeds]), results[s.Seeds:]
	all := cube(m)
	for i := range m {
		for j := range m {
			if i == j {
				continue
			}
			k := j
			if j > i {
				k--
			}
			for _, f := range results[:s.Seeds] {
				l.Without[i][j] = append(l.Without[i][j], f.Losses[k])
			}
			all[i][j] = l.All[j]
		}
		results = results[s.Seeds:]
	}
	l.Values, err = s.gains(all, func(i, j int) []float64 { return l.Without[i][j] })
	return l, err
}

// together returns what it takes to train all tasks in one network.
func (s *Study) together() (list []work) {
	for seed := range uint64(s.Seeds) {
		list = append(list, work{Tasks: s.all(), seed: seed})
	}
	return list
}

// perTask returns the losses of each task of trainings of all tasks, one a seed.
func (s *Study) perTask(results []found) [][]float64 {
	losses := make([][]float64, len(s.Tasks))
	for i := range losses {
		for _, f := range results {
			losses[i] = append(losses[i], f.Losses[i])
		}
	}
	return losses
}
