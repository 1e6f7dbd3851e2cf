// Package tasks has families of tasks to meta-learn on. Where there is a bound that no learner can beat before it sees
// a point of a task, a family says what it is.
//
//	waves := tasks.NewSinusoid(10)
//	fmt.Println(waves.ZeroShotFloor()) // the best mean squared error without a point of the task
package tasks
