package questions

import (
	"fmt"
	"strings"

	"kindred/plots"
)

// A Verdict says whether a reference of the article leads to what it names.
type Verdict string

const (
	Right   Verdict = "right as cited"
	Slip    Verdict = "right but for a year, a volume or a number"
	Wrong   Verdict = "there is such a work, elsewhere or by others"
	Unknown Verdict = "no such work known to us"
)

var verdicts = []Verdict{Right, Slip, Wrong, Unknown}

// A Reference is one of the article's, by its numbers there, of which the second repeats the first.
type Reference struct {
	Numbers []int
	Verdict Verdict
	Why     string // what is not right
	Read    string // what it is, or what to read in its place
}

// References are the article's 21. That a work is not known is no proof that it does not exist.
var References = []Reference{
	{[]int{1}, Wrong, "another journal", "Caruana 1997. Multitask learning. Machine Learning 28, 41–75"},
	{[]int{2}, Unknown, "author's initial, title and venue do not go together",
		"Thrun, Pratt (eds.) 1998. Learning to learn. Kluwer"},
	{[]int{3}, Unknown, "",
		"Bengio, Bengio, Cloutier 1991. Learning a synaptic learning rule. IJCNN; or Hochreiter, Younger, " +
			"Conwell 2001. Learning to learn using gradient descent. ICANN, 87–94"},
	{[]int{4, 17}, Slip, "the arXiv number is another paper's",
		"Schmidhuber 2015. Deep learning in neural networks. Neural Networks 61, 85–117; arXiv:1404.7828"},
	{[]int{5}, Unknown, "",
		"Vilalta, Drissi 2002. A perspective view and survey of meta-learning. Artificial Intelligence Review 18, 77–95"},
	{[]int{6}, Wrong, "second author and number", "Vanschoren 2018. Meta-learning: a survey. arXiv:1810.03548"},
	{[]int{7, 19}, Right, "", "as it stands"},
	{[]int{8, 18}, Right, "", "as it stands"},
	{[]int{9, 20}, Slip, "the volume",
		"Krizhevsky, Sutskever, Hinton 2012. ImageNet classification with deep convolutional neural " +
			"networks. NIPS 25, 1097–1105"},
	{[]int{10, 21}, Slip, "the year; 21 breaks off",
		"Silver et al. 2016. Mastering the game of Go. Nature 529, 484–489"},
	{[]int{11}, Wrong, "venue and pages", "Vaswani et al. 2017. Attention is all you need. NIPS 30, 5998–6008"},
	{[]int{12}, Wrong, "venue and pages", "Devlin et al. 2019. BERT. NAACL-HLT, 4171–4186; arXiv:1810.04805"},
	{[]int{13}, Unknown, "the title is that of 9, garbled",
		"Radford, Narasimhan, Salimans, Sutskever 2018. Improving language " +
			"understanding by generative pre-training. OpenAI"},
	{[]int{14}, Unknown, "", "Radford et al. 2019. Language models are unsupervised multitask learners. OpenAI"},
	{[]int{15}, Wrong, "title and address",
		"Brown et al. 2020. Language models are few-shot learners. NeurIPS 33, 1877–1901"},
	{[]int{16}, Wrong, "authors and journal",
		"Bengio 2009. Learning deep architectures for AI. Foundations and Trends in Machine Learning 2, 1–127"},
}

// Count returns how many of the article's references have a verdict; without repeats each work counts once.
func Count(v Verdict, repeats bool) (n int) {
	for _, r := range References {
		switch {
		case r.Verdict == v && repeats:
			n += len(r.Numbers)
		case r.Verdict == v:
			n++
		}
	}
	return n
}

// A ReferenceRow is a reference as a row of a table.
type ReferenceRow struct {
	Reference string `cell:"reference"`
	Verdict   string `cell:"verdict"`
	Read      string `cell:"read"`
}

// ReferenceTable returns the references as rows.
func ReferenceTable() (rows []ReferenceRow) {
	for _, r := range References {
		said := string(r.Verdict)
		if r.Why != "" {
			said += ": " + r.Why
		}
		numbers := strings.Join(strings.Fields(fmt.Sprint(r.Numbers)), "] [") // it prints as [4 17]
		rows = append(rows, ReferenceRow{numbers, said, r.Read})
	}
	return rows
}

// ReferenceFigure draws how many references have which verdict; without repeats each work counts once.
func ReferenceFigure(repeats bool) plots.Figure {
	chart := plots.Dots{X: "references", Bars: true, XLim: plots.Range{0, 8},
		Subtitle: "the article's references by what they lead to; five of them repeat others"}
	if !repeats {
		chart.Subtitle = "the works that the article refers to, by what it cites; each once"
	}
	all := 0
	for k, v := range verdicts {
		role := plots.Vermillion
		if k < 2 {
			role = plots.Blue
		}
		chart.Items = append(chart.Items, plots.Item{Name: string(v), Role: role, Value: float64(Count(v, repeats))})
		all += Count(v, repeats)
	}
	chart.Title = fmt.Sprintf("Of %d references %d are right as cited, and of %d nobody here knows the work", all,
		Count(Right, repeats), Count(Unknown, repeats))
	return chart.Figure("Bars of the number of references by verdict. " + chart.Title + ".")
}
