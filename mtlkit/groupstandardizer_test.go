package mtlkit_test

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// grouped has a row for each group: input a is the row, the target ten times as much.
func grouped(groups []int, names ...string) *datasets.Table {
	n := len(groups)
	table := &datasets.Table{Inputs: []string{"a"}, Targets: []string{"y"}, X: mat.NewDense(n, 1, nil),
		Y:      mat.NewDense(n, 1, nil),
		Groups: groups, GroupNames: names}
	for i := range n {
		table.X.Set(i, 0, float64(i))
		table.Y.Set(i, 0, float64(10*i))
	}
	return table
}

func TestGroupStandardizer(t *testing.T) {
	task := mtlkit.Task{Name: "y", Loss: nn.SquaredError{}}
	train := grouped([]int{2, 0, 2, 2, 0}, "east", "none", "west") // rows 0 to 4: mean 2, deviation √2
	// others: 0, 10, 20, 40: mean 17.5, deviation √218.75
	train.Y.Set(3, 0, math.NaN())
	units := mtlkit.StandardizeGroups(task, train)
	if tasks := units.Tasks(); len(tasks) != 2 || tasks[0].Name != "east" || tasks[1].Name != "west" ||
		tasks[1].Loss != task.Loss {
		t.Fatalf("tasks %+v", tasks)
	}
	data, err := units.Data(train)
	if err != nil {
		t.Fatal(err)
	}
	if err := data.Check(units.Tasks()); err != nil {
		t.Fatal(err)
	}
	x := func(v float64) float64 { return (v - 2) / math.Sqrt2 }
	y := func(v float64) float64 { return (v - 17.5) / math.Sqrt(218.75) }
	for k, want := range []mtlkit.Data{
		mtlkit.SharedInputs(mat.NewDense(2, 1, []float64{x(1), x(4)}), []float64{y(10), y(40)}),
		mtlkit.SharedInputs(mat.NewDense(3, 1, []float64{x(0), x(2), x(3)}), []float64{y(0), y(20), math.NaN()}),
	} {
		for i := range want.X[0].RawMatrix().Rows {
			if a, b := data.X[k].At(i, 0), want.X[0].At(i, 0); math.Abs(a-b) > 1e-15 {
				t.Errorf("task %d, row %d: input %v, want %v", k, i, a, b)
			}
			if a, b := data.Y[k].At(i, 0), want.Y[0].At(i, 0); math.Abs(a-b) > 1e-15 || math.IsNaN(a) != math.IsNaN(b) {
				t.Errorf("task %d, row %d: label %v, want %v", k, i, a, b)
			}
		}
	}
	if back := units.Units(1, data.Y[1]); math.Abs(back.At(1, 0)-20) > 1e-14 {
		t.Errorf("20 comes back as %v", back.At(1, 0))
	}

	// Another table may lack a group, and number groups otherwise; it may not have a new one.
	other := grouped([]int{0}, "west")
	if data, err = units.Data(other); err != nil {
		t.Fatal(err)
	}
	if err := data.Check(units.Tasks()); err != nil || data.Y[0] != nil || data.X[0].At(0, 0) != 0 ||
		data.X[1].At(0, 0) != x(0) {
		t.Errorf("without a group: %+v, %v", data, err)
	}
	_, err = units.Data(grouped([]int{1, 0, 1, 2}, "west", "north", "south"))
	if want := `mtlkit: GroupStandardizer.Data: 2 groups are not in the table to train on, "north", "south" among ` +
		`them: there is no ` +
		`task for them; split by Table.SplitWithinGroups, or leave their rows out`; fmt.Sprint(err) != want {
		t.Errorf("new groups: error\n%v, want\n%s", err, want)
	}
}

// Tasks of groups are trained, measured, kept in a file with their units, and predicted one by one.
func TestGroupsAreTrained(t *testing.T) {
	groups := make([]int, 60)
	for i := range groups {
		groups[i] = 1 + i%3
	}
	train, test := grouped(groups).SplitWithinGroups(0.75, 1)
	units := mtlkit.StandardizeGroups(mtlkit.Task{Name: "y", Loss: nn.SquaredError{}}, train)
	data, err := units.Data(train)
	if err != nil {
		t.Fatal(err)
	}
	held, err := units.Data(test)
	if err != nil {
		t.Fatal(err)
	}
	trainer := mtlkit.Trainer{Model: sharing.HardSharing{Trunk: []int{1, 8}, Heads: [][]int{{1}, {1}, {1}},
		Activation: nn.Tanh},
		Tasks: units.Tasks(), Data: data, Optimizer: nn.NewAdam(0.02), Epochs: 200}
	run, err := trainer.Train(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "groups")
	if err := run.Predictor().WriteFile(path, units.Standardizer); err != nil {
		t.Fatal(err)
	}
	predictor, kept, err := mtlkit.OpenPredictor(path, trainer.Model, units.Tasks())
	if err != nil {
		t.Fatal(err)
	}
	scores, err := predictor.Evaluate(held)
	if err != nil {
		t.Fatal(err)
	}
	for k, score := range scores {
		if score.Task != []string{"1", "2", "3"}[k] || !(score.Value > 0.9) {
			t.Errorf("task %d: %+v", k, score)
		}
		output, err := predictor.PredictTask(k, held.X[k])
		if err != nil {
			t.Fatal(err)
		}
		if got, want := kept.Units(k, output), units.Units(k, held.Y[k]); math.Abs(got.At(0, 0)-want.At(0, 0)) > 100 {
			t.Errorf("task %d: %v predicted of %v", k, got.At(0, 0), want.At(0, 0))
		}
	}
}

func TestTableTasks(t *testing.T) {
	table, err := datasets.CSV{Targets: []string{"n", "b", "c"},
		Categories: map[string][]string{"c": {"p", "q", "r", "s"}}}.
		Parse("f.csv", []byte("a,n,b,c\n1,2,no,p\n2,3,yes,q\n"))
	if err != nil {
		t.Fatal(err)
	}
	tasks := mtlkit.TableTasks(table)
	if got, want := fmt.Sprintf("%+v", tasks), fmt.Sprintf("%+v", []mtlkit.Task{{Name: "n", Loss: nn.SquaredError{}},
		{Name: "b", Loss: nn.LogisticLoss{}}, {Name: "c", Loss: nn.SoftmaxLoss{}, Width: 4}}); got != want {
		t.Errorf("tasks %s, want %s", got, want)
	}
	units := mtlkit.Standardize(tasks, table)
	if err := units.Data(table).Check(tasks); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		task   int
		output *mat.Dense
		want   string
	}{
		{1, mat.NewDense(3, 1, []float64{-0.1, 0, 1e-9}), "no no yes"},
		{2, mat.NewDense(3, 4, []float64{1, 2, 3, 2.5, 0, 0, 0, 0, -2, -3, -1, -1}), "r p r"},
	} {
		got := mtlkit.ClassNames(tasks[c.task], c.output, table.Words[tasks[c.task].Name])
		if strings.Join(got, " ") != c.want {
			t.Errorf("task %d: %q, want %s", c.task, got, c.want)
		}
	}
}

// A table whose words are whole numbers is embedded, and scaling leaves them alone.
func TestTableEmbedding(t *testing.T) {
	table, err := datasets.CSV{Targets: []string{"y"}, Categories: map[string][]string{"k": nil}}.
		Parse("f.csv", []byte("k,a,w,y\n7,1,x,1\n5,2,y,2\n6,3,x,3\n7,4,z,4\n"))
	if err != nil {
		t.Fatal(err)
	}
	encoding, err := datasets.Encoder{Whole: []string{"k", "w"}, Unseen: true}.Learn(table.Rows([]int{0, 1, 2}))
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := encoding.Apply(table)
	if err != nil {
		t.Fatal(err)
	}
	e := mtlkit.TableEmbedding(encoded, func(categories int) int { return (categories + 1) / 2 })
	if got, want := fmt.Sprintf("%+v", e.Tables),
		"[{Column:0 Categories:4 Width:2} {Column:2 Categories:3 Width:2}]"; got != want {
		t.Errorf("tables %s, want %s", got, want)
	}
	tasks := mtlkit.TableTasks(encoded)
	data := mtlkit.Standardize(tasks, encoded).Data(encoded)
	if got := mat.Col(nil, 2, data.X[0]); fmt.Sprint(got) != "[0 1 0 2]" {
		t.Errorf("words have become %v", got)
	}
	model := mtlkit.Embedded{Embedding: e, Of: sharing.HardSharing{Trunk: []int{e.Outputs(), 3}, Heads: [][]int{{1}}}}
	run, err := mtlkit.Trainer{Model: model, Tasks: tasks, Data: data, Optimizer: nn.SGD{Rate: 0.1},
		Epochs: 1}.Train(context.Background())
	if err != nil || run.History.Epochs() != 1 {
		t.Errorf("training: %v", err)
	}
}
