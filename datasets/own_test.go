package datasets

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// same fails the test unless the numbers are those wanted; NaN is NaN.
func same(t *testing.T, what string, got, want []float64) {
	t.Helper()
	if !slices.EqualFunc(got, want, func(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

const ownText = "\xef\xbb\xbfname; school ;size;kind;plan;mark;passed;level\r\n" +
	"Ann;10;1.5;\"big; red\";7;-;yes;middle\r\nBob; 9;;small;10;4;no;low\r\n\r\nCid;10;2e3; small ;;5.5;NA;middle\n" +
	"Dan;9;-1;NA;7;6;yes;\n"

func ownCSV() CSV {
	return CSV{
		Targets:    []string{"level", "mark", "passed"},
		Categories: map[string][]string{"level": {"low", "middle", "high"}, "plan": nil},
		Group:      "school", Leave: []string{"name"}, Missing: []string{"NA", "-"}, Comma: ';',
	}
}

func TestCSV(t *testing.T) {
	nan := math.NaN()
	path := filepath.Join(t.TempDir(), "own.csv")
	if err := os.WriteFile(path, []byte(ownText), 0o600); err != nil {
		t.Fatal(err)
	}
	table, err := ownCSV().Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprintf("%q %q %q %q", table.Inputs, table.Targets, table.Words, table.GroupNames),
		`["size" "kind" "plan"] ["level" "mark" "passed"] `+
			`map["kind":["big; red" "small"] "level":["low" "middle" "high"] "passed":["no" "yes"] "plan":["7" `+
			`"10"]] ["9" "10"]`; got != want {
		t.Errorf("names\n%s, want\n%s", got, want)
	}
	same(t, "X", flat(table.X), []float64{1.5, 0, 0, nan, 1, 1, 2000, 1, nan, -1, nan, 0})
	same(t, "Y", flat(table.Y), []float64{1, nan, 1, 0, 4, 0, 1, 5.5, nan, nan, 6, 1})
	if !slices.Equal(table.Groups, []int{1, 0, 1, 0}) || table.GroupName(1) != "10" {
		t.Errorf("groups %v, group 1 is %q", table.Groups, table.GroupName(1))
	}
	if _, err := ownCSV().Read(path + "x"); err == nil || !strings.Contains(err.Error(), "own.csvx") {
		t.Errorf("no file: %v", err)
	}
}

// What is to be predicted has no labels; classes that are declared have their names all the same.
func TestCSVUnlabelled(t *testing.T) {
	c := ownCSV()
	c.Unlabelled = true
	table, err := c.Parse("new.csv", []byte("name;school;size;kind;plan\nEve;10;3;small;7\n"))
	if err != nil {
		t.Fatal(err)
	}
	same(t, "Y", flat(table.Y), []float64{math.NaN(), math.NaN(), math.NaN()})
	if !slices.Equal(table.Words["level"], []string{"low", "middle", "high"}) || table.Words["mark"] != nil {
		t.Errorf("words %q", table.Words)
	}
}

// A class that no row has is a class all the same, if it is declared.
func TestCSVClassWithoutRows(t *testing.T) {
	table, err := CSV{Targets: []string{"c"}, Categories: map[string][]string{"c": {"x", "y", "z"}}}.
		Parse("f.csv", []byte("a,c\n1,z\n2,x\n"))
	if err != nil {
		t.Fatal(err)
	}
	equal(t, "classes", flat(table.Y), []float64{2, 0})
	if !slices.Equal(table.Words["c"], []string{"x", "y", "z"}) {
		t.Errorf("classes %q", table.Words["c"])
	}
}

func TestCSVErrors(t *testing.T) {
	c := CSV{Targets: []string{"y"}, Group: "g", Categories: map[string][]string{"k": {"A", "B"}}, Leave: []string{"n"}}
	const head = "a,g,k,n,y\n"
	for text, want := range map[string]string{
		"a,g,k,n\n1,2,A,4\n": `datasets: f.csv:1: no column "y" among its 4; mend the first line, or the CSV that ` +
			`names it`,
		"a,k,n,y\n1,A,4,5\n":   `f.csv:1: no column "g" among its 4`,
		"a,g,n,y\n1,2,4,5\n":   `f.csv:1: no column "k" among its 4`,
		"a,g,k,y\n1,2,A,5\n":   `f.csv:1: no column "n" among its 4`,
		"g,k,n,y\n":            "no rows; want some below",
		"a,a,g,k,n,y\n":        `the name "a" is that of two columns`,
		"a,,g,k,n,y\n":         "the name of column 2 has 0 bytes; give it one",
		head:                   "datasets: f.csv: no rows",
		head + "1,2,A,4\n":     "f.csv:2: fewer cells than the 5 columns",
		head + "1,2,A,4,5,6\n": "f.csv:2: more cells than the 5 columns",
		head + "1,2,C,4,5\n": `f.csv:2: column "k": "C" is none of its 2 words; mend it, or add it to Categories, ` +
			`or to Missing`,
		head + "1,2,A,4,5\n\n?,2,A,4,5\n": `f.csv:4: column "a": "?" is no finite number; mend it, or say in Missing ` +
			`that it stands for none, or in Categories that the column holds words`,
		head + "1e999,2,A,4,5\n":         `f.csv:2: column "a": "1e999" is no finite number`,
		head + ",2,A,4,5\nNaN,2,A,4,5\n": `f.csv:3: column "a": "NaN" is no finite number`,
		head + "1,2,A,4,5\n1,,A,4,5\n": `datasets: f.csv:3: column "g": the group is missing; fill it in, or ` +
			`remove the row`,
		head + "1,2,A,\"4,5\n": `f.csv:2: the quote of "\"4,5" is not closed`,
	} {
		if table, err := c.Parse("f.csv", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, error %v, want %q", text, table, err, want)
		}
	}
	only := CSV{Targets: []string{"y"}, Leave: []string{"n"}}
	if _, err := only.Parse("f.csv", []byte("y,n\n1,2\n")); err == nil ||
		!strings.Contains(err.Error(), "f.csv: no input among its 2 columns; want one at least") {
		t.Errorf("no inputs: %v", err)
	}
}

// A column of left cells may hold anything, and words are sorted by size where all are numbers.
func TestCSVOrder(t *testing.T) {
	table, err := CSV{Targets: []string{"y"}, Categories: map[string][]string{"y": nil}, Leave: []string{"n"}}.
		Parse("f.csv", []byte("a,n,y\nb,1,10\nB,x,9\nb,,-1\na,NaN,1e1\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprintf("%q", table.Words), `map["a":["B" "a" "b"] "y":["-1" "9" "10" "1e1"]]`; got != want {
		t.Errorf("words %s, want %s", got, want)
	}
	equal(t, "X", flat(table.X), []float64{2, 0, 2, 1})
	equal(t, "Y", flat(table.Y), []float64{2, 1, 0, 3})
}

func TestComplete(t *testing.T) {
	nan := math.NaN()
	table := numbered(4, 2)
	table.X.Set(1, 0, nan)
	table.X.Set(2, 1, nan)
	table.Y.Set(3, 0, nan) // a missing label stays
	got, err := table.Complete()
	if err != nil {
		t.Fatal(err)
	}
	same(t, "labels", flat(got.Y), []float64{0, nan})
	if all, err := numbered(4, 2).Complete(); err != nil || !mat.Equal(all.X, numbered(4, 2).X) {
		t.Errorf("a whole table: %v", err)
	}
	table.X.SetCol(0, []float64{nan, nan, nan, nan})
	if _, err := table.Complete(); err == nil || !strings.Contains(err.Error(), "each of the 4 rows misses an input") {
		t.Errorf("no row is whole: %v", err)
	}
}

func ExampleCSV() {
	table, err := CSV{
		Targets:    []string{"price", "sold"},
		Categories: map[string][]string{"sold": {"no", "yes"}, "district": nil},
		Group:      "agency",
	}.Parse("houses.csv", []byte(`agency, district, rooms, price, sold
Hill & Co, 12, 3, 250, yes
"Smith, Sons", 7, , 310, no
Hill & Co, 12, 4, , yes
`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(table.Inputs, table.X.RawMatrix().Data)
	fmt.Println(table.Targets, table.Y.RawMatrix().Data)
	fmt.Println(table.Words["district"], table.Words["sold"], table.GroupName(table.Groups[1]))
	// Output:
	// [district rooms] [1 3 0 NaN 1 4]
	// [price sold] [250 1 310 0 NaN 1]
	// [7 12] [no yes] Smith, Sons
}
