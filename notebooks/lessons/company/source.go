package company

import (
	"slices"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
)

// A Source draws tasks, and rows of each to train and to measure on: [mtlkit.RelatedTasks], or [Mixed].
type Source interface {
	Tasks() []mtlkit.Task
	Draw(seed uint64) (train, held mtlkit.Data)
}

// Names returns the names of a source's tasks.
func Names(s Source) (names []string) {
	for _, t := range s.Tasks() {
		names = append(names, t.Name)
	}
	return names
}

// Heads returns a head of one number for each of some tasks.
func Heads(tasks []int) [][]int { return slices.Repeat([][]int{{1}}, len(tasks)) }

// Mixed draws families of tasks that have nothing in common with each other, and deals them out in turn: of two
// families, the tasks a, c, e are of the first and b, d, f of the second.
type Mixed struct {
	Family   mtlkit.RelatedTasks // of each
	Families int
	From     uint64 // the number of seed 0, to draw others
}

// Tasks returns the tasks, called a, b, c, ….
func (m Mixed) Tasks() (tasks []mtlkit.Task) {
	for k, t := range m.Family.Tasks() {
		for f := range m.Families {
			t.Name = string(rune('a' + k*m.Families + f))
			tasks = append(tasks, t)
		}
	}
	return tasks
}

// Draw draws all families.
func (m Mixed) Draw(seed uint64) (train, held mtlkit.Data) {
	for f := range m.Families {
		t, h := m.Family.Draw(uint64(m.Families)*(seed+m.From) + uint64(f))
		train.X, train.Y = deal(train.X, t.X, f, m.Families), deal(train.Y, t.Y, f, m.Families)
		held.X, held.Y = deal(held.X, h.X, f, m.Families), deal(held.Y, h.Y, f, m.Families)
	}
	return train, held
}

// deal puts a family's matrices among those of all.
func deal(all, own []*mat.Dense, family, families int) []*mat.Dense {
	if all == nil {
		all = make([]*mat.Dense, len(own)*families)
	}
	for k, m := range own {
		all[k*families+family] = m
	}
	return all
}

// Kin reports whether two tasks, by their numbers, are of one family.
func (m Mixed) Kin(i, j int) bool { return i%m.Families == j%m.Families }
