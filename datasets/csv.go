package datasets

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/mat"
)

// records are the cells of a file with the names of its columns.
type records struct {
	path   string
	header []string
	rows   [][]string
}

// readCSV splits data into cells. The first row holds the names unless names are given.
func readCSV(path string, data []byte, comma rune, names []string) (*records, error) {
	reader := csv.NewReader(bytes.NewReader(data))
	reader.Comma = comma
	rows, err := reader.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", path, err)
	}
	if names == nil && len(rows) > 0 {
		names, rows = rows[0], rows[1:]
	}
	if len(rows) == 0 || len(rows[0]) != len(names) {
		return nil, fmt.Errorf("datasets: %s: want rows of %d cells", path, len(names))
	}
	return &records{path, names, rows}, nil
}

// column returns the cells under a name.
func (r *records) column(name string) ([]string, error) {
	j := slices.Index(r.header, name)
	if j < 0 {
		return nil, fmt.Errorf("datasets: %s: no column %q among %q", r.path, name, r.header)
	}
	cells := make([]string, len(r.rows))
	for i, row := range r.rows {
		cells[i] = row[j]
	}
	return cells, nil
}

// matrix returns the columns of the given names as numbers, and the names of the columns made. A column that holds a
// word becomes columns of 0 and 1 as [columns.addWords] makes them, its words in alphabetical order.
func (r *records) matrix(names []string) (*mat.Dense, []string, error) {
	var c columns
	for _, name := range names {
		cells, err := r.column(name)
		if err != nil {
			return nil, nil, err
		}
		if err = c.addNumbers(name, cells); err != nil {
			err = c.addWords(name, cells, slices.Compact(slices.Sorted(slices.Values(cells))))
		}
		if err != nil {
			return nil, nil, fmt.Errorf("datasets: %s: %w", r.path, err)
		}
	}
	return c.matrix(), c.names, nil
}

// columns are the columns of a matrix while it grows.
type columns struct {
	names  []string
	values [][]float64
}

// addNumbers adds a column of numbers; a cell "?" is NaN.
func (c *columns) addNumbers(name string, cells []string) error {
	values := make([]float64, len(cells))
	for i, cell := range cells {
		v, err := strconv.ParseFloat(cell, 64)
		if cell == "?" {
			v, err = math.NaN(), nil
		}
		if err != nil {
			return fmt.Errorf("row %d, column %q: %q is not a number", i+1, name, cell)
		}
		values[i] = v
	}
	c.names, c.values = append(c.names, name), append(c.values, values)
	return nil
}

// addWords adds a column for each word, name=word, that is 1 where the cell is that word, else 0. Of two words only the
// second gets a column.
func (c *columns) addWords(name string, cells, words []string) error {
	for i, cell := range cells {
		if !slices.Contains(words, cell) {
			return fmt.Errorf("row %d, column %q: %q is none of %q", i+1, name, cell, words)
		}
	}
	if len(words) == 2 {
		words = words[1:]
	}
	for _, word := range words {
		values := make([]float64, len(cells))
		for i, cell := range cells {
			if cell == word {
				values[i] = 1
			}
		}
		c.names, c.values = append(c.names, name+"="+word), append(c.values, values)
	}
	return nil
}

func (c *columns) matrix() *mat.Dense {
	m := mat.NewDense(len(c.values[0]), len(c.values), nil)
	for j, values := range c.values {
		m.SetCol(j, values)
	}
	return m
}
