// Package mtltest holds balancers and models, those of packages balance and sharing and others, to what they claim:
// aggregators to properties, on Jacobians that are made to hurt, scalarizers to weights that are the derivative of their
// value, models to outputs that are functions of their task's rows; all to the rules of the contract. For those of your
// own:
//
//	func TestMine(t *testing.T) {
//		mtltest.TestAggregator(t, Mine{}, balance.NonConflicting|balance.PermutationEquivariant)
//		mtltest.TestScalarizer(t, MySum{})
//		mtltest.TestModel(t, MyModel{}, []int{1, 3}, 8) // outputs of each task, inputs
//	}
package mtltest
