// Package tasks has families of tasks to meta-learn on. Each says its floors, where they are known: the error of the
// best constant and of the best guess before a point of the task is seen, and, as a predictor, an oracle that knows the
// family.
//
//	waves := tasks.NewSinusoid(10)
//	fmt.Println(waves.ZeroShotFloor()) // the best mean squared error without a point of the task
//
//	| family              | its oracle                                                                   |
//	|---------------------|------------------------------------------------------------------------------|
//	| [Sinusoid]          | Oracle, least squares: exact without noise; Bayes: the posterior mean with    |
//	| [Lines], [Linear]   | Oracle, least squares: exact without noise                                   |
//	| [SineAndLine]       | Oracle, the better of two least squares: exact without noise                 |
//	| [Harmonics]         | Fit, least squares at the best frequency: exact without noise, but no bound  |
//	| [GaussianProcess]   | Oracle, the exact posterior                                                  |
//	| [BayesianLinear]    | Oracle, the exact posterior                                                  |
//
// The Panels of a family are others that differ from it in one thing each, to evaluate on off the distribution of the
// training. [Mix] draws from several distributions, [MixShots] from those of several numbers of support points.
//
// [NWay] draws tasks of classes from any table or pictures, [Groups] tasks of the groups of a table.
package tasks
