package datasets

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// owned reads a table whose target is y, and whose columns k and w are categories.
func owned(t *testing.T, text string) *Table {
	t.Helper()
	table, err := CSV{Targets: []string{"y"}, Categories: map[string][]string{"k": nil, "w": nil}}.Parse("f.csv",
		[]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func learned(t *testing.T, e Encoder, train *Table) *Encoding {
	t.Helper()
	encoding, err := e.Learn(train)
	if err != nil {
		t.Fatal(err)
	}
	return encoding
}

func applied(t *testing.T, e *Encoding, table *Table) *Table {
	t.Helper()
	encoded, err := e.Apply(table)
	if err != nil {
		t.Fatal(err)
	}
	encoded.check("Len")
	return encoded
}

func names(table *Table) string {
	return fmt.Sprintf("%s; fixed %s; %q", strings.Join(table.Inputs, ","), strings.Join(table.Fixed, ","), table.Words)
}

func TestEncoder(t *testing.T) {
	table := owned(t, "a,k,w,b,y\n1,q,z,5,no\n3,p,x,5,yes\n,q,,5,no\n8,r,x,7,no\n")
	train, test := table.Rows([]int{0, 1, 2}), table.Rows([]int{3})
	encoding := learned(t, Encoder{Whole: []string{"w"}, Unseen: true, Fill: true}, train)
	got := applied(t, encoding, train)
	if want := `a,a missing,k=p,k=q,w,w missing,b; fixed a missing,k=p,k=q,w,w missing; map["w":["x" "z" ""] ` +
		`"y":["no" "yes"]]`; names(got) != want {
		t.Errorf("columns\n%s, want\n%s", names(got), want)
	}
	equal(t, "train", flat(got.X), []float64{
		1, 0, 0, 1, 1, 0, 5,
		3, 0, 1, 0, 0, 0, 5,
		2, 1, 0, 1, 0, 1, 5, // x and z are as frequent: the first
	})
	equal(t, "labels", flat(got.Y), []float64{0, 1, 0})
	equal(t, "test", flat(applied(t, encoding, test).X), []float64{8, 0, 0, 0, 0, 0, 7})

	// Scaling leaves all but numbers alone; b is constant in the training part.
	scaler := got.Scaler()
	equal(t, "mean", scaler.Mean, []float64{2, 0, 0, 0, 0, 0, 5})
	equal(t, "deviation", scaler.Deviation, []float64{math.Sqrt(2. / 3), 1, 1, 1, 1, 1, 1})

	// Encoded once more, nothing changes.
	again := applied(t, learned(t, Encoder{Whole: []string{"w"}}, got), got)
	if names(again) != strings.Replace(names(got), ` ""`, "", 1) || !mat.Equal(again.X, got.X) {
		t.Errorf("encoded again: %s", names(again))
	}
}

// A category unseen in training is named: its column, what it is and its rows.
func TestUnseenWords(t *testing.T) {
	table := owned(t, "a,k,w,y\n1,q,z,0\n3,p,x,0\n4,r,z,0\n8,r,z,1\n9,p,v,1\n")
	encoding := learned(t, Encoder{}, table.Rows([]int{0, 1}))
	test := table.Rows([]int{1, 2, 3, 4})
	unseen := encoding.UnseenWords(test)
	if got, want := fmt.Sprint(unseen), "[{k r [1 2]} {w v [3]}]"; got != want {
		t.Errorf("unseen %s, want %s", got, want)
	}
	_, err := encoding.Apply(test)
	if want := `datasets: words that the training part has not: "r" in column "k" (rows 1, 2), "v" in column "w" ` +
		`(row 3); set Encoder.Unseen to let them pass, or leave the rows or the column out`; fmt.Sprint(err) != want {
		t.Errorf("error\n%v, want\n%s", err, want)
	}
	if unseen := encoding.UnseenWords(table.Rows([]int{0, 1, 0})); unseen != nil {
		t.Errorf("unseen in the training part: %v", unseen)
	}
	many := "a,k,w,y\n"
	for i := range 20 {
		many += fmt.Sprintf("%d,k%02d,x,0\n", i, i)
	}
	table = owned(t, many+strings.Repeat("1,k01,x,0\n", 9))
	_, err = learned(t, Encoder{}, table.Rows([]int{0})).Apply(table)
	if want := `"k01" in column "k" (rows 1, 20, 21, 22, 23 and 5 more), "k02" in column "k" (row 2), "k03" in ` +
		`column "k" (row 3), "k04" in column "k" (row 4), "k05" in column "k" (row 5) and 14 more; set`; err == nil ||
		!strings.Contains(err.Error(), want) {
		t.Errorf("many unseen: %v", err)
	}
}

func TestEncoderErrors(t *testing.T) {
	missing := owned(t, "a,k,w,y\n1,q,z,0\n,p,x,0\n")
	words := owned(t, "a,k,w,y\n1,q,z,c\n2,,x,d\n3,p,x,\n")
	plain := owned(t, "a,k,w,y\n1,q,z,0\n2,p,x,1\n")
	for _, c := range []struct {
		want  string
		call  func() (*Table, error)
		about string
	}{
		{`column "a": 1 of 2 cells are missing, in row 1; set Encoder.Fill, or drop the rows by Table.Complete`,
			func() (*Table, error) { _, err := Encoder{}.Learn(missing); return nil, err }, "missing in training"},
		{`column "a": 1 of 2 cells are missing, in row 1; set Encoder.Fill`,
			func() (*Table, error) { return learned(t, Encoder{}, plain).Apply(missing) }, "missing later"},
		{`column "a": all 1 cells of the training part are missing; leave the column out`,
			func() (*Table, error) { _, err := Encoder{Fill: true}.Learn(missing.Rows([]int{1})); return nil, err },
			"all missing"},
		{`column "k": all 1 cells of the training part are missing`,
			func() (*Table, error) { _, err := Encoder{Fill: true}.Learn(words.Rows([]int{1})); return nil, err },
			"no word"},
		{`two columns become "k=q"`, func() (*Table, error) {
			_, err := Encoder{}.Learn(owned(t, "k=q,k,w,y\n1,q,z,0\n"))
			return nil, err
		}, "a name twice"},
		{`the inputs are ["a" "w" "k"], those of the training part ["a" "k" "w"]; give the same in the same order`,
			func() (*Table, error) {
				return learned(t, Encoder{}, plain).Apply(owned(t, "a,w,k,y\n1,z,q,0\n"))
			}, "another order"},
		{`column "a" holds words in one of this table and the training part, and numbers in the other; name it in ` +
			`CSV.Categories`,
			func() (*Table, error) {
				return learned(t, Encoder{}, plain).Apply(owned(t, "a,k,w,y\nq,q,z,0\n"))
			}, "words for numbers"},
		{`target "y" holds words in one of this table and the training part`,
			func() (*Table, error) {
				return learned(t, Encoder{}, plain).Apply(owned(t, "a,k,w,y\n1,q,z,c\n"))
			}, "classes for numbers"},
		{`target "y" holds words in one of this table and the training part`,
			func() (*Table, error) {
				return learned(t, Encoder{Fill: true}, words).Apply(owned(t, "a,k,w,y\n1,q,z,0\n"))
			}, "numbers for classes"},
		{`target "y": row 1 is "e", which is none of the training part's 2 classes; name all classes in CSV.Categories`,
			func() (*Table, error) {
				return learned(t, Encoder{Fill: true}, words).Apply(owned(t, "a,k,w,y\n1,q,z,d\n1,q,z,e\n"))
			}, "another class"},
	} {
		if _, err := c.call(); err == nil || !strings.Contains(err.Error(), "datasets: "+c.want) {
			t.Errorf("%s: error %v, want %q", c.about, err, c.want)
		}
	}
}

// Another file numbers words otherwise, and a column in which all is missing looks like numbers.
func TestEncodingOfAnotherFile(t *testing.T) {
	encoding := learned(t, Encoder{Fill: true}, owned(t, "a,k,w,y\n1,q,z,d\n3,p,x,c\n3,p,z,b\n"))
	other := owned(t, "a,k,w,y\n5,p,,d\n,q,,\n")
	text, err := json.Marshal(encoding)
	if err != nil {
		t.Fatal(err)
	}
	var kept Encoding
	if err := json.Unmarshal(text, &kept); err != nil {
		t.Fatal(err)
	}
	for _, e := range []*Encoding{encoding, &kept} {
		got := applied(t, e, other)
		equal(t, "inputs", flat(got.X), []float64{5, 1, 0, 0, 1, 7. / 3, 0, 1, 0, 1})
		same(t, "labels", flat(got.Y), []float64{2, math.NaN()})
		if want := `a,k=p,k=q,w=x,w=z; fixed k=p,k=q,w=x,w=z; map["y":["b" "c" "d"]]`; names(got) != want {
			t.Errorf("columns %s, want %s", names(got), want)
		}
	}
}

// One-hot columns of many categories would be too large; as whole numbers they are not.
func TestEncoderRefusesTooMany(t *testing.T) {
	table := &Table{Inputs: []string{"k"}, X: mat.NewDense(5000, 1, nil), Y: mat.NewDense(5000, 1, nil),
		Words: map[string][]string{"k": nil}}
	for i := range 5000 {
		table.X.Set(i, 0, float64(i))
		table.Words["k"] = append(table.Words["k"], fmt.Sprint("w", i))
	}
	if _, err := learned(t, Encoder{}, table).Apply(table); err == nil ||
		!strings.Contains(err.Error(), "1 inputs become 5000 columns of 5000 rows, want at most 4096 columns") {
		t.Errorf("5,000 columns: %v", err)
	}
	if got := applied(t, learned(t, Encoder{Whole: []string{"k"}}, table), table); !mat.Equal(got.X, table.X) {
		t.Error("whole numbers have changed")
	}
}

// A second, plain implementation: column by column from the text itself.
func TestEncoderAgainstText(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 0))
	for range 50 {
		n, text, cells := 2+r.IntN(30), "a,k,w,y\n", [][3]string{}
		for range n {
			row := [3]string{fmt.Sprint(r.IntN(9)), fmt.Sprint("k", r.IntN(4)), fmt.Sprint(r.IntN(12))}
			cells = append(cells, row)
			text += strings.Join(row[:], ",") + ",1\n"
		}
		table := owned(t, text)
		order := r.Perm(n)
		train := 1 + r.IntN(n)
		encoding := learned(t, Encoder{Unseen: true, Whole: []string{"w"}}, table.Rows(order[:train]))
		seen := func(j int) (words []string) {
			for _, i := range order[:train] {
				words = append(words, cells[i][j])
			}
			sortWords(words)
			return slices.Compact(words)
		}
		k, w := seen(1), seen(2)
		got := applied(t, encoding, table)
		for i := range n {
			want := make([]float64, 1, 2+len(k))
			fmt.Sscan(cells[i][0], &want[0])
			for _, word := range k {
				want = append(want, map[bool]float64{true: 1}[word == cells[i][1]])
			}
			place := slices.Index(w, cells[i][2])
			if place < 0 {
				place = len(w)
			}
			want = append(want, float64(place))
			if !slices.Equal(got.X.RawRowView(i), want) {
				t.Fatalf("row %q of %q: %v, want %v by %q and %q", cells[i], text, got.X.RawRowView(i), want, k, w)
			}
		}
	}
}

func ExampleEncoder() {
	table, err := CSV{Targets: []string{"price"}}.Parse("houses.csv",
		[]byte("rooms,town,price\n3,Ely,1\n,York,2\n5,Ely,2\n4,Bath,3\n"))
	if err != nil {
		fmt.Println(err)
		return
	}
	train, test := table.Rows([]int{0, 1, 2}), table.Rows([]int{3})
	for _, unseen := range []bool{false, true} {
		encoding, err := Encoder{Fill: true, Unseen: unseen}.Learn(train)
		if err != nil {
			fmt.Println(err)
			return
		}
		encoded, err := encoding.Apply(test)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(encoded.Inputs, encoded.X.RawRowView(0))
	}
	// Output:
	// datasets: words that the training part has not: "Bath" in column "town" (row 0); set Encoder.Unseen to let them pass, or leave the rows or the column out
	// [rooms rooms missing town=Ely town=York] [4 0 0 0]
}
