package mtlkit_test

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/mtlkit"
	"kindred/mtlkit/balance"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// full is a trainer of whose checkpoint every field says something.
func full() mtlkit.Trainer {
	trainer := regressions(normalized{sharing.HardSharing{Trunk: []int{2, 4}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh}, false}, 2)
	trainer.Balance, trainer.BatchSize, trainer.Diagnose = balance.NewUncertainty(), 5, true
	trainer.HeldOut, trainer.Validation = trainer.Data, otherRows(7)
	return trainer
}

// otherRows are rows of two regressions, none of which is among those that they are trained on.
func otherRows(rows int) mtlkit.Data {
	rng := rand.New(rand.NewPCG(22, 0))
	return mtlkit.Data{X: []*mat.Dense{gaussian(rng, rows, 2, 1)},
		Y: []*mat.Dense{gaussian(rng, rows, 1, 1), gaussian(rng, rows, 1, 1)}}
}

// Every setting that a resumed run has otherwise is refused by its name; a new field of Trainer must be told here.
func TestResumeNamesWhatDiffers(t *testing.T) {
	base := func() mtlkit.Trainer {
		t := mixed()
		t.Balance, t.Patience = balance.MGDA{}, 4
		t.Data, t.Validation = t.Data.Split(0.7, 1)
		t.HeldOut = t.Data
		return t
	}
	changes := map[string]func(t *mtlkit.Trainer){
		"Model": func(t *mtlkit.Trainer) {
			t.Model = sharing.HardSharing{Trunk: threeTasks.Trunk, Heads: threeTasks.Heads, Activation: nn.Sigmoid}
		},
		"Tasks":      func(t *mtlkit.Trainer) { t.Tasks[2].Loss = nn.HuberLoss{Delta: 2} },
		"Data":       func(t *mtlkit.Trainer) { t.Data.Y[2].Set(1, 0, 0.25) },
		"HeldOut":    func(t *mtlkit.Trainer) { t.HeldOut, _ = t.Data.Split(0.5, 1) },
		"Balance":    func(t *mtlkit.Trainer) { t.Balance = balance.UPGrad{} },
		"Optimizer":  func(t *mtlkit.Trainer) { t.Optimizer = nn.NewAdamW(0.001, 0) },
		"Groups":     func(t *mtlkit.Trainer) { t.Groups = []nn.Group{{Names: "head1.*", Rule: nn.NewAdam(0.001)}} },
		"Schedule":   func(t *mtlkit.Trainer) { t.Schedule = nn.ExponentialDecay{Gamma: 1} },
		"ClipNorm":   func(t *mtlkit.Trainer) { t.ClipNorm = 5 },
		"BatchSize":  func(t *mtlkit.Trainer) { t.BatchSize = 20 }, // all rows, as 0 is
		"Seed":       func(t *mtlkit.Trainer) { t.Seed = 1 },
		"Precision":  func(t *mtlkit.Trainer) { t.Precision = autodiff.Float32 },
		"Diagnose":   func(t *mtlkit.Trainer) { t.Diagnose = true },
		"Validation": func(t *mtlkit.Trainer) { t.Validation.Y[0].Set(0, 0, 0.5) },
		"Patience":   func(t *mtlkit.Trainer) { t.Patience = 3 },
		"MinDelta":   func(t *mtlkit.Trainer) { t.MinDelta = 0.01 },
		"Watch":      func(t *mtlkit.Trainer) { t.Watch = mtlkit.SumOfLogs },
		"ByRepresentation": func(t *mtlkit.Trainer) {
			t.ByRepresentation = true
		},
	}
	free := map[string]func(t *mtlkit.Trainer){ // these may be others
		"Epochs":  func(t *mtlkit.Trainer) { t.Epochs = 9 },
		"Initial": func(t *mtlkit.Trainer) { t.Initial = make([]float64, 67) },
		"CheckpointFile": func(t *mtlkit.Trainer) {
			t.CheckpointFile, t.CheckpointEvery = "a file", time.Minute
		},
		"CheckpointEvery": func(t *mtlkit.Trainer) {
			t.CheckpointFile, t.CheckpointEvery = "a file", time.Hour
		},
	}
	c := train(t, base()).Checkpoint()
	kind := reflect.TypeFor[mtlkit.Trainer]()
	for k := range kind.NumField() {
		name := kind.Field(k).Name
		if change, ok := free[name]; ok {
			trainer := base()
			change(&trainer)
			if _, err := trainer.Resume(c); err != nil {
				t.Errorf("%s is another: %v", name, err)
			}
			continue
		}
		if name == "SizePower" {
			continue // TestDeterminismSizePower
		}
		change, ok := changes[name]
		if !ok {
			t.Errorf("nothing is said of the field %s", name)
			continue
		}
		trainer := base()
		change(&trainer)
		if _, err := trainer.Resume(c); err == nil || !strings.Contains(err.Error(), "with another "+name+":") {
			t.Errorf("%s is another: %v", name, err)
		}
	}
	if _, err := base().Resume(c); err != nil {
		t.Error(err)
	}
}

// Gob and JSON bring back every field, infinite losses too.
func TestCheckpointFiles(t *testing.T) {
	for _, trainer := range []mtlkit.Trainer{full(), mixed()} {
		c := train(t, trainer).Checkpoint()
		for i := range c.History.HeldOut {
			c.History.HeldOut[i][1], c.History.Losses[i][0] = math.Inf(1), math.NaN()
		}
		var binary bytes.Buffer
		if err := gob.NewEncoder(&binary).Encode(c); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var one, two mtlkit.Checkpoint
		if err := gob.NewDecoder(&binary).Decode(&one); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, &two); err != nil {
			t.Fatal(err)
		}
		for _, got := range []mtlkit.Checkpoint{one, two} {
			if fmt.Sprint(got) != fmt.Sprint(c) { // NaN is not itself
				t.Errorf("it was\n%v\nand is\n%v", c, got)
			}
			if _, err := trainer.Resume(got); err != nil {
				t.Error(err)
			}
		}
	}
}

// Every field of a checkpoint that is cut, lengthened, lost or not a number is an error, and no panic.
func TestDamagedCheckpoints(t *testing.T) {
	trainer := full()
	run, err := trainer.Start()
	if err != nil {
		t.Fatal(err)
	}
	for range 7 {
		if err := run.Take(); err != nil {
			t.Fatal(err)
		}
	}
	text, err := json.Marshal(run.Checkpoint())
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	damage := func(name string, change func(c *mtlkit.Checkpoint)) {
		t.Helper()
		var c mtlkit.Checkpoint
		if err := json.Unmarshal(text, &c); err != nil {
			t.Fatal(err)
		}
		change(&c)
		tried++
		if _, err := trainer.Resume(c); err == nil {
			t.Errorf("%s: resumed", name)
		} else if !strings.Contains(err.Error(), "checkpoint is damaged") && !strings.Contains(err.Error(), "another") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, steps := range []int{-2, -1, 0, 6, 8, math.MaxInt, math.MinInt} {
		damage(fmt.Sprint(steps, " steps"), func(c *mtlkit.Checkpoint) { c.Steps = steps })
	}
	numbers := map[string]func(c *mtlkit.Checkpoint) *[]float64{
		"Theta":          func(c *mtlkit.Checkpoint) *[]float64 { return &c.Theta },
		"Statistics":     func(c *mtlkit.Checkpoint) *[]float64 { return &c.Statistics },
		"Optimizer":      func(c *mtlkit.Checkpoint) *[]float64 { return &c.Optimizer },
		"Balance":        func(c *mtlkit.Checkpoint) *[]float64 { return &c.Balance },
		"BestTheta":      func(c *mtlkit.Checkpoint) *[]float64 { return &c.BestTheta },
		"BestStatistics": func(c *mtlkit.Checkpoint) *[]float64 { return &c.BestStatistics },
		"Sums":           func(c *mtlkit.Checkpoint) *[]float64 { return &c.Sums },
	}
	for name, of := range numbers {
		damage(name+" nil", func(c *mtlkit.Checkpoint) { *of(c) = nil })
		damage(name+" cut", func(c *mtlkit.Checkpoint) { *of(c) = (*of(c))[1:] })
		damage(name+" longer", func(c *mtlkit.Checkpoint) { *of(c) = append(*of(c), 0) })
		for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			damage(fmt.Sprint(name, " with ", v), func(c *mtlkit.Checkpoint) { (*of(c))[0] = v })
		}
	}
	damage("negative counts", func(c *mtlkit.Checkpoint) { c.Optimizer[0] = -1 })
	damage("negative rows", func(c *mtlkit.Checkpoint) { c.Sums[2] = -1 })
	lists := map[string]func(c *mtlkit.Checkpoint) *[][]float64{
		"Losses":     func(c *mtlkit.Checkpoint) *[][]float64 { return &c.History.Losses },
		"Weights":    func(c *mtlkit.Checkpoint) *[][]float64 { return &c.History.Weights },
		"HeldOut":    func(c *mtlkit.Checkpoint) *[][]float64 { return &c.History.HeldOut },
		"Validation": func(c *mtlkit.Checkpoint) *[][]float64 { return &c.History.Validation },
		"Norms":      func(c *mtlkit.Checkpoint) *[][]float64 { return &c.History.Norms },
		"Cosines":    func(c *mtlkit.Checkpoint) *[][]float64 { return &c.History.Cosines },
	}
	for name, of := range lists {
		damage(name+" nil", func(c *mtlkit.Checkpoint) { *of(c) = nil })
		damage(name+" of fewer", func(c *mtlkit.Checkpoint) { *of(c) = (*of(c))[1:] })
		damage(name+" nil inside", func(c *mtlkit.Checkpoint) { (*of(c))[0] = nil })
		damage(name+" cut inside", func(c *mtlkit.Checkpoint) { (*of(c))[0] = (*of(c))[0][1:] })
		damage(name+" longer inside", func(c *mtlkit.Checkpoint) { (*of(c))[0] = append((*of(c))[0], 1) })
	}
	damage("another best epoch", func(c *mtlkit.Checkpoint) { c.History.Best[1] = 2 })
	damage("no best epochs", func(c *mtlkit.Checkpoint) { c.History.Best = nil })
	damage("another best epoch by its losses", func(c *mtlkit.Checkpoint) { c.History.Validation[0][0] = math.NaN() })
	damage("no history", func(c *mtlkit.Checkpoint) { c.History = mtlkit.History{} })
	damage("no settings", func(c *mtlkit.Checkpoint) { c.Settings = nil })
	damage("a setting too few", func(c *mtlkit.Checkpoint) { c.Settings = c.Settings[1:] })
	damage("settings in another order", func(c *mtlkit.Checkpoint) { slices.Reverse(c.Settings) })
	damage("a setting of another name", func(c *mtlkit.Checkpoint) { c.Settings[3].Name = "Weather" })
	damage("nothing", func(c *mtlkit.Checkpoint) { *c = mtlkit.Checkpoint{} })
	if n := reflect.TypeFor[mtlkit.Checkpoint]().NumField(); n != 11 || reflect.TypeFor[mtlkit.History]().NumField() != len(lists)+1 {
		t.Errorf("a checkpoint has %d fields; this test damages 10 and leaves Fresh", n)
	}
	if tried < 70 {
		t.Errorf("only %d damages were tried", tried)
	}
	var whole mtlkit.Checkpoint
	if err := json.Unmarshal(text, &whole); err != nil {
		t.Fatal(err)
	}
	if _, err := trainer.Resume(whole); err != nil {
		t.Errorf("undamaged: %v", err)
	}
}

// listening notes the steps that a schedule was asked for.
type listening struct{ steps *[]int }

func (l listening) Factor(step int) float64 {
	*l.steps = append(*l.steps, step)
	return 1
}

// After a divergence the schedule goes on where it was, and the optimiser and the balancer start afresh; their settings
// may be others, those of the model may not. The checkpoint has a text.
func TestScheduleAfterDivergence(t *testing.T) {
	var steps []int
	trainer := full()
	trainer.Schedule = listening{&steps}
	run, err := trainer.Start()
	if err != nil {
		t.Fatal(err)
	}
	for range 8 {
		if err := run.Take(); err != nil {
			t.Fatal(err)
		}
	}
	for k := range run.Theta { // a bad step
		run.Theta[k] = 1e200
	}
	if err := run.Take(); !errors.Is(err, mtlkit.ErrDiverged) {
		t.Fatalf("it did not diverge: %v", err)
	}
	text, err := json.Marshal(run.Checkpoint())
	if err != nil {
		t.Fatal(err)
	}
	var c mtlkit.Checkpoint
	if err := json.Unmarshal(text, &c); err != nil || !c.Fresh || c.Steps != 8 {
		t.Fatalf("the checkpoint has taken %d steps, fresh %v; %v", c.Steps, c.Fresh, err)
	}
	trainer.Optimizer, trainer.ClipNorm, trainer.Balance = nn.SGD{Rate: 0.001}, 1, nil
	resumed, err := trainer.Resume(c)
	if err != nil {
		t.Fatal(err)
	}
	steps = nil
	finish(t, resumed)
	want := make([]int, 0, 22)
	for s := 8; s < 30; s++ { // 6 epochs of 5 steps
		want = append(want, s)
	}
	if !slices.Equal(steps, want) {
		t.Errorf("the schedule was asked for the steps %v, want %v", steps, want)
	}
	if resumed.History.Epochs() != 6 || len(resumed.History.Norms[0]) != 30 {
		t.Errorf("after the end a history of %d epochs and %d steps", resumed.History.Epochs(), len(resumed.History.Norms[0]))
	}
	trainer.Seed++
	if _, err := trainer.Resume(c); err == nil || !strings.Contains(err.Error(), "another Seed") {
		t.Errorf("another seed after a divergence: %v", err)
	}
}
