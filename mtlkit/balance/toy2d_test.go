package balance

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/golden"
	"kindred/internal/race"
)

type toyFile struct {
	ParetoSet [][]float64 `json:"pareto_set_points"`
	Spots     []struct {
		X, F []float64
		J    [][]float64
	} `json:"spot_values_f1_scale_1"`
	Runs []struct {
		toyRun
		Checkpoints []toyCheckpoint
	}
	Arrival struct {
		Runs []struct {
			toyRun
			At map[string][]float64 `json:"distances_at"`
		}
	} `json:"arrival_under_shifts"`
}

type toyRun struct {
	Scale  float64 `json:"f1_scale"`
	Method string
	Start  []float64
}

type toyCheckpoint struct {
	Step     int
	X, F     []float64
	Distance float64
	Change   float64 `json:"change_from_1e_10_start_shift"`
}

func (r toyRun) String() string {
	return fmt.Sprintf("%s from %v, f1 times %v", r.Method, r.Start, r.Scale)
}

// descent returns the descent that a run of the file is, or ok = false if its method is not built.
func (r toyRun) descent() (d Descent, ok bool) {
	d = NewDescent(Toy2D{Scale: r.Scale}, nil)
	switch r.Method {
	case "LS":
		d.Balance = Mean{}
	case "MGDA":
		d.Balance = MGDA{}
	case "PCGrad":
		d.Balance = PCGrad{}
	case "UPGrad":
		d.Balance = UPGrad{}
	case "UPGrad_reg1e-4":
		d.Balance = meanWhereFlat{UPGrad{Reg: 1e-4}}
	case "CAGrad_0.5":
		d.Balance = CAGrad{C: 0.5}
	case "NashMTL":
		d.Balance = NashMTL{MaxNorm: 1}
	case "IMTLG":
		d.Balance = IMTLG{}
	case "AlignedMTL":
		d.Balance = AlignedMTL{}
	case "FAMO":
		d.Balance, d.ClipNorm = FAMO{Rate: 0.025, Least: []float64{-21 * r.Scale, -21}}, 1
	}
	return d, d.Balance != nil
}

// meanWhereFlat is UPGrad as TorchJD has it, which falls back to the mean where trace(G) < 1e-4.
type meanWhereFlat struct{ UPGrad }

func (a meanWhereFlat) WeighGram(weights []float64, gram mat.Symmetric, s State) {
	trace := 0.0
	for i := range weights {
		trace += gram.At(i, i)
	}
	if trace < 1e-4 {
		for i := range weights {
			weights[i] = 1 / float64(len(weights))
		}
		return
	}
	a.UPGrad.WeighGram(weights, gram, s)
}

func TestGoldenToy2DSpots(t *testing.T) {
	var file toyFile
	golden.Load(t, "toy2d.json", &file)
	if len(file.Spots) == 0 || len(file.ParetoSet) == 0 {
		t.Fatal("no spot values in toy2d.json")
	}
	// near compares within 1e-9 of the row's largest entry.
	near := func(t *testing.T, what string, got, want []float64) {
		largest := 0.0
		for _, v := range want {
			largest = max(largest, math.Abs(v))
		}
		for i := range want {
			if !(math.Abs(got[i]-want[i]) <= 1e-9*largest) {
				t.Errorf("%s = %v, want %v", what, got, want)
				break
			}
		}
	}
	for _, s := range file.Spots {
		t.Run(fmt.Sprint(s.X), func(t *testing.T) {
			f, jac := make([]float64, 2), mat.NewDense(2, 2, nil)
			NewToy2D().Evaluate(f, jac, s.X)
			near(t, "f", f, s.F)
			for i, row := range s.J {
				near(t, fmt.Sprint("gradient ", i), jac.RawRowView(i), row)
			}
			Toy2D{Scale: 0.1}.Evaluate(f, jac, s.X)
			near(t, "f₁/10", f[:1], []float64{0.1 * s.F[0]})
			near(t, "gradient 0/10", jac.RawRowView(0), []float64{0.1 * s.J[0][0], 0.1 * s.J[0][1]})
		})
	}
	t.Run("Pareto set", func(t *testing.T) {
		set := NewToy2D().ParetoSet(len(file.ParetoSet))
		for i, want := range file.ParetoSet { // from −7 to 7
			near(t, fmt.Sprint("point ", i), set[len(set)-1-i], want)
			if d := (NewToy2D()).Distance(want); !(d < 1e-9) {
				t.Errorf("point %v of the set is %v from it", want, d)
			}
		}
	})
}

// Points are compared with a tolerance of 1e-9 and ten times the move that the file saw when it moved the start by
// 1e-10, up to the chaotic valley, where that move is large, and up to the Pareto set, where Adam's steps are noise.
func TestGoldenToy2DPaths(t *testing.T) {
	var file toyFile
	golden.Load(t, "toy2d.json", &file)
	ran := 0
	for _, run := range file.Runs {
		t.Run(run.String(), func(t *testing.T) {
			d, ok := run.descent()
			if !ok {
				t.Skipf("%s is not built", run.Method)
			}
			if run.Method == "IMTLG" && slices.Equal(run.Start, []float64{0, 0}) {
				t.Skip("the gradients at (0, 0) are parallel, where IMTL-G is not unique: the file takes the limit of " +
					"independent gradients, IMTLG the pseudo-inverse")
			}
			tight := slices.IndexFunc(run.Checkpoints, func(c toyCheckpoint) bool {
				return c.Change > 1e-9 || c.Distance < 0.01
			})
			if tight < 0 {
				tight = len(run.Checkpoints)
			}
			points := follow(t, d, run.Start, run.Checkpoints[:tight])
			for i, c := range run.Checkpoints[:tight] {
				ran++
				for k, got := range points[i].X {
					if tol := 1e-9 + 10*c.Change; !(math.Abs(got-c.X[k]) <= tol) {
						t.Errorf("step %d: x%d = %v, want %v within %.1g", c.Step, k+1, got, c.X[k], tol)
					}
				}
				if got := d.Problem.Distance(points[i].X); math.Abs(got-c.Distance) > 1e-6 {
					t.Errorf("step %d: %v from the Pareto set, want %v", c.Step, got, c.Distance)
				}
			}
		})
	}
	if ran == 0 {
		t.Fatal("no point of toy2d.json was compared")
	}
}

func follow(t *testing.T, d Descent, start []float64, checkpoints []toyCheckpoint) []Point {
	t.Helper()
	var at []int
	for _, c := range checkpoints {
		at = append(at, c.Step)
	}
	points, err := d.Run(start, at...)
	if err != nil {
		t.Fatal(err)
	}
	return points
}

// Whether a run arrives is asserted at the last step that the file tells of, where all shifts of the start agree.
func TestGoldenToy2DArrival(t *testing.T) {
	var file toyFile
	golden.Load(t, "toy2d.json", &file)
	arrives := func(t *testing.T, run toyRun, step int, want bool) {
		d, ok := run.descent()
		if !ok {
			t.Skipf("%s is not built", run.Method)
		}
		if testing.Short() || race.Enabled {
			t.Skipf("%d steps in one goroutine, in short mode or under the race detector", step)
		}
		t.Parallel()
		points, err := d.Run(run.Start, step)
		if err != nil {
			t.Fatal(err)
		}
		if far := d.Problem.Distance(points[0].X); (far < 0.01) != want {
			t.Errorf("%v from the Pareto set after %d steps, want arrival %v", far, step, want)
		}
	}
	ran := 0
	for _, run := range file.Arrival.Runs {
		step, arrived := 0, 0
		for name, distances := range run.At {
			n, err := strconv.Atoi(name)
			if err != nil {
				t.Fatal(err)
			}
			if n > step {
				step, arrived = n, 0
				for _, far := range distances {
					if far < 0.01 {
						arrived++
					}
				}
			}
		}
		t.Run(run.String(), func(t *testing.T) {
			if of := len(run.At[strconv.Itoa(step)]); arrived != 0 && arrived != of {
				t.Skipf("%d of %d shifted starts arrive in %d steps", arrived, of, step)
			}
			ran++
			arrives(t, run.toyRun, step, arrived > 0)
		})
	}
	for _, run := range file.Runs {
		if run.Method == "UPGrad" && run.Scale == 1 {
			t.Run("any start: "+run.String(), func(t *testing.T) {
				ran++
				arrives(t, run.toyRun, 100_000, true)
			})
		}
	}
	if ran == 0 {
		t.Fatal("no run of toy2d.json was asserted")
	}
}
