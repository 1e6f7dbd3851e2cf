package datasets

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"slices"

	"kindred/internal/unpack"
)

var census = source{"census/census-income.test.gz",
	"https://github.com/drawbridge/keras-mmoe/raw/2718f56/data/census-income.test.gz",
	3261416, "5ac4cacd3ca9f1ecb10de1a0a41e4ac68fdc419e3fec190f5c0c6cc03b2ea659"}

// censusNumbers are the inputs of [CensusIncome] that are numbers; the others are categories, also where they are
// written in digits.
var censusNumbers = []string{"age", "wage_per_hour", "capital_gains", "capital_losses", "stock_dividends", "num_emp",
	"weeks_worked"}

// censusColumns are those of the published file, in its order; it has no header.
var censusColumns = []string{"age", "class_worker", "det_ind_code", "det_occ_code", "education", "wage_per_hour",
	"hs_college",
	"marital_stat", "major_ind_code", "major_occ_code", "race", "hisp_origin", "sex", "union_member", "unemp_reason",
	"full_or_part_emp", "capital_gains", "capital_losses", "stock_dividends", "tax_filer_stat", "region_prev_res",
	"state_prev_res", "det_hh_fam_stat", "det_hh_summ", "instance_weight", "mig_chg_msa", "mig_chg_reg", "mig_move_reg",
	"mig_same", "mig_prev_sunbelt", "num_emp", "fam_under_18", "country_father", "country_mother", "country_self",
	"citizenship", "own_or_self", "vet_question", "vet_benefits", "weeks_worked", "year", "income_50k"}

// CensusIncome returns the published test part of Census-Income (KDD): 99,762 people of the United States' surveys of
// 1994 and 1995, as Ma et al. use it, with two tasks: income_50k (above 50,000 dollars a year: 6.2 %) and never_married
// (44 %). Of the 39 inputs 7 are numbers and 32 categories, whole numbers that stand for [Table.Words]; "?" is a
// category as others are. The weight that the survey gives a person is left out, as its publishers ask, and
// marital_stat is a target.
//
// One-hot columns would be 495, 400 MB of numbers: let an [Encoder] make Whole of what [Table.Words] has, for an
// embedding, and the inputs stay at 31 MB. The training part, 199,523 people, can be had from UCI (data set 117, CC BY
// 4.0), and [ReadCensusIncome] reads it: 62 MB of inputs, in 1.4 s on one processor (BenchmarkParseCensus).
//
// Reference: Ma, Zhao, Yi, Chen, Hong, Chi. Modeling task relationships in multi-task learning with multi-gate
// mixture-of-experts. KDD 2018. Lane and Kohavi gave the data to UCI in 2000.
func CensusIncome(ctx context.Context) (*Table, error) {
	packed, err := census.read(ctx)
	if err != nil {
		return nil, err
	}
	return parseCensus(census.path, packed)
}

// ReadCensusIncome reads a part of the published set, as [CensusIncome] does, from a file that you have, such as
// census-income.data or census-income.data.gz: packed by gzip or not. Each part numbers the categories that it has; an
// [Encoding] goes by the words.
func ReadCensusIncome(path string) (*Table, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("datasets: %w", err)
	}
	return parseCensus(path, data)
}

// parseCensus reads a text without a header, packed by gzip or not.
func parseCensus(path string, data []byte) (*Table, error) {
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		text, err := unpack.Gzip(data)
		if err != nil {
			return nil, fmt.Errorf("datasets: %s: %w", path, err)
		}
		data = text
	}
	c := CSV{
		Targets:    []string{"income_50k", "marital_stat"},
		Leave:      []string{"instance_weight"},
		Categories: map[string][]string{"income_50k": {"- 50000.", "50000+."}},
	}
	for _, name := range censusColumns {
		if name != "income_50k" && name != "instance_weight" && !slices.Contains(censusNumbers, name) {
			c.Categories[name] = nil
		}
	}
	t, err := c.parse(path, data, censusColumns)
	if err != nil {
		return nil, err
	}
	if i := indexOf(t.Y, math.IsNaN); i >= 0 {
		return nil, fmt.Errorf("datasets: %s: row %d misses its income or its marital status; fetch the file anew",
			path, i+1)
	}
	if i := indexOf(t.X, math.IsNaN); i >= 0 {
		return nil, fmt.Errorf("datasets: %s: row %d has an empty cell; fetch the file anew", path, i+1)
	}
	never := float64(slices.Index(t.Words["marital_stat"], "Never married"))
	for i := range t.Len() {
		single := 0.0
		if t.Y.At(i, 1) == never {
			single = 1
		}
		t.Y.Set(i, 1, single)
	}
	t.Targets[1] = "never_married"
	delete(t.Words, "marital_stat")
	t.Words["never_married"] = []string{"no", "yes"}
	return t, nil
}
