package tasks_test

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/golden"
	"kindred/internal/race"
	"kindred/metakit"
	"kindred/metakit/baseline"
	"kindred/metakit/tasks"
	"kindred/nn"
)

// families are all of them that draw numbers, some with other settings.
func families() map[string]metakit.Distribution {
	noisy := tasks.NewSineAndLine(5)
	noisy.Sines.Noise, noisy.Lines.Noise = 0.3, 0.3
	columns := tasks.NewBayesianLinear(4)
	columns.Columns, columns.Input = 3, uniform(-1, 2)
	return map[string]metakit.Distribution{
		"sinusoid": tasks.NewSinusoid(5), "noisy sinusoid": with(func(s *tasks.Sinusoid) { s.Noise = 0.3 }),
		"linear": tasks.NewLinear(5), "lines": tasks.NewLines(5), "lines, test": tasks.NewLines(5).Test(),
		"sine and line": noisy, "harmonics": tasks.NewHarmonics(10), "Gaussian process": tasks.NewGaussianProcess(5),
		"Gaussian process, test": tasks.NewGaussianProcess(5).Test(), "Bayesian linear": columns,
		"mix": tasks.MixShots(3, 9, func(n int) metakit.Distribution { return tasks.NewGaussianProcess(n) }),
	}
}

// A task is that of its seed and index: whatever was drawn before, and into whatever episode.
func TestFamiliesDrawBySeedAndIndexAlone(t *testing.T) {
	for name, d := range families() {
		var fresh []*metakit.Episode
		for index := range uint64(20) {
			fresh = append(fresh, metakit.Draw(d, 3, index))
		}
		same := func(a, b *metakit.Episode) bool {
			return mat.Equal(a.Support.X, b.Support.X) && mat.Equal(a.Support.Y, b.Support.Y) &&
				mat.Equal(a.Query.X, b.Query.X) && mat.Equal(a.Query.Y, b.Query.Y)
		}
		for index := 19; index >= 0; index-- { // backwards, and the episodes full of other tasks
			e := metakit.NewEpisode(d.Size(3, uint64(index)))
			d.Draw(e, 3, uint64(index))
			d.Draw(e, 3, uint64(index))
			if !same(e, fresh[index]) {
				t.Errorf("%s: task %d is another when it is drawn again", name, index)
			}
		}
		if a, b := metakit.Draw(d, 4, 0), fresh[0]; a.Size() == b.Size() && same(a, b) || fresh[1].Size() == b.Size() && same(fresh[1], b) {
			t.Errorf("%s: another seed or index gives the same task", name)
		}
	}
}

func TestFamiliesDrawWithoutAllocating(t *testing.T) {
	if race.Enabled {
		t.Skip("the race detector empties pools")
	}
	all := families()
	all["pictures"] = tasks.NewNWayImages(pictures(20, 10, 6), 5, 2, 3).Turned()
	for name, d := range all {
		e, index := metakit.NewEpisode(d.Size(1, 0)), uint64(0)
		size := d.Size(1, 0)
		if n := testing.AllocsPerRun(100, func() {
			if d.Size(1, index) == size {
				d.Draw(e, 1, index)
			}
			index++
		}); n != 0 {
			t.Errorf("%s: a draw allocates %v times", name, n)
		}
	}
}

// The floors are the errors of the predictors they speak of, on drawn tasks, within four standard errors: twice the
// half-width of a 95 % interval.
func TestFamiliesFloors(t *testing.T) {
	guess := func(f func(x float64) float64) metakit.Predictor {
		return baseline.Func(func(x []float64) []float64 { return []float64{f(x[0])} })
	}
	constant := func(mean float64) metakit.Predictor { return baseline.Constant{Y: []float64{mean}} }
	sines := with(func(s *tasks.Sinusoid) { s.Frequency, s.Phase, s.Noise = uniform(0.8, 1.2), uniform(0, 2), 0.3 })
	lines := tasks.Lines{Shots: 1, Queries: 10, Slope: uniform(-1, 3), Intercept: uniform(2, 3), Input: uniform(-1, 4), Noise: 0.3}
	mixture := tasks.SineAndLine{Sines: sines, Lines: tasks.NewLines(10)}
	mixture.Lines.Slope = uniform(-1, 3)
	harmonics := tasks.NewHarmonics(10)
	harmonics.Spread = 2
	process, clean := tasks.NewGaussianProcess(5), tasks.NewGaussianProcess(5)
	process.Noise, clean.NoisyQueries, clean.Scale = 0.5, false, 2
	bayes := tasks.NewBayesianLinear(5)
	bayes.Columns, bayes.Input, bayes.Noise = 3, uniform(-1, 2), 0.5
	zero := baseline.Zero{}
	for _, c := range []struct {
		name  string
		d     metakit.Distribution
		p     metakit.Predictor
		floor float64
	}{
		{"sinusoid, zero shot", sines, guess(sines.ZeroShot), sines.ZeroShotFloor()},
		{"sinusoid, constant", sines, constant(meanOf(sines.ZeroShot, -5, 5)), sines.ConstantFloor()},
		{"lines, zero shot", lines, guess(lines.ZeroShot), lines.ZeroShotFloor()},
		{"lines, constant", lines, constant(1*1.5 + 2.5), lines.ConstantFloor()},
		{"sine and line, zero shot", mixture, guess(mixture.ZeroShot), mixture.ZeroShotFloor()},
		{"sine and line, constant", mixture, constant(meanOf(mixture.ZeroShot, -5, 5)), mixture.ConstantFloor()},
		{"harmonics", harmonics, zero, harmonics.ZeroShotFloor()},
		{"Gaussian process", process, zero, process.ZeroShotFloor()},
		{"Gaussian process, clean", clean, zero, clean.ZeroShotFloor()},
		{"Bayesian linear", bayes, zero, bayes.ZeroShotFloor()},
	} {
		o, err := metakit.Evaluation{Tasks: c.d, Episodes: 10_000, Seed: 2}.Baseline(t.Context(), c.p, nn.SquaredError{})
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(o.Mean-c.floor) > 2*(o.High-o.Mean) {
			t.Errorf("%s: %v on drawn tasks, %v by the formula", c.name, o.Interval, c.floor)
		}
	}
	// By hand: 25.51/6 − (2/π·2.55·sin(5)/5)², and 3 + 3·25/3.
	mean := 2 / math.Pi * 2.55 * math.Sin(5) / 5
	near(t, "constant of the benchmark", tasks.NewSinusoid(5).ConstantFloor(), 25.51/6-mean*mean, 1e-12)
	near(t, "lines of the paper", tasks.NewLines(5).ZeroShotFloor(), 28, 1e-12)
}

// meanOf is the mean of f from low to high by the midpoint rule, good to some 1e-6 for the waves here.
func meanOf(f func(x float64) float64, low, high float64) (sum float64) {
	const n = 10_000
	for _, x := range tasks.Midpoints(low, high, n) {
		sum += f(x) / n
	}
	return sum
}

func near(t *testing.T, name string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance*math.Max(1, math.Abs(want))) {
		t.Errorf("%s: %v, want %v", name, got, want)
	}
}

// Without noise the fits are exact where there are more points than unknowns.
func TestFamiliesFits(t *testing.T) {
	for _, c := range []struct {
		name string
		d    metakit.Distribution
		p    metakit.Predictor
		n    int
	}{
		{"lines", tasks.NewLines(2), tasks.Lines{}.Oracle(), 200},
		{"sine and line", tasks.NewSineAndLine(5), tasks.NewSineAndLine(5).Oracle(), 200},
		{"harmonics", tasks.NewHarmonics(12), tasks.NewHarmonics(12).Fit(), 20},
	} {
		o, err := metakit.Evaluation{Tasks: c.d, Episodes: c.n}.Baseline(t.Context(), c.p, nn.SquaredError{})
		if err != nil {
			t.Fatal(err)
		}
		// A frequency is found to 4e-9 of an interval of 0.016 times the slope; the rest is rounding.
		if !(o.Median < 1e-14) {
			t.Errorf("%s: median error %v; the fit is exact", c.name, o.Median)
		}
	}
	lines := 0
	for index := range uint64(1000) {
		e := metakit.Draw(tasks.NewSineAndLine(3), 1, index)
		r := residual(tasks.Lines{}.Oracle().Predict(e.Support, e.Query.X), e.Query.Y)
		isLine := tasks.NewSineAndLine(3).IsLine(1, index)
		if isLine != (r < 1e-10) {
			t.Fatalf("task %d: a line fits with %v, and IsLine says %v", index, r, isLine)
		}
		if isLine {
			lines++
		}
	}
	if lines < 500-5*16 || lines > 500+5*16 { // five standard deviations of a fair coin
		t.Errorf("%d of 1000 tasks are lines", lines)
	}
}

func residual(a, b *mat.Dense) float64 {
	var d mat.Dense
	d.Sub(a, b)
	return mat.Norm(&d, 2)
}

// The errors of the posterior mean and of the best linear prediction are those which the file has for them, with as
// many points of noise 0.1: within the sum of the file's 95 % half-width and twice ours.
func TestGoldenSinusoidBayes(t *testing.T) {
	type estimate struct{ Mse, Ci95 float64 }
	var file struct {
		Noisy struct {
			By map[string]struct {
				Bayes  estimate `json:"bayes_by_error"`
				Linear estimate `json:"linear_bayes_by_error"`
			} `json:"by_K"`
		} `json:"bayes_noisy_support"`
	}
	golden.Load(t, "sinusoid_floors.json", &file)
	if len(file.Noisy.By) == 0 {
		t.Fatal("no case ran")
	}
	for name, want := range file.Noisy.By {
		t.Run(name+" points", func(t *testing.T) {
			var shots int
			if _, err := fmt.Sscan(name, &shots); err != nil {
				t.Fatal(err)
			}
			s := tasks.NewSinusoid(shots).Test()
			s.Noise = 0.1
			e := metakit.Evaluation{Tasks: s, Episodes: 500, Seed: 1}
			var losses [2][]float64
			for i, c := range []struct {
				p    metakit.Predictor
				want estimate
			}{{s.Bayes(), want.Bayes}, {s.LinearBayes(), want.Linear}} {
				o, err := e.Baseline(t.Context(), c.p, nn.SquaredError{})
				if err != nil {
					t.Fatal(err)
				}
				if math.Abs(o.Mean-c.want.Mse) > c.want.Ci95+2*(o.High-o.Mean) {
					t.Errorf("%T: %v, want %v", c.p, o.Interval, c.want)
				}
				losses[i] = o.Losses
			}
			if gain := metakit.PairedInterval(losses[1], losses[0]); gain.High < 0 {
				t.Errorf("the linear prediction beats the posterior mean by %v", gain)
			}
		})
	}
}

// The posterior mean is that of a plain sum over a grid of amplitudes and phases, to the 1e-4 that a grid of 250 ×
// 2,000 is good for; also where the amplitude ends at the interval's end, with points that say nothing, and with points
// that no wave has.
func TestSinusoidBayesIsASumOverAGrid(t *testing.T) {
	for name, set := range map[string]metakit.Set{
		"three":   metakit.NewSet(3, []float64{-2, 0.5, 3}, []float64{1.2, -0.4, 0.3}),
		"small":   metakit.NewSet(3, []float64{-2, 0.5, 3}, []float64{0.1, 0, -0.1}),
		"large":   metakit.NewSet(2, []float64{-1, 2}, []float64{9, 1}),
		"nothing": metakit.NewSet(1, []float64{1}, []float64{0}),
	} {
		s := tasks.NewSinusoid(3)
		s.Noise = 0.3
		x := []float64{-4, -1, 0, 2.5}
		got := s.Bayes().Predict(set, mat.NewDense(4, 1, x))
		var logs []float64
		var waves []tasks.Wave
		most := math.Inf(-1)
		for _, a := range tasks.Midpoints(0.1, 5, 250) {
			for _, phase := range tasks.Midpoints(0, math.Pi, 2000) {
				w, log := tasks.Wave{Amplitude: a, Phase: phase, Frequency: 1}, 0.0
				for i := range set.X.RawMatrix().Rows {
					d := set.Y.At(i, 0) - w.At(set.X.At(i, 0))
					log -= d * d / (2 * 0.3 * 0.3)
				}
				logs, waves, most = append(logs, log), append(waves, w), max(most, log)
			}
		}
		for i, v := range x {
			sum, mean := 0.0, 0.0
			for k, w := range waves {
				weight := math.Exp(logs[k] - most)
				sum += weight
				mean += weight * w.At(v)
			}
			near(t, name, got.At(i, 0), mean/sum, 1e-4)
		}
	}
}
