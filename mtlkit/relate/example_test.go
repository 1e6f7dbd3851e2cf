package relate_test

import (
	"context"
	"fmt"
	"log"

	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/mtlkit/relate"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// One's own table, with a target that is a number, one of two and one of three classes, of which many are missing, and
// a school, to a report of where sharing helps.
func Example() {
	table, err := datasets.CSV{
		Targets:    []string{"score", "passed", "level"},
		Categories: map[string][]string{"passed": {"no", "yes"}, "level": {"low", "middle", "high"}},
		Group:      "school",
	}.Read("testdata/pupils.csv")
	if err != nil {
		log.Fatal(err)
	}
	tasks := mtlkit.TableTasks(table)
	study := relate.Study{Tasks: table.Targets, Seeds: 10, Resplits: true}
	study.Configure = func(seed uint64, some []int) (mtlkit.Trainer, mtlkit.Data) {
		train, rest := table.SplitGroups(0.6, seed) // whole schools
		valid, test := rest.SplitGroups(0.5, seed)
		encoding, err := datasets.Encoder{Fill: true, Unseen: true}.Learn(train)
		for _, part := range []**datasets.Table{&train, &valid, &test} {
			if err == nil {
				*part, err = encoding.Apply(*part)
			}
		}
		if err != nil {
			log.Fatal(err)
		}
		units := mtlkit.Standardize(tasks, train)
		model := sharing.HardSharing{Trunk: []int{len(train.Inputs), 16}, Activation: nn.Tanh}
		for _, i := range some {
			model.Heads = append(model.Heads, []int{max(1, tasks[i].Width)})
		}
		trainer := relate.Some(mtlkit.Trainer{
			Tasks: tasks, Data: units.Data(train), Validation: units.Data(valid), Patience: 15, Watch: mtlkit.SumOfLogs,
			Optimizer: nn.NewAdam(0.01), Epochs: 100, BatchSize: 64, Seed: seed,
		}, some)
		trainer.Model = model
		return trainer, relate.SomeData(units.Data(test), some)
	}
	report, err := study.Report(context.Background(), false)
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range report.Findings {
		fmt.Printf("%s: sharing %v, gain %.0f %%\n", f.Task, f.Verdict, 100*f.Gain.Mean)
	}
	// Output:
	// score: sharing cannot be told, gain -20 %
	// passed: sharing cannot be told, gain 11 %
	// level: sharing helps, gain 23 %
}
