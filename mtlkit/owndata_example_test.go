package mtlkit_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// pupils is a table of one's own: words, missing cells, missing labels, three kinds of targets and a group.
func pupils() []byte {
	var text strings.Builder
	text.WriteString("school, hours, town, books, score, passed, level\n")
	for i := range 120 {
		hours := i * 7 % 24
		score := 10 + 2*hours + i%2
		books, passed, label := fmt.Sprint(i*11%40), "no", fmt.Sprint(score)
		if i%10 == 3 {
			books = "" // nobody asked
		}
		if score > 32 {
			passed = "yes"
		}
		if i%7 == 2 {
			label = "" // not marked yet
		}
		fmt.Fprintf(&text, "%s, %d, %s, %s, %s, %s, %s\n", []string{"north", "south", "west"}[i%3], hours,
			[]string{"Ely", "York"}[i/3%2], books, label, passed, []string{"low", "middle", "high"}[min(score/20, 2)])
	}
	return []byte(text.String())
}

// From a table of one's own to predictions in its units and words.
func ExampleTableTasks() {
	table, err := datasets.CSV{
		Targets:    []string{"score", "passed", "level"},
		Categories: map[string][]string{"level": {"low", "middle", "high"}},
		Group:      "school",
	}.Parse("pupils.csv", pupils())
	if err != nil {
		log.Fatal(err)
	}
	train, test := table.SplitWithinGroups(0.75, 1)
	encoding, err := datasets.Encoder{Fill: true}.Learn(train)
	if err != nil {
		log.Fatal(err)
	}
	if train, err = encoding.Apply(train); err != nil {
		log.Fatal(err)
	}
	if test, err = encoding.Apply(test); err != nil {
		log.Fatal(err)
	}
	tasks := mtlkit.TableTasks(train)
	units := mtlkit.Standardize(tasks, train)
	run, err := mtlkit.Trainer{
		Model: sharing.HardSharing{Trunk: []int{len(train.Inputs), 16}, Heads: [][]int{{1}, {1}, {3}},
			Activation: nn.Tanh},
		Tasks: tasks, Data: units.Data(train), Optimizer: nn.NewAdam(0.01), Epochs: 300,
	}.Train(context.Background())
	if err != nil {
		log.Fatal(err)
	}
	outputs, err := run.Predict(units.Inputs(test.X))
	if err != nil {
		log.Fatal(err)
	}
	scores := units.Units(0, outputs[0])
	levels := mtlkit.ClassNames(tasks[2], outputs[2], test.Words["level"])
	fmt.Println("inputs:", strings.Join(train.Inputs, ", "))
	for i := range 4 {
		fmt.Printf("%s: %.0f predicted, %v marked; %s, level %s\n", test.GroupName(test.Groups[i]), scores.At(i, 0),
			test.Y.At(i, 0), levels[i], test.Words["level"][int(test.Y.At(i, 2))])
	}
	// Output:
	// inputs: hours, town=Ely, town=York, books, books missing
	// north: 11 predicted, 10 marked; low, level low
	// west: 39 predicted, NaN marked; middle, level middle
	// south: 19 predicted, 18 marked; middle, level low
	// north: 42 predicted, NaN marked; high, level high
}

// School by school: the same target, a task for each group.
func ExampleStandardizeGroups() {
	table, err := datasets.CSV{Targets: []string{"score"}, Group: "school",
		Leave: []string{"passed", "level", "books"}}.
		Parse("pupils.csv", pupils())
	if err != nil {
		log.Fatal(err)
	}
	train, test := table.SplitWithinGroups(0.75, 1)
	encoding, err := datasets.Encoder{}.Learn(train)
	if err != nil {
		log.Fatal(err)
	}
	if train, err = encoding.Apply(train); err != nil {
		log.Fatal(err)
	}
	if test, err = encoding.Apply(test); err != nil {
		log.Fatal(err)
	}
	units := mtlkit.StandardizeGroups(mtlkit.Task{Name: "score", Loss: nn.SquaredError{}}, train)
	data, err := units.Data(train)
	if err != nil {
		log.Fatal(err)
	}
	held, err := units.Data(test)
	if err != nil {
		log.Fatal(err)
	}
	for k, task := range units.Tasks() {
		rows, _ := data.X[k].Dims()
		more, _ := held.X[k].Dims()
		fmt.Println(task.Name, rows, more)
	}
	// Output:
	// north 30 10
	// south 30 10
	// west 30 10
}
