package balancing

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"kindred/internal/hostile"
)

// cupText is a results file of some entrants on some seeds.
func cupText(seeds int, entrants ...string) string {
	var results []string
	for seed := range seeds {
		for _, e := range entrants {
			results = append(results, fmt.Sprintf(
				`{"Entrant":%q,"Seed":%d,"Trials":[0],"Epochs":[1],"Losses":[0.5],"Values":[0.25]}`, e, seed))
		}
	}
	return fmt.Sprintf(`{"Command":"make it","Tasks":["a"],"Rows":[3,1,1],"Trials":1,"Results":[%s]}`,
		strings.Join(results, ","))
}

func TestParseCupRefuses(t *testing.T) {
	whole := cupText(2, against, "b")
	if _, err := parseCup([]byte(whole)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, text, words string }{
		{"a cut file", whole[:len(whole)-5], "unexpected end"},
		{"more behind it", whole + "{}", "invalid character"},
		{"no task", strings.Replace(whole, `["a"]`, `[]`, 1), "a task without a name"},
		{"another number of tasks", strings.Replace(whole, `["a"]`, `["a","b"]`, 1), "want one for each of the 2 tasks"},
		{"the loss 0", strings.Replace(whole, "[0.5]", "[0]", 1), "has the loss 0"},
		{"the loss 1e999", strings.Replace(whole, "[0.5]", "[1e999]", 1), "cannot unmarshal number 1e999"},
		{"the loss null", strings.Replace(whole, "[0.5]", "[null]", 1), "has the loss 0"},
		{"seed −1", strings.Replace(whole, `"Seed":1`, `"Seed":-1`, 1), "cannot unmarshal number -1"},
		{"seed 2⁶³", strings.ReplaceAll(whole, `"Seed":1`, `"Seed":9223372036854775808`), "and not on all before it"},
		{"a result twice", strings.Replace(whole, `"Seed":1`, `"Seed":0`, 1), "is there twice"},
		{"fewer seeds of one", strings.Replace(cupText(2, against, "b"), `"b","Seed":1`, `"c","Seed":0`, 1), "on 1 seeds"},
		{"no equal weights", cupText(2, "b"), `"b" is on 2 seeds, "equal weights" on 0`},
		{"no results", cupText(0), "no results"},
		{"many empty results", `{"Results":[` + strings.Repeat("{},", 300_000) + "{}]}", "300002 results"},
		{"deep lists", `{"Results":` + strings.Repeat("[", 1_000_000), "exceeded max depth"},
		{"a long file", strings.Repeat(" ", longestCup+1), "want at most 1048576 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			hostile.Refused(t, len(c.text), c.words, func() error { _, err := parseCup([]byte(c.text)); return err })
		})
	}
}

// No bit of the file that notebook 04 reads can be another.
func TestReadCupRefusesDamage(t *testing.T) {
	whole, err := os.ReadFile("../../results/balancing.json")
	if err != nil {
		t.Fatal(err)
	}
	path, rng := filepath.Join(t.TempDir(), "results.json"), rand.New(rand.NewPCG(1, 0))
	for range 300 { // 5,000 in internal/durable
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
			ReadCup(path)
		}()
	}
}

func FuzzParseCup(f *testing.F) {
	f.Add([]byte(cupText(1, against)))
	f.Add([]byte(cupText(2, against, "b")))
	f.Add([]byte(strings.Replace(cupText(2, against, "b"), `"Seed":1`, `"Seed":2`, 1)))
	if text, err := os.ReadFile("../../results/balancing.json"); err == nil {
		f.Add(text[:2000])
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<14 {
			return
		}
		c, err := parseCup(text)
		if err != nil {
			return
		}
		if len(c.Entrants)*len(c.of(against)) != len(c.Results) || len(c.Results)*leastResult > len(text)+leastResult {
			t.Fatalf("%d entrants, %d seeds, %d results of %d bytes", len(c.Entrants), len(c.of(against)), len(c.Results),
				len(text))
		}
		for _, e := range c.Entrants {
			for seed, r := range c.of(e.Name) {
				if r.Seed != uint64(seed) || len(r.Losses) != len(c.Tasks) {
					t.Fatalf("%q: result %d is %+v", e.Name, seed, r)
				}
			}
		}
		again, err := json.Marshal(struct {
			Command string
			Tasks   []string
			Rows    [3]int
			Trials  int
			Results any
		}{c.Command, c.Tasks, c.Split, c.Trials, c.Results})
		if err != nil {
			t.Fatal(err)
		}
		if d, err := parseCup(again); err != nil || !reflect.DeepEqual(c, d) {
			t.Fatalf("%s: %v", again, err)
		}
	})
}
