package balance_test

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/exported"
	"kindred/mtlkit/balance"
)

// A misuse is a call that makes no sense, and what it says.
type misuse struct {
	call func()
	says string
}

// says fails the test unless the call panics with that sentence.
func (m misuse) check(t *testing.T) {
	t.Helper()
	exported.Says(t, m.says, m.call, "balance: "+m.says)
}

// told returns the fields of the type that a sentence begins with which it names, and the function that it begins with.
func told(names []string, sentence string) (all []string) {
	of, rest, _ := strings.Cut(sentence, ": ")
	words := strings.FieldsFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) })
	for _, name := range names {
		if field, ok := strings.CutPrefix(name, of+"."); name == of || ok && slices.Contains(words, field) {
			all = append(all, name)
		}
	}
	return all
}

// Settings that make no sense are refused before the first step, by a sentence that names the field and what it may be.
func TestMisuseOfSettings(t *testing.T) {
	for _, c := range settings() {
		t.Run(fmt.Sprintf("%T: %s", c.b, c.says), func(t *testing.T) {
			misuse{func() { balance.Start(c.b, balance.Setting{Tasks: 4, Params: 3}) }, c.says}.check(t)
			// The call is a door too, for a state that was not made by Start.
			misuse{func() { callDirectly(c.b, balance.State{Setting: balance.Setting{Tasks: 4, Params: 3}}) }, c.says}.check(t)
		})
	}
}

type wrongSetting struct {
	b    balance.Balancer
	says string
}

func settings() []wrongSetting {
	nan, inf := math.NaN(), math.Inf(1)
	four := func(bad float64) []float64 { return []float64{1, 2, bad, 4} }
	return []wrongSetting{
		{balance.Fixed{}, "Fixed: 0 numbers in Weights for 4 tasks"},
		{balance.Fixed{Weights: []float64{1}}, "Fixed: 1 numbers in Weights for 4 tasks"},
		{balance.Fixed{Weights: four(nan)}, "Fixed: Weights is NaN; it must be finite and not negative"},
		{balance.Fixed{Weights: four(-1)}, "Fixed: Weights is -1; it must be finite and not negative"},
		{balance.Uncertainty{}, "Uncertainty: Rate is 0; it must be finite and positive, as NewUncertainty sets it"},
		{balance.Uncertainty{Rate: -0.1}, "Uncertainty: Rate is -0.1; it must be finite and positive, as NewUncertainty sets it"},
		{balance.Uncertainty{Rate: 1, Start: nan}, "Uncertainty: Start is NaN; it must be finite"},
		{balance.DWA{}, "DWA: Temperature is 0; it must be finite and positive, as NewDWA sets it"},
		{balance.DWA{Temperature: -1}, "DWA: Temperature is -1; it must be finite and positive, as NewDWA sets it"},
		{balance.DWA{Temperature: inf}, "DWA: Temperature is +Inf; it must be finite and positive, as NewDWA sets it"},
		{balance.IMTLL{}, "IMTLL: Rate is 0; it must be finite and positive, as NewIMTLL sets it"},
		{balance.IMTLL{Rate: nan}, "IMTLL: Rate is NaN; it must be finite and positive, as NewIMTLL sets it"},
		{balance.FAMO{}, "FAMO: Rate is 0; it must be finite and positive, as NewFAMO sets it"},
		{balance.FAMO{Rate: 1, Decay: -5}, "FAMO: Decay is -5; it must be finite and not negative"},
		{balance.FAMO{Rate: 1, Least: four(inf)}, "FAMO: Least is +Inf; it must be finite"},
		{balance.FAMO{Rate: 1, Least: []float64{1}}, "FAMO: 1 numbers in Least for 4 tasks"},
		{balance.STCH{}, "STCH: Mu is 0; it must be finite and positive, as NewSTCH sets it"},
		{balance.STCH{Mu: -1}, "STCH: Mu is -1; it must be finite and positive, as NewSTCH sets it"},
		{balance.STCH{Mu: 1, Weights: four(-1)}, "STCH: Weights is -1; it must be finite and not negative"},
		{balance.STCH{Mu: 1, Reference: four(nan)}, "STCH: Reference is NaN; it must be finite"},
		{balance.STCH{Mu: 1, Nadir: four(0)}, "STCH: Nadir has a 0; want finite and positive numbers"},
		{balance.STCH{Mu: 1, Nadir: []float64{1}}, "STCH: 1 numbers in Nadir for 4 tasks"},
		{balance.PBI{Theta: -1}, "PBI: Theta is -1; it must be finite and not negative"},
		{balance.PBI{Theta: inf}, "PBI: Theta is +Inf; it must be finite and not negative"},
		{balance.PBI{Weights: four(-1)}, "PBI: Weights is -1; it must be finite and not negative"},
		{balance.PBI{Weights: make([]float64, 4)}, "PBI: Weights are all 0; at least one must be positive"},
		{balance.PBI{Reference: four(nan)}, "PBI: Reference is NaN; it must be finite"},
		{balance.PBI{Reference: []float64{1}}, "PBI: 1 numbers in Reference for 4 tasks"},
		{balance.COSMOS{Lambda: -1}, "COSMOS: Lambda is -1; it must be finite and not negative"},
		{balance.COSMOS{Lambda: nan}, "COSMOS: Lambda is NaN; it must be finite and not negative"},
		{balance.COSMOS{Weights: []float64{1}}, "COSMOS: 1 numbers in Weights for 4 tasks"},
		{balance.COSMOS{Weights: make([]float64, 4)}, "COSMOS: Weights are all 0; at least one must be positive"},
		{balance.CRMOGMScalarizer{}, "CRMOGMScalarizer: Of is nil; give a scalarizer, such as NewDWA()"},
		{balance.CRMOGMScalarizer{Of: balance.Equal{}, Alpha: nan}, "CRMOGMScalarizer: Alpha is NaN; it must be in [0, 1]"},

		{balance.Constant{}, "Constant: 0 numbers in Weights for 4 tasks"},
		{balance.Constant{Weights: four(nan)}, "Constant: Weights is NaN; it must be finite"},
		{balance.MGDA{Scale: 4}, "MGDA: no Scale 4"},
		{balance.MGDA{Scale: -1}, "MGDA: no Scale -1"},
		{balance.DualProj{Pref: four(-1)}, "DualProj: Pref is -1; it must be finite and not negative"},
		{balance.DualProj{Reg: -1}, "DualProj: Reg is -1; it must be finite and not negative"},
		{balance.Krum{}, "Krum: Select is 0 for 4 tasks; it must be from 1, as NewKrum sets it, to their number"},
		{balance.Krum{Select: 5}, "Krum: Select is 5 for 4 tasks; it must be from 1, as NewKrum sets it, to their number"},
		{balance.NewKrum(99), "Krum: Byzantine is 99 for 4 tasks; it must be 0, or up to the number of tasks less 3"},
		{balance.NewKrum(-1), "Krum: Byzantine is -1 for 4 tasks; it must be 0, or up to the number of tasks less 3"},
		{balance.GradNorm{}, "GradNorm: Rate is 0; it must be finite and positive, as NewGradNorm sets it"},
		{balance.GradNorm{Rate: 1, Alpha: nan}, "GradNorm: Alpha is NaN; it must be finite"},
		{balance.GradNorm{Rate: 1, First: four(0)}, "GradNorm: First has a 0; want finite and positive numbers"},
		{balance.TrimmedMean{Trim: 99}, "TrimmedMean: Trim is 99 for 4 tasks; it must be 0 or more, and leave a value"},
		{balance.TrimmedMean{Trim: -1}, "TrimmedMean: Trim is -1 for 4 tasks; it must be 0 or more, and leave a value"},
		{balance.GradDrop{Leak: four(1.5)}, "GradDrop: Leak is 2; it must be in [0, 1]"},
		{balance.GradDrop{Leak: []float64{0, 0, 0, nan}}, "GradDrop: Leak is NaN; it must be in [0, 1]"},
		{balance.GradDrop{F: func(p float64) float64 { return nan }},
			"GradDrop: F is NaN, NaN and NaN at 0, ½ and 1; it must increase within [0, 1]"},
		{balance.GradDrop{F: func(p float64) float64 { return 1 - p }},
			"GradDrop: F is 1, 0.5 and 0 at 0, ½ and 1; it must increase within [0, 1]"},
		{balance.GradVac{Beta: 5}, "GradVac: Beta is 5; it must be in [0, 1]"},
		{balance.GradVac{Beta: nan}, "GradVac: Beta is NaN; it must be in [0, 1]"},
		{balance.GradVac{Eps: -1}, "GradVac: Eps is -1; it must be finite and not negative"},
		{balance.CAGrad{C: -1}, "CAGrad: C is -1; it must be finite and not negative"},
		{balance.CAGrad{C: nan}, "CAGrad: C is NaN; it must be finite and not negative"},
		{balance.CAGrad{Rescale: 3}, "CAGrad: no Rescale 3"},
		{balance.NashMTL{MaxNorm: -1}, "NashMTL: MaxNorm is -1; it must be finite and not negative"},
		{balance.NashMTL{Keep: -1}, "NashMTL: Keep is -1; it must not be negative"},
		{balance.AlignedMTL{Scale: 3}, "AlignedMTL: no Scale 3"},
		{balance.AlignedMTL{Pref: four(nan)}, "AlignedMTL: Pref is NaN; it must be finite"},
		{balance.AlignedMTLGram{Scale: -1}, "AlignedMTLGram: no Scale -1"},
		{balance.MoCo{}, "MoCo: Beta is 0; it must be finite and positive, as NewMoCo sets it"},
		{balance.MoCo{Beta: 2, Rate: 1}, "MoCo: Beta is 2; it must be in [0, 1]"},
		{balance.MoCo{Beta: 1, BetaDecay: -1, Rate: 1}, "MoCo: BetaDecay is -1; it must be finite and not negative"},
		{balance.MoCo{Beta: 1}, "MoCo: Rate is 0; it must be finite and positive, as NewMoCo sets it"},
		{balance.MoCo{Beta: 1, Rate: 1, RateDecay: nan}, "MoCo: RateDecay is NaN; it must be finite and not negative"},
		{balance.MoCo{Beta: 1, Rate: 1, Rho: -1}, "MoCo: Rho is -1; it must be finite and not negative"},
		{balance.MoDo{}, "MoDo: Rate is 0; it must be finite and positive, as NewMoDo sets it"},
		{balance.MoDo{Rate: 1, Rho: -1}, "MoDo: Rho is -1; it must be finite and not negative"},
		{balance.SDMGrad{}, "SDMGrad: Steps is 0; it must be at least 1; NewSDMGrad sets 20"},
		{balance.SDMGrad{Steps: 1}, "SDMGrad: Rate is 0; it must be finite and positive, as NewSDMGrad sets it"},
		{balance.SDMGrad{Lambda: -1}, "SDMGrad: Lambda is -1; it must be finite and not negative"},
		{balance.SDMGrad{Steps: 1, Rate: 1, Momentum: 1}, "SDMGrad: Momentum is 1; it must be in [0, 1)"},
		{balance.DBMTL{Beta: 1}, "DBMTL: Beta is 1; it must be in [0, 1)"},
		{balance.DBMTL{Sigma: -1}, "DBMTL: Sigma is -1; it must be finite and not negative"},
		{balance.DBMTL{Eps: nan}, "DBMTL: Eps is NaN; it must be finite and not negative"},
		{balance.FairGrad{}, "FairGrad: Alpha is 0; it must be finite and positive, as NewFairGrad sets it"},
		{balance.FairGrad{Alpha: -2}, "FairGrad: Alpha is -2; it must be finite and positive, as NewFairGrad sets it"},
		{balance.ExcessMTL{}, "ExcessMTL: Rate is 0; it must be finite and positive, as NewExcessMTL sets it"},
		{balance.ExcessMTL{Rate: 1, Eps: -1}, "ExcessMTL: Eps is -1; it must be finite and not negative"},
		{balance.UPGrad{Pref: []float64{1}}, "UPGrad: 1 numbers in Pref for 4 tasks"},
		{balance.UPGrad{Reg: nan}, "UPGrad: Reg is NaN; it must be finite and not negative"},
		{balance.CRMOGM{}, "CRMOGM: Of is nil; give an aggregator that gives weights, as MGDA does"},
		{balance.CRMOGM{Of: balance.Sum{}, Alpha: 1.5}, "CRMOGM: Alpha is 1.5; it must be in [0, 1]"},
		{balance.NewCRMOGM(balance.Equal{}), "CRMOGM: Of is a balance.Equal, a scalarizer; smooth it by CRMOGMScalarizer"},
		{balance.NewCRMOGM(balance.GradDrop{}),
			"CRMOGM: Of is a balance.GradDrop, which gives a direction and no weights that could be smoothed"},
		{balance.NewCRMOGM(balance.NewMoDo()),
			"CRMOGM: Of is a balance.MoDo, which gives a direction and no weights that could be smoothed"},
		{balance.NewCRMOGM(balance.Stateless{}),
			"CRMOGM: Of is a balance.Stateless, which gives a direction and no weights that could be smoothed"},
		{balance.PCD{Tau: -1}, "PCD: Tau is -1; it must be in [0, 1]"},
		{balance.PCD{Tau: nan}, "PCD: Tau is NaN; it must be in [0, 1]"},
		{balance.PCD{Taus: []float64{0.1}}, "PCD: 1 numbers in Taus for 4 tasks"},
		{balance.PCD{Taus: []float64{0, 0, 2, 0}}, "PCD: Taus is 2; it must be in [0, 1]"},
		{balance.PCD{Beta: 1}, "PCD: Beta is 1; it must be in [0, 1)"},
		{balance.PCD{Eps: -1}, "PCD: Eps is -1; it must be finite and not negative"},
		{balance.ConFIG{Pref: four(inf)}, "ConFIG: Pref is +Inf; it must be finite"},
	}
}

// callDirectly hands b four losses and gradients of length three, without an Aggregation between.
func callDirectly(b balance.Balancer, s balance.State) {
	w, d, j := make([]float64, 4), make([]float64, 3), normal(4, 3, 1)
	var gram mat.SymDense
	gram.SymOuterK(1, j)
	switch b := b.(type) {
	case balance.Scalarizer:
		b.Scalarize(w, ones(4), s)
	case balance.WeightAggregator:
		b.Weigh(w, s)
	case balance.NormLossAggregator:
		b.WeighNorms(w, ones(4), ones(4), s)
	case balance.GramAggregator:
		b.WeighGram(w, &gram, s)
	case balance.GramLossAggregator:
		b.WeighGramLoss(w, &gram, ones(4), s)
	case balance.JacobianAggregator:
		b.Combine(d, j, s)
	case balance.JacobianLossAggregator:
		b.CombineLoss(d, j, ones(4), s)
	case balance.BatchAggregator:
		b.CombineBatches(d, []*mat.Dense{j, j, j}, s)
	}
}

// Arguments of the wrong shape, numbers of tasks and points that there can't be, nothing where there should be
// something.
func TestMisuseOfFunctions(t *testing.T) {
	for name, c := range functions() {
		t.Run(name, func(t *testing.T) { c.check(t) })
	}
}

func functions() map[string]misuse {
	two := balance.Setting{Tasks: 2, Params: 3}
	sum := balance.Start(balance.Sum{}, two)
	present := func(tasks ...int) balance.State { return balance.State{Setting: two, Present: tasks} }
	j, gram := normal(2, 3, 1), mat.NewSymDense(2, []float64{1, 0, 0, 1})
	d, w := make([]float64, 3), make([]float64, 2)
	var a balance.Aggregation
	toy, fonseca := balance.NewToy2D(), balance.NewFonseca()
	return map[string]misuse{
		"Start, nothing": {func() { balance.Start(nil, two) }, "Start: the balancer is nil"},
		"Setting.Tasks": {func() { balance.Start(balance.Sum{}, balance.Setting{}) },
			"Start: a training of 0 tasks, 0 shared parameters and 0 steps an epoch; it has at least one task, and no number is negative"},
		"Setting.Params": {func() { balance.Start(balance.Sum{}, balance.Setting{Tasks: 1, Params: -1}) },
			"Start: a training of 1 tasks, -1 shared parameters and 0 steps an epoch; it has at least one task, and no number is negative"},
		"Setting.StepsPerEpoch": {func() { balance.Start(balance.Sum{}, balance.Setting{Tasks: 1, StepsPerEpoch: -3}) },
			"Start: a training of 1 tasks, 0 shared parameters and -3 steps an epoch; it has at least one task, and no number is negative"},
		"Setting.Classes": {func() { balance.Start(balance.Sum{}, balance.Setting{Tasks: 2, Classes: []bool{true}}) },
			"Start: Classes tells of 1 tasks; the training has 2"},
		"State.Task, -1": {func() { sum.Task(-1) }, "State: task -1 of the 2 that are present"},
		"State.Task, 1":  {func() { present(1).Task(1) }, "State: task 1 of the 1 that are present"},

		"State.Present, nobody":  {func() { balance.Sum{}.Weigh(nil, present([]int{}...)) }, "Sum: no task is present"},
		"a task that is not":     {func() { balance.Sum{}.Weigh(w, present(0, 2)) }, "Sum: the tasks [0 2] are present; want increasing numbers below 2"},
		"a negative task":        {func() { balance.Sum{}.Weigh(w, present(-1, 0)) }, "Sum: the tasks [-1 0] are present; want increasing numbers below 2"},
		"a task twice":           {func() { balance.Sum{}.Weigh(w, present(1, 1)) }, "Sum: the tasks [1 1] are present; want increasing numbers below 2"},
		"a weight too few":       {func() { balance.Mean{}.Weigh(w[:1], sum) }, "Mean: 1 weights; 2 tasks are present"},
		"a loss too few":         {func() { balance.GLS{}.Scalarize(w, ones(1), sum) }, "GLS: 1 losses; 2 tasks are present"},
		"State.Memory, too many": {func() { balance.GLS{}.Scalarize(w, w, balance.State{Setting: two, Memory: w}) }, "GLS: a memory of 2 numbers; want 0 as NewState makes it for 2 tasks"},
		"a memory too few":       {func() { balance.RLW{}.Scalarize(w, w, sum) }, "RLW: a memory of 0 numbers; want 1 as NewState makes it for 2 tasks"},
		"no Gram matrix":         {func() { balance.MGDA{}.WeighGramLoss(w, nil, nil, sum) }, "MGDA: the Gram matrix is nil"},
		"a small Gram matrix":    {func() { balance.IMTLG{}.WeighGram(w[:1], gram, present(1)) }, "IMTLG: a Gram matrix of 2 tasks; 1 are present"},
		"no losses to scale by":  {func() { balance.MGDA{Scale: balance.MGDAByLoss}.WeighGramLoss(w, gram, nil, sum) }, "MGDA: 0 losses; 2 tasks are present"},
		"a norm too few": {func() {
			balance.NewGradNorm().WeighNorms(w, w[:1], w, balance.Start(balance.NewGradNorm(), two))
		}, "GradNorm: 1 norms; 2 tasks are present"},
		"fixed weights of nobody": {func() { balance.Equal{}.FixedWeights(balance.State{}) },
			"Equal: a training of 0 tasks, 0 shared parameters and 0 steps an epoch; it has at least one task, and no number is negative"},

		"Aggregation.Apply, no Jacobian":       {func() { _ = a.Apply(d, balance.Sum{}, nil, nil, sum) }, "Aggregation: the Jacobian is nil"},
		"Aggregation.Apply, an empty Jacobian": {func() { _ = a.Apply(nil, balance.Sum{}, new(mat.Dense), nil, sum) }, "Aggregation: a Jacobian of 0×0; 2 tasks are present, with 3 shared parameters"},
		"Aggregation.Apply, a row too many":    {func() { _ = a.Apply(d, balance.Sum{}, j, nil, present(0)) }, "Aggregation: a Jacobian of 2×3; 1 tasks are present, with 3 shared parameters"},
		"Aggregation.Apply, a short direction": {func() { _ = a.Apply(d[:2], balance.Sum{}, j, nil, sum) }, "Aggregation: room for a direction of 2 numbers; gradients have 3"},
		"Aggregation.Apply, a loss too few":    {func() { _ = a.Apply(d, balance.Sum{}, j, ones(1), sum) }, "Aggregation: 1 losses; 2 tasks are present"},
		"Aggregation.Apply, a scalarizer":      {func() { _ = a.Apply(d, balance.Equal{}, j, nil, sum) }, "Aggregation: balance.Equal is not an aggregator of one Jacobian"},
		"Aggregation.Apply, nothing":           {func() { _ = a.Apply(d, nil, j, nil, sum) }, "Aggregation: the balancer is nil"},
		"Aggregation.Apply, a name too few": {func() {
			_ = (&balance.Aggregation{Tasks: []string{"one"}}).Apply(d, balance.Sum{}, j, nil, sum)
		}, "Aggregation: 1 names in Tasks for 2 tasks"},
		"Aggregate, nothing": {func() { _ = balance.Aggregate(d, nil, j, nil, sum) }, "Aggregation: the balancer is nil"},
		"Aggregation.ApplyBatches, one of three": {func() { _ = a.ApplyBatches(d, balance.NewMoDo(), []*mat.Dense{j}, sum) },
			"Aggregation: 1 Jacobians for balance.MoDo; want 3"},
		"Aggregation.ApplyBatches, of two shapes": {func() {
			_ = a.ApplyBatches(d, balance.NewMoDo(), []*mat.Dense{j, j, normal(3, 3, 1)}, balance.Start(balance.NewMoDo(), two))
		}, "Aggregation: a Jacobian of 3×3; 2 tasks are present, with 3 shared parameters"},
		"Aggregation.ApplyBatches, nothing": {func() { _ = a.ApplyBatches(d, nil, nil, sum) }, "Aggregation: the balancer is nil"},

		"Method.New, no task": {func() { balance.Methods()[1].New(0) }, "Methods: a balancer for 0 tasks; want at least one"},
		"Needs":               {func() { balance.Needs(balance.Stateless{}) }, "Needs: balance.Stateless is neither a scalarizer nor an aggregator"},
		"Needs, nothing":      {func() { balance.Needs(nil) }, "Needs: <nil> is neither a scalarizer nor an aggregator"},

		"NewConflict, nothing": {func() { balance.NewConflict(nil) }, "NewConflict: no Gram matrix; want one of at least one gradient"},
		"NewConflict, a negative square": {func() { balance.NewConflict(mat.NewSymDense(1, []float64{-1})) },
			"NewConflict: |g|² of gradient 0 is -1; it must be finite and not negative"},
		"NewConflict, NaN": {func() { balance.NewConflict(mat.NewSymDense(1, []float64{math.NaN()})) },
			"NewConflict: |g|² of gradient 0 is NaN; it must be finite and not negative"},
		"Condition, nothing": {func() { balance.Condition(nil) }, "Condition: the Jacobian is nil"},
		"Condition, empty":   {func() { balance.Condition(new(mat.Dense)) }, "Condition: a Jacobian of 0×0"},
		"ParetoFilter":       {func() { balance.ParetoFilter([][]float64{{1, 2}, {1}}) }, "ParetoFilter: point 1 has 1 objectives; the first has 2"},
		"Hypervolume, one":   {func() { balance.Hypervolume(nil, []float64{1}) }, "Hypervolume: a reference of 1 objectives; want 2 or 3"},
		"Hypervolume, NaN":   {func() { balance.Hypervolume(nil, []float64{1, math.NaN()}) }, "Hypervolume: reference is NaN; it must be finite"},
		"Hypervolume, flat": {func() { balance.Hypervolume([][]float64{{1}}, []float64{1, 1}) },
			"Hypervolume: point 0 has 1 objectives; the reference has 2"},

		"Toy2D.Dims, no scale":            {func() { balance.Toy2D{}.Dims() }, "Toy2D: Scale is 0; it must be finite and positive, as NewToy2D sets it"},
		"Toy2D, a negative scale":         {func() { balance.Toy2D{Scale: -1}.Dims() }, "Toy2D: Scale is -1; it must be finite and positive, as NewToy2D sets it"},
		"Toy2D.Evaluate, three variables": {func() { toy.Evaluate(w, mat.NewDense(2, 2, nil), d) }, "Toy2D: 3 variables; want 2"},
		"Toy2D.Evaluate, room for three":  {func() { toy.Evaluate(d, mat.NewDense(2, 2, nil), w) }, "Toy2D: room for 3 objectives and a Jacobian of 2×2; want 2 and 2×2"},
		"Toy2D.Evaluate, no Jacobian":     {func() { toy.Evaluate(w, nil, w) }, "Toy2D: the Jacobian is nil"},
		"Toy2D.Distance":                  {func() { toy.Distance(d) }, "Toy2D: 3 variables; want 2"},
		"Toy2D.ParetoSet, −1 points":      {func() { toy.ParetoSet(-1) }, "Toy2D: -1 points of the Pareto set; want 0 to a million"},
		"Toy2D.ParetoSet, many points":    {func() { toy.ParetoSet(1 << 40) }, "Toy2D: 1099511627776 points of the Pareto set; want 0 to a million"},
		"Fonseca.Dims, no variables":      {func() { balance.Fonseca{}.Dims() }, "Fonseca: Variables is 0; it must be at least 1; NewFonseca sets 20"},
		"Fonseca.Evaluate, a variable":    {func() { fonseca.Evaluate(w, mat.NewDense(2, 20, nil), w) }, "Fonseca: 2 variables; want 20"},
		"Fonseca.Distance":                {func() { fonseca.Distance(w) }, "Fonseca: 2 variables; want 20"},
		"Fonseca.ParetoSet, many points":  {func() { fonseca.ParetoSet(math.MaxInt) }, "Fonseca: 9223372036854775807 points of the Pareto set; want 0 to a million"},
		"Descent, nothing":                {func() { _, _ = balance.Descent{}.Run(nil) }, "Descent: Problem and Balance must be set"},
		"Descent, no rate": {func() { _, _ = balance.Descent{Problem: toy, Balance: balance.Sum{}}.Run(w) },
			"Descent: Rate is 0; it must be finite and positive, as NewDescent sets it"},
		"Descent, clipped at −1": {func() {
			_, _ = balance.Descent{Problem: toy, Balance: balance.Sum{}, Rate: 1, ClipNorm: -1}.Run(w)
		}, "Descent: ClipNorm is -1; it must be finite and not negative"},
		"Descent, batches": {func() { _, _ = balance.NewDescent(toy, balance.NewMoDo()).Run(w) },
			"Descent: balance.MoDo needs several batches; a problem has but one Jacobian"},
		"Descent.Run, a start of three": {func() { _, _ = balance.NewDescent(toy, balance.Sum{}).Run(d, 1) },
			"Descent: a start of 3 variables, want 2; steps [1], want increasing ones, not negative"},
		"Descent, backwards": {func() { _, _ = balance.NewDescent(toy, balance.Sum{}).Run(w, 2, 1) },
			"Descent: a start of 2 variables, want 2; steps [2 1], want increasing ones, not negative"},
		"Descent, before the start": {func() { _, _ = balance.NewDescent(toy, balance.Sum{}).Run(w, -1) },
			"Descent: a start of 2 variables, want 2; steps [-1], want increasing ones, not negative"},
		"Descent, from NaN": {func() { _, _ = balance.NewDescent(toy, balance.Sum{}).Run([]float64{0, math.NaN()}, 1) },
			"Descent: start is NaN; it must be finite"},
	}
}

// contract are the methods by which a balancer is used. They are called with every misuse of a setting.
var contract = []string{"Stateless", "NewState", "NeedsPositiveLosses", "FixedWeights", "Batches", "AfterStep", "Scalarize", "Weigh",
	"WeighNorms", "WeighGram", "WeighGramLoss", "Combine", "CombineLoss", "CombineBatches"}

// constructor matches those that take no arguments but the settings that Start refuses.
var constructor = regexp.MustCompile(`^New(CAGrad|COSMOS|CRMOGM|CRMOGMScalarizer|DBMTL|DWA|ExcessMTL|FairGrad|FAMO|Fonseca|GradNorm|GradVac|IMTLL|Krum|MoCo|MoDo|` +
	`NashMTL|PBI|PCD|Descent|SDMGrad|STCH|Toy2D|Uncertainty)$`)

// Everything exported has a row in the tables above, or a reason not to.
func TestMisuseIsComplete(t *testing.T) {
	names := slices.DeleteFunc(exported.FunctionsAndFields(t), func(name string) bool {
		_, method, _ := strings.Cut(name, ".")
		return slices.Contains(contract, method) || constructor.MatchString(name)
	})
	var tested []string
	for _, c := range settings() {
		tested = append(tested, told(names, c.says)...)
	}
	for name, c := range functions() {
		name, _, _ = strings.Cut(name, ",")
		tested = append(append(tested, name), told(names, c.says)...)
	}
	exported.Complete(t, names, tested, harmless)
}

// harmless lists what is exported and has no row of its own, with the reason.
var harmless = map[string]string{
	"Aggregation.Weights": "what Apply left", "Aggregation.Gram": "what Apply left", "Conflict": "NewConflict sets it",
	"Equal.Mean": "both make sense", "ExcessMTL.RatioWithoutEps": "both make sense", "ExcessMTL.SkipFirst": "both make sense",
	"ExcessMTL.SumToM": "both make sense", "GradDrop.Seed": "all make sense", "Purity.String": "every function has a name",
	"GradNorm.Adam": "both make sense", "GradNorm.Softmax": "both make sense", "GradVac.Mean": "both make sense",
	"GradVac.Shuffle": "both make sense", "GradVac.Seed": "all make sense", "IMTLL.Adam": "both make sense",
	"Krum.Euclidean": "both make sense", "Method": "a row of the package's table",
	"MethodTable": "no arguments", "MoCo.Softmax": "both make sense", "MoCo.LossLengths": "both make sense",
	"PCGrad.Mean": "both make sense", "PCGrad.Shuffle": "both make sense", "PCGrad.Seed": "all make sense",
	"Point": "Descent.Run sets it", "Properties": "no arguments", "Property": "every number has a name and properties",
	"RLW.Seed": "all make sense", "SDMGrad.Unscaled": "both make sense", "State.Setting": "see Setting", "State.Count": "a number",
	"Toy2D.Starts": "the methods refuse its field", "Uncertainty.Adam": "both make sense", "Uncertainty.Alike": "both make sense",
}
