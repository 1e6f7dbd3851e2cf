package metatest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kindred/internal/learners"
	"kindred/metakit"
	"kindred/metakit/metatest"
	"kindred/nn"
)

// Every learner, those of the packages below metakit too, has what its row claims, and what it does not claim it has
// not.
func TestLearners(t *testing.T) {
	for _, r := range learners.Rows() {
		t.Run(r.Name, func(t *testing.T) {
			var claims, without metatest.Property
			for _, c := range []struct {
				property metatest.Property
				claimed  bool
			}{
				{metatest.ExactGradient, r.Order == metakit.Exact},
				{metatest.OrderFree, !r.OrderMatters},
				{metatest.QueriesApart, !r.Together},
			} {
				if c.claimed {
					claims |= c.property
				} else {
					without |= c.property
				}
			}
			metatest.TestLearner(t, r.Learner, r.Tasks, claims)
			for _, p := range []metatest.Property{metatest.ExactGradient, metatest.OrderFree, metatest.QueriesApart} {
				if without&p != 0 && metatest.Check(r.Learner, r.Tasks, p) == nil {
					t.Errorf("it has %q, which its row does not claim", p)
				}
			}
		})
	}
}

// The check names the order of every meta-gradient, in a sentence.
func TestOrders(t *testing.T) {
	for _, r := range learners.Rows() {
		t.Run(r.Name, func(t *testing.T) {
			for seed := range uint64(3) {
				meta := r.Learner.Init(rand.New(rand.NewPCG(seed, 1)))
				got, err := metakit.CheckMetaGradient(r.Learner, meta, metakit.Draw(r.Tasks, 7, seed), seed)
				if got.Order != r.Order || (err == nil) != (r.Order == metakit.Exact) {
					t.Errorf("seed %d: %v, want %v; slope %.2f, error %v", seed, got.Order, r.Order, got.Slope, err)
				}
				if err != nil && !strings.Contains(err.Error(), r.Order.String()) {
					t.Errorf("the error does not say %q: %v", r.Order, err)
				}
			}
		})
	}
}

// Without a step in training every learner trains, and its meta-gradient is what its row says, or exact, as nothing is
// left of what it takes for constant.
func TestNoStepInTraining(t *testing.T) {
	ran := 0
	for _, r := range learners.Rows() {
		l := reflect.New(reflect.TypeOf(r.Learner)).Elem()
		l.Set(reflect.ValueOf(r.Learner))
		steps := l.FieldByName("Steps")
		if !steps.IsValid() {
			continue
		}
		ran++
		steps.SetInt(0)
		learner := l.Interface().(metakit.Learner)
		run, err := metakit.Training{Learner: learner, Tasks: r.Tasks, Iterations: 2, MetaBatch: 3,
			Optimizer: nn.NewAdam(0.001)}.Run(t.Context())
		if err != nil || len(run.History) != 2 {
			t.Errorf("%s: %v", r.Name, err)
			continue
		}
		got, _ := metakit.CheckMetaGradient(learner, run.Meta, metakit.Draw(r.Tasks, 7, 1), 1)
		if r.Order != metakit.OwnDirection && got.Order != metakit.Exact {
			t.Errorf("%s: without a step the meta-gradient is %v", r.Name, got.Order)
		}
	}
	if ran < 14 {
		t.Errorf("%d learners with steps", ran)
	}
}

// Whatever is a learner, as it predicts with a trace, has a row, and each row names the file of its learner.
func TestEveryLearnerHasARow(t *testing.T) {
	rows := map[string]bool{}
	for _, r := range learners.Rows() {
		rows[reflect.TypeOf(r.Learner).String()] = true
		if _, err := os.Stat(filepath.Join("../..", r.File)); err != nil {
			t.Errorf("%s: %v", r.Name, err)
		}
	}
	for _, a := range learners.Actors() {
		rows[reflect.TypeOf(a.Training.Learner).String()] = true
		if _, err := os.Stat(filepath.Join("../..", a.File)); err != nil {
			t.Errorf("%s: %v", a.Name, err)
		}
	}
	found := map[string]bool{}
	for folder, methods := range map[string][]string{"..": {"Predict", "MetaGradient"}, "../models": {"Predict"},
		"../learnedopt": {"Predict"}, "../acting": {"begin"}} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range f.Decls {
				if m, ok := d.(*ast.FuncDecl); ok && m.Recv != nil && slices.Contains(methods, m.Name.Name) {
					if of, ok := m.Recv.List[0].Type.(*ast.Ident); ok { // a plain value; the adapter is a pointer
						found[f.Name.Name+"."+of.Name] = true
					}
				}
			}
		}
	}
	if got, want := slices.Sorted(maps.Keys(rows)), slices.Sorted(maps.Keys(found)); !slices.Equal(got, want) {
		t.Errorf("rows for %q, and learners are %q", got, want)
	}
}

// The documentation shows the table as the command prints it.
func TestDocumentShowsTheLearners(t *testing.T) {
	document, err := os.ReadFile("../../docs/learners.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(document), learners.Table()) {
		t.Error("docs/learners.md has another table of learners; go run ./cmd/learners prints it")
	}
}
