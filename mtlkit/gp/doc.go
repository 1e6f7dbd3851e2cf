// Package gp has Gaussian processes of several tasks: predictions with their uncertainty, from few rows.
//
// An [ICM] learns how tasks and columns hang together by the likelihood of the labels, which gives a [Model] that
// predicts any task at any place: a task with few rows from the rows of the tasks that it goes along with.
//
//	model, err := gp.NewICM(1).Fit(ctx, gp.Data{X: x, Task: task, Y: y, Tasks: 3})
//	mean, variance, err := model.Predict(places, 2)
//
// It is exact: time goes with the cube and memory with the square of the rows. For 2,000 rows a likelihood with its
// gradient takes 2.5 s of processor time and 210 MB (BenchmarkICM), and a fit some 50 to 100
// of them.
package gp
