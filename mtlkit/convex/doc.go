// Package convex fits linear models of several tasks together, each to its optimum: the answer carries a bound of how
// far from it the objective can be.
//
// A [Problem] has rows for each task, or rows that all share ([Shared]), and a loss, squared or logistic. W holds a
// column of weights for each task. What is minimised is
//
//	Σₜ cₜ · meanᵢ ℓ(yₜᵢ, xₜᵢ·wₜ + bₜ) + penalty(W),    ℓ = ½(y − z)² or log(1 + eᶻ) − y·z
//
// with cₜ = 1, unless the problem says otherwise; the mean is over the rows of task t, and intercepts bₜ are not
// penalised. What the tasks share is told by the penalty, a file each:
//
//	Alone      ½ρ‖W‖²                              nothing: ridge regressions of each task
//	L21        λ Σⱼ‖row j‖ + ½ρ‖W‖²                which columns count (multi-task lasso and elastic net)
//	Trace      λ‖W‖⁎                               a few directions that all weights are made of
//	Mean       ½μ Σₜ‖wₜ − mean‖² + ½ρ‖W‖²          a common mean
//	Graph      ½μ Σ aₛₜ‖wₛ − wₜ‖² + ½ρ‖W‖²         what neighbours have
//	Dirty      λ_P Σⱼ maxₜ|Pⱼₜ| + λ_Q Σ|Qⱼₜ|       W = P + Q: which columns count, and exceptions
//	Robust     λ_L‖L‖⁎ + λ_S Σₜ‖sₜ‖                W = L + S: a few directions, and tasks that stand apart
//	Relations  ½λ₁‖W‖² + ½λ₂ tr(WΩ⁻¹Wᵀ)            a covariance Ω of tasks, which is learned
//
// All of them are jointly convex in W, the intercepts and whatever else they learn, so that there is one least value.
// [Solver.Solve] fits one, [Solver.Path] one for each of several strengths, [Solver.CrossValidate] chooses the strength
// on rows that were left out, dealt within each task. [Largest] is the strength to begin with.
//
// It knows no network and no graph of operations: matrices come in and go out. Columns should have like scales, since a
// penalty makes no difference between them: standardise them on the training rows.
package convex
