package metakit_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kindred/internal/tensors"
	"kindred/metakit"
	"kindred/nn"
)

// An adapter comes back from a file, and predicts the same bits.
func TestAdapterFile(t *testing.T) {
	learner := metakit.MetaSGD{Network: small, Loss: mse, Steps: 2, Rate: 0.01}
	meta, path := start(learner, 3), filepath.Join(t.TempDir(), "folder", "adapter.safetensors")
	a := metakit.NewAdapter(learner, meta, nil, 0, 2)
	if err := a.WriteFile(path); err != nil {
		t.Fatal(err)
	}
	back, err := metakit.OpenAdapter(path, learner)
	if err != nil {
		t.Fatal(err)
	}
	e := metakit.Collect(sines, 1, 1)[0]
	want, err := a.Predict(e.Support, e.Query.X)
	if err != nil {
		t.Fatal(err)
	}
	got, err := back.Predict(e.Support, e.Query.X)
	if err != nil || len(got) != 2 {
		t.Fatalf("%d predictions, %v", len(got), err)
	}
	for k := range want {
		sameBits(t, "predictions", got[k].RawMatrix().Data, want[k].RawMatrix().Data)
	}

	for says, other := range map[string]metakit.Learner{
		"its learner is metakit.MetaSGD": metakit.MAML{Network: small, Loss: mse, Steps: 2, Inner: sgd},
		"Rate:0.01":                      metakit.MetaSGD{Network: small, Loss: mse, Steps: 2, Rate: 0.02},
		"Widths:[1 12 1]":                metakit.MetaSGD{Network: nn.MLP{Widths: []int{1, 13, 1}}, Loss: mse, Steps: 2, Rate: 0.01},
	} {
		if _, err := metakit.OpenAdapter(path, other); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v does not say %q", err, says)
		}
	}
}

// What the file of an adapter lacks is told; one that is damaged is refused.
func TestAdapterFileErrors(t *testing.T) {
	learner := metakit.MAML{Network: small, Loss: mse, Steps: 1, Inner: sgd}
	path := filepath.Join(t.TempDir(), "adapter")
	if err := metakit.NewAdapter(learner, start(learner, 1), nil, 1).WriteFile(path); err != nil {
		t.Fatal(err)
	}
	for says, damage := range map[string]func(f *tensors.File){
		`it has no 1×12 matrix "W1"`: func(f *tensors.File) {
			f.Matrices = slices.DeleteFunc(f.Matrices, func(m tensors.Matrix) bool { return m.Name == "W1" })
		},
		`it predicts after "1 -2" steps`:  func(f *tensors.File) { f.Texts["steps"] = "1 -2" },
		`does not say after how many`:     func(f *tensors.File) { f.Texts["steps"] = "" },
		`its kindred is mtlkit-predictor`: func(f *tensors.File) { f.Texts["kindred"] = "mtlkit-predictor 1" },
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
		if _, err := metakit.OpenAdapter(other, learner); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%v does not say %q", err, says)
		}
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-1] ^= 1
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := metakit.OpenAdapter(path, learner); err == nil || !strings.Contains(err.Error(), "its checksum is wrong") {
		t.Errorf("a damaged file: %v", err)
	}
}
