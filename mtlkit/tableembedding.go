package mtlkit

import (
	"kindred/datasets"
	"kindred/nn"
)

// TableEmbedding returns an embedding of the inputs of a table, for [Embedded]: a table for each input that has
// [datasets.Table.Words], of as many categories as words, each row of width(categories) numbers. [datasets.Encoder]
// makes such inputs of those that it calls Whole. Inputs without words go on as they are. It panics if no input has
// words, and where width is not positive.
func TableEmbedding(table *datasets.Table, width func(categories int) int) nn.Embedding {
	if table == nil || width == nil {
		panic("mtlkit: TableEmbedding: the table or the function of widths is nil")
	}
	e := nn.Embedding{Inputs: len(table.Inputs)}
	for j, name := range table.Inputs {
		if words := table.Words[name]; words != nil {
			e.Tables = append(e.Tables, nn.Table{Column: j, Categories: len(words), Width: width(len(words))})
		}
	}
	e.Shapes() // which refuses what makes no sense
	return e
}
