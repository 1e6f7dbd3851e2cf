package tasks_test

import (
	"fmt"

	"kindred/mtlkit/tasks"
)

// What can be known of a draw before anything is trained.
func ExampleMa2018() {
	pair := tasks.NewMa2018(0.9)
	sets := pair.Draw(1, 2000, 500, 1000)
	for k, name := range []string{"train", "validate", "test"} {
		rows, inputs := sets[k].X[0].Dims()
		fmt.Printf("%s: %d rows of %d inputs\n", name, rows, inputs)
	}
	fmt.Printf("error of a constant %.2f, of a line %.2f, of the truth %.4f\n",
		pair.ConstantFloor(1), pair.LinearFloor(1), pair.NoiseFloor())
	// Output:
	// train: 2000 rows of 100 inputs
	// validate: 500 rows of 100 inputs
	// test: 1000 rows of 100 inputs
	// error of a constant 0.94, of a line 0.23, of the truth 0.0001
}

// Two cubic tasks of related directions: their labels go together less than their directions do.
func ExampleMultiTab() {
	f := tasks.NewMultiTab(2, 0.8)
	f.Degrees = []int{3, 3}
	fmt.Printf("cosine 0.80, correlation of the labels %.2f\n", f.Covariance(0, 1)/f.Covariance(0, 0))
	// Output: cosine 0.80, correlation of the labels 0.71
}
