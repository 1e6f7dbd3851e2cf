package gp

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/golden"
)

type array struct {
	Shape []int
	Data  []float64
}

// icmCase is an ICM in JAX: its likelihood with gradient and Hessian-vector product, and predictions.
type icmCase struct {
	X             array
	Task          []int
	Y             array
	Parameters    map[string]array
	Output        array
	Cotangent     array
	Gradient      map[string]array
	Direction     map[string]array
	HessianVector map[string]array `json:"hessian_vector"`
	XTest         array            `json:"x_test"`
	TaskTest      []int            `json:"task_test"`
	PosteriorMean array            `json:"posterior_mean"`
	PosteriorVar  array            `json:"posterior_variance"`
}

// flat returns arrays of the parameters in our order.
func flat(t *testing.T, arrays map[string]array) []float64 {
	t.Helper()
	var all []float64
	for _, name := range []string{"w", "log_kappa", "log_lengthscale", "log_noise"} {
		a, ok := arrays[name]
		if !ok {
			t.Fatalf("no array %q", name)
		}
		all = append(all, a.Data...)
	}
	if len(arrays) != 4 {
		t.Fatalf("%d arrays, want 4", len(arrays))
	}
	return all
}

// near fails the test unless got is within tol of the largest |want|.
func near(t *testing.T, what string, got, want []float64, tol float64) {
	t.Helper()
	largest := 0.0
	for _, v := range want {
		largest = max(largest, math.Abs(v))
	}
	if len(got) != len(want) || len(want) == 0 {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	for i, v := range got {
		if !(math.Abs(v-want[i]) <= tol*largest) {
			t.Errorf("%s[%d] is %v, want %v", what, i, v, want[i])
		}
	}
}

// The file asks for 1e-10 of the largest entry, and 1e-8 for Hessian-vector products.
func TestGoldenICM(t *testing.T) {
	var file struct{ ICM []icmCase }
	golden.Load(t, "layers.json", &file)
	if len(file.ICM) == 0 {
		t.Fatal("no cases")
	}
	for i, c := range file.ICM {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			data := Data{X: mat.NewDense(c.X.Shape[0], c.X.Shape[1], c.X.Data), Task: c.Task, Y: c.Y.Data,
				Tasks: c.Parameters["w"].Shape[0]}
			rows, err := data.present()
			if err != nil {
				t.Fatal(err)
			}
			p := trace(rows, data.Tasks, c.Parameters["w"].Shape[1])
			f := p.value.Scale(c.Cotangent.Data[0])
			gradient := autodiff.GradParams(f, p.inputs)
			numbers, direction := flat(t, c.Parameters), flat(t, c.Direction)
			along := make([]autodiff.Value, p.inputs.Len())
			for k := range along {
				v := p.inputs.At(k)
				along[k] = f.Graph().Const(v.Rows(), v.Cols(), direction[:v.Size()])
				direction = direction[v.Size():]
			}
			second := autodiff.GradParams(gradient.Dot(autodiff.ParamsOf(make([]string, len(along)), along)), p.inputs)
			ws := autodiff.Compile(f, gradient, second).NewWorkspace()
			ws.Set(p.inputs, numbers)
			ws.Run()
			near(t, "likelihood", []float64{ws.Scalar(f)}, []float64{c.Output.Data[0] * c.Cotangent.Data[0]}, 1e-10)
			near(t, "gradient", ws.Read(gradient, nil), flat(t, c.Gradient), 1e-10)
			near(t, "Hessian times direction", ws.Read(second, nil), flat(t, c.HessianVector), 1e-8)

			kernel := p.kernel(numbers)
			near(t, "numbers", p.numbers(kernel), numbers, 1e-15)
			model, err := kernel.Condition(data)
			if err != nil {
				t.Fatal(err)
			}
			near(t, "likelihood of the model", []float64{-model.LogLikelihood}, c.Output.Data, 1e-10)
			var mean, variance []float64
			for k, task := range c.TaskTest {
				place := mat.NewDense(1, c.XTest.Shape[1],
					slices.Clone(c.XTest.Data[k*c.XTest.Shape[1]:][:c.XTest.Shape[1]]))
				m, v, err := model.Predict(place, task)
				if err != nil {
					t.Fatal(err)
				}
				mean, variance = append(mean, m...), append(variance, v...)
			}
			near(t, "mean", mean, c.PosteriorMean.Data, 1e-10)
			near(t, "variance", variance, c.PosteriorVar.Data, 1e-10)
		})
	}
}
