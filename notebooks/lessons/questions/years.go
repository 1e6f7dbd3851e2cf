package questions

import (
	"cmp"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/stat"

	"kindred/notebooks/lessons"
	"kindred/plots"
)

// published tells the year of the paper of each learner that bench/families trains.
var published = map[string]int{
	"learned optimiser": 2016, "recurrent": 2016, "MAML": 2017, "first-order MAML": 2017, "Meta-SGD": 2017, "Reptile": 2018,
	"T-net": 2018, "ALPaCA": 2018, "neural process": 2018, "MAML++": 2019, "iMAML": 2019, "CAVIA": 2019, "Meta-Curvature": 2019,
	"ridge attention": 2019, "attentive process": 2019, "ANIL": 2020, "deep kernel transfer": 2020, "BOIL": 2021,
	"in-context, prior-fitted": 2022,
}

// A Learner is the error on new waves of a learner that bench/families trained, with equal time for all: the median over
// the waves, as steps that diverge on a few would rule a mean; of that the mean over the seeds.
type Learner struct {
	Name  string
	Year  int
	Error float64
}

// ReadLearners reads the results that bench/families wrote, the oldest learner first. It panics at a file that is not
// whole, or damaged.
func ReadLearners(path string) []Learner {
	const command = "make compare-families"
	text, err := lessons.ReadResults(path, command, 8<<20)
	if err == nil {
		var learners []Learner
		if learners, err = parseLearners(text); err == nil {
			return learners
		}
	}
	panic(fmt.Sprintf("questions: %s: %v; delete it and say %s", path, err, command))
}

func parseLearners(text []byte) (learners []Learner, err error) {
	var found struct {
		Entries []struct {
			Name    string
			After   int
			Results [][][]struct{ Median float64 } // by seed, panel and steps; the first panel is waves as in training
		}
	}
	if err := unmarshal(text, &found); err != nil {
		return nil, err
	}
	for _, e := range found.Entries {
		year := published[e.Name]
		if year == 0 {
			continue
		}
		l := Learner{Name: e.Name, Year: year}
		for _, panels := range e.Results {
			if len(panels) == 0 || e.After < 0 || e.After >= len(panels[0]) {
				return nil, fmt.Errorf("%.60q has no error after step %d", e.Name, e.After)
			}
			l.Error += panels[0][e.After].Median / float64(len(e.Results))
		}
		if !(l.Error > 0) {
			return nil, fmt.Errorf("%.60q has the error %v", e.Name, l.Error)
		}
		learners = append(learners, l)
	}
	if len(learners) < 3 {
		return nil, fmt.Errorf("%d learners of known year", len(learners))
	}
	slices.SortStableFunc(learners, func(a, b Learner) int { return cmp.Compare(a.Year, b.Year) })
	return learners, nil
}

// RankCorrelation returns that of the years and the errors, from −1, where newer is better, to 1.
func RankCorrelation(learners []Learner) float64 {
	years, errors := YearsAndErrors(learners)
	return stat.Correlation(ranks(years), ranks(errors), nil)
}

// YearsAndErrors returns both as lists.
func YearsAndErrors(learners []Learner) (years, errors []float64) {
	for _, l := range learners {
		years, errors = append(years, float64(l.Year)), append(errors, l.Error)
	}
	return years, errors
}

// ranks returns the places of numbers in their order; equal ones share the mean of theirs.
func ranks(x []float64) []float64 {
	r := make([]float64, len(x))
	for i, v := range x {
		less, equal := 0, 0
		for _, w := range x {
			if w < v {
				less++
			} else if w == v {
				equal++
			}
		}
		r[i] = float64(less) + float64(equal-1)/2
	}
	return r
}

// Years draws the errors of learners by the years of their papers, from a year on. It panics if fewer than two are
// left.
func Years(learners []Learner, since int) plots.Figure {
	learners = slices.DeleteFunc(slices.Clone(learners), func(l Learner) bool { return l.Year < since })
	if len(learners) < 2 {
		panic(fmt.Sprintf("questions: Years: %d learners since %d; take an earlier year", len(learners), since))
	}
	chart := plots.Dots{X: "squared error on new waves, ten points of each, median over the waves", LogX: true, Decimals: 4,
		Subtitle: "new waves like those of training; all tuned alike, with equal time; by the year of their paper"}
	best := learners[0]
	for _, l := range learners {
		if l.Error < best.Error {
			best = l
		}
	}
	for _, l := range learners {
		role := plots.Grey
		if l == best {
			role = plots.Blue
		}
		chart.Items = append(chart.Items, plots.Item{Name: fmt.Sprintf("%d %s", l.Year, l.Name), Role: role,
			Value: l.Error})
	}
	chart.Title = lessons.Minus(fmt.Sprintf("The best of %d is %s (%d); rank correlation of year and error %.2f",
		len(learners),
		best.Name, best.Year, RankCorrelation(learners)))
	return chart.Figure("Dot plot of the error of learners by the year of their paper, logarithmic. " + chart.Title +
		".").
		Caption("Computed by make compare-families.")
}
