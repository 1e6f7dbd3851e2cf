// Package balance weighs tasks against each other: a [Scalarizer] turns the task losses into one loss ([Equal], [Fixed],
// [Uncertainty], …), an aggregator turns the task gradients into one direction ([MGDA], [PCGrad], [UPGrad], …).
//
// It knows no network and no graph: losses, Gram matrices and Jacobians come in, weights and directions go out. An
// [Aggregation] applies any aggregator to a Jacobian, a [Descent] any [Balancer] to a [Problem] of a few variables with a
// known front. [Methods] lists them all, a file each; package mtltest tests balancers of one's own.
package balance
