// Package relate tells which tasks belong together, and whether sharing a network with them helped.
//
// A gain says by what share of it a test loss is lower for company: trained alone a task has the loss A, beside others
// the loss J, and the gain is (A − J)/A. It is positive where sharing helped, and its base is the task's own loss
// alone, on the same rows from the same seed. That is [mtlkit.Gains] of the losses. A gain on one seed is noise:
// everything here is measured over seeds, compared in pairs, and tells its interval.
//
//	study := relate.Study{
//		Tasks: []string{"price", "rooms", "sold"},
//		Seeds: 10,
//		Configure: func(seed uint64, tasks []int) (mtlkit.Trainer, mtlkit.Data) { … }, // these, and rows to test on
//	}
//	report, err := study.Report(ctx)      // task by task: sharing helps, hurts, or cannot be told
//	pairs, err := study.Pairs(ctx)        // what each task does for each other one, two by two
//	left, err := study.LeaveOneOut(ctx)   // whose presence among all helps or hurts whom
//	tag, err := study.Affinities(ctx, 0.1, 1) // a cheap guess at the pairs, from one training of all tasks
//	best, err := relate.Group(3, relate.Networks(pairs.Mean(), nil), 2) // two networks for the three
//
// [Study.Report] judges, with its twins as the baseline; [Study.Shuffle] tells whether what helps is the other tasks'
// labels or but a larger or noisier network. [Study.Pairs], [Study.LeaveOneOut] and [Study.Affinities] are matrices, an
// [Influence] each; [HOA] and [Group] work on any matrix of plain numbers.
package relate
