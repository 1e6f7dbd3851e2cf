package nn

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"kindred/autodiff"
	"kindred/internal/exported"
)

// A mistake is a call that makes no sense, with the sentence that it panics with. It is named after the function or the
// field that is at fault, and what is wrong with it.
type mistake struct {
	name string
	call func()
	says string
}

func mistakes() []mistake {
	nan, inf := math.NaN(), math.Inf(1)
	g := autodiff.New()
	a, b, z := g.Input("pred", 10, 1), g.Input("target", 1, 10), g.Input("z", 10, 3)
	w, rng := make([]float64, 4), rand.New(rand.NewPCG(1, 0))
	one := autodiff.Shape{Name: "W", Rows: 1, Cols: 1}
	two := []autodiff.Shape{{Name: "W1", Rows: 1, Cols: 2}, {Name: "b1", Rows: 1, Cols: 1}}
	net := MLP{Widths: []int{3, 2}}
	p := g.Params(net.Shapes())
	opt := func() *Optimizer { return NewOptimizer(SGD{Rate: 1}, two) }
	clip := func(norm float64) func() {
		return func() { o := opt(); o.ClipNorm = norm; _ = o.Step(make([]float64, 3), make([]float64, 3), 1, nil) }
	}
	stepped := func(params, grad int, factor float64, held []bool) func() {
		return func() { _ = opt().Step(make([]float64, params), make([]float64, grad), factor, held) }
	}
	check := func(r Rule) func() { return func() { CheckRule(r) } }
	factor := func(s Schedule) func() { return func() { CheckSchedule(s) } }
	fill := func(i Initializer, in, out int, rng *rand.Rand) func() { return func() { i.Fill(w, in, out, rng) } }
	traced := func(r Rule) func() { return func() { r.Step(a, a, []autodiff.Value{a, a}, a, a) } }
	adam := func(change func(a *Adam)) func() {
		a := NewAdam(0.1)
		change(&a)
		return check(a)
	}
	gate := func(change func(d *DSelectK)) func() {
		d := NewDSelectK(3, 4, 2)
		change(&d)
		return func() { d.Shapes() }
	}
	threes := g.Params(NewBatchNorm(3).Shapes())
	tables := func(inputs int, tables ...Table) func() { return func() { Embedding{inputs, tables, nil}.Shapes() } }
	attention := func(change func(a *Attention)) func() {
		a := NewAttention(3, 3)
		change(&a)
		return func() { a.Shapes() }
	}
	attend := func(keys, values autodiff.Value, sees []int) func() {
		a := NewAttention(3, 3)
		return func() { a.Attend(nil, g.Params(a.Shapes()), z, keys, values, sees) }
	}
	gates := g.Params(GRU{3, 2, nil}.Shapes())
	const columnsSay = "; they must be at least 1, and Outputs 0 or more"
	const headsSay = "; each head has Width/Heads columns, a whole number from 1"
	const tableSays = "; it must have 1 to 16777216, and a Width of at least 1"
	const selectSays = "; a gate has no negative inputs, at least 2 experts and at least 1 selector"
	const finiteSays = "; it must be finite and not negative"
	const betaSays = "; it must be at least 0 and below 1"
	const epsilonSays = "Epsilon is 0, which divides by 0 where there is no gradient; "
	const sourceSays = ": the source of random numbers is nil; give one, such as rand.New(rand.NewPCG(1, 0))"
	const fanSays = "; a layer has at least one of each"
	const alikeSays = ": prediction pred 10×1 and target target 1×10 differ in shape; nothing is broadcast"
	const softmaxSays = "; n×c logits, c ≥ 2, need n×1 class indices"
	tr, drawn := NewTrace(g, true), NewTrace(g, false)
	const zeroSays = ": the trace was not made; NewTrace makes one, and nil is that of an evaluation by hand"
	const nilSays = ": the trace is nil, and keeps nothing; make one with NewTrace"
	return []mistake{
		{"NewTrace", func() { NewTrace(nil, true) }, "nn: NewTrace: the graph is nil; make one with autodiff.New"},
		{"Trace.Training", func() { new(Trace).Training() }, "nn: Trace.Training" + zeroSays},
		{"Trace.Scope", func() { new(Trace).Scope("a") }, "nn: Trace.Scope" + zeroSays},
		{"Trace.Freeze", func() { (*Trace)(nil).Freeze("a") }, "nn: Trace.Freeze" + nilSays},
		{"Trace.Frozen", func() { new(Trace).Frozen(p) }, "nn: Trace.Frozen" + zeroSays},
		{"Frozen", func() { Frozen(net.Shapes(), Group{Names: "stitch*"}) }, `nn: NewOptimizer: no matrix is called like "stitch*"; there are [W1 3×2 b1 1×2]`},
		{"Trace.Apart", func() { new(Trace).Apart() }, "nn: Trace.Apart" + zeroSays},
		{"Trace.Penalty", func() { tr.Penalty("p", a) }, `nn: Trace.Penalty: "p" is pred 10×1; a penalty is 1×1`},
		{"Trace.Show", func() { new(Trace).Show("h", a) }, "nn: Trace.Show" + zeroSays},
		{"Trace.Statistic", func() { (*Trace)(nil).Statistic("mean", 1, 1, 0) },
			`nn: Trace.Statistic: "mean": the trace is nil, and has no statistics; make one with NewTrace`},
		{"Trace.Statistic start", func() { tr.Statistic("mean", 1, 1, nan) },
			`nn: Trace.Statistic: "mean" starts from NaN; it must be finite`},
		{"Trace.Update", func() { tr.Update("mean", a) },
			`nn: Trace.Update: there is no statistic "mean" of the shape of pred 10×1; ask for it first`},
		{"Trace.Uniform", func() { drawn.Uniform(1, 1) },
			"nn: Trace.Uniform: there is no noise in evaluation; ask Trace.Training first"},
		{"Trace.Normal", func() { (*Trace)(nil).Normal(1, 1) },
			"nn: Trace.Normal: there is no noise in evaluation; ask Trace.Training first"},
		{"Trace.Scheduled", func() { tr.Scheduled(g, nil, 1) }, "nn: Trace.Scheduled: the function of the step is nil"},
		{"Trace.Scheduled graph", func() { tr.Scheduled(nil, nil, 1) },
			"nn: Trace.Scheduled: the graph is nil; give that of the inputs"},
		{"Trace.AllRows", func() { new(Trace).AllRows() }, "nn: Trace.AllRows" + zeroSays},
		{"Trace.LooksAtAllRows", func() { new(Trace).LooksAtAllRows() }, "nn: Trace.LooksAtAllRows" + zeroSays},
		{"Trace.Mode", func() { new(Trace).Mode("a") }, "nn: Trace.Mode" + zeroSays},
		{"Trace.Mode empty", func() { tr.Mode("") }, "nn: Trace.Mode: the text is empty; say in a few words how the network works"},
		{"Trace.Modes", func() { (*Trace)(nil).Modes() }, "nn: Trace.Modes" + nilSays},
		{"Trace.Penalties", func() { (*Trace)(nil).Penalties() }, "nn: Trace.Penalties" + nilSays},
		{"Trace.Shown", func() { (*Trace)(nil).Shown() }, "nn: Trace.Shown" + nilSays},
		{"Trace.Statistics", func() { (*Trace)(nil).Statistics() }, "nn: Trace.Statistics" + nilSays},
		{"Trace.ScheduledNumbers", func() { (*Trace)(nil).ScheduledNumbers() }, "nn: Trace.ScheduledNumbers" + nilSays},
		{"Dropout", func() { Dropout(tr, a, 1) }, "nn: Dropout: the rate is 1; it must be at least 0 and below 1"},
		{"Dropout NaN", func() { Dropout(nil, a, nan) }, "nn: Dropout: the rate is NaN; it must be at least 0 and below 1"},
		{"Activation.Apply", func() { Activation("rellu").Apply(a) }, `nn: no activation is called "rellu"; there are ["" "gelu" "leaky relu" "relu" "sigmoid" "sin" "softplus" "tanh"]`},

		{"SGD.Rate", check(SGD{Rate: -1}), "nn: SGD: Rate is -1" + finiteSays},
		{"SGD.Rate NaN", check(SGD{Rate: nan}), "nn: SGD: Rate is NaN" + finiteSays},
		{"SGD.Rate infinite", check(SGD{Rate: inf}), "nn: SGD: Rate is +Inf" + finiteSays},
		{"SGD.Step", traced(SGD{Rate: -1}), "nn: SGD: Rate is -1" + finiteSays},
		{"Momentum.Rate", check(Momentum{Rate: -0.1}), "nn: Momentum: Rate is -0.1" + finiteSays},
		{"Momentum.Mu", check(Momentum{Mu: 1}), "nn: Momentum: Mu is 1" + betaSays},
		{"Momentum.Mu negative", check(Momentum{Mu: -0.5}), "nn: Momentum: Mu is -0.5" + betaSays},
		{"Momentum.Mu NaN", check(Momentum{Mu: nan}), "nn: Momentum: Mu is NaN" + betaSays},
		{"Momentum.Step", traced(Momentum{Mu: 1.5}), "nn: Momentum: Mu is 1.5" + betaSays},
		{"NewAdam", func() { NewAdam(-1) }, "nn: Adam: Rate is -1" + finiteSays},
		{"NewKerasAdam", func() { NewKerasAdam(nan) }, "nn: Adam: Rate is NaN" + finiteSays},
		{"NewAdamW", func() { NewAdamW(0.1, -5) }, "nn: AdamW: Decay is -5" + finiteSays},
		{"NewAdamW rate", func() { NewAdamW(inf, 0) }, "nn: AdamW: Rate is +Inf" + finiteSays},
		{"Adam.Rate", adam(func(a *Adam) { a.Rate = -0.1 }), "nn: Adam: Rate is -0.1" + finiteSays},
		{"Adam.Beta1", adam(func(a *Adam) { a.Beta1 = 1 }), "nn: Adam: Beta1 is 1" + betaSays},
		{"Adam.Beta1 negative", adam(func(a *Adam) { a.Beta1 = -0.9 }), "nn: Adam: Beta1 is -0.9" + betaSays},
		{"Adam.Beta2", adam(func(a *Adam) { a.Beta2 = 2 }), "nn: Adam: Beta2 is 2" + betaSays},
		{"Adam.Beta2 NaN", adam(func(a *Adam) { a.Beta2 = nan }), "nn: Adam: Beta2 is NaN" + betaSays},
		{"Adam.Epsilon", check(Adam{Rate: 0.01}), "nn: Adam: " + epsilonSays + "NewAdam sets it, and the betas, to the usual numbers"},
		{"Adam.Epsilon negative", adam(func(a *Adam) { a.Epsilon = -1 }), "nn: Adam: Epsilon is -1" + finiteSays},
		{"Adam.EpsilonRoot", adam(func(a *Adam) { a.EpsilonRoot = -1e-16 }), "nn: Adam: EpsilonRoot is -1e-16" + finiteSays},
		{"Adam.Step", traced(Adam{Rate: 0.01}), "nn: Adam: " + epsilonSays + "NewAdam sets it, and the betas, to the usual numbers"},
		{"AdamW.Adam", check(AdamW{}), "nn: AdamW: " + epsilonSays + "NewAdamW sets it, and the betas, to the usual numbers"},
		{"AdamW.Decay", check(AdamW{NewAdam(1), nan}), "nn: AdamW: Decay is NaN" + finiteSays},
		{"AdamW.Step", traced(AdamW{NewAdam(1), -1}), "nn: AdamW: Decay is -1" + finiteSays},
		{"CheckRule", check(nil), "nn: the rule is nil; give one, such as NewAdam(0.001)"},
		{"Rule.LearningRate", check(odd{SGD{}, -2, 0}), "nn: nn.odd: LearningRate is -2" + finiteSays},
		{"Rule.Slots", check(odd{SGD{}, 1, -1}), "nn: nn.odd: Slots is -1; it must not be negative"},
		{"Rule.Step", func() { NewOptimizer(odd{SGD{}, 1, 2}, two) }, "nn: nn.odd: Step returns 0 slots; Slots says 2"},
		{"Rule.Step shape", func() { NewOptimizer(summing{}, two) }, "nn: nn.summing: Step returns sum 1×1 for parameters of 1×3; slots and parameters keep their shape"},
		{"Rule.Check", func() { NewOptimizer(Momentum{Mu: 7}, two) }, "nn: Momentum: Mu is 7" + betaSays},

		{"NewOptimizer", func() { NewOptimizer(nil, two) }, "nn: NewOptimizer: the rule is nil; give one, such as NewAdam(0.001)"},
		{"NewOptimizer shapes", func() { NewOptimizer(SGD{}, nil) }, "nn: NewOptimizer: no shapes; there must be at least one matrix"},
		{"NewOptimizer empty", func() { NewOptimizer(SGD{}, []autodiff.Shape{{Name: "W"}}) }, "nn: the shape W 0×0; a matrix has at least one row and one column"},
		{"Group.Names", func() { NewOptimizer(SGD{}, two, Group{"stitch*", nil}) }, `nn: NewOptimizer: no matrix is called like "stitch*"; there are [W1 1×2 b1 1×1]`},
		{"Group.Names pattern", func() { NewOptimizer(SGD{}, two, Group{"[", nil}) }, `nn: NewOptimizer: group 0: "[" is no pattern of path.Match: syntax error in pattern`},
		{"Group.Names twice", func() { NewOptimizer(SGD{}, two, Group{"b*", nil}, Group{"?1", SGD{}}) }, `nn: NewOptimizer: the matrix b1 1×1 is in two groups, "b*" and "?1"`},
		{"Group.Rule", func() { NewOptimizer(SGD{}, two, Group{"b1", Adam{}}) }, "nn: Adam: " + epsilonSays + "NewAdam sets it, and the betas, to the usual numbers"},
		{"Optimizer.ClipNorm", clip(-1), "nn: Optimizer: ClipNorm is -1; it must not be negative, and 0 is none"},
		{"Optimizer.ClipNorm NaN", clip(nan), "nn: Optimizer: ClipNorm is NaN; it must not be negative, and 0 is none"},
		{"Optimizer.Step params", stepped(2, 3, 1, nil), "nn: Optimizer.Step: 2 parameters and a gradient of length 3; this optimiser is for 3"},
		{"Optimizer.Step grad", stepped(3, 4, 1, nil), "nn: Optimizer.Step: 3 parameters and a gradient of length 4; this optimiser is for 3"},
		{"Optimizer.Step factor", stepped(3, 3, -1, nil), "nn: Optimizer.Step: the factor is -1" + finiteSays},
		{"Optimizer.Step factor NaN", stepped(3, 3, nan, nil), "nn: Optimizer.Step: the factor is NaN" + finiteSays},
		{"Optimizer.Step held", stepped(3, 3, 1, []bool{}), "nn: Optimizer.Step: held says something of 0 matrices; there are 2"},
		{"Optimizer.Step zero", func() { _ = new(Optimizer).Step(w, w, 1, nil) }, "nn: Optimizer.Step: the optimiser has no rule; NewOptimizer makes one that has"},
		{"Optimizer.State", func() { (&Optimizer{}).State() }, "nn: Optimizer.State: the optimiser has no rule; NewOptimizer makes one that has"},
		{"Optimizer.AppendState", func() { (&Optimizer{}).AppendState(nil) }, "nn: Optimizer.AppendState: the optimiser has no rule; NewOptimizer makes one that has"},
		{"Optimizer.SetState", func() { _ = (*Optimizer)(nil).SetState(w) }, "nn: Optimizer.SetState: the optimiser has no rule; NewOptimizer makes one that has"},
		{"Optimizer.State copied", func() { c := *opt(); c.State() }, "nn: Optimizer.State: the optimiser is a copy of one; both would change the same numbers"},

		{"StepDecay.Every", factor(StepDecay{Gamma: 0.5}), "nn: StepDecay: Every is 0; it must be at least 1"},
		{"StepDecay.Gamma", factor(StepDecay{Every: 1}), "nn: StepDecay: Gamma is 0; it must be above 0 and at most 1"},
		{"StepDecay.Gamma NaN", factor(StepDecay{Every: 1, Gamma: nan}), "nn: StepDecay: Gamma is NaN; it must be above 0 and at most 1"},
		{"StepDecay.Factor", func() { StepDecay{Every: 1, Gamma: 1}.Factor(-1) }, "nn: StepDecay: the step is -1; steps count from 0"},
		{"ExponentialDecay.Gamma", factor(ExponentialDecay{}), "nn: ExponentialDecay: Gamma is 0; it must be above 0 and at most 1"},
		{"ExponentialDecay.Gamma grows", factor(ExponentialDecay{Gamma: 1.5}), "nn: ExponentialDecay: Gamma is 1.5; it must be above 0 and at most 1"},
		{"ExponentialDecay.Factor", func() { ExponentialDecay{Gamma: 1}.Factor(-2) }, "nn: ExponentialDecay: the step is -2; steps count from 0"},
		{"CosineDecay.Steps", factor(CosineDecay{}), "nn: CosineDecay: Steps is 0; it must be at least 1"},
		{"CosineDecay.Floor", factor(CosineDecay{Steps: 1, Floor: -0.1}), "nn: CosineDecay: Floor is -0.1; it must lie between 0 and 1"},
		{"CosineDecay.Floor high", factor(CosineDecay{Steps: 1, Floor: 2}), "nn: CosineDecay: Floor is 2; it must lie between 0 and 1"},
		{"CosineDecay.Floor NaN", factor(CosineDecay{Steps: 1, Floor: nan}), "nn: CosineDecay: Floor is NaN; it must lie between 0 and 1"},
		{"CosineDecay.Factor", func() { CosineDecay{Steps: 1}.Factor(-1) }, "nn: CosineDecay: the step is -1; steps count from 0"},
		{"Warmup.Steps", factor(Warmup{Steps: -3}), "nn: Warmup: Steps is -3; it must not be negative"},
		{"Warmup.Then", factor(Warmup{Steps: 100, Then: CosineDecay{}}), "nn: CosineDecay: Steps is 0; it must be at least 1"},
		{"Warmup.Factor", func() { Warmup{}.Factor(-1) }, "nn: Warmup: the step is -1; steps count from 0"},
		{"CheckSchedule", factor(constant(-1)), "nn: nn.constant: the factor of step 0 is -1; it must be finite and not negative"},
		{"CheckSchedule NaN", factor(constant(nan)), "nn: nn.constant: the factor of step 0 is NaN; it must be finite and not negative"},

		{"MSE", func() { MSE(a, b) }, "nn: SquaredError" + alikeSays},
		{"BinaryCrossEntropy", func() { BinaryCrossEntropy(a, b) }, "nn: LogisticLoss" + alikeSays},
		{"Huber", func() { Huber(a, b, 1) }, "nn: HuberLoss" + alikeSays},
		{"Huber delta", func() { Huber(a, a, -1) }, "nn: HuberLoss: Delta is -1; it must be finite and above 0, and 1 is usual"},
		{"CrossEntropy", func() { CrossEntropy(z, b) }, "nn: SoftmaxLoss: logits z 10×3 and classes target 1×10" + softmaxSays},
		{"CrossEntropy of one class", func() { CrossEntropy(a, a) }, "nn: SoftmaxLoss: logits pred 10×1 and classes pred 10×1" + softmaxSays},
		{"SquaredError.PerRow", func() { SquaredError{}.PerRow(a, b) }, "nn: SquaredError" + alikeSays},
		{"LogisticLoss.PerRow", func() { LogisticLoss{}.PerRow(a, b) }, "nn: LogisticLoss" + alikeSays},
		{"SoftmaxLoss.PerRow", func() { SoftmaxLoss{}.PerRow(z, z) }, "nn: SoftmaxLoss: logits z 10×3 and classes z 10×3" + softmaxSays},
		{"HuberLoss.PerRow", func() { HuberLoss{1}.PerRow(a, b) }, "nn: HuberLoss" + alikeSays},
		{"HuberLoss.Delta", func() { HuberLoss{}.PerRow(a, a) }, "nn: HuberLoss: Delta is 0; it must be finite and above 0, and 1 is usual"},
		{"HuberLoss.Delta infinite", func() { HuberLoss{inf}.PerRow(a, a) }, "nn: HuberLoss: Delta is +Inf; it must be finite and above 0, and 1 is usual"},
		{"HuberLoss.Target", func() { HuberLoss{nan}.Target() }, "nn: HuberLoss: Delta is NaN; it must be finite and above 0, and 1 is usual"},

		{"GaussianLoss.PerRow", func() { GaussianLoss{}.PerRow(z, a) }, "nn: GaussianLoss: prediction z 10×3 and target pred 10×1; d labels need d means and then d standard deviations, in equally many rows"},
		{"GaussianLoss.Target, its score", func() { GaussianLoss{}.Target().Score().Of(mat.NewDense(2, 3, nil), mat.NewDense(2, 1, nil)) }, "nn: GaussianLoss: 3 columns of outputs for 1 of labels; there must be a mean and a standard deviation for each"},
		{"Target.Kind", func() { Target{Kind: 3}.Score() }, "nn: Target: Kind is 3; it must be Number, Binary or Class"},
		{"Target.Positive", func() { Target{Kind: Binary, Positive: true}.Score() }, "nn: Target: Positive is set for a binary label; it is for a Number"},
		{"Target.Extra", func() { Target{Extra: -1}.Score() }, "nn: Target: Extra is -1 for a number label; it must not be negative, and 0 for a Class"},
		{"Target.Extra of a class", func() { Target{Kind: Class, Extra: 1}.Score() }, "nn: Target: Extra is 1 for a class label; it must not be negative, and 0 for a Class"},
		{"Target.Metric", func() { _ = Target{Extra: 1}.CheckOutputs(2) }, "nn: Target: Extra is set and Metric is not; only the loss knows which outputs its labels are compared with"},
		{"Target.Columns", func() { Target{Kind: Class}.Columns(1) }, "nn: 1 outputs; a class needs at least 2, one for each class"},
		{"Target.Check", func() { _ = Target{}.Check(1, 0) }, "nn: 0 outputs; there must be at least 1"},

		{"Accuracy", func() { Accuracy.Of(nil, column(1)) }, "nn: Accuracy: the outputs or the labels are nil"},
		{"Accuracy rows", func() { Accuracy.Of(column(1, 2), column(1)) }, "nn: Accuracy: 2 rows of outputs and 1 of labels; there must be equally many, at least one"},
		{"Accuracy columns", func() { Accuracy.Of(mat.NewDense(1, 3, nil), mat.NewDense(1, 2, nil)) }, "nn: Accuracy: 3 columns of outputs for 2 of labels; they must be equally many, or the labels one column of classes"},
		{"AUC", func() { AUC.Of(mat.NewDense(1, 2, nil), column(1)) }, "nn: AUC: 2 columns of outputs for 1 of labels; they must be equally many"},
		{"RSquared", func() { RSquared.Of(&mat.Dense{}, &mat.Dense{}) }, "nn: RSquared: 0 rows of outputs and 0 of labels; there must be equally many, at least one"},
		{"RSquared columns", func() { RSquared.Of(mat.NewDense(1, 2, nil), column(1)) }, "nn: RSquared: 2 columns of outputs for 1 of labels; they must be equally many"},
		{"MeanSquared", func() { MeanSquared.Of(column(1), nil) }, "nn: MeanSquared: the outputs or the labels are nil"},
		{"MeanAbsolute", func() { MeanAbsolute.Of(column(1), column(1, 2)) }, "nn: MeanAbsolute: 1 rows of outputs and 2 of labels; there must be equally many, at least one"},

		{"GlorotUniform.Fill", fill(GlorotUniform{}, 2, 2, nil), "nn: GlorotUniform" + sourceSays},
		{"GlorotNormal.Fill", fill(GlorotNormal{}, 0, 2, rng), "nn: GlorotNormal: 0 inputs and 2 outputs" + fanSays},
		{"HeUniform.Fill", fill(HeUniform{}, -2, 2, rng), "nn: HeUniform: -2 inputs and 2 outputs" + fanSays},
		{"HeNormal.Fill", fill(HeNormal{}, 2, 0, rng), "nn: HeNormal: 2 inputs and 0 outputs" + fanSays},
		{"TruncatedNormal.Fill", fill(TruncatedNormal{1}, 2, 2, nil), "nn: TruncatedNormal" + sourceSays},
		{"TruncatedNormal.Std", fill(TruncatedNormal{-1}, 2, 2, rng), "nn: TruncatedNormal: Std is -1" + finiteSays},
		{"TruncatedNormal.Std NaN", fill(TruncatedNormal{nan}, 2, 2, rng), "nn: TruncatedNormal: Std is NaN" + finiteSays},
		{"TruncatedNormal.Std infinite", fill(TruncatedNormal{inf}, 2, 2, rng), "nn: TruncatedNormal: Std is +Inf" + finiteSays},

		{"MLP.Widths", func() { MLP{Widths: []int{3}}.Shapes() }, "nn: MLP: Widths is [3]; it needs at least the number of inputs and of outputs"},
		{"MLP.Shapes", func() { MLP{}.Shapes() }, "nn: MLP: Widths is []; it needs at least the number of inputs and of outputs"},
		{"MLP.Size", func() { MLP{Widths: []int{3, 0, 1}}.Size() }, "nn: MLP: Widths is [3 0 1]; every width must be at least 1"},
		{"MLP.Init", func() { net.Init(nil) }, "nn: MLP.Init" + sourceSays},
		{"MLP.Activation", func() {
			deep := MLP{Widths: []int{1, 1, 1}, Activation: "tan"}
			deep.Apply(nil, g.Params(deep.Shapes()), a)
		}, `nn: no activation is called "tan"; there are ["" "gelu" "leaky relu" "relu" "sigmoid" "sin" "softplus" "tanh"]`},
		{"MLP.Output", func() { MLP{Widths: []int{3, 2}, Output: "softmax"}.Apply(nil, p, z) }, `nn: no activation is called "softmax"; there are ["" "gelu" "leaky relu" "relu" "sigmoid" "sin" "softplus" "tanh"]`},
		{"MLP.Weights", func() { MLP{Widths: []int{3, 2}, Weights: TruncatedNormal{-2}}.Init(rng) }, "nn: TruncatedNormal: Std is -2" + finiteSays},
		{"MLP.Apply", func() { net.Apply(nil, p, a) }, "nn: MLP.Apply: the inputs pred 10×1 have 1 columns; widths [3 2] want 3"},
		{"MLP.Apply parameters", func() { net.Apply(nil, p.Slice(0, 1), z) }, "nn: MLP.Apply: 1 matrices of parameters for 1 layers, which take 2"},
		{"MLP.Layers", func() { MLP{Widths: []int{3, 3}}.Layers(nil, p, z) }, "nn: MLP.Apply: parameter 0 is W1 3×2; widths [3 3] want W1 3×3"},
		{"MLP.LayerOf", func() { MLP{Widths: []int{3}}.LayerOf() }, "nn: MLP: Widths is [3]; it needs at least the number of inputs and of outputs"},
		{"NewLayerNorm", func() { NewLayerNorm(0).Shapes() }, "nn: LayerNorm: Units is 0; it must be at least 1, the number of columns"},
		{"LayerNorm.Units", func() { LayerNorm{Units: -1, Epsilon: 1}.Init(nil) }, "nn: LayerNorm: Units is -1; it must be at least 1, the number of columns"},
		{"LayerNorm.Epsilon", func() { LayerNorm{Units: 3}.Shapes() }, "nn: LayerNorm: Epsilon is 0; it must be finite and above 0, and NewLayerNorm sets the usual one"},
		{"LayerNorm.Epsilon NaN", func() { LayerNorm{3, nan}.Shapes() }, "nn: LayerNorm: Epsilon is NaN; it must be finite and above 0, and NewLayerNorm sets the usual one"},
		{"LayerNorm.Shapes", func() { LayerNorm{}.Shapes() }, "nn: LayerNorm: Units is 0; it must be at least 1, the number of columns"},
		{"LayerNorm.Init", func() { LayerNorm{Units: 1}.Init(rng) }, "nn: LayerNorm: Epsilon is 0; it must be finite and above 0, and NewLayerNorm sets the usual one"},
		{"LayerNorm.Apply", func() { NewLayerNorm(3).Apply(nil, p, z) }, "nn: LayerNorm: parameter 0 is W1 3×2, want gain 1×3"},
		{"LayerNorm.Apply parameters", func() { NewLayerNorm(3).Apply(nil, p.Slice(0, 1), z) }, "nn: LayerNorm: 1 matrices of parameters, want [gain 1×3 bias 1×3]"},
		{"LayerNorm.Apply columns", func() { NewLayerNorm(2).Apply(nil, g.Params(NewLayerNorm(2).Shapes()), z) }, "nn: LayerNorm: the inputs z 10×3 have 3 columns, want 2"},
		{"LayerNorm.For", func() { NewLayerNorm(3).For(0).Shapes() }, "nn: LayerNorm: Units is 0; it must be at least 1, the number of columns"},
		{"NewBatchNorm", func() { NewBatchNorm(-2).Shapes() }, "nn: BatchNorm: Units is -2; it must be at least 1, the number of columns"},
		{"BatchNorm.Units", func() { BatchNorm{Epsilon: 1, Rate: 1}.Init(nil) }, "nn: BatchNorm: Units is 0; it must be at least 1, the number of columns"},
		{"BatchNorm.Epsilon", func() { BatchNorm{3, 0, 1}.Shapes() }, "nn: BatchNorm: Epsilon is 0; it must be finite and above 0, and NewBatchNorm sets the usual one"},
		{"BatchNorm.Rate", func() { BatchNorm{3, 1, 0}.Shapes() }, "nn: BatchNorm: Rate is 0; it must be above 0 and at most 1, and 0.1 is usual"},
		{"BatchNorm.Rate NaN", func() { BatchNorm{3, 1, nan}.Shapes() }, "nn: BatchNorm: Rate is NaN; it must be above 0 and at most 1, and 0.1 is usual"},
		{"BatchNorm.Shapes", func() { BatchNorm{}.Shapes() }, "nn: BatchNorm: Units is 0; it must be at least 1, the number of columns"},
		{"BatchNorm.Init", func() { BatchNorm{3, 1, 2}.Init(nil) }, "nn: BatchNorm: Rate is 2; it must be above 0 and at most 1, and 0.1 is usual"},
		{"BatchNorm.For", func() { NewBatchNorm(3).For(0).Shapes() }, "nn: BatchNorm: Units is 0; it must be at least 1, the number of columns"},
		{"BatchNorm.Apply", func() { NewBatchNorm(3).Apply(tr, p, z) }, "nn: BatchNorm: parameter 0 is W1 3×2, want gain 1×3"},
		{"BatchNorm.Apply one row", func() { NewBatchNorm(3).Apply(tr.Scope("one"), threes, z.SliceRows(0, 1)) }, "nn: BatchNorm: a batch of one row, slice 1×3, has no variance; train on two rows or more at a time"},
		{"BatchNorm.Apply trace", func() { NewBatchNorm(3).Apply(nil, threes, z) }, `nn: Trace.Statistic: "mean": the trace is nil, and has no statistics; make one with NewTrace`},
		{"BatchNorm.Apply scope", func() {
			NewBatchNorm(3).Apply(tr.Scope("bn"), threes, z)
			NewBatchNorm(3).Apply(tr.Scope("bn"), threes.Slice(1, 2).Join(threes.Slice(1, 2)), z)
		}, `nn: BatchNorm: the layers with the parameters "gain" and "bias" are in the same scope, "bn."; give each a scope of its own by Trace.Scope`},
		{"MLP.Norm", func() { MLP{Widths: []int{3, 2, 1}, Norm: LayerNorm{}}.Shapes() }, "nn: LayerNorm: Epsilon is 0; it must be finite and above 0, and NewLayerNorm sets the usual one"},
		{"Carry", func() { _, _ = Carry(NewParams(net.Shapes(), make([]float64, 8)), Params{}, "trunk.*", nil) }, `nn: Carry: no matrix is called like "trunk.*"; there are [W1 3×2 b1 1×2]`},
		{"Carry pattern", func() { _, _ = Carry(NewParams(net.Shapes(), make([]float64, 8)), Params{}, "[", nil) }, `nn: Carry: "[" is no pattern of path.Match: syntax error in pattern`},
		{"Carry sizes", func() { _, _ = Carry(Params{net.Shapes(), nil}, Params{}, "*", nil) }, "nn: NewParams: the shapes hold 8 numbers, got 0"},
		{"MLP.Dropout", func() { MLP{Widths: []int{3, 2, 1}, Dropout: 1}.Shapes() }, "nn: MLP: Dropout is 1; it must be at least 0 and below 1"},
		{"MLP.Dropout NaN", func() { MLP{Widths: []int{3, 2}, Dropout: nan}.Shapes() }, "nn: MLP: Dropout is NaN; it must be at least 0 and below 1"},
		{"MLP.Layers norm", func() {
			deep := MLP{Widths: []int{3, 2, 1}, Norm: NewBatchNorm(1)}
			deep.Layers(nil, g.Params(deep.Shapes()), z)
		}, `nn: Trace.Statistic: "mean": the trace is nil, and has no statistics; make one with NewTrace`},
		{"Embedding.Inputs", tables(0, Table{0, 2, 1}), "nn: Embedding: Tables[0] is of column 0; Inputs is 0, so it must be from 0 to -1"},
		{"Embedding.Tables", tables(3), "nn: Embedding: no Tables; without a column of categories there is nothing to embed"},
		{"Embedding.Tables twice", tables(3, Table{1, 2, 1}, Table{1, 2, 1}), "nn: Embedding: Tables[1] is of column 1, which has a table before; give each column one"},
		{"Embedding.Weights", func() { Embedding{3, []Table{{0, 2, 1}}, TruncatedNormal{-1}}.Init(rng) }, "nn: TruncatedNormal: Std is -1" + finiteSays},
		{"Table.Column", tables(3, Table{-1, 2, 1}), "nn: Embedding: Tables[0] is of column -1; Inputs is 3, so it must be from 0 to 2"},
		{"NewAttention", func() { NewAttention(6, 4).Shapes() }, "nn: Attention: Width is 6 and Heads 4" + headsSay},
		{"Attention.Inputs", attention(func(a *Attention) { a.Inputs = 0 }), "nn: Attention: Inputs is 0, Keys 3, Values 3, Outputs 3" + columnsSay},
		{"Attention.Keys", attention(func(a *Attention) { a.Keys = -1 }), "nn: Attention: Inputs is 3, Keys -1, Values 3, Outputs 3" + columnsSay},
		{"Attention.Values", attention(func(a *Attention) { a.Values = 0 }), "nn: Attention: Inputs is 3, Keys 3, Values 0, Outputs 3" + columnsSay},
		{"Attention.Outputs", attention(func(a *Attention) { a.Outputs = -2 }), "nn: Attention: Inputs is 3, Keys 3, Values 3, Outputs -2" + columnsSay},
		{"Attention.Width", attention(func(a *Attention) { a.Width = 0 }), "nn: Attention: Width is 0 and Heads 3" + headsSay},
		{"Attention.Heads", attention(func(a *Attention) { a.Heads = 2 }), "nn: Attention: Width is 3 and Heads 2" + headsSay},
		{"Attention.Heads none", attention(func(a *Attention) { a.Heads = 0 }), "nn: Attention: Width is 3 and Heads 0" + headsSay},
		{"Attention.Shapes", func() { Attention{}.Shapes() }, "nn: Attention: Inputs is 0, Keys 0, Values 0, Outputs 0" + columnsSay},
		{"Attention.Init", func() { NewAttention(3, 3).Init(nil) }, "nn: Attention.Init" + sourceSays},
		{"Attention.Apply", func() { NewAttention(3, 3).Apply(nil, p, z) }, "nn: Attention: 2 matrices of parameters, want [Wq 3×3 Wk 3×3 Wv 3×3 Wo 3×3]"},
		{"Attention.Attend", attend(a, z, nil), "nn: Attention: keys are made of pred 10×1 and values of z 10×3; they must have 3 and 3 columns, and as many rows"},
		{"Attention.Attend rows", attend(z, z.SliceRows(0, 4), nil), "nn: Attention: keys are made of z 10×3 and values of slice 4×3; they must have 3 and 3 columns, and as many rows"},
		{"Attention.Attend sees", attend(z, z, []int{1}), "nn: Attention.Attend: sees has 1 numbers for 10 rows of x; there must be one for each"},
		{"Attention.Attend nothing", attend(z, z, make([]int, 10)), "nn: Attention.Attend: row 0 of x sees 0 rows; it must see 1 to 10"},
		{"Attention.Attend more", attend(z, z, []int{1, 11, 1, 1, 1, 1, 1, 1, 1, 1}), "nn: Attention.Attend: row 1 of x sees 11 rows; it must see 1 to 10"},
		{"Attention.Weights", func() {
			attention := NewAttention(3, 3)
			attention.Weights = TruncatedNormal{-1}
			attention.Init(rng)
		}, "nn: TruncatedNormal: Std is -1" + finiteSays},
		{"GRU.Weights", func() { GRU{3, 2, TruncatedNormal{-1}}.Init(rng) }, "nn: TruncatedNormal: Std is -1" + finiteSays},
		{"GRU.Inputs", func() { GRU{0, 2, nil}.Shapes() }, "nn: GRU: Inputs is 0 and Units 2; both must be at least 1"},
		{"GRU.Units", func() { GRU{3, -1, nil}.Init(rng) }, "nn: GRU: Inputs is 3 and Units -1; both must be at least 1"},
		{"GRU.Shapes", func() { GRU{}.Shapes() }, "nn: GRU: Inputs is 0 and Units 0; both must be at least 1"},
		{"GRU.Init", func() { GRU{3, 2, nil}.Init(nil) }, "nn: GRU.Init" + sourceSays},
		{"GRU.Apply", func() { GRU{1, 2, nil}.Apply(nil, gates, z) }, "nn: GRU: parameter 0 is W 3×6, want W 1×6"},
		{"GRU.Apply columns", func() { GRU{3, 2, nil}.Apply(nil, gates, a) }, "nn: GRU: the inputs pred 10×1 have 1 columns, want 3"},
		{"GRU.Read", func() { GRU{3, 2, nil}.Read(gates, z, z) }, "nn: GRU.Read: the state is z 10×3; it must be 1×2"},
		{"GRU.Step", func() { GRU{3, 2, nil}.Step(gates, z, a) }, "nn: GRU.Step: the state is pred 10×1; it must be 10×2"},
		{"Table.Categories", tables(3, Table{0, 0, 1}), "nn: Embedding: Tables[0] has 0 categories and Width 1" + tableSays},
		{"Table.Categories many", tables(3, Table{0, 1<<24 + 1, 1}), "nn: Embedding: Tables[0] has 16777217 categories and Width 1" + tableSays},
		{"Table.Width", tables(3, Table{0, 2, -1}), "nn: Embedding: Tables[0] has 2 categories and Width -1" + tableSays},
		{"Embedding.Shapes", func() { Embedding{}.Shapes() }, "nn: Embedding: no Tables; without a column of categories there is nothing to embed"},
		{"Embedding.Init", func() { Embedding{3, []Table{{0, 2, 1}}, nil}.Init(nil) }, "nn: Embedding.Init" + sourceSays},
		{"Embedding.Apply", func() { Embedding{3, []Table{{0, 2, 1}}, nil}.Apply(nil, p.Slice(0, 1), z) }, "nn: Embedding: parameter 0 is W1 3×2, want table1 2×1"},
		{"Embedding.Apply columns", func() { Embedding{1, []Table{{0, 3, 2}}, nil}.Apply(nil, p.Slice(0, 1), z) }, "nn: Embedding: the inputs z 10×3 have 3 columns, want 1"},
		{"Embedding.Outputs", func() { Embedding{}.Outputs() }, "nn: Embedding: no Tables; without a column of categories there is nothing to embed"},
		{"Embedding.CheckInputs", func() { _ = Embedding{}.CheckInputs(column(1)) }, "nn: Embedding: no Tables; without a column of categories there is nothing to embed"},
		{"NewDSelectK", func() { NewDSelectK(3, 1, 1).Shapes() }, "nn: DSelectK: Inputs is 3, Experts 1, K 1" + selectSays},
		{"DSelectK.Inputs", gate(func(d *DSelectK) { d.Inputs = -1 }), "nn: DSelectK: Inputs is -1, Experts 4, K 2" + selectSays},
		{"DSelectK.Experts", gate(func(d *DSelectK) { d.Experts = 0 }), "nn: DSelectK: Inputs is 3, Experts 0, K 2" + selectSays},
		{"DSelectK.K", gate(func(d *DSelectK) { d.K = 0 }), "nn: DSelectK: Inputs is 3, Experts 4, K 0" + selectSays},
		{"DSelectK.Gamma", gate(func(d *DSelectK) { d.Gamma = 0 }), "nn: DSelectK: Gamma is 0; it must be finite and above 0, and 1 is usual"},
		{"DSelectK.Gamma infinite", gate(func(d *DSelectK) { d.Gamma = inf }), "nn: DSelectK: Gamma is +Inf; it must be finite and above 0, and 1 is usual"},
		{"DSelectK.Entropy", gate(func(d *DSelectK) { d.Entropy = -1 }), "nn: DSelectK: Entropy is -1" + finiteSays},
		{"DSelectK.Inverse", gate(func(d *DSelectK) { d.Inverse = nan }), "nn: DSelectK: Inverse is NaN" + finiteSays},
		{"DSelectK.Shapes", func() { DSelectK{Experts: 2, K: 1}.Shapes() }, "nn: DSelectK: Gamma is 0; it must be finite and above 0, and 1 is usual"},
		{"DSelectK.Init", func() { NewDSelectK(3, 4, 2).Init(nil) }, "nn: DSelectK.Init" + sourceSays},
		{"DSelectK.Apply", func() { NewDSelectK(0, 4, 2).Apply(nil, p, z) }, "nn: DSelectK: parameter 0 is W1 3×2, want z 2×2"},
		{"DSelectK.Apply columns", func() { NewDSelectK(3, 4, 2).Apply(nil, g.Params(NewDSelectK(3, 4, 2).Shapes()), a) }, "nn: DSelectK: the inputs pred 10×1 have 1 columns, want 3"},
		{"DSelectK.Apply scope", func() {
			for _, name := range []string{"gate1.z", "gate2.z"} {
				NewDSelectK(0, 4, 1).Apply(tr, g.Params([]autodiff.Shape{{Name: name, Rows: 1, Cols: 2}, {Name: "w", Rows: 1, Cols: 1}}), z)
			}
		}, `nn: DSelectK: the layers with the parameters "gate1.z" and "gate2.z" are in the same scope, ""; give each a scope of its own by Trace.Scope`},
		{"DSelectK.Select", func() { NewDSelectK(0, 4, 2).Select(z, z) }, "nn: DSelectK.Select: z is z 10×3 and w z 10×3; 2 selectors of 2 bits want 4 and 2 columns, and as many rows of both"},
		{"Size", func() { Size([]autodiff.Shape{{Name: "W", Rows: -1, Cols: -1}}) }, "nn: the shape W -1×-1; a matrix has at least one row and one column"},
		{"Size huge", func() { Size([]autodiff.Shape{one, {Name: "W", Rows: math.MaxInt / 2, Cols: 3}}) }, fmt.Sprintf("nn: the shapes up to W %d×3 hold more numbers than an int counts", math.MaxInt/2)},

		{"NewParams", func() { NewParams(two, nil) }, "nn: NewParams: the shapes hold 3 numbers, got 0"},
		{"NewParams names", func() { NewParams([]autodiff.Shape{one, one}, w[:2]) }, `nn: NewParams: two matrices are called "W"`},
		{"Params.View", func() { NewParams(two, w[:3]).View("W9") }, `nn: Params.View: no matrix is called "W9"; there are [W1 1×2 b1 1×1]`},
		{"Params.Data", func() { Params{Shapes: two, Data: w[:1]}.View("b1") }, "nn: Params.View: the shapes hold 3 numbers, Data 1"},
		{"Params.Shapes", func() { Params{Shapes: []autodiff.Shape{{Name: "W"}}}.View("W") }, "nn: the shape W 0×0; a matrix has at least one row and one column"},
		{"WriteFile", func() { _ = WriteFile("x", Params{Data: w[:1]}) }, "nn: NewParams: the shapes hold 0 numbers, got 1"},
	}
}

// odd is a rule with another rate and number of slots than it works with.
type odd struct {
	SGD
	rate  float64
	slots int
}

func (o odd) LearningRate() float64 { return o.rate }
func (o odd) Slots() int            { return o.slots }

// summing is a rule that mixes parameters.
type summing struct{ SGD }

func (summing) Step(_, _ autodiff.Value, _ []autodiff.Value, _, param autodiff.Value) ([]autodiff.Value, autodiff.Value) {
	return nil, param.Sum()
}

// constant is a schedule of one factor.
type constant float64

func (c constant) Factor(int) float64 { return float64(c) }

func TestMisuse(t *testing.T) {
	for _, m := range append(mistakes(), convMistakes()...) {
		exported.Says(t, m.name, m.call, m.says)
	}
}

// harmless lists what is exported and cannot be misused, with the reason.
var harmless = map[string]string{
	"Named.Name": "is what Trace hands out", "Named.Value": "is what Trace hands out",
	"Statistic.Shape": "is what Trace hands out", "Statistic.Start": "is what Trace hands out", "Statistic.Value": "is what Trace hands out",
	"Statistic.Next": "is what Trace hands out", "Scheduled.Value": "is what Trace hands out",
	"Scheduled.At": "is what Trace hands out",
	"Activations":  "no arguments", "Adam.Keras": "both make sense", "Momentum.Nesterov": "both make sense",
	"Kind.String": "every number prints", "Metric.String": "every name prints", "Metric.GoString": "every name prints", "Metric.Name": "a name",
	"Metric.Of": "is called with what the metrics are tested with", "Zeros.Fill": "needs nothing but the weights",
	"Target.Score": "tested by the fields", "Target.CheckOutputs": "its errors are tested with targets",
	"Conv.Bias": "both make sense", "ConvNet.Strided": "both make sense", "ConvNet.Average": "both make sense",
	"MaxPool.Shapes": "there are none", "MaxPool.Init": "there are none",
	"MLP.Hidden": "both make sense", "Attention.Causal": "both make sense", "ReadMatrices": "its errors are tested with files",
	"ReadFile": "its errors are tested with files", "ReadSafetensors": "its errors are tested with files",
}

// Everything exported has a row in the table above, or a reason not to.
func TestMisuseIsComplete(t *testing.T) {
	var tested []string
	for _, m := range append(mistakes(), convMistakes()...) {
		name, _, _ := strings.Cut(m.name, " ")
		tested = append(tested, name)
	}
	telling := []string{"LearningRate", "Slots", "Check", "Target"} // methods that only tell what a value is
	names := slices.DeleteFunc(exported.FunctionsAndFields(t), func(name string) bool {
		of, method, _ := strings.Cut(name, ".")
		return slices.Contains(telling, method) && of != "Target" && !slices.Contains(tested, name)
	})
	exported.Complete(t, names, tested, harmless)
}
