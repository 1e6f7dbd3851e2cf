package mtlkit_test

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/internal/tensors"
	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// graded returns a network that learned a number and a class from a table, and the standardizer of the table.
func graded(t *testing.T) (*mtlkit.Run, sharing.HardSharing, []mtlkit.Task, *mtlkit.Standardizer, *datasets.Table) {
	t.Helper()
	pupils := datasets.Student(datasets.Portuguese, datasets.NoGrades)
	tasks := []mtlkit.Task{{Name: "G3", Loss: nn.SquaredError{}}, {Name: "pass", Loss: nn.LogisticLoss{}}}
	units := mtlkit.Standardize(tasks, pupils)
	model := sharing.HardSharing{Trunk: []int{len(pupils.Inputs), 8}, Heads: [][]int{{1}, {1}}, Activation: nn.Tanh}
	run := train(t, mtlkit.Trainer{
		Model: model, Tasks: tasks, Data: units.Data(pupils), Optimizer: nn.NewAdam(0.01), Epochs: 5, BatchSize: 64,
	})
	return run, model, tasks, units, pupils
}

// A predictor and its standardizer come back from a file, and predict the same bits.
func TestPredictorFile(t *testing.T) {
	run, model, tasks, units, pupils := graded(t)
	path := filepath.Join(t.TempDir(), "folder", "model.safetensors")
	if err := run.Predictor().WriteFile(path, units); err != nil {
		t.Fatal(err)
	}
	p, back, err := mtlkit.OpenPredictor(path, model, tasks)
	if err != nil {
		t.Fatal(err)
	}
	want, err := run.Predict(units.Inputs(pupils.X))
	if err != nil {
		t.Fatal(err)
	}
	got, err := p.Predict(back.Inputs(pupils.X))
	if err != nil {
		t.Fatal(err)
	}
	for i := range tasks {
		sameBits(t, tasks[i].Name, back.Units(i, got[i]).RawMatrix().Data, units.Units(i, want[i]).RawMatrix().Data)
	}
	if _, err := p.Predict(mat.NewDense(1, 2, nil)); err == nil {
		t.Error("rows of other columns are predicted for")
	}

	if err := run.Predictor().WriteFile(path, nil); err != nil {
		t.Fatal(err)
	}
	if _, none, err := mtlkit.OpenPredictor(path, model, tasks); err != nil || none != nil {
		t.Errorf("written without a standardizer: %v, %v", none, err)
	}
	other := model
	other.Activation = nn.ReLU
	if _, _, err := mtlkit.OpenPredictor(path, other, tasks); err == nil || !strings.Contains(err.Error(), "its model is ") {
		t.Errorf("for another model: %v", err)
	}
	if _, _, err := mtlkit.OpenPredictor(path, model, []mtlkit.Task{tasks[0], {Name: "late", Loss: nn.LogisticLoss{}}}); err == nil ||
		!strings.Contains(err.Error(), "its tasks is ") {
		t.Errorf("for other tasks: %v", err)
	}
}

// Running statistics come back too.
func TestPredictorFileOfStatistics(t *testing.T) {
	trainer := full()
	run := train(t, trainer)
	path := filepath.Join(t.TempDir(), "model")
	if err := run.Predictor().WriteFile(path, nil); err != nil {
		t.Fatal(err)
	}
	p, _, err := mtlkit.OpenPredictor(path, trainer.Model, trainer.Tasks)
	if err != nil {
		t.Fatal(err)
	}
	want, err := run.Evaluate(trainer.Data)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := p.Evaluate(trainer.Data); err != nil || !slices.Equal(got, want) {
		t.Errorf("scores %v, %v, want %v", got, err, want)
	}
}

// What the file of a predictor lacks, or has of other sizes, is told; 5,000 flipped bits are refused.
func TestPredictorFileErrors(t *testing.T) {
	run, model, tasks, units, _ := graded(t)
	path := filepath.Join(t.TempDir(), "model")
	if err := run.Predictor().WriteFile(path, units); err != nil {
		t.Fatal(err)
	}
	whole, err := tensors.Read(path)
	if err != nil {
		t.Fatal(err)
	}
	change := func(name string, to func(m *tensors.Matrix)) func(f *tensors.File) {
		return func(f *tensors.File) {
			for k := range f.Matrices {
				if f.Matrices[k].Name == name {
					to(&f.Matrices[k])
				}
			}
		}
	}
	for says, damage := range map[string]func(f *tensors.File){
		`it has no "trunk.W1"`:                         change("trunk.W1", func(m *tensors.Matrix) { m.Name = "trunk.W9" }),
		`its "trunk.b1" is 8×1, want 1×8`:              change("trunk.b1", func(m *tensors.Matrix) { m.Rows, m.Cols = 8, 1 }),
		`its scaler "standardizer.target.G3" has 0 me`: change("standardizer.target.G3.mean", func(m *tensors.Matrix) { m.Name = "x" }),
		`deviations [-1]`:                              change("standardizer.target.G3.deviation", func(m *tensors.Matrix) { m.Data = []float64{-1} }),
		`have "30 -1" columns`:                         func(f *tensors.File) { f.Texts["columns"] = "30 -1" },
		`have "30" columns`:                            func(f *tensors.File) { f.Texts["columns"] = "30" },
		`its kindred is metakit-adapter 1`:             func(f *tensors.File) { f.Texts["kindred"] = "metakit-adapter 1" },
	} {
		f, err := tensors.Read(path)
		if err != nil {
			t.Fatal(err)
		}
		damage(&f)
		other := filepath.Join(t.TempDir(), "damaged")
		if err := tensors.Write(other, f); err != nil {
			t.Fatal(err)
		}
		if _, _, err := mtlkit.OpenPredictor(other, model, tasks); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v does not say %q", err, says)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 0))
	for range 50 { // the rest in internal/tensors
		flipped := slices.Clone(data)
		flipped[rng.IntN(len(data))] ^= 1 << rng.IntN(8)
		if err := os.WriteFile(path, flipped, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, _, err := mtlkit.OpenPredictor(path, model, tasks); err == nil {
			t.Fatal("a damaged file was opened")
		}
	}
	if _, ok := whole.Find("trunk.W1"); !ok {
		t.Errorf("the file has %q", whole.Names())
	}
}

// Ten lines of Python predict with the file, from rows of the table to grades.
func TestPredictorFileInPython(t *testing.T) {
	python := os.Getenv("KINDRED_PYTHON")
	if python == "" {
		t.Skip("KINDRED_PYTHON names no Python with numpy and safetensors; make test sets it")
	}
	run, _, _, units, pupils := graded(t)
	dir := t.TempDir()
	path, rows := filepath.Join(dir, "model.safetensors"), filepath.Join(dir, "rows.json")
	if err := run.Predictor().WriteFile(path, units); err != nil {
		t.Fatal(err)
	}
	x := mat.DenseCopyOf(pupils.X.Slice(0, 5, 0, len(pupils.Inputs)))
	lists := make([][]float64, 5)
	for r := range lists {
		lists[r] = x.RawRowView(r)
	}
	text, err := json.Marshal(lists)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(rows, text, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, filepath.Join("testdata", "predict.py"), path, rows)
	cmd.Stderr = os.Stderr
	answer, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", cmd, err)
	}
	var got []float64
	if err := json.Unmarshal(answer, &got); err != nil {
		t.Fatal(err)
	}
	out, err := run.Predict(units.Inputs(x))
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "grades", got, units.Units(0, out[0]).RawMatrix().Data, 1e-12)
}
