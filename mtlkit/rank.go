package mtlkit

import (
	"fmt"

	"gonum.org/v1/gonum/stat"
)

// Ranks returns the rank of each method in each column of table, a row a method: 1 is best, and methods that tie share
// the mean of their ranks. A NaN ranks last. It panics on rows of unequal length.
func Ranks(table [][]float64, higherIsBetter []bool) [][]float64 {
	for i, row := range table {
		if len(row) != len(higherIsBetter) {
			panic(fmt.Sprintf("mtlkit: Ranks: row %d has %d columns, higherIsBetter %d", i, len(row), len(higherIsBetter)))
		}
	}
	ranks := make([][]float64, len(table))
	for i, row := range table {
		ranks[i] = make([]float64, len(row))
		for j, v := range row {
			better, equal := 0, 0
			for _, other := range table {
				switch w := other[j]; {
				case w == v || w != w && v != v:
					equal++
				case v != v || w > v && higherIsBetter[j] || w < v && !higherIsBetter[j]:
					better++
				}
			}
			ranks[i][j] = float64(better) + float64(equal+1)/2
		}
	}
	return ranks
}

// MeanRank returns for each method the mean of its [Ranks] over the columns. Some papers give tied methods the better
// rank instead of the mean one. It panics if there are no columns.
func MeanRank(table [][]float64, higherIsBetter []bool) []float64 {
	if len(higherIsBetter) == 0 {
		panic("mtlkit: MeanRank: no columns to rank by")
	}
	means := make([]float64, len(table))
	for i, ranks := range Ranks(table, higherIsBetter) {
		means[i] = stat.Mean(ranks, nil)
	}
	return means
}
