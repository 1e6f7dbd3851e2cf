package datasets

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// ModifiedHausdorff returns the modified Hausdorff distance of two square drawings of equally many pixels, of which
// those above ½ are ink: with A and B the places of the ink, each less its mean, and in pixels,
//
//	max(h(A, B), h(B, A)), where h(A, B) is the mean over a in A of min |a − b| over b in B.
//
// So a drawing that is moved on its paper is the same. Of two drawings without ink the distance is 0, of one without
// it +Inf. It is no metric: the triangle inequality does not hold. It panics where the drawings are no squares, or not of the same size.
//
// Reference: Dubuisson, Jain. A modified Hausdorff distance for object matching. ICPR 1994, 566–568. The places less
// their mean are those of demo.py of github.com/brendenlake/omniglot.
func ModifiedHausdorff(a, b []float64) float64 {
	side := int(math.Sqrt(float64(len(a))))
	if side < 1 || side*side != len(a) || len(b) != len(a) {
		panic(fmt.Sprintf("datasets: ModifiedHausdorff: drawings of %d and %d pixels; give two squares of the same size",
			len(a), len(b)))
	}
	p, q := ink(a, side), ink(b, side)
	if len(p) == 0 || len(q) == 0 {
		if len(p) == len(q) {
			return 0
		}
		return math.Inf(1)
	}
	return max(meanNearest(p, q), meanNearest(q, p))
}

// ink returns the places of the pixels with ink, less their mean, sorted by rows.
func ink(pixels []float64, side int) (places [][2]float64) {
	var mean [2]float64
	for i, v := range pixels {
		if v > 0.5 {
			p := [2]float64{float64(i / side), float64(i % side)}
			places = append(places, p)
			mean[0], mean[1] = mean[0]+p[0], mean[1]+p[1]
		}
	}
	for i := range places {
		places[i][0] -= mean[0] / float64(len(places))
		places[i][1] -= mean[1] / float64(len(places))
	}
	return places
}

// meanNearest returns the mean over a of the distance to the nearest of b. Both are sorted by rows, so that the search
// can end in each direction at the first row that is further away than the nearest place found.
func meanNearest(a, b [][2]float64) float64 {
	sum := 0.0
	for _, p := range a {
		least := math.Inf(1)
		at, _ := slices.BinarySearchFunc(b, p, func(q, p [2]float64) int { return cmp.Compare(q[0], p[0]) })
		near := func(q [2]float64) bool {
			dy, dx := p[0]-q[0], p[1]-q[1]
			least = min(least, dy*dy+dx*dx)
			return dy*dy < least
		}
		for i := at; i < len(b) && near(b[i]); i++ {
		}
		for i := at - 1; i >= 0 && near(b[i]); i-- {
		}
		sum += math.Sqrt(least)
	}
	return sum / float64(len(a))
}
