package relate

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// brute tries all choices of networks within a budget.
func brute(tasks int, networks []Network, budget int) float64 {
	best := math.Inf(-1)
	gains := make([]float64, tasks)
	var try func(from, left int, gains []float64)
	try = func(from, left int, gains []float64) {
		sum := 0.0
		for _, g := range gains {
			sum += g
		}
		best = max(best, sum)
		for k := from; k < len(networks); k++ {
			n := networks[k]
			if n.Cost > left {
				continue
			}
			next := slices.Clone(gains)
			for at, i := range n.Tasks {
				next[i] = max(next[i], n.Gains[at])
			}
			try(k+1, left-n.Cost, next)
		}
	}
	for i := range gains {
		gains[i] = math.Inf(-1)
	}
	try(0, budget, gains)
	return best
}

// partitions finds the best within a number of networks of cost 1 by dynamic programming over sets, another way than
// the search: the best for a set is that of a part with its lowest task and that of the rest.
func partitions(tasks int, networks []Network, budget int) float64 {
	size := 1 << tasks
	worth := make([]float64, size)
	for set := 1; set < size; set++ {
		worth[set] = math.Inf(-1)
	}
	for _, n := range networks {
		whole := 0
		for _, i := range n.Tasks {
			whole |= 1 << i
		}
		for set := whole; set > 0; set = (set - 1) & whole {
			sum := 0.0
			for at, i := range n.Tasks {
				if set>>i&1 == 1 {
					sum += n.Gains[at]
				}
			}
			worth[set] = max(worth[set], sum)
		}
	}
	best := slices.Repeat([]float64{math.Inf(-1)}, size)
	best[0] = 0
	for range budget {
		next := slices.Clone(best)
		for set := 1; set < size; set++ {
			low := set & -set
			for part := set; part > 0; part = (part - 1) & set {
				if part&low != 0 {
					next[set] = max(next[set], worth[part]+best[set&^part])
				}
			}
		}
		best = next
	}
	return best[size-1]
}

func randomPairs(rng *rand.Rand, m int) [][]float64 {
	pairs := make([][]float64, m)
	for i := range pairs {
		pairs[i] = make([]float64, m)
		for j := range pairs[i] {
			if i != j {
				pairs[i][j] = rng.NormFloat64()
			}
		}
	}
	return pairs
}

// The search finds what trying everything finds, to the rounding of sums of at most 8 numbers of size 10.
func TestGroupAgainstBruteForce(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	for _, c := range []struct{ tasks, budget, draws int }{
		{1, 1, 3}, {2, 1, 5}, {2, 3, 5}, {3, 2, 10}, {4, 3, 10}, {5, 2, 10}, {5, 3, 4}, {6, 2, 5}, {7, 2, 4}, {8, 2, 2},
		{6, 3, 2},
	} {
		for range c.draws {
			networks := Networks(randomPairs(rng, c.tasks), nil)
			got, err := Group(c.tasks, networks, c.budget)
			if err != nil {
				t.Fatal(err)
			}
			want := brute(c.tasks, networks, c.budget)
			if math.Abs(got.Total-want) > 1e-13 || !got.Proven || len(got.Networks) > c.budget {
				t.Errorf("%d tasks, budget %d: %v of %d networks, brute force %v", c.tasks, c.budget, got.Total,
					len(got.Networks), want)
			}
		}
	}
}

// Networks that cost otherwise, and only some of them: half a unit for a task alone, as Standley has it, and costs at
// random.
func TestGroupInUnits(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 0))
	for draw := range 60 {
		m := 2 + rng.IntN(5)
		networks := Networks(randomPairs(rng, m), func(tasks int) int { return min(tasks, 2) })
		if draw%2 == 1 {
			for k := range networks {
				networks[k].Cost = 1 + rng.IntN(4)
			}
			rng.Shuffle(len(networks), func(a, b int) { networks[a], networks[b] = networks[b], networks[a] })
			networks = networks[:len(networks)/2]
		}
		budget := 1 + rng.IntN(6)
		got, err := Group(m, networks, budget)
		want := brute(m, networks, budget)
		if (err != nil) != math.IsInf(want, -1) {
			t.Fatalf("%v, brute force %v", err, want)
		}
		if err != nil {
			continue
		}
		cost := 0
		for _, n := range got.Networks {
			cost += n.Cost
		}
		if math.Abs(got.Total-want) > 1e-13 || cost != got.Cost || cost > budget {
			t.Errorf("draw %d: %d tasks, budget %d: %v at %d, brute force %v", draw, m, budget, got.Total, cost, want)
		}
	}
}

// A dozen tasks are proven, and agree with dynamic programming over sets.
func TestGroupOfADozen(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 0))
	networks := Networks(randomPairs(rng, 12), nil)
	got, err := Group(12, networks, 4)
	if err != nil || !got.Proven {
		t.Fatal(got.Proven, err)
	}
	if want := partitions(12, networks, 4); math.Abs(got.Total-want) > 1e-13 {
		t.Errorf("%v, by dynamic programming %v", got.Total, want)
	}
}

// A search that is broken off says so, and what it has is a grouping all the same.
func TestGroupBrokenOff(t *testing.T) {
	networks := Networks(randomPairs(rand.New(rand.NewPCG(4, 0)), 10), nil)
	whole, err := Group(10, networks, 4)
	if err != nil || !whole.Proven {
		t.Fatal(err)
	}
	part, err := group(10, networks, 4, 12)
	if err != nil || part.Proven || part.Total > whole.Total {
		t.Errorf("after 12 nodes: %v, proven %v, %v; whole %v", part.Total, part.Proven, err, whole.Total)
	}
	if _, err = group(10, networks, 4, 3); err == nil {
		t.Error("after 3 nodes there is a grouping of 10 tasks")
	}
}

// More networks than tasks serve nobody; too few are an error.
func TestGroupBudgets(t *testing.T) {
	pairs := [][]float64{{0, -1}, {-2, 0}}
	g, err := Group(2, Networks(pairs, nil), 100)
	if err != nil || len(g.Networks) != 2 || g.Total != 0 || g.Cost != 2 {
		t.Errorf("%+v, %v", g, err)
	}
	if g, err = Group(2, Networks(pairs, nil), 1); err != nil || len(g.Networks) != 1 || g.Total != -3 {
		t.Errorf("%+v, %v", g, err)
	}
	only := []Network{{Tasks: []int{0}, Gains: []float64{1}, Cost: 1}}
	if _, err := Group(2, only, 5); err == nil {
		t.Error("a task that no network has is served")
	}
	// Overlap: the second network is there for task 1 alone, and task 0 serves it only.
	over := []Network{{Tasks: []int{0, 2}, Gains: []float64{5, 1}, Cost: 1},
		{Tasks: []int{0, 1}, Gains: []float64{-3, 4}, Cost: 1}}
	if g, err = Group(3, over, 2); err != nil || g.Total != 10 || g.By[0] == g.By[1] {
		t.Errorf("%+v, %v", g, err)
	}
}

func TestHOA(t *testing.T) {
	nan := math.NaN()
	pairs := [][]float64{{10, 1, 2}, {3, 20, nan}, {5, 6, 30}}
	for _, c := range []struct {
		group []int
		want  []float64
	}{
		{[]int{0}, []float64{10}}, {[]int{0, 1}, []float64{3, 1}}, {[]int{2, 0, 1}, []float64{2, 4, 3.5}},
	} {
		if got := HOA(pairs, c.group); !slices.Equal(got, c.want) {
			t.Errorf("HOA of %v is %v, want %v", c.group, got, c.want)
		}
	}
	if got := HOA(pairs, []int{1, 2}); got[0] != 6 || got[1] == got[1] {
		t.Errorf("a pair that was not trained: %v", got)
	}
}

func BenchmarkGroup(b *testing.B) {
	for _, m := range []int{12, 14, 16} {
		networks := Networks(randomPairs(rand.New(rand.NewPCG(3, 0)), m), nil)
		for _, budget := range []int{3, 5, 8} {
			b.Run("", func(b *testing.B) {
				for b.Loop() {
					g, err := Group(m, networks, budget)
					if err != nil {
						b.Fatal(err)
					}
					if !g.Proven {
						b.Log(m, budget, "not proven")
					}
				}
			})
		}
	}
}
