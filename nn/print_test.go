package nn

import (
	"fmt"
	"testing"
)

// Settings print fully, so that those who compare two runs can tell them apart by what is printed: the
// types of what lies in a field too, which %+v leaves out.
func TestSettingsPrintFully(t *testing.T) {
	for _, c := range []struct {
		setting any
		want    string
	}{
		{SGD{Rate: 0.1}, "nn.SGD{Rate:0.1}"},
		{Momentum{Rate: 0.1, Mu: 0.9, Nesterov: true}, "nn.Momentum{Rate:0.1, Mu:0.9, Nesterov:true}"},
		{NewKerasAdam(0.1), "nn.Adam{Rate:0.1, Beta1:0.9, Beta2:0.999, Epsilon:1e-07, Keras:true, EpsilonRoot:0}"},
		{NewAdamW(0.1, 0.2), "nn.AdamW{Adam:nn.Adam{Rate:0.1, Beta1:0.9, Beta2:0.999, Epsilon:1e-08, Keras:false, EpsilonRoot:0}, Decay:0.2}"},
		{Group{"b*", SGD{Rate: 1}}, `nn.Group{Names:"b*", Rule:nn.SGD{Rate:1}}`},
		{Warmup{3, CosineDecay{5, 0.1}}, "nn.Warmup{Steps:3, Then:nn.CosineDecay{Steps:5, Floor:0.1}}"},
		{StepDecay{2, 0.5}, "nn.StepDecay{Every:2, Gamma:0.5}"},
		{ExponentialDecay{0.5}, "nn.ExponentialDecay{Gamma:0.5}"},
		{HuberLoss{2}, "nn.HuberLoss{Delta:2}"},
		{GaussianLoss{}, "nn.GaussianLoss{}"},
		{LogisticLoss{}, "nn.LogisticLoss{}"},
		{TruncatedNormal{0.1}, "nn.TruncatedNormal{Std:0.1}"},
		{Target{Metric: Accuracy}, `nn.Target{Kind:0x0, Positive:false, Extra:0, Metric:nn.Metric{Name:"accuracy"}}`},
		{MLP{Widths: []int{1, 2}, Activation: ReLU, Weights: HeNormal{}},
			`nn.MLP{Widths:[]int{1, 2}, Activation:"relu", Output:"", Weights:nn.HeNormal{}, Norm:nn.Norm(nil), Dropout:0, Hidden:false}`},
		{NewLayerNorm(3), "nn.LayerNorm{Units:3, Epsilon:1e-05}"},
		{NewBatchNorm(3), "nn.BatchNorm{Units:3, Epsilon:1e-05, Rate:0.1}"},
		{NewDSelectK(3, 6, 2), "nn.DSelectK{Inputs:3, Experts:6, K:2, Gamma:1, Entropy:0, Inverse:1}"},
		{Embedding{Inputs: 1, Tables: []Table{{0, 2, 3}}},
			"nn.Embedding{Inputs:1, Tables:[]nn.Table{nn.Table{Column:0, Categories:2, Width:3}}, Weights:nn.Initializer(nil)}"},
	} {
		if got := fmt.Sprintf("%#v", c.setting); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}
