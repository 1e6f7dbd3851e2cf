package datasets

import (
	"fmt"
	"math"
	"strings"
)

// An UnseenWord is a word of an input that the part to train on has not.
type UnseenWord struct {
	Column, Word string
	Rows         []int // of the table, from 0
}

// UnseenWords returns the words of t's inputs that the part to train on has not, by columns and then in the order of
// their numbers. [Encoding.Apply] refuses them unless Unseen is set.
func (e *Encoding) UnseenWords(t *Table) (unseen []UnseenWord) {
	e.check("UnseenWords", t)
	for _, c := range e.Columns {
		words := t.Words[c.Name]
		if c.Words == nil || words == nil {
			continue
		}
		to, rows := places(words, c.Words), make([][]int, len(words))
		for i, v := range column(t.X, t.Inputs, "Input", c.Name) {
			if math.IsNaN(v) {
				continue
			}
			if k := wordOf(c.Name, words, v); to[k] < 0 {
				rows[k] = append(rows[k], i)
			}
		}
		for k, word := range words {
			if len(rows[k]) > 0 {
				unseen = append(unseen, UnseenWord{c.Name, word, rows[k]})
			}
		}
	}
	return unseen
}

// unseenError names the first few of them.
func unseenError(unseen []UnseenWord) error {
	const few = 5
	var parts []string
	for _, u := range unseen[:min(len(unseen), few)] {
		parts = append(parts, fmt.Sprintf("%q in column %q (%s)", u.Word, u.Column, someRows(u.Rows)))
	}
	text := strings.Join(parts, ", ")
	if more := len(unseen) - len(parts); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Errorf("datasets: words that the training part has not: %s; set Encoder.Unseen to let them pass, or "+
		"leave the rows or the column out", text)
}
