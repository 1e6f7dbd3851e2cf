package relate

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// A Network is a group of tasks that could be trained together, what each of them would have of it, and what it costs.
type Network struct {
	Tasks []int
	Gains []float64 // of each of these tasks; more is better
	Cost  int       // in networks, or in other units; at least 1
}

// mostTasks is the number of tasks up to which all groups can be written down.
const mostTasks = 20

// Networks returns all 2ᵀ − 1 groups of the tasks of a square matrix of gains, pairs[i][j] of task j beside task i,
// with what [HOA] says that their tasks have. cost returns what a network for so many tasks costs; nil is 1 each. For
// affinities ([Study.Affinities]), which say nothing of a task alone, the diagonal decides who stays alone: with 0 who
// has no friends does, with −10⁶, the authors' choice, nobody.
func Networks(pairs [][]float64, cost func(tasks int) int) []Network {
	checkSquare("Networks", pairs)
	m := len(pairs)
	if m == 0 || m > mostTasks {
		panic(fmt.Sprintf("relate: Networks: %d tasks; there are 2^T − 1 groups, and it takes 1 to %d tasks", m,
			mostTasks))
	}
	var all []Network
	for set := uint(1); set < 1<<m; set++ {
		n := Network{Cost: 1}
		for i := range m {
			if set>>i&1 == 1 {
				n.Tasks = append(n.Tasks, i)
			}
		}
		n.Gains = HOA(pairs, n.Tasks)
		if cost != nil {
			n.Cost = cost(len(n.Tasks))
		}
		all = append(all, n)
	}
	return all
}

// A Grouping is some networks, which between them serve every task.
type Grouping struct {
	Networks []Network // each serves a task at least
	By       []int     // the number among Networks of the one that serves each task
	Gains    []float64 // that each task has of it
	Total    float64   // their sum
	Cost     int
	Proven   bool // nothing is better within the budget; else the search was broken off
}

// mostNodes is how many partial groupings a search looks at before it is broken off: some ten seconds.
const mostNodes = 20_000_000

// Group chooses networks whose costs add up to the budget at most, so that the sum over the tasks of the best gain that
// any chosen network has for it is the greatest. Networks may overlap: a task is served by the best that has it, and
// may be in others for their sake. A budget that is larger than it takes is not used up; no more networks than tasks
// can serve any. It is an error if no choice within the budget serves every task. It panics at more than 20 tasks, at a
// network that makes no sense, and at a budget below 1. Gains of NaN count as −∞, a network that does not serve this
// task.
//
// The search is branch and bound over the partitions of the tasks into the sets that the networks serve: tasks are
// added one by one to a set or to a new one. A set S is worth the best sum over S of a network that holds it, which
// only falls as S grows; so what a partial partition's sets are worth, and for each task still to come the best that it
// has anywhere, is a bound. Up to a dozen tasks there are 4.2 million partitions and the result is proven; with more,
// in most cases.
//
// Reference: Standley et al. 2020 (see [HOA]), section 6, choose networks by this objective, by another search.
func Group(tasks int, networks []Network, budget int) (Grouping, error) {
	return group(tasks, networks, budget, mostNodes)
}

func group(tasks int, networks []Network, budget, nodes int) (Grouping, error) {
	checkNetworks(tasks, networks, budget)
	s := search{tasks: tasks, budget: budget, nodes: nodes, networks: networks, total: math.Inf(-1)}
	s.prepare()
	s.extend(0, 0)
	if math.IsInf(s.total, -1) {
		if s.nodes < 0 {
			return Grouping{}, fmt.Errorf("relate: Group: no choice of networks that serves all %d tasks within a "+
				"budget of %d was found before the search was broken off; allow more, or take fewer tasks", tasks,
				budget)
		}
		return Grouping{}, fmt.Errorf("relate: Group: no networks within a budget of %d serve all %d tasks; allow "+
			"more, or add networks", budget, tasks)
	}
	return s.grouping(), nil
}

func checkNetworks(tasks int, networks []Network, budget int) {
	if tasks < 1 || tasks > mostTasks || budget < 1 {
		panic(fmt.Sprintf("relate: Group: %d tasks and a budget of %d; it takes 1 to %d tasks, and a budget of 1 or "+
			"more", tasks, budget, mostTasks))
	}
	for k, n := range networks {
		checkGroup("Group", n.Tasks, tasks)
		if len(n.Gains) != len(n.Tasks) || n.Cost < 1 ||
			slices.ContainsFunc(n.Gains, func(g float64) bool { return math.IsInf(g, 1) }) {
			panic(fmt.Sprintf("relate: Group: network %d has %d tasks, the gains %v and the cost %d; it has a gain "+
				"below infinity for each task, and costs 1 or more", k, len(n.Tasks), n.Gains, n.Cost))
		}
	}
}

// A search looks for the best partition. Sets of tasks are bits.
type search struct {
	tasks, budget, nodes int
	networks             []Network

	costs []int       // that occur, ascending, within the budget
	worth [][]float64 // worth[c][set]: the best sum over the set of a network of cost costs[c] at most that holds it
	which [][]int32   // its number
	least []float64   // the bound of all tasks from a number on: the best that each has anywhere

	sets  []int   // of the partial partition
	best  []share // the best so far
	total float64
}

// A share is a set of tasks, and the number of the network that serves it.
type share struct {
	set, network int
}

func (s *search) prepare() {
	for _, n := range s.networks {
		if n.Cost <= s.budget && !slices.Contains(s.costs, n.Cost) {
			s.costs = append(s.costs, n.Cost)
		}
	}
	slices.Sort(s.costs)
	size := 1 << s.tasks
	for range s.costs {
		s.worth = append(s.worth, slices.Repeat([]float64{math.Inf(-1)}, size))
		s.which = append(s.which, make([]int32, size))
	}
	for k, n := range s.networks {
		c, ok := slices.BinarySearch(s.costs, n.Cost)
		if !ok {
			continue
		}
		s.offer(c, k, n)
	}
	for c := 1; c < len(s.costs); c++ {
		for set, v := range s.worth[c-1] {
			if v >= s.worth[c][set] {
				s.worth[c][set], s.which[c][set] = v, s.which[c-1][set]
			}
		}
	}
	s.least = make([]float64, s.tasks+1)
	for i := s.tasks - 1; i >= 0; i-- {
		top := math.Inf(-1)
		if len(s.costs) > 0 {
			top = s.worth[len(s.costs)-1][1<<i]
		}
		s.least[i] = s.least[i+1] + top
	}
}

// offer notes what a network is worth for each subset of its tasks.
func (s *search) offer(c, number int, n Network) {
	sums := make([]float64, 1<<len(n.Tasks)) // by the subset among the network's own
	sets := make([]int, len(sums))
	for sub := 1; sub < len(sums); sub++ {
		first := bits.TrailingZeros(uint(sub))
		rest := sub & (sub - 1)
		gain := n.Gains[first]
		if gain != gain {
			gain = math.Inf(-1)
		}
		sums[sub], sets[sub] = sums[rest]+gain, sets[rest]|1<<n.Tasks[first]
		if set := sets[sub]; sums[sub] > s.worth[c][set] {
			s.worth[c][set], s.which[c][set] = sums[sub], int32(number)
		}
	}
}

// extend adds task i to the partial partition, whose sets are worth so much at any cost.
func (s *search) extend(i int, worth float64) {
	if s.nodes--; s.nodes < 0 || len(s.costs) == 0 {
		return
	}
	if i == s.tasks {
		s.leaf()
		return
	}
	dear := s.worth[len(s.costs)-1]
	type option struct {
		set   int
		worth float64
	}
	var options []option
	for k, set := range s.sets {
		options = append(options, option{k, worth - dear[set] + dear[set|1<<i]})
	}
	if (len(s.sets)+1)*s.costs[0] <= s.budget {
		options = append(options, option{len(s.sets), worth + dear[1<<i]})
	}
	slices.SortStableFunc(options, func(a, b option) int { return cmp.Compare(b.worth, a.worth) })
	for _, o := range options {
		if !(o.worth+s.least[i+1] > s.total) {
			return // nor is what follows any better
		}
		if o.set == len(s.sets) {
			s.sets = append(s.sets, 1<<i)
			s.extend(i+1, o.worth)
			s.sets = s.sets[:o.set]
		} else {
			s.sets[o.set] |= 1 << i
			s.extend(i+1, o.worth)
			s.sets[o.set] &^= 1 << i
		}
	}
}

// leaf chooses the network of each set of a whole partition, within the budget: of all ways to pay for the first sets
// it keeps those to which no cheaper one is as good.
func (s *search) leaf() {
	type way struct {
		cost  int
		worth float64
		class []int
	}
	front := []way{{}}
	for _, set := range s.sets {
		var next []way
		for _, w := range front {
			for c, cost := range s.costs {
				worth := w.worth + s.worth[c][set]
				if w.cost+cost <= s.budget && worth > math.Inf(-1) {
					next = append(next, way{w.cost + cost, worth, append(w.class[:len(w.class):len(w.class)], c)})
				}
			}
		}
		slices.SortStableFunc(next, func(a, b way) int {
			return cmp.Or(cmp.Compare(a.cost, b.cost), cmp.Compare(b.worth, a.worth))
		})
		front = front[:0]
		for _, w := range next {
			if len(front) == 0 || w.worth > front[len(front)-1].worth {
				front = append(front, w)
			}
		}
	}
	if len(front) == 0 {
		return
	}
	if best := front[len(front)-1]; best.worth > s.total {
		s.total, s.best = best.worth, s.best[:0]
		for k, set := range s.sets {
			s.best = append(s.best, share{set, int(s.which[best.class[k]][set])})
		}
	}
}

// grouping returns the best that was found.
func (s *search) grouping() Grouping {
	g := Grouping{By: make([]int, s.tasks), Gains: make([]float64, s.tasks), Proven: s.nodes >= 0}
	var numbers []int
	for _, b := range s.best {
		if !slices.Contains(numbers, b.network) {
			numbers = append(numbers, b.network)
			g.Networks = append(g.Networks, s.networks[b.network])
			g.Cost += s.networks[b.network].Cost
		}
	}
	for i := range s.tasks {
		g.Gains[i] = math.Inf(-1)
		for k, n := range g.Networks {
			if at := slices.Index(n.Tasks, i); at >= 0 && n.Gains[at] > g.Gains[i] {
				g.Gains[i], g.By[i] = n.Gains[at], k
			}
		}
		g.Total += g.Gains[i]
	}
	return g
}
