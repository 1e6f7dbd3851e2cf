package mtlkit_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"kindred/internal/golden"
	"kindred/mtlkit"
)

func TestGoldenDeltaM(t *testing.T) {
	var file struct {
		DeltaM struct {
			Cases []struct {
				Name     string
				Multi    []float64 `json:"multi_task"`
				Single   []float64 `json:"single_task"`
				Higher   []bool    `json:"higher_is_better"`
				PerTask  []float64 `json:"per_task"`
				DeltaM   float64   `json:"delta_m"`
				Percent  float64   `json:"delta_m_percent"`
				Negative float64   `json:"delta_m_percent_sign_of_nash_mtl_famo"`
			}
		} `json:"delta_m"`
	}
	golden.Load(t, "metrics.json", &file)
	if len(file.DeltaM.Cases) == 0 {
		t.Fatal("no case of delta_m in metrics.json")
	}
	for _, c := range file.DeltaM.Cases {
		t.Run(c.Name, func(t *testing.T) {
			gains, err := mtlkit.Gains(c.Multi, c.Single, c.Higher)
			if err != nil {
				t.Fatal(err)
			}
			for i, g := range gains {
				golden.Metric(t, fmt.Sprint("gain ", i), g, c.PerTask[i])
			}
			d, err := mtlkit.DeltaM(c.Multi, c.Single, c.Higher)
			if err != nil {
				t.Fatal(err)
			}
			golden.Metric(t, "delta_m", d, c.DeltaM)
			golden.Metric(t, "in percent", 100*d, c.Percent)
			golden.Metric(t, "in percent, negated", -100*d, c.Negative)
		})
	}
}

func TestGoldenDeltaP(t *testing.T) {
	var file struct {
		DeltaP struct {
			Cases []struct {
				Name   string
				Multi  map[string][]float64 `json:"multi_task"`
				Single map[string][]float64 `json:"single_task"`
				Higher map[string][]bool    `json:"higher_is_better"`
				DeltaP float64              `json:"delta_p"`
			}
		} `json:"delta_p"`
	}
	golden.Load(t, "metrics.json", &file)
	if len(file.DeltaP.Cases) == 0 {
		t.Fatal("no case of delta_p in metrics.json")
	}
	for _, c := range file.DeltaP.Cases {
		t.Run(c.Name, func(t *testing.T) {
			var multi, single [][]float64
			var higher [][]bool
			for _, task := range slices.Sorted(maps.Keys(c.Multi)) {
				multi, single = append(multi, c.Multi[task]), append(single, c.Single[task])
				higher = append(higher, c.Higher[task])
			}
			d, err := mtlkit.DeltaP(multi, single, higher)
			if err != nil {
				t.Fatal(err)
			}
			golden.Metric(t, "delta_p", d, c.DeltaP)
		})
	}
}

func TestGainsRefuse(t *testing.T) {
	for _, bad := range []float64{0, -1, math.NaN()} {
		if _, err := mtlkit.DeltaM([]float64{1, 1}, []float64{1, bad}, []bool{true, true}); err == nil {
			t.Errorf("no error for a baseline of %v", bad)
		}
		row, up := [][]float64{{1}}, [][]bool{{true}}
		if _, err := mtlkit.DeltaP(row, [][]float64{{bad}}, up); err == nil {
			t.Errorf("no error for a baseline of %v within a task", bad)
		}
	}
	mustPanic(t, "a direction too few", func() { mtlkit.DeltaM([]float64{1, 1}, []float64{1, 1}, []bool{true}) })
	mustPanic(t, "a task too few", func() { mtlkit.DeltaP([][]float64{{1}}, nil, [][]bool{{true}}) })
}

func TestGoldenMeanRank(t *testing.T) {
	var file struct {
		MeanRank *struct {
			Table  [][]float64 `json:"methods_by_columns"`
			Higher []bool      `json:"higher_is_better"`
			Ranks  [][]float64
			Mean   []float64 `json:"mean_rank"`
		} `json:"mean_rank"`
	}
	golden.Load(t, "metrics.json", &file)
	want := file.MeanRank
	if want == nil || len(want.Table) == 0 {
		t.Fatal("no case of mean_rank in metrics.json")
	}
	t.Run("case", func(t *testing.T) {
		means := mtlkit.MeanRank(want.Table, want.Higher)
		for i, ranks := range mtlkit.Ranks(want.Table, want.Higher) {
			for j, r := range ranks {
				golden.Metric(t, fmt.Sprintf("rank %d,%d", i, j), r, want.Ranks[i][j])
			}
			golden.Metric(t, fmt.Sprint("mean rank ", i), means[i], want.Mean[i])
		}
	})
}

func TestRanksOfNaN(t *testing.T) {
	nan := math.NaN()
	got := mtlkit.MeanRank([][]float64{{nan}, {2}, {1}, {nan}}, []bool{true})
	if want := []float64{3.5, 1, 2, 3.5}; !slices.Equal(got, want) {
		t.Errorf("ranks %v, want %v", got, want)
	}
	mustPanic(t, "a short row", func() { mtlkit.Ranks([][]float64{{1}}, []bool{true, true}) })
}
