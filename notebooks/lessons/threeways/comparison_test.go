package threeways

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kindred/internal/hostile"
	"kindred/mtlkit"
	"kindred/notebooks/lessons/lessontest"
)

const resultsFile = "../../results/sharing.json"

// comparisonText is a results file of some ways on some seeds, at relatedness 1 and 0.
func comparisonText(seeds int, ways ...string) string {
	var names, results []string
	for _, w := range ways {
		names = append(names, fmt.Sprintf(`{"Name":%q,"Params":7}`, w))
		for _, entrant := range []string{w, w + " alone"} {
			for seed := range seeds {
				results = append(results, fmt.Sprintf(
					`{"Entrant":%q,"Seed":%d,"Trials":[0,0],"Epochs":[1,1],"Losses":[0.5,0.25],"Values":[0,0]}`,
					entrant, seed))
			}
		}
	}
	all := strings.Join(results, ",")
	return fmt.Sprintf(`{"Command":"make it","Relatedness":[1,0],"Ways":[%s],"Trials":1,"Results":[[%s],[%s]]}`,
		strings.Join(names, ","), all, all)
}

func TestParseComparisonRefuses(t *testing.T) {
	whole := comparisonText(2, nothing, "b")
	if _, err := parseComparison([]byte(whole)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, words string }{
		{"a cut file", whole[:len(whole)-5], "unexpected end"},
		{"no ways", comparisonText(2), "0 ways"},
		{"one seed", comparisonText(1, nothing), "two at least"},
		{"another number of lists", strings.Replace(whole, "[1,0]", "[1]", 1), "results for 2 of them"},
		{"a relatedness of 2", strings.Replace(whole, "[1,0]", "[2,0]", 1), "not from 0 to 1"},
		{"a loss of 0", strings.Replace(whole, "[0.5,0.25]", "[0,0.25]", 1), "has the loss 0"},
		{"one task", strings.Replace(whole, `"Losses":[0.5,0.25]`, `"Losses":[0.5]`, 1), "has 1 losses"},
		{"no twins", strings.ReplaceAll(whole, "b alone", "c"), `"b alone" has no results on seeds 0 to 1`},
		{"another seed", strings.ReplaceAll(whole, `"Seed":1`, `"Seed":2`), "has no results on seeds 0 to 1"},
		{"no control", comparisonText(2, "a"), `no results of "nothing shared"`},
		{"a result twice", strings.Replace(whole, `"Seed":1`, `"Seed":0`, 1), "is there twice"},
		{"many empty results", `{"Results":[[` + strings.Repeat("{},", 300_000) + "{}]]}", "300002 objects"},
		{"deep lists", `{"Results":` + strings.Repeat("[", 1_000_000), "exceeded max depth"},
		{"a long file", strings.Repeat(" ", longestComparison+1), "want at most 4194304 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			hostile.Refused(t, len(c.text), c.words,
				func() error { _, err := parseComparison([]byte(c.text)); return err })
		})
	}
}

// No bit of the file that notebook 03 reads can be another.
func TestReadComparisonRefusesDamage(t *testing.T) {
	whole, err := os.ReadFile(resultsFile)
	if err != nil {
		t.Fatal(err)
	}
	path, rng := filepath.Join(t.TempDir(), "results.json"), rand.New(rand.NewPCG(1, 0))
	for range 100 { // 5,000 in internal/durable
		damaged := slices.Clone(whole)
		damaged[rng.IntN(len(damaged))] ^= 1 << rng.IntN(8)
		if err := os.WriteFile(path, damaged, 0o644); err != nil {
			t.Fatal(err)
		}
		func() {
			defer func() {
				if said := fmt.Sprint(recover()); !strings.Contains(said, "checksum") || !strings.Contains(said, path) {
					t.Fatalf("it says %s", said)
				}
			}()
			ReadComparison(path)
		}()
	}
}

// The file that the notebook draws is of the networks that it draws, on twenty seeds or more.
func TestReadComparison(t *testing.T) {
	c := ReadComparison(resultsFile)
	if n := len(c.of(0, c.Ways[0].Name)); n < 20 {
		t.Errorf("%d seeds, want at least 20", n)
	}
	for name, way := range map[string]int{"hard sharing": 0, "cross-stitch": 1, "MMoE": 2, "soft sharing": 3,
		"hierarchy": 4, "CGC": 5} {
		k := slices.IndexFunc(c.Ways, func(w struct {
			Name   string
			Params int
		}) bool {
			return w.Name == name
		})
		size := 0
		for _, s := range SixWays()[way].Model.Shapes() {
			size += s.Size()
		}
		if k < 0 || c.Ways[k].Params != size {
			t.Errorf("%s: drawn with %d parameters, compared as %v", name, size, c.Ways)
		}
	}
	lessontest.Save(t, "ways-9-all-2", c.Figure(1))
	lessontest.Save(t, "ways-9-all-1", c.Figure(0))
	if header, rows := c.Header(1), c.Rows(1); len(rows) != len(c.Ways) || len(rows[0]) != len(header) {
		t.Errorf("table %q %q", header, rows)
	}
}

// Of two ways one halves the small task's loss on every seed, and one does nothing that can be told.
func TestComparisonStandings(t *testing.T) {
	c, err := parseComparison([]byte(comparisonText(6, nothing, "half", "same")))
	if err != nil {
		t.Fatal(err)
	}
	noise := []float64{0.01, -0.02, 0.01, 0.02, -0.01, -0.01} // sums to 0
	for k := range c.Results {
		for i, r := range c.Results[k] {
			factor := math.Exp(noise[r.Seed])
			if r.Entrant == "half" && k == 0 {
				factor /= 2
			}
			if r.Entrant == "half" || r.Entrant == "same" {
				c.Results[k][i].Losses = []float64{0.5, 0.25 * factor}
			}
		}
	}
	g := c.gains(1)
	lessontest.Near(t, "gain by half", g[0][1].Mean, 100*math.Log(2), 1e-10)
	lessontest.Near(t, "gain by the same", g[0][2].Mean, 0, 1e-10)
	var logs []float64
	for _, v := range noise {
		logs = append(logs, -v+math.Log(2))
	}
	// Four comparisons: Holm multiplies the least p by 4.
	lessontest.Near(t, "adjusted p", g[0][1].adjusted, 4*mtlkit.PairedTest(logs, make([]float64, 6)), 1e-12)
	says(t, c.Figure(1), "Of 2 ways, so many help and hurt task 2: 1 and 0 at ρ = 1, 0 and 0 at ρ = 0",
		"at relatedness 1 better: half +69.3 [", "Computed by make it")
	if row := c.Rows(1)[1]; row[0] != "half" || row[2] != "0.125 / 0.250" || c.Rows(0)[1][2] != "0.500 / 0.500" {
		t.Errorf("row %q", row)
	}
}

func FuzzParseComparison(f *testing.F) {
	f.Add([]byte(comparisonText(2, nothing)))
	f.Add([]byte(comparisonText(3, nothing, "b")))
	f.Add([]byte(strings.Replace(comparisonText(2, nothing, "b"), `"Seed":1`, `"Seed":2`, 1)))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<14 {
			return
		}
		c, err := parseComparison(text)
		if err != nil {
			return
		}
		again, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if d, err := parseComparison(again); err != nil || !reflect.DeepEqual(c, d) {
			t.Fatalf("%s: %v", again, err)
		}
		c.Rows(0)
	})
}
