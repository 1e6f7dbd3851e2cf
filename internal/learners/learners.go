// Package learners is the table of all learners of metakit and of the packages below it: what each is, what it learns
// and what it claims. Tests hold every row to what it says, and docs/learners.md shows it.
package learners

import (
	"fmt"
	"strings"

	"kindred/metakit"
	"kindred/metakit/acting"
	"kindred/nn"
)

// A Family is what adapts a learner to a task.
type Family string

// The families of the article, and what they are held against.
const (
	Initialisation Family = "initialisation"
	Optimisation   Family = "optimisation"
	Model          Family = "model"
	Baseline       Family = "baseline"
)

// A Row is a learner.
type Row struct {
	Name         string // as it is set up
	Family       Family
	File         string
	Learned      string // meta-parameters
	Adapted      string // to a task
	Order        metakit.Order
	OrderMatters bool // of the support set
	Together     bool // query points have a part in the predictions for each other
	Paper        string
	Learner      metakit.Learner // a small one, with smooth activations
	Network      nn.Network      // its network, if it has one beside which it learns more; else nil
	Tasks        metakit.Distribution
}

// An Actor is a learner that acts.
type Actor struct {
	Name, File, Learned, Adapted, Paper string
	Training                            acting.Training // a short one
}

// Table returns all learners as Markdown: those of metakit.Learner, then those that act.
func Table() string {
	var b strings.Builder
	head(&b, "learner", "family", "file", "meta-learned", "adapted to a task", "meta-gradient", "support set's order",
		"query points", "parameters", "paper")
	for _, r := range Rows() {
		line(&b, r.Name, string(r.Family), "`"+r.File+"`", r.Learned, r.Adapted, orders[r.Order],
			either(r.OrderMatters, "matters", "does not matter"), either(r.Together, "together", "apart"), r.parameters(),
			either(r.Paper == "", "–", r.Paper))
	}
	b.WriteByte('\n')
	head(&b, "learner that acts", "file", "meta-learned", "adapted to a task", "parameters", "paper")
	for _, a := range Actors() {
		line(&b, a.Name, "`"+a.File+"`", a.Learned, a.Adapted, fmt.Sprint(nn.Size(a.Training.Learner.Shapes())), a.Paper)
	}
	return b.String()
}

func line(b *strings.Builder, cells ...string) {
	fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
}

func head(b *strings.Builder, cells ...string) {
	line(b, cells...)
	fmt.Fprintf(b, "|%s\n", strings.Repeat("---|", len(cells)))
}

// orders are short names of them.
var orders = map[metakit.Order]string{metakit.Exact: "exact", metakit.FirstOrder: "first order",
	metakit.OwnDirection: "a direction of its own"}

// parameters returns the number of the meta-parameters of the small learner: of its network, and what it learns beside.
func (r Row) parameters() string {
	all := nn.Size(r.Learner.Shapes())
	if r.Network == nil {
		return fmt.Sprint(all)
	}
	network := nn.Size(r.Network.Shapes())
	if all == network {
		return fmt.Sprint(network)
	}
	return fmt.Sprintf("%d + %d", network, all-network)
}

func either(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}
