package nn

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kindred/autodiff"
)

func TestFileRoundTrip(t *testing.T) {
	net := MLP{Widths: []int{3, 4, 2}}
	theta := net.Init(rand.New(rand.NewPCG(1, 0)))
	path := filepath.Join(t.TempDir(), "net.safetensors")
	if err := WriteFile(path, NewParams(net.Shapes(), theta)); err != nil {
		t.Fatal(err)
	}
	got, err := ReadFile(path, net.Shapes())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.Data, theta) {
		t.Error("what was read differs from what was written")
	}
}

func TestFileErrors(t *testing.T) {
	dir := t.TempDir()
	shapes := MLP{Widths: []int{3, 4, 2}}.Shapes()
	good := filepath.Join(dir, "good.safetensors")
	if err := WriteFile(good, NewParams(shapes, make([]float64, Size(shapes)))); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	torn := filepath.Join(dir, "torn.safetensors")
	if err := os.WriteFile(torn, whole[:len(whole)-5], 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path   string
		shapes []autodiff.Shape
		want   string
	}{
		"missing file":   {filepath.Join(dir, "none.safetensors"), shapes, "no such file"},
		"torn file":      {torn, shapes, "it is no safetensors file, or a damaged one"},
		"missing tensor": {good, append(slices.Clone(shapes), autodiff.Shape{Name: "W9", Rows: 1, Cols: 1}), `has no tensor "W9"`},
		"extra tensor":   {good, shapes[:2], "that the network does not have"},
		"other shape":    {good, MLP{Widths: []int{3, 5, 2}}.Shapes(), "the network wants [3 5]"},
	} {
		if _, err := ReadFile(c.path, c.shapes); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v does not say %q", name, err, c.want)
		}
	}
	if err := WriteFile(filepath.Join(torn, "below"), NewParams(shapes, make([]float64, Size(shapes)))); err == nil {
		t.Error("writing below a file gave no error")
	}
}

// Python reads what is written here and computes the same outputs with numpy; what it writes, in float32 and with
// one-dimensional biases, is read here.
func TestSafetensorsWithPython(t *testing.T) {
	python := os.Getenv("KINDRED_PYTHON")
	if python == "" {
		t.Skip("KINDRED_PYTHON names no Python with numpy and safetensors; make test sets it")
	}
	net := MLP{Widths: []int{3, 4, 2}, Activation: Tanh}
	theta := net.Init(rand.New(rand.NewPCG(1, 0)))
	dir := t.TempDir()
	ours, theirs := filepath.Join(dir, "ours.safetensors"), filepath.Join(dir, "theirs.safetensors")
	if err := WriteFile(ours, NewParams(net.Shapes(), theta)); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(python, filepath.Join("testdata", "safetensors_check.py"), ours, theirs)
	cmd.Stderr = os.Stderr
	answer, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", cmd, err)
	}
	var outputs []float64
	if err := json.Unmarshal(answer, &outputs); err != nil {
		t.Fatal(err)
	}
	if want := run(net, theta, rows, 2); !closeTo(outputs, want, 1e-15) {
		t.Errorf("numpy computes %v, this library %v", outputs, want)
	}
	if _, err := ReadFile(theirs, net.Shapes()); err == nil || !strings.Contains(err.Error(), "has no checksum") {
		t.Errorf("a file from elsewhere passes for ours: %v", err)
	}
	back, err := ReadSafetensors(theirs, net.Shapes(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := run(net, back.Data, rows, 2), run(net, theta, rows, 2); !closeTo(got, want, 1e-6) { // 17 roundings of 6e-8
		t.Errorf("read back from float32: %v, want %v", got, want)
	}
}

var rows = []float64{1, 2, 3, -1, 0.5, 0.25}

// What PyTorch wrote (testdata/pytorch.py) is read, and gives the outputs that PyTorch computed.
func TestSafetensorsOfPyTorch(t *testing.T) {
	net := MLP{Widths: []int{3, 4, 2}, Activation: Tanh}
	p, err := ReadSafetensors(filepath.Join("testdata", "pytorch.safetensors"), net.Shapes(), func(name string) (string, bool) {
		layer := map[byte]string{'1': "0", '2': "2"}[name[1]]
		if name[0] == 'W' {
			return layer + ".weight", true
		}
		return layer + ".bias", false
	})
	if err != nil {
		t.Fatal(err)
	}
	var want []float64
	text, err := os.ReadFile(filepath.Join("testdata", "pytorch.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if got := run(net, p.Data, rows, 2); !closeTo(got, want, 1e-6) { // 17 roundings of 6e-8
		t.Errorf("this library computes %v, PyTorch %v", got, want)
	}
}

func closeTo(a, b []float64, tol float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return x-y <= tol && y-x <= tol })
}
