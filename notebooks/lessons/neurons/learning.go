package neurons

import (
	"fmt"
	"math"
	"math/rand/v2"

	"kindred/mtlkit"
	"kindred/notebooks/lessons"
	"kindred/plots"
)

// A LearningRule says how one neuron learns from one example: its weights change by rate·Change(y, z)·x, where y is the
// right answer, −1 or 1, and z the neuron's sum.
type LearningRule struct {
	Name   string
	Change func(y, z float64) float64
}

// The three rules that are compared.
var (
	hebb       = LearningRule{"Hebb", func(y, _ float64) float64 { return y }}
	perceptron = LearningRule{"perceptron", func(y, z float64) float64 {
		if y*z > 0 {
			return 0
		}
		return y
	}}
	gradientRule = LearningRule{"gradient descent", func(y, z float64) float64 { return y / (1 + math.Exp(y*z)) }}
)

// Clouds are two classes of points, each a normal cloud: centred at (−1, 0) and (1, 0), of standard deviation Spread in
// each input, and of a correlation of Percent in a hundred between the two.
type Clouds struct {
	Percent int // correlation, above −100 and below 100
	Spread  float64
}

// draw returns n points, each with a third input that is always 1, and their classes, −1 and 1 in turn.
func (c Clouds) draw(n int, rng *rand.Rand) (x [][3]float64, y []float64) {
	if c.Percent <= -100 || c.Percent >= 100 || !(c.Spread > 0) {
		panic(fmt.Sprintf("neurons: Clouds: correlation %d %% and spread %g; want one between −100 and 100, and one above 0",
			c.Percent, c.Spread))
	}
	correlation := float64(c.Percent) / 100
	for i := range n {
		class := float64(2*(i%2) - 1)
		u, v := rng.NormFloat64(), rng.NormFloat64()
		v = correlation*u + math.Sqrt(1-correlation*correlation)*v
		x, y = append(x, [3]float64{class + c.Spread*u, c.Spread * v, 1}), append(y, class)
	}
	return x, y
}

var learningRules = []LearningRule{hebb, perceptron, gradientRule}

const (
	cloudPoints = 100
	cloudPasses = 20
	cloudRate   = 0.1
	cloudSeeds  = 20
)

// learn goes through the points in order, again and again, from weights of 0.
func learn(rule LearningRule, x [][3]float64, y []float64) (w [3]float64) {
	for range cloudPasses {
		for i, p := range x {
			change := cloudRate * rule.Change(y[i], dot(w, p))
			for k := range w {
				w[k] += change * p[k]
			}
		}
	}
	return w
}

func dot(w, x [3]float64) float64 { return w[0]*x[0] + w[1]*x[1] + w[2]*x[2] }

// wrong is the share of points on the wrong side, in %; a sum of 0 is on neither side, and wrong.
func wrong(w [3]float64, x [][3]float64, y []float64) float64 {
	n := 0
	for i, p := range x {
		if y[i]*dot(w, p) <= 0 {
			n++
		}
	}
	return 100 * float64(n) / float64(len(x))
}

// Wrong returns, for each of 20 draws, the share of 1,000 new points that a neuron takes wrongly, in %, which learned from
// 100 by the rule.
func (c Clouds) Wrong(rule LearningRule) (shares []float64) {
	for seed := range cloudSeeds {
		rng := rand.New(rand.NewPCG(uint64(seed), 0))
		x, y := c.draw(cloudPoints, rng)
		w := learn(rule, x, y)
		x, y = c.draw(1000, rng)
		shares = append(shares, wrong(w, x, y))
	}
	return shares
}

// Lines draws, for Hebb's rule, the perceptron and gradient descent, the points of the first draw with the line at which the neuron changes its mind.
func (c Clouds) Lines() plots.Figure {
	const reach = 4.0
	x, y := c.draw(cloudPoints, rand.New(rand.NewPCG(0, 0)))
	points := []plots.Points{{Name: "answer −1", Role: plots.Blue}, {Name: "answer 1", Role: plots.Vermillion}}
	for i, p := range x {
		of := &points[0]
		if y[i] > 0 {
			of = &points[1]
		}
		of.X, of.Y = append(of.X, p[0]), append(of.Y, p[1])
	}
	var panels []plots.Panel
	best, least := "", math.Inf(1)
	for _, rule := range learningRules {
		w := learn(rule, x, y)
		mean := mtlkit.MeanInterval(c.Wrong(rule)).Mean
		if mean < least {
			best, least = rule.Name, mean
		}
		panels = append(panels, plots.Field{
			Title: fmt.Sprintf("%s: %.1f %% wrong", rule.Name, mean), X: "x₁", Y: "x₂", Points: points,
			Paths: boundary(w[0], w[1], w[2], reach), XLim: plots.Range{-reach, reach}, YLim: plots.Range{-reach, reach},
		})
	}
	return plots.Panels{
		Title: fmt.Sprintf("From the same %d points, the best line is that of: %s", cloudPoints, best),
		Subtitle: fmt.Sprintf("correlation of the inputs %d %%; wrong: of new points, mean of %d draws; the line is that of the first",
			c.Percent, cloudSeeds),
		Panels: panels,
	}.Figure("Scatter plots of two clouds of points, one for each learning rule, with the line at which its neuron changes " +
		"its mind.")
}

// Sweep draws how much is taken wrongly by each of the three rules over the correlation of the inputs, and marks that of c.
func (c Clouds) Sweep() plots.Figure {
	chart := plots.Curves{
		X: "correlation of the two inputs, in %", Y: "new points wrong, in %",
		Markers: []plots.Marker{{Name: "your correlation", X: float64(c.Percent)}},
	}
	chart.Subtitle = fmt.Sprintf("mean of %d draws, 95 %% interval; spread %g, %d examples, %d passes", cloudSeeds, c.Spread,
		cloudPoints, cloudPasses)
	correlations := []int{0, 20, 40, 60, 70, 80, 90, 95}
	ends := make([]float64, len(learningRules))
	for i, rule := range learningRules {
		s := plots.Series{Name: rule.Name, Role: lessons.Hues[i%len(lessons.Hues)]}
		for _, r := range correlations {
			m := mtlkit.MeanInterval(Clouds{r, c.Spread}.Wrong(rule))
			s.X = append(s.X, float64(r))
			s.Y, s.Low, s.High = append(s.Y, m.Mean), append(s.Low, m.Low), append(s.High, m.High)
		}
		ends[i] = s.Y[len(s.Y)-1]
		chart.Series = append(chart.Series, s)
	}
	chart.Title = fmt.Sprintf("Where inputs go together most: %s %.1f %% wrong, %s %.1f %%", learningRules[0].Name, ends[0],
		learningRules[len(learningRules)-1].Name, ends[len(learningRules)-1])
	return chart.Figure("Line chart of the share of new points taken wrongly over the correlation of the inputs, a line for " +
		"each learning rule. " + chart.Title + ".")
}

// boundary is the line w₁x₁ + w₂x₂ + b = 0 within a square.
func boundary(w1, w2, b, reach float64) []plots.Path {
	size := math.Hypot(w1, w2)
	if size == 0 {
		return nil
	}
	x, y := -b*w1/(size*size), -b*w2/(size*size) // the point of the line nearest to the origin
	line := plots.Path{Role: plots.Ink, Plain: true}
	for _, t := range plots.Linspace(-3*reach, 3*reach, 1201) {
		if px, py := x-t*w2/size, y+t*w1/size; max(math.Abs(px), math.Abs(py)) <= reach {
			line.X, line.Y = append(line.X, px), append(line.Y, py)
		}
	}
	if len(line.X) == 0 {
		return nil
	}
	return []plots.Path{line}
}
