// Package compare sets architectures and balancers against each other on the same tasks: over seeds, all tuned with the
// same effort, with the plain baselines in, and with intervals.
//
//	study := compare.Study{
//		Name: "school", Setup: "School, 10 splits within schools",
//		Entrants: []compare.Entrant{
//			compare.Architecture("MMoE", sharing.MMoE{ … }),   // under the plain sum
//			compare.Balancer("MGDA", balance.MGDA{}),          // under hard sharing
//			compare.Cross("MMoE with MGDA", sharing.MMoE{ … }, balance.MGDA{}),
//		},
//		Seeds: 10, Trials: 3,
//		Trial: func(seed uint64, trial int) (mtlkit.Trainer, mtlkit.Data) {
//			train, valid, test := split(seed)
//			return mtlkit.Trainer{
//				Model: sharing.HardSharing{ … }, Tasks: tasks, Data: train, Validation: valid,
//				Optimizer: nn.NewAdam([]float64{0.001, 0.003, 0.01}[trial]), Epochs: 50, BatchSize: 64, Seed: seed,
//			}, test
//		},
//	}
//	report, err := study.Run(ctx, "store")
//	fmt.Print(report)
//
// The numbers of a report draw a forest plot, a group for each kind of row:
//
//	d := row.Difference
//	plots.Item{Name: row.Entrant, Value: d.Mean, Low: d.Low, High: d.High, Note: string(row.Verdict)}
//
// Three entrants are always in: single networks (the twins of the trainer's model, see [mtlkit.Independent]), hard
// sharing (that model under the plain sum of the losses), and the best constant.
//
// An entrant on a seed is a cell of a [sweep.Experiment]: results are kept in the store as they come, a study that was
// stopped goes on from there, and many processes can share it ([Study.Experiment] with [sweep.Main]).
package compare
