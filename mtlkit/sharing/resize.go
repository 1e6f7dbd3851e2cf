package sharing

import (
	"fmt"
	"math"

	"kindred/mtlkit"
)

var _ = []mtlkit.Resizable{AdaTT{}, CGC{}, CrossStitch{}, HardSharing{}, Hierarchical{}, MMoE{}, OMoE{}, OwnFirst{},
	PLE{},
	SoftSharing{}}

// A resizer multiplies the widths of hidden layers.
//
// A width w becomes ⌊w·factor + u⌋, 1 at least, where u in (0, 1) is another one for each layer, so that layers of the
// same width do not get a unit more at the same factor: sizes go in smaller steps.
type resizer float64

// resize returns the resizer of an architecture of that name. It panics at a factor that makes no sense.
func resize(name string, factor float64) resizer {
	if !(factor > 0) || math.IsInf(factor, 0) {
		panic(fmt.Sprintf("sharing: %s.Resized: the factor is %v; it must be finite and above 0", name, factor))
	}
	return resizer(factor)
}

// phi is the golden ratio, whose multiples, modulo 1, fill (0, 1) evenly.
const phi = 0.6180339887498949

// width returns what the width of a layer becomes, number k counted from 1, or from −1 down. What is no width stays.
func (r resizer) width(w, k int) int {
	if w < 1 {
		return w
	}
	u := float64(k) * phi
	return int(max(1, math.Floor(float64(w)*float64(r)+u-math.Floor(u))))
}

// layers returns widths that are all of hidden layers, counted from the last.
func (r resizer) layers(widths []int) []int {
	out := make([]int, len(widths))
	for k, w := range widths {
		out[k] = r.width(w, len(widths)-k)
	}
	return out
}

// trunk returns widths of which the first one is the inputs.
func (r resizer) trunk(widths []int) []int {
	if len(widths) == 0 {
		return nil
	}
	return append([]int{widths[0]}, r.layers(widths[1:])...)
}

// levels returns the widths of levels.
func (r resizer) levels(levels [][]int) [][]int {
	out, k := make([][]int, len(levels)), 0
	for l, widths := range levels {
		for _, w := range widths {
			k++
			out[l] = append(out[l], r.width(w, k))
		}
	}
	return out
}

// head returns widths of which the last one is the output.
func (r resizer) head(widths []int) []int {
	out := append([]int(nil), widths...)
	for k := range len(widths) - 1 {
		out[k] = r.width(widths[k], -1-k)
	}
	return out
}

// heads returns the widths of the heads of all tasks.
func (r resizer) heads(heads [][]int) (out [][]int) {
	for _, widths := range heads {
		out = append(out, r.head(widths))
	}
	return out
}
