package mtlkit_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/mtlkit"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

var threeTasks = sharing.HardSharing{Trunk: []int{2, 5, 3}, Heads: [][]int{{1}, {4, 2}, {1}}, Activation: nn.Tanh}

// Who uses a matrix is read from what the model traces.
func TestUsersAreReadFromTheGraph(t *testing.T) {
	all, head := []int{0, 1, 2}, func(i int) []int { return []int{i} }
	want := [][]int{all, all, all, all, head(0), head(0), head(1), head(1), head(1), head(1), head(2), head(2)}
	if got := mtlkit.UsersOf(mixed()); !slices.EqualFunc(got, want, slices.Equal[[]int]) {
		t.Errorf("users %v, want %v", got, want)
	}
	twins := mixed()
	twins.Model = mtlkit.Independent{Of: threeTasks}
	for k, users := range mtlkit.UsersOf(twins) {
		if len(users) != 1 {
			t.Errorf("matrix %v of the twins is used by %v", twins.Model.Shapes()[k], users)
		}
	}
}

// The twins start where the joint model starts and then predict what it predicts.
func TestIndependentStartsAsTheJointModel(t *testing.T) {
	twins := mtlkit.Independent{Of: threeTasks}
	joint := threeTasks.Init(rand.New(rand.NewPCG(5, 0)))
	theta := twins.Init(rand.New(rand.NewPCG(5, 0)))
	if len(theta) != nn.Size(twins.Shapes()) {
		t.Fatalf("%d parameters for shapes of %d", len(theta), nn.Size(twins.Shapes()))
	}
	nn.NewParams(twins.Shapes(), theta) // panics if two have one name
	var tasks []mtlkit.Task
	for i, width := range []int{1, 2, 1} {
		tasks = append(tasks, mtlkit.Task{Name: fmt.Sprint(i), Loss: nn.SquaredError{}, Width: width})
	}
	predict := func(m mtlkit.Model, tasks []mtlkit.Task, theta []float64) []*mat.Dense {
		out, err := mtlkit.NewPredictor(m, tasks, theta, nil).Predict(mtlkit.SquareGrid(-1, 1, 3))
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	want, got := predict(threeTasks, tasks, joint), predict(twins, tasks, theta)
	for i := range tasks {
		sameBits(t, fmt.Sprint("output ", i), got[i].RawMatrix().Data, want[i].RawMatrix().Data)
		twin, own := twins.Twin(theta, i)
		back := predict(twin, tasks[i:i+1], own)[0]
		sameBits(t, fmt.Sprint("twin ", i), back.RawMatrix().Data, want[i].RawMatrix().Data)
	}
}
