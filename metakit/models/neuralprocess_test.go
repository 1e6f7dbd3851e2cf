package models_test

import (
	"fmt"
	"math"
	"testing"

	"kindred/autodiff"
	"kindred/internal/golden"
	"kindred/metakit"
	"kindred/metakit/models"
	"kindred/nn"
)

// A processCase is a neural process with tasks and what it makes of them.
type processCase struct {
	Name           string
	Activation     nn.Activation
	Encoder        []int `json:"encoder_sizes"`
	Decoder        []int `json:"decoder_sizes"`
	Inputs         int   `json:"x_dim"`
	Labels         int   `json:"y_dim"`
	Size           int   `json:"num_params"`
	DecoderOffset  int   `json:"decoder_offset"`
	EncoderOffsets []struct {
		Name   string
		Offset int
	} `json:"encoder_layout"`
	DecoderOffsets []struct {
		Name   string
		Offset int
	} `json:"decoder_layout"`
	Theta golden.Array
	Tasks []struct {
		ContextX golden.Array `json:"context_x"`
		ContextY golden.Array `json:"context_y"`
		TargetX  golden.Array `json:"target_x"`
		TargetY  golden.Array `json:"target_y"`
		Expected struct {
			R, Mu, Sigma, Grad golden.Array
			NLL                float64
		}
	}
	Expected struct {
		MeanNLL  float64      `json:"mean_nll"`
		MeanGrad golden.Array `json:"mean_grad"`
	}
}

func TestGoldenNeuralProcess(t *testing.T) {
	var file struct{ CNP []processCase }
	golden.Load(t, "metric_learners.json", &file)
	if len(file.CNP) == 0 {
		t.Fatal("the file has no case")
	}
	for _, c := range file.CNP {
		t.Run(c.Name, func(t *testing.T) {
			l := models.NeuralProcess{Encoder: nn.MLP{Widths: c.Encoder, Activation: c.Activation},
				Decoder: nn.MLP{Widths: c.Decoder, Activation: c.Activation}, Least: 0.1}
			offsets, at := map[string]int{}, 0
			for _, s := range l.Shapes() {
				offsets[s.Name] = at
				at += s.Size()
			}
			if at != c.Size {
				t.Errorf("%d parameters, want %d", at, c.Size)
			}
			for _, o := range c.EncoderOffsets {
				if got := offsets["encoder."+o.Name]; got != o.Offset {
					t.Errorf("encoder.%s is at %d, want %d", o.Name, got, o.Offset)
				}
			}
			for _, o := range c.DecoderOffsets {
				if got := offsets["decoder."+o.Name]; got != c.DecoderOffset+o.Offset {
					t.Errorf("decoder.%s is at %d, want %d", o.Name, got, c.DecoderOffset+o.Offset)
				}
			}
			var meanNLL float64
			meanGrad := make([]float64, c.Size)
			for k := range c.Tasks {
				nll, grad := c.compare(t, l, k)
				meanNLL += nll / float64(len(c.Tasks))
				for i, g := range grad {
					meanGrad[i] += g / float64(len(c.Tasks))
				}
			}
			near(t, "mean loss", []float64{meanNLL}, []float64{c.Expected.MeanNLL})
			near(t, "mean gradient", meanGrad, c.Expected.MeanGrad.Data)
		})
	}
}

// compare holds the learner to what is expected of task k, whose support set may be empty, and returns its loss and
// gradient.
func (c processCase) compare(t *testing.T, l models.NeuralProcess, k int) (loss float64, gradient []float64) {
	task := c.Tasks[k]
	n, m := task.ContextX.Shape[0], task.TargetX.Shape[0]
	g := autodiff.New()
	theta := g.Params(l.Shapes())
	r := g.Fill(1, c.Encoder[len(c.Encoder)-1], 0)
	if n > 0 {
		r = l.Represent(nil, theta, metakit.TracedSet{X: g.Const(n, c.Inputs, task.ContextX.Data),
			Y: g.Const(n, c.Labels, task.ContextY.Data)})
	}
	p := l.Decode(nil, theta, r, g.Const(m, c.Inputs, task.TargetX.Data))
	mean, deviation := p.SliceCols(0, c.Labels), p.SliceCols(c.Labels, 2*c.Labels)
	nll := metakit.MeanLoss(l, p, g.Const(m, c.Labels, task.TargetY.Data))
	slopes := autodiff.GradParams(nll, theta)
	ws := autodiff.Compile(r, mean, deviation, nll, slopes).NewWorkspace()
	ws.Set(theta, c.Theta.Data)
	ws.Run()
	what := fmt.Sprintf("task %d: ", k)
	if want := task.Expected.R.Data; n > 0 {
		near(t, what+"r", ws.Read(r, nil), want)
	} else if got := ws.Read(r, nil); len(got) != len(want) {
		t.Errorf("%sr has %d numbers, want %d", what, len(got), len(want))
	}
	near(t, what+"mean", ws.Read(mean, nil), task.Expected.Mu.Data)
	near(t, what+"deviation", ws.Read(deviation, nil), task.Expected.Sigma.Data)
	near(t, what+"loss", ws.Read(nll, nil), []float64{task.Expected.NLL})
	near(t, what+"gradient", ws.Read(slopes, nil), task.Expected.Grad.Data)
	if n > 0 { // the kit says the same
		e := &metakit.Episode{
			Support: metakit.NewSet(n, task.ContextX.Data, task.ContextY.Data),
			Query:   metakit.NewSet(m, task.TargetX.Data, task.TargetY.Data),
		}
		kit, kitGradient := metaGradient(t, l, c.Theta.Data, e)
		near(t, what+"loss in a training", []float64{kit}, []float64{task.Expected.NLL})
		near(t, what+"gradient in a training", kitGradient, task.Expected.Grad.Data)
	}
	return ws.Scalar(nll), ws.Read(slopes, nil)
}

// smallProcess is one whose tests are fast.
func smallProcess() models.NeuralProcess {
	return models.NeuralProcess{Encoder: nn.MLP{Widths: []int{2, 12, 8}, Activation: nn.Tanh},
		Decoder: nn.MLP{Widths: []int{9, 12, 2}, Activation: nn.Tanh}, Least: 0.1}
}

// The deviations are never below Least, and follow the formula: at outputs of 0 they are Least + (1 − Least)·log 2.
func TestLeastDeviation(t *testing.T) {
	for _, least := range []float64{0, 0.1, 0.5} {
		l := smallProcess()
		l.Least = least
		meta := make([]float64, len(start(l, 1)))
		e := metakit.Draw(waves, 1, 1)
		p := predicted(t, l, meta, e)
		if want := least + (1-least)*math.Ln2; math.Abs(p.At(0, 1)-want) > 1e-15 {
			t.Errorf("Least %v: a deviation of %v, want %v", least, p.At(0, 1), want)
		}
	}
}
