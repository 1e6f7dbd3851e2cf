package balance

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/golden"
)

func TestGoldenHypervolume(t *testing.T) {
	var file struct {
		Hypervolume struct {
			Cases []struct {
				Name         string
				Points       [][]float64
				Reference    []float64
				Hypervolume  float64
				Nondominated [][]float64
			}
			Dense *struct {
				Reference []float64
				Whole     float64            `json:"exact_hypervolume_of_the_whole_front"`
				With      map[string]float64 `json:"with_n_points"`
			} `json:"dense_front"`
			Maximization *struct {
				Points      [][]float64
				Reference   []float64
				Hypervolume float64
			}
		} `json:"hypervolume_2d"`
	}
	golden.Load(t, "metrics.json", &file)
	h := file.Hypervolume
	if len(h.Cases) == 0 {
		t.Fatal("no case of hypervolume_2d in metrics.json")
	}
	for _, c := range h.Cases {
		t.Run(c.Name, func(t *testing.T) {
			golden.Metric(t, "hypervolume", Hypervolume(c.Points, c.Reference), c.Hypervolume)
			var kept [][]float64
			for _, i := range ParetoFilter(c.Points) {
				kept = append(kept, c.Points[i])
			}
			slices.SortFunc(kept, slices.Compare)
			slices.SortFunc(c.Nondominated, slices.Compare)
			if !slices.EqualFunc(kept, c.Nondominated, slices.Equal[[]float64]) {
				t.Errorf("nondominated %v, want %v", kept, c.Nondominated)
			}
		})
	}
	if d := h.Dense; d != nil {
		for name, want := range d.With {
			t.Run("dense front of "+name, func(t *testing.T) {
				n, err := strconv.Atoi(name)
				if err != nil {
					t.Fatal(err)
				}
				points := make([][]float64, n)
				for i := range points {
					angle := math.Pi / 2 * float64(i) / float64(n-1)
					points[i] = []float64{1 - math.Cos(angle), 1 - math.Sin(angle)}
				}
				got := Hypervolume(points, d.Reference)
				golden.Metric(t, "hypervolume", got, want)
				if got >= d.Whole {
					t.Errorf("%v is not below the %v of the whole front", got, d.Whole)
				}
			})
		}
	}
	if m := h.Maximization; m != nil {
		t.Run("maximization", func(t *testing.T) {
			negate := func(p []float64) []float64 { return []float64{-p[0], -p[1]} }
			var points [][]float64
			for _, p := range m.Points {
				points = append(points, negate(p))
			}
			golden.Metric(t, "hypervolume", Hypervolume(points, negate(m.Reference)), m.Hypervolume)
		})
	}
}

// In three dimensions, on a grid of whole numbers, the volume is the number of cells that some point dominates.
func TestHypervolumeCountsCells(t *testing.T) {
	const side = 6
	r := rand.New(rand.NewPCG(1, 0))
	for trial := range 50 {
		points := make([][]float64, 1+trial%8)
		for i := range points {
			// Up to one step beyond the reference at 6, where a point adds nothing.
			points[i] = []float64{float64(r.IntN(side + 2)), float64(r.IntN(side + 2)), float64(r.IntN(side + 2))}
		}
		cells := 0.0
		for cell := range side * side * side {
			corner := []float64{float64(cell % side), float64(cell / side % side), float64(cell / side / side)}
			if slices.ContainsFunc(points, func(p []float64) bool { return noGreater(p, corner) }) {
				cells++
			}
		}
		reference := []float64{side, side, side}
		if got := Hypervolume(points, reference); got != cells {
			t.Errorf("trial %d: %v, want %v for %v", trial, got, cells, points)
		}
		var front [][]float64
		for _, i := range ParetoFilter(points) {
			front = append(front, points[i])
		}
		if got := Hypervolume(front, reference); got != cells {
			t.Errorf("trial %d: %v of the front alone, want %v", trial, got, cells)
		}
	}
	nan := math.NaN()
	if got := Hypervolume([][]float64{{nan, 0, 0}, {1, 1, 1}}, []float64{2, 2, 2}); got != 1 {
		t.Errorf("with a NaN: %v, want 1", got)
	}
	if got := ParetoFilter([][]float64{{nan, 0}, {1, 1}}); !slices.Equal(got, []int{1}) {
		t.Errorf("with a NaN: kept %v", got)
	}
	mustPanic(t, "four objectives", func() { Hypervolume(nil, make([]float64, 4)) })
	mustPanic(t, "a flat point", func() { Hypervolume([][]float64{{1, 1}}, make([]float64, 3)) })
	mustPanic(t, "points of two kinds", func() { ParetoFilter([][]float64{{1, 1}, {1}}) })
}

func TestGoldenConflict(t *testing.T) {
	var file struct {
		Conflict struct {
			Cases []struct {
				J           [][]float64
				Norms       []float64
				Cosines     [][]float64
				Similarity  [][]float64 `json:"magnitude_similarity"`
				Conflicting int         `json:"conflicting_pairs"`
				Pairs       int
				Condition   *float64 `json:"condition_number"`
			}
		}
	}
	golden.Load(t, "metrics.json", &file)
	if len(file.Conflict.Cases) == 0 {
		t.Fatal("no case of conflict in metrics.json")
	}
	for k, c := range file.Conflict.Cases {
		t.Run(fmt.Sprint("case ", k), func(t *testing.T) {
			jac := mat.NewDense(len(c.J), len(c.J[0]), slices.Concat(c.J...))
			var gram mat.SymDense
			gram.SymOuterK(1, jac)
			got := NewConflict(&gram)
			for i := range c.J {
				golden.Metric(t, fmt.Sprint("norm ", i), got.Norms[i], c.Norms[i])
				for j := range c.J {
					golden.Metric(t, fmt.Sprintf("cosine %d,%d", i, j), got.Cosines.At(i, j), c.Cosines[i][j])
					golden.Metric(t, fmt.Sprintf("similarity %d,%d", i, j), got.Similarity.At(i, j), c.Similarity[i][j])
				}
			}
			golden.Metric(t, "ratio", got.Ratio, slices.Max(c.Norms)/slices.Min(c.Norms))
			if got.Conflicting != c.Conflicting || got.Pairs != c.Pairs {
				t.Errorf("%d of %d pairs conflict, want %d of %d", got.Conflicting, got.Pairs, c.Conflicting, c.Pairs)
			}
			golden.Metric(t, "share", got.Share()*float64(c.Pairs), float64(c.Conflicting))
			condition := math.Inf(1) // null: singular
			if c.Condition != nil {
				condition = *c.Condition
			}
			golden.Metric(t, "condition number", Condition(jac), condition)
		})
	}
}

func TestConflictEdges(t *testing.T) {
	one := NewConflict(mat.NewSymDense(1, []float64{4}))
	if one.Share() != 0 || one.Pairs != 0 || one.Norms[0] != 2 || one.Ratio != 1 {
		t.Errorf("one task: %+v", one)
	}
	zero := NewConflict(mat.NewSymDense(2, []float64{4, 0, 0, 0}))
	if zero.Cosines.At(0, 1) != 0 || zero.Similarity.At(0, 1) != 0 || zero.Conflicting != 0 || !math.IsInf(zero.Ratio, 1) {
		t.Errorf("a zero gradient: %+v", zero)
	}
	for name, jac := range map[string]*mat.Dense{
		"opposed":                    mat.NewDense(2, 3, []float64{1, 2, 3, -1, -2, -3}),
		"more tasks than parameters": mat.NewDense(2, 1, []float64{1, 2}),
		"a zero row":                 mat.NewDense(2, 2, []float64{1, 2, 0, 0}),
	} {
		if got := Condition(jac); !math.IsInf(got, 1) {
			t.Errorf("%s: condition number %v", name, got)
		}
	}
}
