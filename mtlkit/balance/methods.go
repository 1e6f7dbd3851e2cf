package balance

import (
	"fmt"
	"math"
	"strings"
)

// A Method is a row of the table of balancers.
type Method struct {
	Name       string
	New        func(m int) Balancer // a typical one, for m tasks
	State      string               // what it remembers between steps
	Cost       string               // of a step, in order of magnitude, beside that of its needs and of the combination
	Degree     float64              // p, if gradients times c > 0 give the first direction times cᵖ; else NaN
	Properties Property             // of aggregators
	Paper      string
}

var noDegree = math.NaN()

const (
	likeProjection = NonConflicting | PermutationEquivariant | StronglyStationary
	likeSum        = PermutationEquivariant | LinearUnderScaling | StronglyStationary
)

// methods are the balancers of this package: scalarizers, then aggregators, each in the order of publication.
var methods = []Method{
	{"Equal", func(int) Balancer { return Equal{} }, "", "m", noDegree, 0, ""},
	{"Fixed", func(m int) Balancer { return Fixed{Weights: linear(m)} }, "", "m", noDegree, 0, ""},
	{"PBI", func(int) Balancer { return NewPBI() }, "", "m", noDegree, 0, "Zhang, Li 2007"},
	{"Uncertainty", func(int) Balancer { return NewUncertainty() }, "s: m", "m", noDegree, 0,
		"Kendall et al. 2018, arXiv:1705.07115"},
	{"DWA", func(int) Balancer { return NewDWA() }, "mean losses: 4m + 1", "m", noDegree, 0,
		"Liu et al. 2019, arXiv:1803.10704"},
	{"GLS", func(int) Balancer { return GLS{} }, "", "m", noDegree, 0, "Chennupati et al. 2019, arXiv:1904.08492"},
	{"COSMOS", func(int) Balancer { return NewCOSMOS() }, "", "m", noDegree, 0,
		"Ruchte, Grabocka 2021, arXiv:2103.13392"},
	{"RLW", func(int) Balancer { return RLW{} }, "steps", "m", noDegree, 0, "Lin et al. 2022, arXiv:2111.10603"},
	{"IMTLL", func(int) Balancer { return NewIMTLL() }, "s: m", "m", noDegree, 0, "Liu et al., ICLR 2021"},
	{"CRMOGMScalarizer", func(int) Balancer { return NewCRMOGMScalarizer(NewDWA()) }, "λ: 2m, and its own", "m, and its own",
		noDegree, 0, "Zhou et al., NeurIPS 2022"},
	{"FAMO", func(int) Balancer { return NewFAMO() }, "w, Adam, losses: 5m", "m", noDegree, 0,
		"Liu et al. 2023, arXiv:2306.03792"},
	{"STCH", func(int) Balancer { return NewSTCH() }, "", "m", noDegree, 0, "Lin et al. 2024, arXiv:2402.19078"},

	{"Sum", func(int) Balancer { return Sum{} }, "", "m", 1, likeSum, ""},
	{"Mean", func(int) Balancer { return Mean{} }, "", "m", 1, likeSum, ""},
	{"Constant", func(m int) Balancer { return Constant{Weights: linear(m)} }, "", "m", 1,
		LinearUnderScaling | StronglyStationary, ""},
	{"MGDA", func(int) Balancer { return MGDA{} }, "", "m⁴", 1,
		NonConflicting | PermutationEquivariant, "Désidéri 2012; Sener, Koltun 2018, arXiv:1810.04650"},
	{"DualProj", func(int) Balancer { return DualProj{} }, "", "m³", 1,
		likeProjection, "Lopez-Paz, Ranzato 2017, arXiv:1706.08840"},
	{"Krum", func(m int) Balancer { return NewKrum(max(0, min(1, m-3))) }, "", "m² log m", 1,
		0, "Blanchard et al. 2017, arXiv:1703.02757"},
	{"GradNorm", func(int) Balancer { return NewGradNorm() }, "w and first losses: 2m", "m", 1,
		likeSum, "Chen et al. 2018, arXiv:1711.02257"},
	{"TrimmedMean", func(m int) Balancer { return TrimmedMean{Trim: min(1, (m-1)/2)} }, "", "nm²", 1,
		PermutationEquivariant, "Yin et al. 2018, arXiv:1803.01498"},
	{"PCGrad", func(int) Balancer { return PCGrad{} }, "steps, if shuffled", "m³", 1,
		LinearUnderScaling | StronglyStationary, "Yu et al. 2020, arXiv:2001.06782"},
	{"GradDrop", func(int) Balancer { return GradDrop{} }, "steps", "nm", 1,
		PermutationEquivariant | StronglyStationary, "Chen et al. 2020, arXiv:2010.06808"},
	{"GradVac", func(int) Balancer { return NewGradVac() }, "φ: m²", "m³", 1,
		LinearUnderScaling | StronglyStationary, "Wang et al. 2021, arXiv:2010.05874"},
	{"IMTLG", func(int) Balancer { return IMTLG{} }, "", "m³", 1,
		PermutationEquivariant, "Liu et al., ICLR 2021"},
	{"CAGrad", func(int) Balancer { return NewCAGrad() }, "", "m⁴", 1,
		PermutationEquivariant | StronglyStationary, "Liu et al. 2021, arXiv:2110.14048"},
	{"NashMTL", func(int) Balancer { return NashMTL{} }, "w: 2m + 2, if kept", "m³ a Newton step", 0,
		NonConflicting | PermutationEquivariant | ScaleInvariant, "Navon et al. 2022, arXiv:2202.01017"},
	{"CRMOGM", func(int) Balancer { return NewCRMOGM(MGDA{}) }, "λ: 2m, and its own", "m, and its own", 1,
		NonConflicting | PermutationEquivariant, "Zhou et al., NeurIPS 2022"},
	{"AlignedMTL", func(int) Balancer { return AlignedMTL{} }, "", "4nm² + m³ a sweep", 1,
		PermutationEquivariant | StronglyStationary, "Senushkin et al. 2023, arXiv:2305.19000"},
	{"AlignedMTLGram", func(int) Balancer { return AlignedMTLGram{} }, "", "m³ a sweep", 1,
		PermutationEquivariant | StronglyStationary, "Senushkin et al. 2023, arXiv:2305.19000"},
	{"MoCo", func(int) Balancer { return NewMoCo() }, "w, Y: mn + m + 1", "nm", noDegree,
		PermutationEquivariant, "Fernando et al. 2023, arXiv:2210.12624"},
	{"MoDo", func(int) Balancer { return NewMoDo() }, "w: m", "4nm", noDegree,
		PermutationEquivariant, "Chen et al. 2023, arXiv:2305.20057"},
	{"SDMGrad", func(int) Balancer { return NewSDMGrad() }, "w: m", "2nm² + m² a step", 1,
		PermutationEquivariant | StronglyStationary, "Xiao et al. 2023, arXiv:2305.18409"},
	{"DBMTL", func(int) Balancer { return NewDBMTL() }, "b: mn + 1", "nm", 1,
		PermutationEquivariant | StronglyStationary, "Lin et al. 2023, arXiv:2308.12029"},
	{"FairGrad", func(int) Balancer { return NewFairGrad() }, "", "m³ a Newton step", -1. / 3,
		NonConflicting | PermutationEquivariant, "Ban, Ji 2024, arXiv:2402.15638"},
	{"ExcessMTL", func(int) Balancer { return NewExcessMTL() }, "w, e, S: mn + 2m", "nm", noDegree,
		PermutationEquivariant | StronglyStationary, "He et al. 2024, arXiv:2402.02009"},
	{"UPGrad", func(int) Balancer { return UPGrad{} }, "", "m projections, m³ each", 1,
		likeProjection | LinearUnderScaling, "Quinton, Rey 2024, arXiv:2406.16232"},
	{"ConFIG", func(int) Balancer { return ConFIG{} }, "", "m³ a sweep", 1,
		PermutationEquivariant | LinearUnderScaling, "Liu et al. 2025, arXiv:2408.11104"},
	{"PCD", func(int) Balancer { return NewPCD() }, "v and steps: 2m", "m³", 1,
		LinearUnderScaling, "Varam, AlHajri 2026, arXiv:2606.29521"},
}

// linear returns the numbers 1 … m, scaled so that they add up to 1.
func linear(m int) []float64 {
	if m < 1 {
		panic(fmt.Sprintf("balance: Methods: a balancer for %d tasks; want at least one", m))
	}
	w := make([]float64, m)
	for i := range w {
		w[i] = 2 * float64(i+1) / float64(m*(m+1))
	}
	return w
}

// Methods returns the table of the balancers of this package.
func Methods() []Method { return append([]Method(nil), methods...) }

// Needs says what of the losses and gradients a balancer looks at.
func Needs(b Balancer) string {
	switch b := b.(type) {
	case AfterStep:
		return "losses, before and after the step"
	case Scalarizer:
		return "losses"
	case WeightAggregator:
		return "nothing"
	case NormLossAggregator:
		return "gradient norms, losses"
	case GramAggregator:
		return "Gram matrix"
	case GramLossAggregator:
		return "Gram matrix (losses to scale by)"
	case JacobianAggregator:
		return "Jacobian"
	case JacobianLossAggregator:
		return "Jacobian, losses"
	case BatchAggregator:
		return fmt.Sprintf("Jacobians of %d batches", b.Batches())
	}
	panic(fmt.Sprintf("balance: Needs: %T is neither a scalarizer nor an aggregator", b))
}

// MethodTable returns the table of the balancers as Markdown.
func MethodTable() string {
	var b strings.Builder
	b.WriteString("| method | kind | needs | state | cost beside it | degree | properties | paper |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|\n")
	for _, m := range methods {
		balancer := m.New(2)
		kind, degree := "aggregator", "–"
		if _, ok := balancer.(Scalarizer); ok {
			kind = "scalarizer"
		}
		if !math.IsNaN(m.Degree) {
			degree = fmt.Sprintf("%.3g", m.Degree)
		}
		cells := []string{m.Name, kind, Needs(balancer), m.State, m.Cost, degree, m.Properties.String(), m.Paper}
		for i, c := range cells {
			if c == "" {
				cells[i] = "–"
			}
		}
		fmt.Fprintf(&b, "| %s |\n", strings.Join(cells, " | "))
	}
	return b.String()
}
