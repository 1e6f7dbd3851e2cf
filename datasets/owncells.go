package datasets

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"kindred/internal/unpack"
)

// trimmedUnquoted is unquoted without the spaces around a cell.
func trimmedUnquoted(line string, comma byte) (cell, rest string, more bool, err error) {
	blank := " \t"
	if comma == '\t' {
		blank = " "
	}
	cell, rest, more, err = unquoted(strings.TrimLeft(line, blank), comma)
	return strings.Trim(cell, blank), rest, more, err
}

// addOwn appends a cell of a table of one's own. One that is empty or among gone is missing, in any column.
func (c *field) addOwn(cell string, gone []string) error {
	switch {
	case c.left:
		return nil
	case cell == "" || slices.Contains(gone, cell):
		if c.whole {
			return fmt.Errorf("column %s: the group is missing; fill it in, or remove the row", unpack.Clip(c.name))
		}
		if c.words == nil {
			c.numbers = append(c.numbers, math.NaN())
		} else {
			c.codes = append(c.codes, -1)
		}
		return nil
	case c.words == nil:
		v, err := strconv.ParseFloat(cell, 64)
		if err == nil && !math.IsNaN(v) && !math.IsInf(v, 0) {
			c.numbers = append(c.numbers, v)
			return nil
		}
		if !errors.Is(err, strconv.ErrSyntax) || slices.ContainsFunc(c.numbers, isNumber) {
			return fmt.Errorf("column %s: %s is no finite number; mend it, or say in Missing that it stands for "+
				"none, or in Categories that the column holds words", unpack.Clip(c.name), unpack.Clip(cell))
		}
		c.becomeOwnWords()
	}
	place, known := c.places[cell]
	if !known && c.closed {
		return fmt.Errorf("column %s: %s is none of its %d words; mend it, or add it to Categories, or to Missing",
			unpack.Clip(c.name), unpack.Clip(cell), len(c.words))
	}
	if !known {
		place = len(c.words)
		word := strings.Clone(cell) // which may share its bytes with a whole row
		c.words, c.places[word] = append(c.words, word), place
	}
	c.codes = append(c.codes, place)
	return nil
}

// becomeOwnWords makes a column of which all cells so far are missing one of words.
func (c *field) becomeOwnWords() {
	c.words, c.places, c.codes = []string{}, make(map[string]int), make([]int, len(c.numbers), cap(c.numbers)+1)
	for i := range c.codes {
		c.codes[i] = -1
	}
	c.numbers = nil
}

// closeOn makes a column one of these words and no other, each of which is there once.
func (c *field) closeOn(words []string) {
	c.words, c.closed, c.places = slices.Clone(words), true, make(map[string]int, len(words))
	for k, word := range words {
		c.places[word] = k
	}
}

// order sorts the words of a column, unless they were declared: by the alphabet, or by their size if all are numbers.
func (c *field) order() {
	if c.closed {
		return
	}
	words := slices.Clone(c.words)
	sortWords(words)
	to := make([]int, len(words))
	for k, word := range words {
		to[c.places[word]] = k
	}
	for i, code := range c.codes {
		if code >= 0 {
			c.codes[i] = to[code]
		}
	}
	c.words, c.places = words, nil
}

// sortWords sorts by the alphabet, or by size if all words are numbers.
func sortWords(words []string) {
	size := make(map[string]float64, len(words))
	for _, word := range words {
		v, err := strconv.ParseFloat(word, 64)
		if err != nil || math.IsNaN(v) {
			slices.Sort(words)
			return
		}
		size[word] = v
	}
	slices.SortFunc(words, func(a, b string) int { return cmp.Or(cmp.Compare(size[a], size[b]), cmp.Compare(a, b)) })
}
