package nn

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kindred/autodiff"
)

// numbered returns parameters that count from first.
func numbered(first float64, shapes ...autodiff.Shape) Params {
	p := NewParams(shapes, make([]float64, Size(shapes)))
	for k := range p.Data {
		p.Data[k] = first + float64(k)
	}
	return p
}

func TestCarry(t *testing.T) {
	to := numbered(0, autodiff.Shape{Name: "trunk.W1", Rows: 2, Cols: 3},
		autodiff.Shape{Name: "head1.W1", Rows: 3, Cols: 1}, autodiff.Shape{Name: "trunk.b1", Rows: 1, Cols: 3})
	from := numbered(100, autodiff.Shape{Name: "trunk.b1", Rows: 1, Cols: 3},
		autodiff.Shape{Name: "trunk.W1", Rows: 2, Cols: 3}, autodiff.Shape{Name: "layer.weight", Rows: 3, Cols: 2})
	carried, err := Carry(to, from, "trunk.*", nil)
	if want := []float64{103, 104, 105, 106, 107, 108, 6, 7, 8, 100, 101, 102}; err != nil ||
		!slices.Equal(to.Data, want) ||
		!slices.Equal(carried, []string{"trunk.W1", "trunk.b1"}) {
		t.Errorf("carried %q: %v, want %v; %v", carried, to.Data, want, err)
	}
	torch := func(name string) (string, bool) { return "layer.weight", true }
	carried, err = Carry(to, from, "trunk.W?", torch)
	if want := []float64{109, 111, 113, 110, 112, 114}; err != nil || len(carried) != 1 ||
		!slices.Equal(to.Data[:6], want) {
		t.Errorf("transposed, %q: %v, want %v; %v", carried, to.Data[:6], want, err)
	}
	before := slices.Clone(to.Data)
	from.Data[0] /= 0
	for says, c := range map[string]struct {
		names  string
		called func(string) (string, bool)
	}{
		`head1.W1 is to be carried from "head1.W1", and there is no such matrix among [trunk.b1 1×3 trunk.W1 2×3`: {"*",
			nil},
		`trunk.W1: "layer.weight" has shape [3 2], the network wants [2 3]`: {"trunk.W1",
			func(string) (string, bool) { return "layer.weight", false }},
		`trunk.b1: "trunk.b1" holds +Inf; it must be finite`: {"trunk.*", nil},
	} {
		if carried, err := Carry(to, from, c.names, c.called); err == nil || carried != nil ||
			!strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v; want %s", carried, err, says)
		}
		if !slices.Equal(to.Data, before) {
			t.Fatalf("an error changed the parameters to %v", to.Data)
		}
	}
}

// A part of a file is carried, of ours and of PyTorch's; a damaged one of ours is refused.
func TestCarryFromAFile(t *testing.T) {
	net := MLP{Widths: []int{3, 4, 2}}
	theta := net.Init(rand.New(rand.NewPCG(1, 0)))
	file := filepath.Join(t.TempDir(), "net.safetensors")
	if err := WriteFile(file, NewParams(net.Shapes(), theta)); err != nil {
		t.Fatal(err)
	}
	longer := MLP{Widths: []int{3, 4, 4, 1}}
	to := NewParams(longer.Shapes(), make([]float64, longer.Size()))
	from, err := ReadMatrices(file)
	if err != nil {
		t.Fatal(err)
	}
	if carried, err := Carry(to, from, "?1", nil); err != nil || len(carried) != 2 ||
		!slices.Equal(to.Data[:16], theta[:16]) {
		t.Errorf("%q: %v, want %v; %v", carried, to.Data[:16], theta[:16], err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)-1] ^= 1
	if err := os.WriteFile(file, data, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadMatrices(file); err == nil || !strings.Contains(err.Error(), "checksum") {
		t.Errorf("damaged: %v", err)
	}
	foreign, err := ReadMatrices(filepath.Join("testdata", "pytorch.safetensors"))
	if err != nil || len(foreign.Shapes) < 2 {
		t.Errorf("of PyTorch: %v; %v", foreign.Shapes, err)
	}
	if _, err := ReadMatrices(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("no file was read")
	}
}
