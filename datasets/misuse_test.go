package datasets

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/exported"
)

// Every exported function and field with values that make no sense, and the sentence that each panics with.
func TestMisuse(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	table := numbered(4, 2)
	with := func(change func(*Table)) *Table {
		changed := *numbered(4, 2)
		change(&changed)
		return &changed
	}
	worded := func() *Table { return with(func(t *Table) { t.Words = map[string][]string{"a": {"x", "y"}} }) }
	csvOf := func(words []string) CSV {
		return CSV{Targets: []string{"y"}, Categories: map[string][]string{"y": words}, Missing: []string{"NA"}}
	}
	m := table.X // 4×2
	scaler := NewScaler(m)
	var noContext context.Context
	rows := []struct {
		want string
		call func()
	}{
		// Tables.
		{`Table.Len: the table is nil`, func() { (*Table)(nil).Len() }},
		{`Table.Input: the table is nil`, func() { (*Table)(nil).Input("a") }},
		{`Table.Target: the table is nil`, func() { (*Table)(nil).Target("row") }},
		{`Table.Rows: the table is nil`, func() { (*Table)(nil).Rows([]int{0}) }},
		{`Table.Split: the table is nil`, func() { (*Table)(nil).Split(0.5, 1) }},
		{`Table.SplitGroups: the table is nil`, func() { (*Table)(nil).SplitGroups(0.5, 1) }},
		{`Table.Folds: the table is nil`, func() { (*Table)(nil).Folds(2, 1) }},
		{`Table.Len: X is nil or empty`, func() { new(Table).Len() }},
		{`Table.Input: X is nil or empty`, func() { new(Table).Input("a") }},
		{`Table.Target: X is nil or empty`, func() { new(Table).Target("a") }},
		{`Table.Rows: X is nil or empty`, func() { new(Table).Rows([]int{0}) }},
		{`Table.Split: X is nil or empty`, func() { new(Table).Split(0.5, 1) }},
		{`Table.SplitGroups: X is nil or empty`, func() { new(Table).SplitGroups(0.5, 1) }},
		{`Table.Folds: X is nil or empty`, func() { new(Table).Folds(2, 1) }},
		{`Table.Len: X is nil or empty`, func() { with(func(t *Table) { t.X = new(mat.Dense) }).Len() }},
		{`Table.Len: Y is nil or empty`, func() { with(func(t *Table) { t.Y = nil }).Len() }},
		{`Table.Split: Y is nil or empty`, func() { with(func(t *Table) { t.Y = new(mat.Dense) }).Split(0.5, 1) }},
		{`Table.Rows: X has 4 rows, Y 3`, func() { with(func(t *Table) { t.Y = mat.NewDense(3, 1, nil) }).Rows([]int{3}) }},
		{`Table.Folds: X has 3 rows, Y 4`, func() { with(func(t *Table) { t.X = mat.NewDense(3, 2, nil) }).Folds(4, 1) }},
		{`Table.Input: 1 names in Inputs, 2 columns in X`,
			func() { with(func(t *Table) { t.Inputs = []string{"a"} }).Input("a") }},
		{`Table.Target: 2 names in Targets, 1 columns in Y`,
			func() { with(func(t *Table) { t.Targets = []string{"row", "more"} }).Target("more") }},
		{`Table.Len: 0 names in Targets, 1 columns in Y`, func() { with(func(t *Table) { t.Targets = []string{} }).Len() }},
		{`Table.SplitGroups: 3 entries in Groups, 4 rows in X`,
			func() { with(func(t *Table) { t.Groups = []int{0, 1, 1} }).SplitGroups(0.5, 1) }},
		{`Table.Rows: 5 entries in Groups, 4 rows in X`,
			func() { with(func(t *Table) { t.Groups = make([]int, 5) }).Rows([]int{0}) }},
		{`Table.SplitGroups: a table without groups`,
			func() { with(func(t *Table) { t.Groups = nil }).SplitGroups(0.5, 1) }},
		{`Table.SplitGroups: a share of 0.5 of 1 groups leaves one side empty`,
			func() { numbered(4, 1).SplitGroups(0.5, 1) }},
		{`Table.Input: no "row" among ["a" "b"]`, func() { table.Input("row") }},
		{`Table.Input: no "a" among []`, func() { with(func(t *Table) { t.Inputs = nil }).Input("a") }},
		{`Table.Input: no "" among ["a" "b"]`, func() { table.Input("") }},
		{`Table.Input: "a" is more than one of ["a" "a"]`,
			func() { with(func(t *Table) { t.Inputs = []string{"a", "a"} }).Input("a") }},
		{`Table.Target: no "column" among ["row"]`, func() { table.Target("column") }},
		{`Table.Rows: no rows`, func() { table.Rows(nil) }},
		{`Table.Rows: no rows`, func() { table.Rows([]int{}) }},
		{`Table.Rows: index 1 is -1; the table has rows 0 to 3`, func() { table.Rows([]int{0, -1}) }},
		{`Table.Rows: index 0 is 4; the table has rows 0 to 3`, func() { table.Rows([]int{4}) }},
		{`Table.Split: a share of 0, want one between 0 and 1`, func() { table.Split(0, 1) }},
		{`Table.Split: a share of 1, want one between 0 and 1`, func() { table.Split(1, 1) }},
		{`Table.Split: a share of -0.5, want one between 0 and 1`, func() { table.Split(-0.5, 1) }},
		{`Table.Split: a share of 80, want one between 0 and 1`, func() { table.Split(80, 1) }},
		{`Table.Split: a share of NaN, want one between 0 and 1`, func() { table.Split(nan, 1) }},
		{`Table.Split: a share of +Inf, want one between 0 and 1`, func() { table.Split(inf, 1) }},
		{`Table.Split: a share of 0.1 of 4 examples leaves one side empty`, func() { table.Split(0.1, 1) }},
		{`Table.Split: a share of 0.9 of 4 examples leaves one side empty`, func() { table.Split(0.9, 1) }},
		{`Table.Split: a share of 0.5 of 1 examples leaves one side empty`, func() { numbered(1, 1).Split(0.5, 1) }},
		{`Table.SplitGroups: a share of NaN, want one between 0 and 1`, func() { table.SplitGroups(nan, 1) }},
		{`Table.SplitGroups: a share of 0.1 of 2 groups leaves one side empty`, func() { table.SplitGroups(0.1, 1) }},
		{`Table.Folds: 1 parts of 4 examples, want 2 to 4`, func() { table.Folds(1, 1) }},
		{`Table.Folds: 0 parts of 4 examples, want 2 to 4`, func() { table.Folds(0, 1) }},
		{`Table.Folds: -2 parts of 4 examples, want 2 to 4`, func() { table.Folds(-2, 1) }},
		{`Table.Folds: 5 parts of 4 examples, want 2 to 4`, func() { table.Folds(5, 1) }},
		{fmt.Sprintf(`Table.Folds: %d parts of 4 examples, want 2 to 4`, math.MaxInt),
			func() { table.Folds(math.MaxInt, 1) }},
		{`Table.SplitWithinGroups: the table is nil`, func() { (*Table)(nil).SplitWithinGroups(0.5, 1) }},
		{`Table.SplitWithinGroups: a table without groups`,
			func() { with(func(t *Table) { t.Groups = nil }).SplitWithinGroups(0.5, 1) }},
		{`Table.SplitWithinGroups: a share of NaN, want one between 0 and 1`, func() { table.SplitWithinGroups(nan, 1) }},
		{`Table.SplitWithinGroups: a share of 1, want one between 0 and 1`, func() { table.SplitWithinGroups(1, 1) }},
		{`Table.SplitWithinGroups: no group has two examples, so that nothing is held out; use Split`,
			func() { numbered(4, 4).SplitWithinGroups(0.5, 1) }},
		{`CheckApart.test: the table is nil`, func() { _ = CheckApart(table, nil) }},
		{`CheckApart: a table without groups`,
			func() { _ = CheckApart(table, with(func(t *Table) { t.Groups = nil })) }},
		{`Table.GroupName: the table is nil`, func() { (*Table)(nil).GroupName(0) }},
		{`Table.GroupName: no group 2; GroupNames has 0 to 1`,
			func() { with(func(t *Table) { t.GroupNames = []string{"x", "y"} }).GroupName(2) }},
		{`Table.GroupName: no group -1; GroupNames has 0 to 1`,
			func() { with(func(t *Table) { t.GroupNames = []string{"x", "y"} }).GroupName(-1) }},
		{`Table.Complete: the table is nil`, func() { _, _ = (*Table)(nil).Complete() }},
		{`Table.Scaler: the table is nil`, func() { (*Table)(nil).Scaler() }},
		{`Table.Scaler: input "a" holds words; encode the table by an Encoder first, or name the input in Fixed`,
			func() { worded().Scaler() }},
		{`Table.Len: Words has "c", which is the name of 0 columns; it must be that of one input or target`,
			func() { with(func(t *Table) { t.Words = map[string][]string{"c": {"x"}} }).Len() }},
		{`Table.Rows: Words has "a", which is the name of 2 columns; it must be that of one input or target`,
			func() {
				with(func(t *Table) { t.Words, t.Targets = map[string][]string{"a": {"x"}}, []string{"a"} }).Rows([]int{0})
			}},
		{`Table.Split: Fixed has "row", which is the name of 0 inputs, not one`,
			func() { with(func(t *Table) { t.Fixed = []string{"row"} }).Split(0.5, 1) }},

		// Tables of one's own.
		{`CSV.Read: no Targets; name a column to be learned`, func() { _, _ = CSV{}.Read("a file") }},
		{`CSV.Parse: no Targets; name a column to be learned`, func() { _, _ = CSV{Leave: []string{"y"}}.Parse("f", nil) }},
		{`CSV.Parse: column "y" is two of Targets, Group and Leave, or twice one`,
			func() { _, _ = CSV{Targets: []string{"y", "y"}}.Parse("f", nil) }},
		{`CSV.Parse: column "y" is two of Targets, Group and Leave, or twice one`,
			func() { _, _ = CSV{Targets: []string{"y"}, Group: "y"}.Parse("f", nil) }},
		{`CSV.Read: column "y" is two of Targets, Group and Leave, or twice one`,
			func() { _, _ = CSV{Targets: []string{"y"}, Leave: []string{"y"}}.Read("f") }},
		{`CSV.Parse: Categories of column "y": the word "p" is empty or there twice; name each once`,
			func() { _, _ = csvOf([]string{"p", "q", "p"}).Parse("f", nil) }},
		{`CSV.Parse: Categories of column "y": the word "" is empty or there twice; name each once`,
			func() { _, _ = csvOf([]string{"p", ""}).Parse("f", nil) }},
		{`CSV.Parse: Categories of column "y" has the word "NA", which is one of Missing too`,
			func() { _, _ = csvOf([]string{"p", "NA"}).Parse("f", nil) }},
		{`CSV.Parse: Comma is '"', which cannot stand between cells`,
			func() { _, _ = CSV{Targets: []string{"y"}, Comma: '"'}.Parse("f", nil) }},
		{`Encoder.Learn: the table is nil`, func() { _, _ = Encoder{}.Learn(nil) }},
		{`Encoder.Learn: the inputs have no names; give the table Inputs`,
			func() { _, _ = Encoder{}.Learn(with(func(t *Table) { t.Inputs = nil })) }},
		{`Encoder.Learn: two inputs are called "a"; give each a name of its own`,
			func() { _, _ = Encoder{}.Learn(with(func(t *Table) { t.Inputs = []string{"a", "a"} })) }},
		{`Encoder.Learn: "b" of Whole is no input of words; name it in CSV.Categories`,
			func() { _, _ = Encoder{Whole: []string{"b"}}.Learn(worded()) }},
		{`Table: column "a" holds 10; its 2 Words are numbered from 0`, func() { _, _ = Encoder{}.Learn(worded()) }},
		{`Encoding.Apply: no Columns; Encoder.Learn makes an Encoding`, func() { _, _ = new(Encoding).Apply(table) }},
		{`Encoding.UnseenWords: no Columns; Encoder.Learn makes an Encoding`, func() { (*Encoding)(nil).UnseenWords(table) }},
		{`Encoding.Apply: the table is nil`, func() { _, _ = learned(t, Encoder{}, table).Apply(nil) }},
		{`Encoding.Apply: Fill of column "a" is NaN; it is a finite number, or the place of one of the column's 0 Words`,
			func() { _, _ = (&Encoding{Columns: []EncodedColumn{{Name: "a", Fill: nan}}}).Apply(table) }},
		{`Encoding.Apply: Fill of column "a" is 1; it is a finite number, or the place of one of the column's 1 Words`,
			func() {
				_, _ = (&Encoding{Columns: []EncodedColumn{{Name: "a", Fill: 1, Words: []string{"x"}}}}).Apply(table)
			}},

		// Scalers.
		{`NewScaler: the matrix is nil`, func() { NewScaler(nil) }},
		{`NewScaler: the matrix is nil`, func() { NewScaler((*mat.Dense)(nil)) }},
		{`NewScaler: the matrix is nil`, func() { NewScaler((*mat.VecDense)(nil)) }},
		{`NewScaler: the matrix is empty`, func() { NewScaler(new(mat.Dense)) }},
		{`NewScaler: row 1, column 0 is -Inf; numbers must be finite, a missing one is NaN`,
			func() { NewScaler(column2(1, -inf)) }},
		{`Scaler.Apply: a Scaler without columns; NewScaler makes one`, func() { new(Scaler).Apply(m) }},
		{`Scaler.Undo: a Scaler without columns; NewScaler makes one`, func() { new(Scaler).Undo(m) }},
		{`Scaler.Apply: the matrix is nil`, func() { scaler.Apply(nil) }},
		{`Scaler.Undo: the matrix is nil`, func() { scaler.Undo((*mat.Dense)(nil)) }},
		{`Scaler.Apply: the matrix is empty`, func() { scaler.Apply(new(mat.Dense)) }},
		{`Scaler.Apply: a matrix of 1 columns, want 2`, func() { scaler.Apply(table.Y) }},
		{`Scaler.Undo: a matrix of 1 columns, want 2`, func() { scaler.Undo(table.Y) }},
		{`Scaler.Apply: 2 means and 1 deviations`, func() { Scaler{[]float64{0, 0}, []float64{1}}.Apply(m) }},
		{`Scaler.Undo: 2 means and 0 deviations`, func() { Scaler{Mean: []float64{0, 0}}.Undo(m) }},
		{`Scaler.Apply: Deviation[1] is 0; it must be positive and finite`,
			func() { Scaler{[]float64{0, 0}, []float64{1, 0}}.Apply(m) }},
		{`Scaler.Undo: Deviation[0] is -1; it must be positive and finite`,
			func() { Scaler{[]float64{0, 0}, []float64{-1, 1}}.Undo(m) }},
		{`Scaler.Apply: Deviation[0] is NaN; it must be positive and finite`,
			func() { Scaler{[]float64{0, 0}, []float64{nan, 1}}.Apply(m) }},
		{`Scaler.Apply: Deviation[0] is +Inf; it must be positive and finite`,
			func() { Scaler{[]float64{0, 0}, []float64{inf, 1}}.Apply(m) }},
		{`Scaler.Apply: Mean[1] is NaN; it must be finite`, func() { Scaler{[]float64{0, nan}, []float64{1, 1}}.Apply(m) }},
		{`Scaler.Undo: Mean[0] is -Inf; it must be finite`, func() { Scaler{[]float64{-inf, 0}, []float64{1, 1}}.Undo(m) }},

		// Toys.
		{`Moons: 0 points, want 1 to 16777216`, func() { Moons(0, 0, 1) }},
		{`Rings: -1 points, want 1 to 16777216`, func() { Rings(-1, 0, 1) }},
		{fmt.Sprintf(`Corners: %d points, want 1 to 16777216`, math.MaxInt), func() { Corners(math.MaxInt, 0, 1) }},
		{fmt.Sprintf(`Spirals: %d points, want 1 to 16777216`, math.MinInt), func() { Spirals(math.MinInt, 1, 1, 0, 1) }},
		{`Moons: 16777217 points, want 1 to 16777216`, func() { Moons(1<<24+1, 0, 1) }},
		{`Moons: noise -0.1, want 0 to 1e+300`, func() { Moons(1, -0.1, 1) }},
		{`Rings: noise NaN, want 0 to 1e+300`, func() { Rings(1, nan, 1) }},
		{`Corners: noise +Inf, want 0 to 1e+300`, func() { Corners(1, inf, 1) }},
		{`Spirals: noise 1e+308, want 0 to 1e+300`, func() { Spirals(1, 1, 1, 1e308, 1) }},
		{`Spirals: 0 arms, want at least one`, func() { Spirals(1, 0, 1, 0, 1) }},
		{`Spirals: -3 arms, want at least one`, func() { Spirals(1, -3, 1, 0, 1) }},
		{`Spirals: NaN turns, want −2⁵² to 2⁵²`, func() { Spirals(1, 1, nan, 0, 1) }},
		{`Spirals: -Inf turns, want −2⁵² to 2⁵²`, func() { Spirals(1, 1, -inf, 0, 1) }},
		{`Spirals: 1e+300 turns, want −2⁵² to 2⁵²`, func() { Spirals(1, 1, 1e300, 0, 1) }},
		{`Points.Len: X is 4×2 for 3 classes`, func() { Points{m, make([]float64, 3)}.Len() }},
		{`Points.Len: X is 4×1 for 4 classes`, func() { Points{table.Y, make([]float64, 4)}.Len() }},
		{`Points.Len: X is 0×2 for 1 classes`, func() { Points{Class: []float64{1}}.Len() }},

		// Sets.
		{`Student: no subject "", want Mathematics or Portuguese`, func() { Student("", NoGrades) }},
		{`Student: no subject "latin", want Mathematics or Portuguese`, func() { Student("latin", NoGrades) }},
		{`Student: no set of grades 3, want NoGrades, FirstGrade or BothGrades`, func() { Student(Portuguese, 3) }},
		{`Student: no set of grades -1, want NoGrades, FirstGrade or BothGrades`, func() { Student(Portuguese, -1) }},
		{fmt.Sprintf(`MultiTarget: no set "iris" among %q`, MultiTargetNames()),
			func() { MultiTarget(t.Context(), "iris") }},
		{fmt.Sprintf(`MultiTarget: no set "" among %q`, MultiTargetNames()), func() { MultiTarget(t.Context(), "") }},
		{`Omniglot: side 0, want 1 to 105`, func() { Omniglot(t.Context(), 0) }},
		{`Omniglot: side -28, want 1 to 105`, func() { Omniglot(t.Context(), -28) }},
		{`Omniglot: side 106, want 1 to 105`, func() { Omniglot(t.Context(), 106) }},
		{`mtr/enb.arff: the context is nil; pass context.Background()`, func() { MultiTarget(noContext, "enb") }},
		{`digits/digits.csv.gz: the context is nil; pass context.Background()`, func() { Digits(noContext) }},
		{`wine_quality/winequality-red.csv: the context is nil; pass context.Background()`, func() { Wine(noContext) }},
		{`parkinsons/parkinsons_updrs.data: the context is nil; pass context.Background()`,
			func() { Parkinsons(noContext) }},
		{`school/school.mat: the context is nil; pass context.Background()`, func() { School(noContext) }},
		{`landmine/landmine.csv.gz: the context is nil; pass context.Background()`, func() { Landmine(noContext) }},
		{`census/census-income.test.gz: the context is nil; pass context.Background()`, func() { CensusIncome(noContext) }},
		{`omniglot/images_background_small1.zip: the context is nil; pass context.Background()`,
			func() { Omniglot(noContext, 28) }},
		{`OmniglotCharacters: side 0, want 1 to 105`, func() { OmniglotCharacters(t.Context(), 0) }},
		{`OmniglotCharacters: side 106, want 1 to 105`, func() { OmniglotCharacters(t.Context(), 106) }},
		{`omniglot/images_background.zip: the context is nil; pass context.Background()`,
			func() { OmniglotCharacters(noContext, 28) }},
		{`Images.Len: the images are nil`, func() { (*Images)(nil).Len() }},
		{`Images.Picture: Side is 0, want 1 to 32768`, func() { new(Images).Picture(0) }},
		{`Images.Len: Side is -1, want 1 to 32768`, func() { (&Images{Side: -1}).Len() }},
		{`Images.Len: 0 pixels, and the classes of 0 pictures; of side 2 each has 4, and there must be one at least`,
			func() { (&Images{Side: 2}).Len() }},
		{`Images.Len: 5 pixels, and the classes of 1 pictures; of side 2 each has 4, and there must be one at least`,
			func() { (&Images{Side: 2, Pixels: make([]byte, 5), Class: []int{0}}).Len() }},
		{`Images.Picture: 1 entries in Groups and 0 in People for 2 pictures; want one each, or nil`,
			func() { (&Images{Side: 1, Pixels: make([]byte, 2), Class: []int{0, 0}, Groups: []int{0}}).Picture(0) }},
		{`Images.Picture: no picture 1; there are 0 to 0`,
			func() { (&Images{Side: 1, Pixels: make([]byte, 1), Class: []int{0}}).Picture(1) }},
		{`omniglot/all_runs.zip: the context is nil; pass context.Background()`, func() { OneShotRuns(noContext) }},
		{`ModifiedHausdorff: drawings of 0 and 0 pixels; give two squares of the same size`, func() { ModifiedHausdorff(nil, nil) }},
		{`ModifiedHausdorff: drawings of 5 and 5 pixels; give two squares of the same size`,
			func() { ModifiedHausdorff(make([]float64, 5), make([]float64, 5)) }},
		{`ModifiedHausdorff: drawings of 4 and 9 pixels; give two squares of the same size`,
			func() { ModifiedHausdorff(make([]float64, 4), make([]float64, 9)) }},
		{`OneShotRun.Shrink: side 0, want 1 to 105`, func() { OneShotRun{}.Shrink(0) }},
		{`OneShotRun.Shrink: side 106, want 1 to 105`, func() { OneShotRun{}.Shrink(106) }},
		{`OneShotRun.Shrink: drawings without 105 × 105 pixels; those of OneShotRuns have them`,
			func() { OneShotRun{}.Shrink(28) }},
		{`OneShotRun.Shrink: drawings without 105 × 105 pixels; those of OneShotRuns have them`,
			func() { OneShotRun{Training: mat.NewDense(1, 784, nil)}.Shrink(28) }},
	}
	files := map[string]string{
		"mtr/enb.arff": "MultiTarget", "digits/digits.csv.gz": "Digits", "wine_quality/winequality-red.csv": "Wine",
		"parkinsons/parkinsons_updrs.data": "Parkinsons", "school/school.mat": "School",
		"landmine/landmine.csv.gz": "Landmine", "census/census-income.test.gz": "CensusIncome",
		"omniglot/images_background_small1.zip": "Omniglot", "omniglot/all_runs.zip": "OneShotRuns",
		"omniglot/images_background.zip": "OmniglotCharacters",
	}
	var tested []string
	for _, c := range rows {
		exported.Says(t, c.want, c.call, "datasets: "+c.want)
		name, _, _ := strings.Cut(c.want, ":")
		if of := files[name]; of != "" {
			name = of
		}
		tested = append(tested, name)
	}
	exported.Complete(t, exported.FunctionsAndFields(t), tested, harmless)
}

// harmless lists what is exported and has no row of its own, with the reason.
var harmless = map[string]string{
	"TwoTaskExample": "every seed makes sense", "TwoTask": "what TwoTaskExample returns",
	"AdaptationExample": "every seed makes sense", "Adaptation": "what AdaptationExample returns",
	"Energy": "no arguments", "MultiTargetNames": "no arguments", "OmniglotAlphabets": "no arguments",
	"OneShotRun": "what OneShotRuns returns", "Table": "the methods refuse the fields", "Scaler": "the methods refuse the fields",
	"OmniglotVinyals": "no arguments", "OmniglotBackground": "no arguments", "Images": "the methods refuse the fields",
	"Points": "Points.Len refuses the fields", "ReadCensusIncome": "a path is right or an error",
	"CSV": "the methods refuse the fields", "Encoder": "Learn refuses the fields", "Encoding": "the methods refuse the fields",
	"EncodedColumn": "the methods of Encoding refuse it", "UnseenWord": "what Encoding.UnseenWords returns",
}

// Zero values that mean something, at the edge of what is refused.
func TestZeroValues(t *testing.T) {
	if n := (Points{}).Len(); n != 0 {
		t.Errorf("no points are %d", n)
	}
	table := numbered(4, 2)
	bare := &Table{X: table.X, Y: table.Y} // no names, no groups
	train, test := bare.Split(0.5, 0)
	if train.Len() != 2 || test.Len() != 2 || train.Groups != nil || train.Inputs != nil || train.Targets != nil {
		t.Errorf("halves of a bare table: %+v, %+v", train, test)
	}
	if twice := table.Rows([]int{1, 1}); twice.Len() != 2 || twice.Groups[1] != 1 {
		t.Errorf("a row twice: %+v", twice)
	}
	if p := Spirals(7, 1, -0.5, 0, 0); p.Len() != 7 {
		t.Errorf("turning the other way: %d points", p.Len())
	}
	if !mat.Equal(Spirals(7, 1, 0, 0, 0).X, mat.DenseCopyOf(Spirals(7, 1, math.Copysign(0, -1), 0, 0).X)) {
		t.Error("0 turns and −0 turns differ")
	}
	seedless := Moons(3, 0, 0) // seed 0 is a seed
	if !mat.Equal(seedless.X, Moons(3, 0, 0).X) {
		t.Error("seed 0 gives other points each time")
	}
}
