// Package mtltest holds balancers, those of package balance and others, to what they claim: aggregators to properties,
// on Jacobians that are made to hurt, scalarizers to weights that are the derivative of their value; both to the rules
// of the contract. For balancers of your own:
//
//	func TestMine(t *testing.T) {
//		mtltest.TestAggregator(t, Mine{}, balance.NonConflicting|balance.PermutationEquivariant)
//		mtltest.TestScalarizer(t, MySum{})
//	}
package mtltest
