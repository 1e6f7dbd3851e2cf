package characters

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/internal/durable"
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/nn"
	"kindred/notebooks/lessons/lessontest"
	"kindred/plots"
)

// made are drawings of characters that differ: as many as Omniglot has, so that its splits fit.
func made() Drawings {
	images := &datasets.Images{Side: side}
	for class := range 1623 {
		for person := range people {
			picture := make([]byte, side*side)
			for k := range 12 {
				at := (class*7919 + k*k*(class%97+1)*31) % (side*side - 2)
				picture[at+person%2] = 255
			}
			images.Pixels = append(images.Pixels, picture...)
			images.Class = append(images.Class, class)
		}
	}
	return Drawings{Images: images}
}

var drawings = made()

var (
	embedding = nn.MLP{Widths: []int{side * side, 16, 8}, Activation: nn.ReLU}
	learning  = Learning{Learner: models.NewPrototypical(embedding, 20), Ways: 20, Iterations: 30, MetaBatch: 1, Rate: 0.003}
)

func learned(t *testing.T, l Learning) Trained {
	t.Helper()
	meta, err := l.Run(t.Context(), drawings)
	if err != nil {
		t.Fatal(err)
	}
	return Trained{"it", l, meta}
}

func figure(t *testing.T, name string, f Figure) {
	t.Helper()
	fig, ok := f.(plots.Figure)
	if !ok {
		t.Fatalf("%s: %s", name, f.HTML())
	}
	lessontest.Save(t, name, fig)
}

func TestFigures(t *testing.T) {
	of := learned(t, learning)
	maml := learning
	maml.Ways, maml.Iterations = 5, 2
	maml.Learner = metakit.MAML{Network: nn.MLP{Widths: []int{side * side, 8, 5}, Activation: nn.ReLU}, Loss: nn.SoftmaxLoss{},
		Steps: 1, Inner: nn.SGD{Rate: 0.1}}
	adapting := learned(t, maml)
	few := learning
	few.Characters, few.Straight = 30, true
	for _, r := range []Riddle{{1, 5, 1, 2}, {2, 5, 1, 2}, {3, 10, 1, 2}, {1, 20, 3, 2}} {
		figure(t, "ask", drawings.Ask(r))
		figure(t, "answers", drawings.Answers(r))
		figure(t, "score", drawings.Score(r, "ab-c", of, adapting))
	}
	figure(t, "maps", drawings.Maps(1, embedding, of.Meta))
	figure(t, "boundaries", drawings.Boundaries(1, embedding, of.Meta, 1, 5))
	figure(t, "curves", drawings.Curves(4, of, of, adapting).Figure(nil))
	figure(t, "apart", drawings.Apart(4, learned(t, few), of))
}

// Of drawings that are not here every figure says why, and nothing is stored.
func TestWithoutDrawings(t *testing.T) {
	t.Setenv("KINDRED_DATA", t.TempDir())
	d, err := Read(t.Context())
	if d.Images != nil || err == nil {
		t.Fatal("drawings from an empty folder")
	}
	if a, ok := err.(interface{ Absent() bool }); !ok || !a.Absent() {
		t.Errorf("the error %v does not say that data are missing", err)
	}
	if _, err := learning.Run(t.Context(), d); err == nil {
		t.Error("it learned from nothing")
	}
	r := Riddle{1, 5, 1, 2}
	for name, f := range map[string]Figure{
		"Ask": d.Ask(r), "Answers": d.Answers(r), "Score": d.Score(r, "", Trained{}), "Maps": d.Maps(1, embedding, nil),
		"Boundaries": d.Boundaries(1, embedding, nil, 1), "Curves": d.Curves(4, Trained{}).Figure(nil), "Apart": d.Apart(4, Trained{}),
		"OneShot": d.OneShot(1, embedding, nil),
	} {
		got := f.HTML()
		if !strings.Contains(got, "Not drawn, as data are missing: ") || !strings.Contains(got, "images_background.zip") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// No character, and no alphabet, is both learned from and tested on.
func TestKnownAndNew(t *testing.T) {
	known, others := drawings.Known(5, 1, 1).Classes(), drawings.New(5, 1, 1).Classes()
	if len(known) != 964 || len(others) != 659 || slices.Max(known) >= slices.Min(others) {
		t.Errorf("%d known to %d, %d new from %d on", len(known), slices.Max(known), len(others), slices.Min(others))
	}
}

func TestAnswers(t *testing.T) {
	if got, want := typed(" aB-? z\n"), []int{0, 1, -1, -1, 25}; !slices.Equal(got, want) {
		t.Errorf("read %v, want %v", got, want)
	}
	q := drawn{truth: []int{0, 1, 2, 3}}
	var words []string
	for _, w := range q.words([]int{0, 2, -1}) {
		words = append(words, w.Text)
	}
	if want := []string{"A", "C ×", "–", "–"}; !slices.Equal(words, want) || q.right([]int{0, 2, -1}) != 1 {
		t.Errorf("words %q, want %q; %d right", words, want, q.right([]int{0, 2, -1}))
	}
}

func TestNearest(t *testing.T) {
	support := metakit.NewSet(3, []float64{0, 0, 5, 5, 9, 0}, []float64{0, 1, 2})
	x := mat.NewDense(3, 2, []float64{8, 1, 1, 1, 4, 5})
	if got, want := labels(Nearest{}.Predict(support, x)), []int{2, 0, 1}; !slices.Equal(got, want) {
		t.Errorf("labels %v, want %v", got, want)
	}
}

// What lies on a line has all of its first component along it, and none of the second.
func TestPrincipal(t *testing.T) {
	at := mat.NewDense(4, 3, []float64{0, 0, 0, 1, 2, 2, 2, 4, 4, 3, 6, 6})
	plane := principal(at)
	for i := range 4 {
		lessontest.Near(t, "first", plane.At(i, 0), 3*float64(i), 1e-12)
		lessontest.Near(t, "second", plane.At(i, 1), 0, 1e-12)
	}
}

// The logits' difference that is drawn is that of the learner.
func TestBoundaryIsTheLearners(t *testing.T) {
	of := learned(t, learning)
	x := drawings.some(1)
	p := prototypes{embedding, of.Meta}
	f, _ := boundary(x, p.embed(x), 1, 3, 1, 1)
	support := mat.NewDense(2, side*side, nil)
	order := permutation(1)
	for k, c := range []int{1, 3} {
		support.SetRow(k, x.RawRowView(c*people+order[0]))
	}
	for k, c := range []int{1, 3} {
		for i, person := range order[1:] {
			logits := p.Predict(metakit.Set{X: support, Y: mat.NewDense(2, 1, []float64{0, 1})},
				mat.NewDense(1, side*side, x.RawRowView(c*people+person)))
			lessontest.Near(t, "logit", f.Points[k].X[i], logits.At(0, 0)-logits.At(0, 1), 1e-9)
		}
	}
}

// The baseline of Omniglot's own demo is wrong on 9 of 20 in its first run, and on 38.75 % in all.
func TestHausdorff(t *testing.T) {
	runs, err := datasets.OneShotRuns(t.Context())
	if err != nil {
		t.Skip("no one-shot runs: ", err)
	}
	wrong := 0
	for k, class := range hausdorff(runs[0].Training, runs[0].Test) {
		if class != runs[0].Label[k] {
			wrong++
		}
	}
	if wrong != 9 {
		t.Errorf("wrong on %d of run 1, want 9", wrong)
	}
}

const written = `{"sha256":"unset","Split":"s","Trainings":[
{"Name":"proto-1","Method":"prototypical network","Ways":60,"Iterations":6000,"Of":6000,"Shots":1,"Every":3000,"ValidationWays":20,"Validation":[0.5,0.9],"Tests":[
{"Ways":5,"Shots":1,"Steps":0,"Accuracy":{"Mean":98.7,"Low":98.5,"High":98.9,"N":1000},"Modes":["running"],"Published":98.8},
{"Ways":20,"Shots":1,"Steps":0,"Accuracy":{"Mean":95.1,"Low":94.9,"High":95.3,"N":1000},"Published":96.0}]},
{"Name":"dense-1","Method":"MAML, dense","Ways":5,"Iterations":30000,"Of":60000,"Tests":[
{"Ways":5,"Shots":1,"Steps":1,"Accuracy":{"Mean":80.7,"Low":80.5,"High":80.9,"N":1000}},
{"Ways":5,"Shots":1,"Steps":3,"Accuracy":{"Mean":84.7,"Low":84.5,"High":84.9,"N":1000},"Published":89.7},
{"Ways":5,"Shots":1,"Steps":10,"Accuracy":{"Mean":85.7,"Low":85.5,"High":85.9,"N":1000}}]}],
"Runs":[{"Method":"modified Hausdorff distance","Side":105,"Wrong":155,"Of":400,
"Errors":{"Mean":38.75,"Low":33.1,"High":44.4,"N":20},"Published":38.8},
{"Method":"prototypical network","Side":28,"Training":"dense-1","Wrong":255,"Of":400,
"Errors":{"Mean":63.75,"Low":57.2,"High":70.3,"N":20}}]}`

func TestResults(t *testing.T) {
	r, err := parse([]byte(written))
	if err != nil {
		t.Fatal(err)
	}
	figure(t, "results", r.Figure())
	figure(t, "course", r.Course(r.Names()[0]))
	if html := r.Course("none").HTML(); !strings.Contains(html, "no training") {
		t.Errorf("of a training that is not there: %s", html)
	}
	figure(t, "runs", r.RunsFigure())
	if test, of := r.find("MAML, dense", 5, 1); test.Steps != 3 || of.Name != "dense-1" {
		t.Errorf("the published number is held against %+v of %s", test, of.Name)
	}
	html := r.Figure().HTML()
	for _, want := range []string{"1 of 3 accuracies reaches", "Not there yet: MAML, convolutional, 5 ways, 1 shot; "} {
		if !strings.Contains(html, want) {
			t.Errorf("%q is not said", want)
		}
	}
	runs := string(r.RunsFigure().(plots.Figure).SVG())
	if !strings.Contains(runs, "prototypical network (50 % trained), 28 × 28") {
		t.Error("the runs do not say that the network was not trained to the end")
	}
	for _, f := range []Figure{(&Results{}).Figure(), (&Results{}).RunsFigure()} {
		if _, ok := f.(sentence); !ok || !strings.Contains(f.HTML(), "make omniglot") {
			t.Errorf("without results: %s", f.HTML())
		}
	}
}

func TestReadResults(t *testing.T) {
	if r := ReadResults(filepath.Join(t.TempDir(), "none.json")); len(r.Trainings) != 0 {
		t.Error("trainings of no file")
	}
	path := filepath.Join(t.TempDir(), "omniglot.json")
	if err := durable.ReplaceJSON(path, map[string]any{"sha256": durable.Unstamped, "Runs": []Runs{}}); err != nil {
		t.Fatal(err)
	}
	ReadResults(path)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(text), "Runs", "runs", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if said, _ := recover().(string); !strings.Contains(said, "make omniglot") {
			t.Errorf("a damaged file: %q", said)
		}
	}()
	ReadResults(path)
}

func TestWrongResults(t *testing.T) {
	for name, change := range map[string][2]string{
		"ways":     {`"Ways":20,"Shots":1`, `"Ways":0,"Shots":1`},
		"accuracy": {`"Mean":98.7`, `"Mean":99.7`},
		"wrong":    {`"Wrong":155`, `"Wrong":401`},
		"objects":  {`"Runs":[`, `"Runs":[` + strings.Repeat("{},", 1000)},
		"length":   {`"Split":"s"`, `"Split":"` + strings.Repeat("s", longest) + `"`},
		"cut":      {`"Runs":[`, `"Runs":`},
	} {
		if _, err := parse([]byte(strings.Replace(written, change[0], change[1], 1))); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if share(metakit.Interval{Mean: 50, Low: math.NaN(), High: 60}) {
		t.Error("an interval from NaN on")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(written))
	f.Add([]byte(written[:200]))
	f.Add([]byte(`{"Runs":[{"Of":0}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := parse(data)
		if err != nil {
			return
		}
		if n := len(r.Trainings) + len(r.Runs); n > len(data)/2 {
			t.Fatalf("%d results in %d bytes", n, len(data))
		}
		for _, run := range r.Runs {
			if !share(run.Errors) || run.Wrong > run.Of {
				t.Fatalf("%+v was read", run)
			}
		}
	})
}

// The weights of ridge regression are those of the formula.
func TestRidgeLength(t *testing.T) {
	for _, c := range [][2]float64{{0.6, 1}, {-0.3, 0.01}, {0, 100}} {
		lessontest.Near(t, "length", RidgeLength(c[0], c[1]), math.Sqrt(2-2*c[0])/(1+c[1]-c[0]), 1e-12)
	}
}

// Two places and one alone: half of their distance, wherever they are.
func TestHausdorffOfPlaces(t *testing.T) {
	lessontest.Near(t, "distance", Hausdorff([][2]int{{0, 0}, {0, 2}}, [][2]int{{20, 24}}), 1, 1e-12)
}

// What is wrong is counted as in the figure.
func TestWrong(t *testing.T) {
	of, r := learned(t, learning), Riddle{1, 5, 1, 2}
	want := 10 - drawings.Wrong(r, of)
	if alt := drawings.Score(r, "", of).(plots.Figure).Alt(); !strings.Contains(alt, fmt.Sprintf("it %d.", want)) {
		t.Errorf("%q does not say that %d are right", alt, want)
	}
	if n := (Drawings{}).Wrong(r, of); n != 0 {
		t.Errorf("%d wrong of no drawings", n)
	}
}
