package datasets

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kindred/internal/hostile"
	"kindred/internal/unpack"
)

// censusRows is a text of the set: a row for each age, in turn never married and divorced, above 50,000 at 40 and more.
func censusRows(ages ...string) []byte {
	var text strings.Builder
	for i, age := range ages {
		for j, name := range censusColumns {
			cell := " Not in universe"
			switch {
			case name == "age":
				cell = age
			case slices.Contains(censusNumbers, name):
				cell = " 0"
			case name == "marital_stat":
				cell = []string{" Never married", " Divorced"}[i%2]
			case name == "instance_weight":
				cell = " 1032.38"
			case name == "mig_same":
				cell = " ?"
			case name == "income_50k":
				cell = map[bool]string{false: " - 50000.", true: " 50000+."}[age >= "40"]
			}
			text.WriteString(map[bool]string{true: ","}[j > 0] + cell)
		}
		text.WriteString("\n")
	}
	return []byte(text.String())
}

func TestParseCensus(t *testing.T) {
	path := filepath.Join(t.TempDir(), "census-income.data.gz")
	if err := os.WriteFile(path, hostile.Gzip(censusRows("38", "44", "2")), 0o600); err != nil {
		t.Fatal(err)
	}
	table, err := ReadCensusIncome(path)
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "income and never married", flat(table.Y), []float64{0, 1, 1, 0, 0, 1})
	equal(t, "age", table.Input("age"), []float64{38, 44, 2})
	if got := table.Words["mig_same"]; !slices.Equal(got, []string{"?"}) {
		t.Errorf("words %q, want ?", got)
	}
	if _, err := ReadCensusIncome(path + "x"); err == nil || !strings.Contains(err.Error(), "census-income.data.gzx") {
		t.Errorf("no file: %v", err)
	}
}

// The published facts: rows, share of each task, categories; and that it takes little memory.
func TestCensusIncome(t *testing.T) {
	needs(t, census)
	var table *Table
	took, made, err := hostile.Measure(func() (err error) { table, err = CensusIncome(t.Context()); return err })
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d rows: %.0f MB in all, in %v", table.Len(), float64(made)/(1<<20), took)
	shape(t, table, 99762, 39, "income_50k", "never_married")
	counts := make([]float64, 2)
	for i := range table.Len() {
		counts[0] += table.Y.At(i, 0)
		counts[1] += table.Y.At(i, 1)
	}
	equal(t, "above 50,000 and never married", counts, []float64{6186, 43143})
	categories := 0
	for _, name := range table.Inputs {
		categories += len(table.Words[name])
		if (table.Words[name] == nil) != slices.Contains(censusNumbers, name) {
			t.Errorf("%s has the words %q", name, table.Words[name])
		}
	}
	if len(table.Words) != 32+2 || categories != 495 {
		t.Errorf("%d columns of words, %d categories", len(table.Words), categories)
	}
}

// The published test part twice is as many rows as the training part has.
func BenchmarkParseCensus(b *testing.B) {
	packed, err := os.ReadFile(os.Getenv(folderVariable) + "/" + census.path)
	if err != nil {
		b.Skipf("%v; name a folder that has it in %s", err, folderVariable)
	}
	text, err := unpack.Gzip(packed)
	if err != nil {
		b.Fatal(err)
	}
	text = bytes.Repeat(text, 2)
	b.ReportAllocs()
	for b.Loop() {
		t, err := parseCensus("census", text)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(t.Len()), "rows")
	}
}
