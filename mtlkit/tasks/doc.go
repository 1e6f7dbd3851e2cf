// Package tasks has families of tasks to learn together of which the truth is known: how alike they are is a number,
// and there are errors that nobody can get below.
//
//	pair := tasks.NewMa2018(0.9)                       // two tasks whose weights have the cosine 0.9
//	sets := pair.Draw(1, 2000, 500, 1000)              // rows to train, to validate and to test on
//	fmt.Println(pair.LinearFloor(1), pair.NoiseFloor()) // what a line reaches, and what nobody can beat
//
// Everything is drawn from the seed that Draw is given: methods that are compared on a seed meet the same weights,
// shapes, rows and noise, and so do other correlations of a family.
package tasks
