package metagradient

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"

	"kindred/metakit"
	"kindred/metakit/metatest"
	"kindred/metakit/tasks"
	"kindred/nn"
	"kindred/notebooks/lessons/lessontest"
	"kindred/plots"
)

var (
	smooth = nn.MLP{Widths: []int{1, 12, 12, 1}, Activation: nn.Tanh}
	small  = nn.MLP{Widths: []int{1, 6, 1}, Activation: nn.Tanh}
)

// says fails unless the figure shows a text.
func says(t *testing.T, f plots.Figure, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(f.Alt()+f.HTML()+string(f.SVG()), text) {
			t.Errorf("the figure does not say %q: %s", text, f.Alt())
		}
	}
}

// Over whole periods the error of a·sin(x − φ) to a wave is ½|a·exp(iφ) − A·exp(iψ)|², so that the joint gradient
// rests at the mean of the waves as arrows in the plane.
func TestJointRestsAtTheMeanOfTheWaves(t *testing.T) {
	p := Three(3, 0.1)
	var re, im float64
	for _, w := range p.Waves {
		re += w.Amplitude * math.Cos(w.Phase) / 3
		im += w.Amplitude * math.Sin(w.Phase) / 3
	}
	learners := four(WaveNet{}, p.Steps, p.Rate)
	end := p.end(learners[joint])
	lessontest.Near(t, "φ", end[0], math.Atan2(im, re), 1e-9)
	lessontest.Near(t, "a", end[1], math.Hypot(re, im), 1e-9)

	// There the survey's error is the half of the variance.
	want := 0.0
	for _, w := range p.Waves {
		want += (w.Amplitude*w.Amplitude - re*re - im*im) / 2 / 3
	}
	lessontest.Near(t, "error", newSurvey(p.episodes(), p.Rate, 0).at(end).error(0), want, 1e-12)
}

// The survey adapts as the learners do, and where MAML rests its meta-gradient is 0.
func TestSurvey(t *testing.T) {
	p := Three(3, 0.1)
	learners := four(WaveNet{}, p.Steps, p.Rate)
	end := p.end(learners[maml])
	test := metakit.Evaluation{Learner: learners[maml], Tasks: p.episodes(), Steps: []int{0, 1, 3}}
	outcomes, err := test.Run(t.Context(), end)
	if err != nil {
		t.Fatal(err)
	}
	s := newSurvey(p.episodes(), p.Rate, 3).at(end)
	for _, o := range outcomes {
		lessontest.Near(t, fmt.Sprint(o.Steps, " steps"), s.error(o.Steps), o.Mean, 1e-12)
	}
	sum := make([]float64, 2)
	for _, e := range p.episodes() {
		_, g := gradient(learners[maml], end, e)
		floats.Add(sum, g)
	}
	lessontest.Near(t, "MAML's gradient at rest", floats.Norm(sum, 2), 0, 1e-6)
}

// The product of the brackets is MAML's meta-gradient, wherever it begins and for any number of steps.
func TestBracketsAreTheMetaGradient(t *testing.T) {
	for _, steps := range []int{0, 1, 2, 7} {
		for _, at := range [][]float64{{0.3, 0.8}, {-1, 0}, {2, 3}} {
			p := Three(steps, 0.1)
			parts := p.Parts(at[0], at[1])
			if len(parts.Hessians) != steps {
				t.Fatalf("%d Hessians of %d steps", len(parts.Hessians), steps)
			}
			byHand := chain(parts, p.Rate)
			learners := four(WaveNet{}, steps, p.Rate)
			_, want := gradient(learners[maml], at, parts.episodes()[0])
			lessontest.Near(t, "by φ", byHand[0], want[0], 1e-12)
			lessontest.Near(t, "by a", byHand[1], want[1], 1e-12)
			_, first := gradient(learners[firstOrder], at, parts.episodes()[0])
			lessontest.Near(t, "first order by a", parts.Query[1], first[1], 1e-12)
		}
	}
}

// chain is what the notebook's cell computes.
func chain(parts Parts, rate float64) [2]float64 {
	g := parts.Query
	for _, H := range parts.Hessians {
		g = [2]float64{g[0] - rate*(H[0][0]*g[0]+H[0][1]*g[1]), g[1] - rate*(H[1][0]*g[0]+H[1][1]*g[1])}
	}
	return g
}

func TestFiguresOfThePlane(t *testing.T) {
	p := Three(3, 0.1)
	f := p.Journeys()
	lessontest.Save(t, "08-journeys", f)
	says(t, f, "MAML, the worst start before a step, is the best after 3")
	f = p.Landscapes(0, 1, 3)
	lessontest.Save(t, "08-landscapes", f)
	says(t, f, "in 2 of 2 maps, first order in none, Reptile in none")
	parts := p.Parts(0.3, 0.8)
	lessontest.Save(t, "08-arrows", parts.Arrows(chain(parts, p.Rate)))
	says(t, parts.Arrows(chain(parts, p.Rate)), "the same two numbers")
	says(t, parts.Arrows(parts.Query), "by hand is off by") // the brackets left out
	if rows := parts.Directions(); rows[maml].Angle != 0 || rows[maml].Phase != p.Exact(0.3, 0.8)[0] {
		t.Errorf("%v", rows)
	}
	if rows := p.Restings(1, 3); len(rows) != 2 || !strings.HasPrefix(rows[1].MAML, fmt.Sprintf("a = %.2f", p.Rest())) {
		t.Errorf("%v, MAML rests at %v", rows, p.Rest())
	}
	blind := p.Parts(0.3, 0)
	if n := blind.Moving(); n != 3 {
		t.Errorf("%d of the four have a slope by the phase at amplitude 0, want all but the joint one", n)
	}
	lessontest.Save(t, "08-arrows-blind", blind.Arrows(chain(blind, p.Rate)))
	if f := Three(2, 30).Journeys(); len(f.SVG()) < 1000 { // steps that leave the plane
		t.Error("no figure")
	}
}

// With H·v by differences of gradients the meta-gradient is metakit's, up to the square of the difference.
func TestWithCurvature(t *testing.T) {
	differences := func(gradient func([]float64) []float64, theta, v []float64) []float64 {
		const h = 1e-4
		above := gradient(floats.AddScaledTo(make([]float64, 2), theta, h, v))
		floats.Sub(above, gradient(floats.AddScaledTo(make([]float64, 2), theta, -h, v)))
		floats.Scale(1/(2*h), above)
		return above
	}
	for _, steps := range []int{0, 1, 3} {
		p := Three(steps, 0.1)
		got, want := p.WithCurvature(0.3, 0.8, differences), p.Exact(0.3, 0.8)
		lessontest.Near(t, "the meta-gradient", floats.Distance(got, want, 2), 0, 1e-6)
	}
	none := func(func([]float64) []float64, []float64, []float64) []float64 { return nil }
	if got := Three(3, 0.1).WithCurvature(0.3, 0.8, none); got != nil {
		t.Errorf("a product that returns nothing gives %v", got)
	}
}

// What claims to be exact is, and the check lets through what is the slope of the wrong error.
func TestSlopes(t *testing.T) {
	f := Slopes(small, 2, 0.01)
	lessontest.Save(t, "08-slopes", f)
	says(t, f, "8 of 12 meta-gradients")
	exact := metakit.MAML{Network: small, Loss: nn.SquaredError{}, Steps: 2, Inner: nn.SGD{Rate: 0.01}}
	e, meta := wave(), draw(exact)
	before, _ := gradient(metakit.MAML{Network: small, Loss: exact.Loss}, meta, e)
	loss, _ := gradient(stale{exact}, meta, e)
	lessontest.Near(t, "judged before adapting", loss, before, 1e-15)
	again := *e
	again.Query = e.Support
	want, slope := gradient(exact, meta, &again)
	loss, got := gradient(circular{exact}, meta, e)
	lessontest.Near(t, "judged on the support points", loss, want, 1e-12)
	lessontest.Near(t, "its gradient", floats.Distance(got, slope, 2), 0, 1e-12)
	if metatest.Check(circular{exact}, tasks.NewSinusoid(5), metatest.ExactGradient) != nil {
		t.Error("the gradient of the error on the support points is not taken for what it is")
	}
}

// The rest falls as α, α², α³, and the coefficients are those of the derivation.
func TestExpansion(t *testing.T) {
	for _, k := range []int{2, 5} {
		rest := Expansion(smooth, k)
		f := rest.Figure(rest, true)
		lessontest.Save(t, fmt.Sprint("08-expansion-", k), f)
		says(t, f, "slopes 1.0, 2.0, 3.0")
	}
	says(t, Expansion(small, 1).Figure(Rest{}, false), "rounding")
	for _, k := range []int{1, 4} {
		c := Coefficients(smooth, k)
		lessontest.Near(t, "MAML", c[0], 2*float64(k), 0.01*float64(k*k))
		lessontest.Near(t, "first order", c[1], float64(k), 0.01*float64(k*k))
		lessontest.Near(t, "Reptile", c[2], float64(k-1)/2, 0.01*float64(k*k))
	}
}

// Both systems of a linear network by conjugate gradients are the closed forms, and for a large λ the code's is half
// the paper's.
func TestSystems(t *testing.T) {
	m, meta, e := planes()
	m.Steps, m.Iterations, m.Tolerance = 400, 25, 1e-12
	for _, lambda := range []float64{0.5, 2, 50} {
		m.Lambda, m.Inner = lambda, nn.SGD{Rate: 1 / (lambda + 10)}
		paper, code := two(m, meta, e)
		wantPaper, wantCode := closed(meta, e, lambda)
		lessontest.Near(t, "the paper's", floats.Distance(paper.Gradient, wantPaper, 2), 0, 1e-8)
		lessontest.Near(t, "the code's", floats.Distance(code.Gradient, wantCode, 2), 0, 1e-8)
	}
	paper, code := closed(meta, e, 1e9)
	lessontest.Near(t, "the ratio at a large λ", floats.Norm(code, 2)/floats.Norm(paper, 2), 0.5, 1e-6)
	both := TwoSystems(small, 2, 200)
	f := both.Figure(both, true)
	lessontest.Save(t, "08-systems", f)
	says(t, f, "off at λ = 2")
}

// MAML's memory grows with its steps, that of pieces less, that of first order, Reptile and iMAML not at all.
func TestPrices(t *testing.T) {
	p := Prices(smooth, 1, 16, 64)
	lessontest.Save(t, "08-price", p.Figure())
	growth := func(k int) float64 {
		return float64(p.Learners[k].Costs[2].Memory) / float64(p.Learners[k].Costs[1].Memory)
	}
	if growth(0) < 3 || growth(1) > 2.2 || growth(2) > 1.01 || growth(3) > 1.01 || growth(4) > 1.01 {
		t.Errorf("memory of 64 steps over that of 16: %.3g, %.3g, %.3g, %.3g, %.3g", growth(0), growth(1), growth(2), growth(3),
			growth(4))
	}
	if lines := p.Lines(); len(lines) != 5 || !strings.HasSuffix(lines[4].Time, " ms") || lines[3].Growth > 1.2 {
		t.Errorf("%v", lines)
	}
}

func TestOrders(t *testing.T) {
	o := Orders{Network: small, Steps: 1, Rate: 0.01, MetaRate: 0.01, Iterations: 20, Seeds: 2}
	all, err := o.Run(t.Context())
	if err != nil || len(all) != 2 || len(all[1].Exact) != looks || len(all[1].Angle) != looks {
		t.Fatalf("%v, %v", all, err)
	}
	// The angle at the beginning is that of the mean meta-gradients of the same waves.
	fresh := metakit.Collect(tasks.NewSinusoid(10), 1000, 25)
	var sums [2][]float64
	learners := four(small, 1, 0.01)
	run, err := metakit.Training{Learner: learners[maml], Tasks: tasks.NewSinusoid(10), MetaBatch: 1,
		Optimizer: nn.NewAdam(0.01)}.Start()
	if err != nil {
		t.Fatal(err)
	}
	for k, l := range []metakit.Learner{learners[maml], learners[firstOrder]} {
		sums[k] = make([]float64, len(run.Meta))
		for _, e := range fresh {
			_, g := gradient(l, run.Meta, e)
			floats.Add(sums[k], g)
		}
	}
	lessontest.Near(t, "the first angle", all[0].Angle[0], angle(sums[0], sums[1]), 1e-6)
	lessontest.Save(t, "08-orders", o.Figure(all, all[:1], true))
	says(t, o.Figure(nil, nil, false), "Stopped")
}

const resultsFile = "../../results/orders.json"

func TestResults(t *testing.T) {
	r := ReadResults(resultsFile)
	if len(r.Learners) != 3 || len(r.Learners[0].Rates) < 10 {
		t.Errorf("%d learners on %d seeds", len(r.Learners), len(r.Learners[0].Rates))
	}
	for _, steps := range []int{1, 10} {
		lessontest.Save(t, fmt.Sprint("08-results-", steps), r.Figure(steps, nil))
	}
}

func TestReadResultsRefusesDamage(t *testing.T) {
	whole, err := os.ReadFile(resultsFile)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"cut short": string(whole[:len(whole)/2]), "empty": "", "another number": strings.Replace(string(whole), "0.0", "0.1", 1),
	} {
		path := filepath.Join(t.TempDir(), "orders.json")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		func() {
			defer func() {
				if said := fmt.Sprint(recover()); !strings.Contains(said, "make compare-orders") {
					t.Errorf("%s: %s", name, said)
				}
			}()
			ReadResults(path)
		}()
	}
}

const wholeText = `{"Command":"make","Iterations":[1,5],"Steps":[1],"Learners":[` +
	`{"Name":"MAML","Rates":[0.1,0.1],"Errors":[[[1],[2]],[[3],[4]]]},` +
	`{"Name":"first order","Rates":[0.1,0.1],"Errors":[[[2],[2]],[[3],[9]]]}]}`

func TestParse(t *testing.T) {
	r, err := parse([]byte(wholeText))
	if err != nil {
		t.Fatal(err)
	}
	says(t, r.Figure(1, nil), "errs 1.50 times as much", "above 1 on 1 of 2 seeds") // √(2/2 · 9/4)
	for _, change := range [][2]string{
		{"MAML", "Reptile"}, {"first order", "last"}, {"[1,5]", "[5,1]"}, {"[1,5]", "[1,5,9]"}, {"[[1],[2]]", "[[1],[0]]"},
		{"[[1],[2]]", "[[1],[]]"}, {"[[1],[2]]", "[[1]]"}, {"[0.1,0.1]", "[0.1]"}, {`"Steps":[1]`, `"Steps":[]`},
	} {
		if _, err := parse([]byte(strings.Replace(wholeText, change[0], change[1], 1))); err == nil {
			t.Errorf("%s in place of %s is taken", change[1], change[0])
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(wholeText))
	f.Add([]byte(strings.Replace(wholeText, "[4]", "[1e300]", 1)))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<14 {
			return
		}
		if r, err := parse(text); err == nil && len(r.Steps) > 0 {
			if svg := r.Figure(r.Steps[0], nil).SVG(); len(svg) < 1000 {
				t.Fatal("no figure")
			}
		}
	})
}
