package sharing

import (
	"fmt"
	"math/cmplx"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/nn"
)

var attentive = MTAN{2, [][]int{{4, 3}, {3}, {5, 4, 2}}, [][]int{{1}, {3, 2}}, nn.Tanh, nil}

// Outputs and gradient are those of loops over units.
func TestMTANFormula(t *testing.T) {
	m := attentive
	agrees(t, m, moved(m), rowsOf(2, 3, 2), nil, func(n naive, x []rows, _ [][]float64) (out []rows, _ complex128) {
		for task, z := range x {
			var passed rows
			layer := 1
			for l, units := range m.Levels {
				var u rows
				for k := range units {
					if z = n.dense(cmplx.Tanh, "trunk", layer, z); k == 0 {
						u = slices.Clone(z)
					}
					layer++
				}
				if l > 0 {
					f := n.dense(cmplx.Tanh, fmt.Sprintf("pass%d", l+1), 1, passed)
					for r := range u {
						u[r] = slices.Concat(u[r], f[r])
					}
				}
				attention := fmt.Sprintf("task%d.attention%d", task+1, l+1)
				mask := n.dense(sigmoid, attention, 2, n.dense(cmplx.Tanh, attention, 1, u))
				passed = nil
				for r := range mask {
					row := slices.Clone(mask[r])
					for c := range row {
						row[c] *= z[r][c]
					}
					passed = append(passed, row)
				}
			}
			for k := range len(m.Heads[task]) - 1 {
				passed = n.dense(cmplx.Tanh, headName(task), k+1, passed)
			}
			out = append(out, n.dense(identity, headName(task), len(m.Heads[task]), passed))
		}
		return out, 0
	})
}

// The masks of all tasks and levels are shown by name, between 0 and 1.
func TestMTANMasks(t *testing.T) {
	_, shown := outputsOf(attentive, moved(attentive), gaussian(5, 2))
	for task := range 2 {
		for l, units := range attentive.Levels {
			name := fmt.Sprintf("task%d.mask%d", task+1, l+1)
			mask := shown[name]
			if mask == nil {
				t.Fatalf("%s is not shown; there are %d values", name, len(shown))
			}
			if rows, columns := mask.Dims(); rows != 5 || columns != last(units) || mat.Min(mask) <= 0 ||
				mat.Max(mask) >= 1 {
				t.Errorf("%s is %v", name, mask)
			}
		}
	}
}

// With masks that are open the network is hard sharing.
func TestMTANWithOpenMasksIsHardSharing(t *testing.T) {
	theta, x := moved(attentive), gaussian(5, 2)
	p := nn.NewParams(attentive.Shapes(), theta)
	hard := HardSharing{Trunk: []int{2, 4, 3, 3, 5, 4, 2}, Heads: attentive.Heads, Activation: nn.Tanh}
	var from []float64
	for _, name := range namesOf(attentive) {
		switch {
		case strings.Contains(name, "attention") && strings.HasSuffix(name, "W2"):
			p.View(name).Zero()
		case strings.Contains(name, "attention") && strings.HasSuffix(name, "b2"):
			for k := range p.View(name).RawMatrix().Data {
				p.View(name).RawMatrix().Data[k] = 50 // of which the sigmoid is 1 − 2·10⁻²²
			}
		case strings.HasPrefix(name, "trunk") || strings.HasPrefix(name, "head"):
			from = append(from, p.View(name).RawMatrix().Data...)
		}
	}
	out, _ := outputsOf(attentive, theta, x)
	want, _ := outputsOf(hard, from, x)
	for i := range out {
		same(t, fmt.Sprint("output ", i), out[i], want[i])
	}
}

// The twin has what the task uses.
func TestMTANTwin(t *testing.T) {
	if _, from := attentive.Twin(1); !slices.Equal(from, reached(attentive, 1)) {
		t.Errorf("the twin starts from %q, task 2 uses %q", from, reached(attentive, 1))
	}
}
