package lessons

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"

	"kindred/datasets"
	"kindred/mtlkit"
	"kindred/nn"
	"kindred/plots"
)

// A Configure says how two tasks are trained from a seed, as [mtlkit.Compare] and [mtlkit.Repeat] want it. The functions of
// this package that take one train a regression and a classification on the same inputs; seeds change nothing but the
// first parameters.
type Configure = func(seed uint64) mtlkit.Trainer

const (
	twinSeeds = 20               // of every experiment with the article's two tasks
	valueRole = plots.Blue       // the regression, task 1, in all figures
	classRole = plots.Vermillion // the classification, task 2
)

// article trains the article's two tasks as its section 4.1 means it.
func article(seed uint64) mtlkit.Trainer {
	data := datasets.TwoTaskExample(0)
	return mtlkit.Trainer{
		Model:     mtlkit.HardSharing{Trunk: []int{2, 4}, Heads: [][]int{{1}, {1}}, Activation: nn.ReLU},
		Tasks:     []mtlkit.Task{{Name: "value", Loss: nn.SquaredError{}}, {Name: "class", Loss: nn.LogisticLoss{}}},
		Data:      mtlkit.SharedInputs(data.X, data.Y1, data.Y2),
		Optimizer: nn.Adam{Rate: 0.01, Keras: true}, Epochs: 100, Seed: seed,
	}
}

// WhatIsShared draws a network with one trunk beside the twins that share nothing, with the number of parameters of each
// part.
func WhatIsShared(model mtlkit.Model) plots.Figure {
	h, ok := model.(mtlkit.HardSharing)
	if !ok || len(h.Heads) != 2 {
		panic(fmt.Sprintf("lessons: WhatIsShared: a %T, want an mtlkit.HardSharing with two heads", model))
	}
	trunk := nn.MLP{Widths: h.Trunk}.Size()
	heads := [2]int{}
	for i, head := range h.Heads {
		heads[i] = nn.MLP{Widths: append([]int{h.Trunk[len(h.Trunk)-1]}, head...)}.Size()
	}
	joint := stackLayers(nil, "shared", plots.Ink, h.Trunk, 0)
	last := len(joint) - 1
	joint = stackLayers(joint, "task 1", valueRole, h.Heads[0], last)
	joint = stackLayers(joint, "task 2", classRole, h.Heads[1], last)

	twins := []plots.Layer{{Units: h.Trunk[0]}}
	for i, role := range []plots.Role{valueRole, classRole} {
		twins = stackLayers(twins, fmt.Sprintf("twin %d", i+1), role, append(append([]int{}, h.Trunk[1:]...), h.Heads[i]...), 0)
	}
	for i := range twins {
		twins[i].Params = 0 // the title tells
	}
	all, apart := trunk+heads[0]+heads[1], 2*trunk+heads[0]+heads[1]
	return plots.Panels{
		Title:    fmt.Sprintf("One trunk and two heads have %d parameters, two networks %d", all, apart),
		Subtitle: fmt.Sprintf("together: %d shared, %d of task 1 alone, %d of task 2 alone", trunk, heads[0], heads[1]),
		Panels: []plots.Panel{
			plots.Network{Title: fmt.Sprintf("together: %d + %d + %d", trunk, heads[0], heads[1]), Layers: joint},
			plots.Network{Title: fmt.Sprintf("apart: (%d + %d) + (%d + %d)", trunk, heads[0], trunk, heads[1]), Layers: twins},
		},
	}.Figure(fmt.Sprintf("Two network diagrams. Left, one shared trunk with a head for each task, %d parameters; right, two "+
		"separate networks, %d parameters.", all, apart))
}

// stackLayers appends layers of the given widths, each reading the one before, the first of them layer from unless there
// is none yet. The last of them has the name, and all but the inputs the number of their parameters.
func stackLayers(layers []plots.Layer, name string, role plots.Role, widths []int, from int) []plots.Layer {
	for i, w := range widths {
		l := plots.Layer{Role: role, Units: w}
		if len(layers) > 0 {
			l.Params = (layers[from].Units + 1) * w
			l.From = []int{from}
		}
		if i == len(widths)-1 {
			l.Name = name
		}
		layers = append(layers, l)
		from = len(layers) - 1
	}
	return layers
}

// ArticleData draws the data of the article's section 4.1: the values of task 1 over what they are made of, and the classes
// of task 2, as printed and as meant.
func ArticleData(data datasets.TwoTask) plots.Figure {
	ends := []float64{0, 3}
	printed, meant := scatterClasses(data.X, data.Y2Printed), scatterClasses(data.X, data.Y2)
	ones := int(stat.Mean(data.Y2, nil)*float64(len(data.Y2)) + 0.5)
	square := plots.Range{-0.05, 1.05}
	panels := []plots.Panel{
		plots.Field{
			Title: "task 1: a value", X: "x₁ + 2x₂", Y: "y₁",
			Points: []plots.Points{{X: signal(data.X), Y: data.Y1}},
			Paths:  []plots.Path{{Name: "without noise", Role: plots.Green, X: ends, Y: ends, Plain: true}}, Stretch: true,
		},
		plots.Field{Title: "task 2 as printed: x₁ > 0", X: "x₁", Y: "x₂", Points: printed, XLim: square, YLim: square},
		plots.Field{Title: "as meant: x₁ > 0.5", X: "x₁", Y: "x₂", Points: meant, XLim: square, YLim: square},
	}
	return plots.Panels{
		Title: "Task 1 is mostly noise; task 2, as printed, has only one class",
		Subtitle: fmt.Sprintf("100 rows; y₁ = x₁ + 2x₂ + noise; variance of the noise %.2f, of the rest %.2f; as meant, %d ones",
			stat.PopVariance(data.Noise, nil), stat.PopVariance(signal(data.X), nil), ones),
		Free:   true,
		Panels: panels,
	}.Figure("Three scatter plots. The values of task 1 spread widely about a line; the classes of task 2, over both inputs, " +
		"are all ones as printed, and parted at x₁ = 0.5 as meant.")
}

// signal is y₁ without its noise.
func signal(x *mat.Dense) []float64 {
	rows, _ := x.Dims()
	s := make([]float64, rows)
	for i := range s {
		s[i] = x.At(i, 0) + 2*x.At(i, 1)
	}
	return s
}

func scatterClasses(x *mat.Dense, class []float64) []plots.Points {
	of := []plots.Points{{Name: "class 0", Role: plots.Blue}, {Name: "class 1", Role: plots.Vermillion}}
	for i, c := range class {
		p := &of[int(c)]
		p.X, p.Y = append(p.X, x.At(i, 0)), append(p.Y, x.At(i, 1))
	}
	if len(of[0].X) == 0 {
		return of[1:]
	}
	return of
}
