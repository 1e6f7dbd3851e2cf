package characters

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"strings"

	"kindred/metakit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// Results are what bench/omniglot found, as far as it came.
type Results struct {
	Trainings []Training
	Runs      []Runs
}

// A Training is a long meta-training and its tests; Iterations of Of were taken.
type Training struct {
	Name, Method   string
	Shots          int
	Iterations, Of int
	Every          int       // iterations between validations
	Validation     []float64 // the share that is right then, in tasks of as many ways
	ValidationWays int
	Tests          []Test
}

// A Test is an accuracy on new tasks in per cent.
type Test struct {
	Ways, Shots, Steps int
	Accuracy           metakit.Interval
	Published          float64 // 0 is none
}

// Runs are the errors of a method on the 20 one-shot runs, in per cent.
type Runs struct {
	Method    string
	Training  string // the name of one; "" of a method that learns nothing
	Side      int    // of the drawings
	Wrong, Of int
	Errors    metakit.Interval
}

const (
	command = "make omniglot"
	longest = 1 << 20 // some ten times the length of the whole file
	// An object of fewer bytes is no result, and could only fill memory.
	leastObject = 24
)

// ReadResults reads what bench/omniglot wrote; of a file that is not there, no results. It panics at one that is not
// whole, or damaged.
func ReadResults(path string) *Results {
	text, err := lessons.ReadResults(path, command, longest)
	if errors.Is(err, fs.ErrNotExist) {
		return &Results{}
	}
	if err != nil {
		panic(fmt.Sprintf("characters: %v", err))
	}
	r, err := parse(text)
	if err != nil {
		panic(fmt.Sprintf("characters: %s: %v; delete it and say %s", path, err, command))
	}
	return r
}

func parse(text []byte) (*Results, error) {
	n := bytes.Count(text, []byte("{")) + bytes.Count(text, []byte("["))
	if len(text) > longest || n > len(text)/leastObject+1 {
		return nil, fmt.Errorf("%d bytes with %d lists and objects, want at most %d bytes, and %d bytes an object",
			len(text), n, longest, leastObject)
	}
	var r Results
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, err
	}
	for _, t := range r.Trainings {
		for _, v := range t.Validation {
			if !(v >= 0 && v <= 1) || t.Every < 1 || t.Every > 1e6 {
				return nil, fmt.Errorf("training %.40q was validated every %d iterations, once at %v", t.Name, t.Every, v)
			}
		}
		for _, u := range t.Tests {
			if u.Ways < 2 || u.Shots < 1 || !share(u.Accuracy) || !(u.Published >= 0 && u.Published <= 100) {
				return nil, fmt.Errorf("training %.40q has a test of %d ways, %d shots and %v %%", t.Name, u.Ways, u.Shots,
					u.Accuracy)
			}
		}
	}
	for _, u := range r.Runs {
		if u.Of < 1 || u.Wrong < 0 || u.Wrong > u.Of || !share(u.Errors) {
			return nil, fmt.Errorf("%.40q is wrong on %d of %d, %v %%", u.Method, u.Wrong, u.Of, u.Errors)
		}
	}
	return &r, nil
}

// share reports whether an interval is one of per cent about its mean.
func share(i metakit.Interval) bool {
	return i.Low <= i.Mean && i.Mean <= i.High && i.Mean >= 0 && i.Mean <= 100 && !math.IsInf(i.High-i.Low, 0)
}

// published are the settings that papers have numbers for, in the order of the figure.
var published = []struct {
	method      string
	ways, shots int
}{
	{"MAML, dense", 5, 1}, {"MAML, convolutional", 5, 1}, {"prototypical network", 5, 1},
	{"MAML, dense", 5, 5}, {"prototypical network", 5, 5},
	{"prototypical network", 20, 1}, {"prototypical network", 20, 5},
}

// find returns the test of a setting, for a learner with several that of the published steps or else the best, and its
// training.
func (r *Results) find(method string, ways, shots int) (found *Test, of *Training) {
	for k := range r.Trainings {
		t := &r.Trainings[k]
		for i := range t.Tests {
			u := &t.Tests[i]
			if t.Method != method || u.Ways != ways || u.Shots != shots {
				continue
			}
			if found == nil || u.Published > 0 && found.Published == 0 ||
				u.Published > 0 == (found.Published > 0) && u.Accuracy.Mean > found.Accuracy.Mean {
				found, of = u, t
			}
		}
	}
	return found, of
}

// Figure draws the accuracies of long trainings beside the published ones.
func (r *Results) Figure() Figure {
	f := plots.Forest{X: "right, in %", Decimals: 1, Column: "measured; published",
		Baseline: plots.Marker{Name: "all", X: 100}}
	within, measured, least := 0, 0, 100.0
	var missing []string
	for _, p := range published {
		setting := fmt.Sprintf("%d ways, %d shot", p.ways, p.shots)
		if p.shots > 1 {
			setting += "s"
		}
		test, training := r.find(p.method, p.ways, p.shots)
		if test == nil {
			missing = append(missing, p.method+", "+setting)
			continue
		}
		if n := len(f.Groups); n == 0 || f.Groups[n-1].Name != setting {
			f.Groups = append(f.Groups, plots.Group{Name: setting})
		}
		a := test.Accuracy
		least = min(least, a.Low)
		role := plots.Green
		if strings.HasPrefix(p.method, "MAML") {
			role = plots.Blue
		}
		row := plots.Item{Name: p.method, Role: role, Value: a.Mean, Low: a.Low, High: a.High}
		if test.Published > 0 {
			measured++
			least = min(least, test.Published)
			row.Note = fmt.Sprintf("%.1f", test.Published)
			if row.Runs = []float64{test.Published}; a.High >= test.Published {
				within++
			}
		}
		if training.Iterations < training.Of {
			row.Role, row.Name = plots.Grey, row.Name+training.far()
		}
		group := &f.Groups[len(f.Groups)-1]
		group.Rows = append(group.Rows, row)
	}
	said := ""
	if len(missing) > 0 {
		said = "Not there yet: " + strings.Join(missing, "; ") + ". Say " + command + "."
	}
	if len(f.Groups) == 0 {
		return sentence("No results of long trainings are here. " + said)
	}
	f.XLim = plots.Range{5 * math.Floor(least/5-0.2), 100}
	f.Title = fmt.Sprintf("%s accuracies %s what is published, within their intervals", lessons.Sentence(lessons.Of(within, measured)),
		lessons.Do(within, "reaches", "reach"))
	f.Subtitle = "95 % interval over test tasks; small dot: published; grey: not trained to the end"
	return f.Figure("Forest plot of accuracies on Omniglot beside those published. " + f.Title + ".").
		Caption("Computed by " + command + ". " + said)
}

// Names are those of the trainings.
func (r *Results) Names() (names []string) {
	for _, t := range r.Trainings {
		names = append(names, t.Name)
	}
	return names
}

// Course draws the mean cross-entropy of a training on validation tasks.
func (r *Results) Course(name string) Figure {
	for _, t := range r.Trainings {
		if t.Name != name {
			continue
		}
		if len(t.Validation) == 0 {
			return sentence(fmt.Sprintf("%s, %s, was not validated yet: %d of %d iterations are done. Say %s.", name, t.Method,
				t.Iterations, t.Of, command))
		}
		s := plots.Series{Name: t.Method, Role: plots.Green, Dots: len(t.Validation) < 30}
		if strings.HasPrefix(t.Method, "MAML") {
			s.Role = plots.Blue
		}
		for k, v := range t.Validation {
			s.X, s.Y = append(s.X, float64((k+1)*t.Every)), append(s.Y, v)
		}
		title := fmt.Sprintf("%s after %s of %s iterations: %.2f nats", t.Method, lessons.Thousands(t.Iterations),
			lessons.Thousands(t.Of), s.Y[len(s.Y)-1])
		return plots.Curves{Title: title, Subtitle: fmt.Sprintf("tasks of %d validation characters, drawings of each: %d", t.ValidationWays,
			t.Shots), X: "iteration", Y: "cross-entropy, in nats", Series: []plots.Series{s}, XLim: plots.Range{0, float64(max(t.Of,
			len(t.Validation)*t.Every))}}.Figure("Line chart of the validation loss over " +
			"the iterations of a long training. " + title + ".")
	}
	return sentence(fmt.Sprintf("There is no training %q.", name))
}

// far says how far a training came.
func (t *Training) far() string {
	return fmt.Sprintf(" (%d %% trained)", 100*t.Iterations/max(t.Of, 1))
}

// Humans is the share in per cent of the one-shot trials that people got wrong, by Lake, Salakhutdinov and Tenenbaum 2015.
const Humans = 4.5

// RunsFigure draws the errors on all 20 one-shot runs.
func (r *Results) RunsFigure() Figure {
	if len(r.Runs) == 0 {
		return sentence("No results on all one-shot runs are here. Say " + command + ".")
	}
	f := plots.Dots{X: "wrong, in %", Decimals: 1, Sorted: true, XLim: plots.Range{0, 100},
		Reference: &plots.Marker{Name: "people", X: Humans}}
	least := math.Inf(1)
	best := ""
	for _, u := range r.Runs {
		role := plots.Grey
		if strings.HasPrefix(u.Method, "prototypical") {
			role = plots.Green
		}
		name := u.Method
		for _, t := range r.Trainings {
			if t.Name == u.Training && t.Iterations < t.Of {
				role, name = plots.Grey, name+t.far()
			}
		}
		wrong := u.Errors.Mean
		f.Items = append(f.Items, plots.Item{Name: fmt.Sprintf("%s, %d × %d", name, u.Side, u.Side), Role: role, Value: wrong,
			Low: u.Errors.Low, High: u.Errors.High, Note: fmt.Sprintf("%d of %d", u.Wrong, u.Of)})
		if wrong < least {
			least, best = wrong, name
		}
	}
	f.Title = fmt.Sprintf("People err in %.1f %%, %s in %.1f %%", Humans, best, least)
	f.Subtitle = "one drawing each of 20 characters; all 20 runs; 95 % interval over them"
	return f.Figure("Dot plot of errors in the one-shot runs of Omniglot. " + f.Title + ".").
		Caption("Computed by " + command + ".")
}
