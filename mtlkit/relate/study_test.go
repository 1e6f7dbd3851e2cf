package relate_test

import (
	"testing"

	"kindred/mtlkit"
	"kindred/mtlkit/relate"
	"kindred/mtlkit/sharing"
	"kindred/nn"
)

// family is a study of regressions that share features as far as they are related: of the first there are many rows, of
// the others few.
func family(relatedness float64, rows ...int) relate.Study {
	f := mtlkit.NewRelatedTasks(relatedness)
	f.Rows, f.Noise, f.HeldOut = rows, 0.3, 200
	s := relate.Study{Seeds: 8}
	for _, task := range f.Tasks() {
		s.Tasks = append(s.Tasks, task.Name)
	}
	s.Configure = func(seed uint64, tasks []int) (mtlkit.Trainer, mtlkit.Data) {
		train, test := f.Draw(seed)
		t := relate.Some(mtlkit.Trainer{Tasks: f.Tasks(), Data: train, Optimizer: nn.NewAdam(0.01), Epochs: 150, Seed: seed}, tasks)
		model := sharing.HardSharing{Trunk: []int{8, 12}, Activation: nn.Tanh}
		for range tasks {
			model.Heads = append(model.Heads, []int{1})
		}
		t.Model = model
		return t, relate.SomeData(test, tasks)
	}
	return s
}

// Known truth: of tasks that share all features the one with few rows is helped, and no longer once the labels of the other
// are shuffled; of tasks that share none it is not helped.
func TestRelatedTasksAreToldApart(t *testing.T) {
	related, err := family(1, 300, 30).Report(t.Context(), true)
	if err != nil {
		t.Fatal(err)
	}
	few := related.Findings[1]
	if few.Verdict != relate.Helps {
		t.Errorf("related tasks:\n%v", related)
	}
	if few.Shuffled.High > few.Gain.Low {
		t.Errorf("with shuffled labels the gain is %v, else %v", few.Shuffled, few.Gain)
	}
	if few.Shuffled.Low > 0 {
		t.Errorf("shuffled labels help: %v", few.Shuffled)
	}
	strangers, err := family(0, 300, 30).Report(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	if strangers.Findings[1].Verdict == relate.Helps {
		t.Errorf("unrelated tasks:\n%v", strangers)
	}
}
