// Package balance weighs tasks against each other: a [Scalarizer] turns the task losses into one loss ([Equal], [Fixed],
// [Uncertainty], …), an aggregator turns the task gradients into one direction ([MGDA], [PCGrad], [UPGrad], …).
//
// A balancer is a value; [Start] makes the [State] in which it remembers, which the caller owns. A struct literal says
// all settings; those that make no sense, a rate of 0 among them, are refused with a sentence, and constructors such as
// [NewFAMO] have the usual ones. Tasks that are absent from a step are left out of it.
//
// It knows no network and no graph: losses, Gram matrices and Jacobians come in, weights and directions go out. An
// [Aggregation] applies any aggregator to a Jacobian, a [Descent] any [Balancer] to a [Problem] of a few variables with
// a known front. [Methods] lists them all, a file each; package mtltest tests balancers of one's own.
package balance
