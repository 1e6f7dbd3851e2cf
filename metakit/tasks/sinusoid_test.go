package tasks_test

import (
	"context"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/golden"
	"kindred/metakit"
	"kindred/metakit/baseline"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// The file's closed forms hold to rounding; its one quadrature is given to 12 digits.
func TestGoldenSinusoidFloors(t *testing.T) {
	type floor struct {
		Value       float64
		Coefficient float64 `json:"coefficient_of_cos_x"`
	}
	var file struct {
		Zero   floor `json:"zero_predictor"`
		Half   floor `json:"best_zero_shot_phase_0_pi"`
		Full   floor `json:"best_zero_shot_phase_0_2pi"`
		Varied struct {
			Zero float64 `json:"zero_predictor"`
			Best float64 `json:"best_zero_shot"`
		} `json:"meta_sgd_variant"`
		Moments struct {
			Sin2 float64 `json:"E_sin2_x"`
		}
	}
	golden.Load(t, "sinusoid_floors.json", &file)
	full := with(func(s *tasks.Sinusoid) { s.Phase = uniform(0, 2*math.Pi) })
	varied := with(func(s *tasks.Sinusoid) { s.Phase, s.Frequency = uniform(-math.Pi, 0), uniform(0.8, 1.2) })
	one := with(func(s *tasks.Sinusoid) { s.Amplitude, s.Phase = uniform(1, 1), uniform(0, 0) })
	turned := with(func(s *tasks.Sinusoid) {
		s.Amplitude, s.Phase = uniform(1, 1), uniform(2*math.Pi, 2*math.Pi)
	})
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"zero", tasks.NewSinusoid(10).ZeroFloor(), file.Zero.Value},
		{"zero shot", tasks.NewSinusoid(10).ZeroShotFloor(), file.Half.Value},
		{"coefficient of cos x", tasks.NewSinusoid(10).ZeroShot(0), file.Half.Coefficient},
		{"zero, phases to 2π", full.ZeroFloor(), file.Zero.Value},
		{"zero shot, phases to 2π", full.ZeroShotFloor(), file.Full.Value},
		{"zero, several frequencies", varied.ZeroFloor(), file.Varied.Zero},
		{"zero shot, several frequencies", varied.ZeroShotFloor(), file.Varied.Best},
		{"zero, one wave of phase 0", one.ZeroFloor(), file.Moments.Sin2},
		{"zero, one wave of phase 2π", turned.ZeroFloor(), file.Moments.Sin2},
	} {
		golden.Within(t, c.name, []float64{c.got}, []float64{c.want}, 1e-11)
	}
}

// The formulas hold for any intervals: the errors on drawn tasks agree with them.
func TestSinusoidFloorsAreThoseOfItsTasks(t *testing.T) {
	for k, s := range []tasks.Sinusoid{
		tasks.NewSinusoid(10),
		with(func(s *tasks.Sinusoid) { s.Phase = uniform(0, 2*math.Pi) }),
		with(func(s *tasks.Sinusoid) { s.Phase, s.Frequency = uniform(-math.Pi, 0), uniform(0.8, 1.2) }),
		{Shots: 10, Queries: 10, Amplitude: uniform(1, 2), Phase: uniform(0.3, 1),
			Frequency: uniform(0.5, 2), Input: uniform(-1, 4)},
	} {
		e := metakit.Evaluation{Tasks: s, Episodes: 40000, Seed: uint64(k)}
		for _, c := range []struct {
			name  string
			p     metakit.Predictor
			floor float64
		}{{"zero", baseline.Zero{}, s.ZeroFloor()}, {"zero shot", best(s), s.ZeroShotFloor()}} {
			o, err := e.Baseline(t.Context(), c.p, nn.SquaredError{})
			if err != nil {
				t.Fatal(err)
			}
			// Twice the half-width of a 95 % interval: four standard errors.
			if math.Abs(o.Mean-c.floor) > 2*(o.High-o.Mean) {
				t.Errorf("family %d, %s: %v on drawn tasks, %v by the formula", k, c.name, o.Interval, c.floor)
			}
		}
	}
}

// best is the best guess from no points at all.
func best(s tasks.Sinusoid) baseline.Func {
	return func(x []float64) []float64 { return []float64{s.ZeroShot(x[0])} }
}

func uniform(low, high float64) tasks.Uniform { return tasks.Uniform{Min: low, Max: high} }

// with returns the benchmark, changed.
func with(change func(s *tasks.Sinusoid)) tasks.Sinusoid {
	s := tasks.NewSinusoid(10)
	change(&s)
	return s
}

// Two points determine a wave of known frequency.
func TestSinusoidOracle(t *testing.T) {
	quick := tasks.NewSinusoid(5)
	quick.Frequency = uniform(3, 3)
	for _, s := range []tasks.Sinusoid{tasks.NewSinusoid(2), tasks.NewSinusoid(10), quick} {
		o, err := metakit.Evaluation{Tasks: s.Test(), Episodes: 500}.Baseline(t.Context(), s.Oracle(), nn.SquaredError{})
		if err != nil {
			t.Fatal(err)
		}
		// Two points may lie near a multiple of π apart: rounding grows by the condition number, squared in the error.
		if !(o.Median < 1e-25) || !(o.Mean < 1e-12) {
			t.Errorf("%+v: median %v, mean %v; the fit is exact", s, o.Median, o.Mean)
		}
	}
}

func TestSinusoidEpisodes(t *testing.T) {
	s := tasks.NewSinusoid(7)
	s.Queries, s.Frequency, s.Input = 3, uniform(0.8, 1.2), uniform(1, 2)
	for index := range uint64(50) {
		e, w := metakit.Draw(s, 5, index), s.Wave(5, index)
		if e.Size() != (metakit.Size{Support: 7, Query: 3, In: 1, Out: 1}) {
			t.Fatalf("size %+v", e.Size())
		}
		for _, set := range []metakit.Set{e.Support, e.Query} {
			for i := range set.X.RawMatrix().Rows {
				x, y := set.X.At(i, 0), set.Y.At(i, 0)
				if x < 1 || x > 2 || y != w.At(x) {
					t.Errorf("episode %d: point (%v, %v) of %+v", index, x, y, w)
				}
			}
		}
		if w.Amplitude < 0.1 || w.Amplitude > 5 || w.Phase < 0 || w.Phase > math.Pi || w.Frequency < 0.8 || w.Frequency > 1.2 {
			t.Errorf("episode %d: %+v", index, w)
		}
	}
	grid := metakit.Draw(tasks.NewSinusoid(10).Test(), 0, 0).Query.X.RawMatrix().Data
	if len(grid) != 100 || grid[0] != -4.95 || math.Abs(grid[99]-4.95) > 1e-15 {
		t.Errorf("grid of %d from %v to %v", len(grid), grid[0], grid[len(grid)-1])
	}
}

// On even waves the best guess comes to its floor: the midpoint rules are off by parts of about (4.9/20)²/24 = 0.0025
// and (π/20)²/12·1.25 = 0.0026. On as many drawn waves chance alone is off by some 0.15.
func TestEvenTestLeavesNoChance(t *testing.T) {
	family := tasks.NewSinusoid(3)
	even := family.EvenTest(20, 1)
	if len(even) != 400 || even.Size(0, 0) != family.Test().Size(0, 0) {
		t.Fatalf("%d episodes of size %+v", len(even), even.Size(0, 0))
	}
	o, err := metakit.Evaluation{Tasks: even}.Baseline(t.Context(), best(family), nn.SquaredError{})
	if err != nil || o.N != 400 {
		t.Fatalf("%v; %d of 400 episodes, want each once", err, o.N)
	}
	if floor := family.ZeroShotFloor(); math.Abs(o.Mean-floor) > 0.006 {
		t.Errorf("%v on even waves, the floor is %v", o.Mean, floor)
	}
	if mat.Equal(even[0].Support.X, even[1].Support.X) || mat.Equal(even[0].Support.X, family.EvenTest(20, 2)[0].Support.X) {
		t.Error("two episodes have the same support points")
	}
	// Phase 0, in the middle, is not taken for a phase that was not given.
	one := with(func(s *tasks.Sinusoid) { s.Amplitude, s.Phase = uniform(2, 2), uniform(-1, 1) }).EvenTest(1, 1)[0]
	if x, y := one.Query.X.At(3, 0), one.Query.Y.At(3, 0); y != 2*math.Sin(x) {
		t.Errorf("the point (%v, %v) is not of 2·sin x", x, y)
	}
}

// An array of a golden file.
type array struct {
	Shape []int
	Data  []float64
}

// A network trained elsewhere is measured to the digits that were measured there.
func TestGoldenSinusoidTestTasks(t *testing.T) {
	var file struct {
		Amplitude, Phase array
		SupportX         array `json:"support_x"`
		Network          struct {
			Sizes      []int
			Activation nn.Activation
			Theta      array
			Expected   map[string]struct {
				Mean  []float64 `json:"mean_mse_after_steps_0_1_2"`
				Tasks []float64 `json:"task_mse_after_1_step_first_20"`
			} `json:"expected_by_shots"`
		} `json:"trained_network"`
	}
	golden.Load(t, "sinusoid_test_tasks.json", &file)
	maml := metakit.MAML{Network: nn.MLP{Widths: file.Network.Sizes, Activation: file.Network.Activation}, Loss: nn.SquaredError{}, Steps: 1, Inner: nn.SGD{Rate: 0.01}}
	columns := file.SupportX.Shape[1]
	if len(file.Network.Expected) == 0 {
		t.Fatal("no case ran")
	}
	for name, want := range file.Network.Expected {
		t.Run(name+" shots", func(t *testing.T) {
			var shots int
			if _, err := fmt.Sscan(name, &shots); err != nil {
				t.Fatal(err)
			}
			var waves metakit.Collection
			for k, a := range file.Amplitude.Data {
				w := tasks.Wave{Amplitude: a, Phase: file.Phase.Data[k], Frequency: 1}
				x := file.SupportX.Data[k*columns : k*columns+shots]
				waves = append(waves, &metakit.Episode{Support: w.Set(x), Query: w.Set(tasks.Midpoints(-5, 5, 100))})
			}
			e := metakit.Evaluation{Learner: maml, Tasks: waves, Steps: []int{0, 1, 2}}
			got, err := e.Run(context.Background(), file.Network.Theta.Data)
			if err != nil {
				t.Fatal(err)
			}
			for i, o := range got {
				golden.Within(t, fmt.Sprintf("mean after %d steps", i), []float64{o.Mean}, want.Mean[i:i+1], 1e-6)
			}
			// A kink within rounding of a point may change single tasks; the file allows a few.
			far := 0
			for k, w := range want.Tasks {
				if golden.Differ(got[1].Losses[k], w, 1e-8) {
					far++
				}
			}
			if far > 2 {
				t.Errorf("%d of %d tasks are further than 1e-8 away", far, len(want.Tasks))
			}
		})
	}
}
