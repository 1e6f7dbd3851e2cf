// Package gp has Gaussian processes of several tasks: predictions with their uncertainty, from few rows.
//
// An [ICM] learns how tasks and columns hang together by the likelihood of the labels, which gives a [Model] that predicts
// any task at any place: a task with few rows from the rows of the tasks that it goes along with.
//
//	model, err := gp.NewICM(1).Fit(ctx, gp.Data{X: x, Task: task, Y: y, Tasks: 3})
//	mean, variance, err := model.Predict(places, 2)
//
// It is exact: time goes with the cube and memory with the square of the rows, of which 2,000 take some minutes.
package gp
