package tasks_test

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"kindred/datasets"
	"kindred/metakit"
	"kindred/metakit/tasks"
)

// Families of tasks of numbers, with the least error that can be had before a task's points are seen: what a learner must
// beat to have adapted at all.
func Example_families() {
	for _, family := range []interface {
		metakit.Distribution
		ZeroShotFloor() float64
	}{
		tasks.NewSinusoid(10), tasks.NewHarmonics(10), tasks.NewLines(10), tasks.NewSineAndLine(10), tasks.NewLinear(10),
		tasks.NewBayesianLinear(10), tasks.NewGaussianProcess(10),
	} {
		e := metakit.Draw(family, 1, 0)
		_, columns := e.Support.X.Dims()
		fmt.Printf("%-22T %d inputs, floor %.2f\n", family, columns, family.ZeroShotFloor())
	}
	// Output:
	// tasks.Sinusoid         1 inputs, floor 3.01
	// tasks.Harmonics        1 inputs, floor 1.00
	// tasks.Lines            1 inputs, floor 28.00
	// tasks.SineAndLine      1 inputs, floor 15.81
	// tasks.Linear           2 inputs, floor 0.17
	// tasks.BayesianLinear   1 inputs, floor 1.34
	// tasks.GaussianProcess  1 inputs, floor 1.00
}

// Tasks of classes from a table, or from pictures: two of its classes at a time, with one point each to learn from.
func ExampleNewNWay() {
	x := mat.NewDense(6, 1, []float64{0, 0.1, 5, 5.1, 9, 9.1})
	task := metakit.Draw(tasks.NewNWay(x, []int{0, 0, 1, 1, 2, 2}, 2, 1, 1), 1, 0)
	fmt.Println("support", task.Support.X.RawMatrix().Data, "of classes", task.Support.Y.RawMatrix().Data)

	pictures := &datasets.Images{Side: 2, Pixels: []byte{0, 255, 0, 0, 0, 250, 0, 0, 9, 0, 0, 255, 0, 0, 0, 240},
		Class: []int{0, 0, 1, 1}}
	task = metakit.Draw(tasks.NewNWayImages(pictures, 2, 1, 1), 1, 0)
	rows, columns := task.Support.X.Dims()
	fmt.Println(rows, "pictures of", columns, "pixels")
	// Output:
	// support [0.1 5] of classes [0 1]
	// 2 pictures of 4 pixels
}

// A task for each group of a table: patients, schools. Here the rows of three groups are of lines of different slope.
func ExampleNewGroups() {
	table := &datasets.Table{Inputs: []string{"x"}, Targets: []string{"y"}, X: mat.NewDense(6, 1, []float64{1, 2, 1, 2, 1, 2}),
		Y: mat.NewDense(6, 1, []float64{1, 2, 2, 4, 3, 6}), Groups: []int{7, 7, 8, 8, 9, 9}}
	groups := tasks.NewGroups(table, 1, 1)
	e := metakit.Draw(groups, 1, 0)
	fmt.Println("groups", groups.Names())
	fmt.Printf("support (%v, %v), query (%v, %v)\n", e.Support.X.At(0, 0), e.Support.Y.At(0, 0), e.Query.X.At(0, 0), e.Query.Y.At(0, 0))
	// Output:
	// groups [7 8 9]
	// support (2, 4), query (1, 2)
}
