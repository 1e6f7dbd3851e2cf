package datasets

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/unpack"
)

// A table takes at most bytesPerByte of memory for each byte of its text, and fewBytes whatever its size; a test measures
// it. It makes at most numbersPerByte numbers for each of its bytes, and fewNumbers whatever its size. A number takes two
// bytes of it at least, a digit and what parts it from the next; but a column of words becomes as many columns as it has
// different words, so that a hostile file of n rows could ask for n². Of the real sets sf1 makes most, 0.8 a byte.
const (
	bytesPerByte   = 64
	fewBytes       = 1 << 20
	numbersPerByte = 4
	fewNumbers     = 1 << 16

	mostColumns = 1 << 12 // of a text, and of the table that it becomes; atp1d has 417
	longestName = 256     // bytes; the columns of words repeat it
)

// A sheet holds the columns of a text, all of the same length.
type sheet struct {
	path    string
	columns []*field
	rows    int
	room    int // numbers that it may become

	own  bool     // a table of one's own, see addOwn
	gone []string // of such a table: what stands for a missing cell
}

// newSheet returns the columns of those names, still without rows. bytes is the length of the text.
func newSheet(path string, names []string, bytes int) (*sheet, error) {
	s := &sheet{path: path, room: numbersPerByte*bytes + fewNumbers}
	for j, name := range names {
		if name == "" || len(name) > longestName {
			return nil, fmt.Errorf("the name of column %d has %d bytes; give it one of 1 to %d", j+1, len(name), longestName)
		}
		s.columns = append(s.columns, &field{name: name})
	}
	if name, ok := twice(names); ok {
		return nil, fmt.Errorf("the name %s is that of two columns; name each otherwise", unpack.Clip(name))
	}
	return s, nil
}

// twice returns a name that is there more than once, if one is.
func twice(names []string) (string, bool) {
	sorted := slices.Sorted(slices.Values(names))
	for i := 1; i < len(sorted); i++ {
		if sorted[i] == sorted[i-1] {
			return sorted[i], true
		}
	}
	return "", false
}

// A field is a column of a sheet: numbers or words: words if its first cell is neither a number nor "?".
type field struct {
	name    string
	numbers []float64 // NaN where a cell is "?"
	words   []string  // of a column of words, each once; else nil
	codes   []int     // for each row the place in words; −1 where a cell is missing
	places  map[string]int
	closed  bool // words are those of the header, no other
	left    bool // its cells are passed over
	whole   bool // no cell may be missing
}

// declare makes c a column of these words.
func (c *field) declare(words []string) error {
	c.words, c.closed, c.places = words, true, make(map[string]int)
	for i, word := range words {
		if _, twice := c.places[word]; twice || word == "" || word == "?" {
			return fmt.Errorf("column %s: the word %s is there twice, is empty or stands for a missing cell; name each word once",
				unpack.Clip(c.name), unpack.Clip(word))
		}
		c.places[word] = i
	}
	return nil
}

// add appends a cell. Only a column of numbers has missing ones; room bounds the numbers that the words become.
func (c *field) add(cell string, room int) error {
	if cell == "" {
		return fmt.Errorf("column %s: the cell is empty; write ? for a number that is missing", unpack.Clip(c.name))
	}
	if c.words == nil {
		v, err := strconv.ParseFloat(cell, 64)
		switch {
		case cell == "?":
			v = math.NaN()
		case errors.Is(err, strconv.ErrSyntax) && !c.closed && !slices.ContainsFunc(c.numbers, isNumber):
			c.becomeWords()
			return c.add(cell, room)
		case err != nil || math.IsNaN(v) || math.IsInf(v, 0):
			return fmt.Errorf("column %s: %s is not a number; write ? for one that is missing", unpack.Clip(c.name),
				unpack.Clip(cell))
		}
		c.numbers = append(c.numbers, v)
		return nil
	}
	place, known := c.places[cell]
	if !known && c.closed {
		return fmt.Errorf("column %s: %s is none of its %d words", unpack.Clip(c.name), unpack.Clip(cell), len(c.words))
	}
	if !known {
		place = len(c.words)
		if (place+1)*(place+1) > room || place == mostColumns { // a row a word at least
			return fmt.Errorf("column %s: more than %d different words, the last %s; is it a column of numbers?",
				unpack.Clip(c.name), place, unpack.Clip(cell))
		}
		word := string([]byte(cell)) // a copy: cell may share its bytes with a whole row
		c.words, c.places[word] = append(c.words, word), place
	}
	c.codes = append(c.codes, place)
	return nil
}

func isNumber(v float64) bool { return !math.IsNaN(v) }

// becomeWords makes a column of which all cells so far are "?" one of words.
func (c *field) becomeWords() {
	c.places, c.words = make(map[string]int), []string{}
	if len(c.numbers) > 0 {
		c.words, c.places["?"] = append(c.words, "?"), 0
	}
	c.codes, c.numbers = make([]int, len(c.numbers)), nil
}

// add appends a cell of a column.
func (s *sheet) add(c *field, cell string) error {
	if s.own {
		return c.addOwn(cell, s.gone)
	}
	return c.add(cell, s.room)
}

// addLine appends a row. split takes the first cell off a line.
func (s *sheet) addLine(line string, comma byte, split splitter) error {
	more, n := true, 0
	for ; more && n < len(s.columns); n++ {
		var cell string
		var err error
		if cell, line, more, err = split(line, comma); err != nil {
			return err
		}
		if err := s.add(s.columns[n], cell); err != nil {
			return err
		}
	}
	if more || n < len(s.columns) {
		return fmt.Errorf("%s cells than the %d columns", map[bool]string{false: "fewer", true: "more"}[more], len(s.columns))
	}
	s.rows++
	return nil
}

// pick returns the columns of the given names.
func (s *sheet) pick(names ...string) ([]*field, error) {
	var picked []*field
	for _, name := range names {
		j := slices.IndexFunc(s.columns, func(c *field) bool { return c.name == name })
		if j < 0 {
			return nil, fmt.Errorf("datasets: %s: no column %s among its %d; it is another table than this reader's", s.path,
				unpack.Clip(name), len(s.columns))
		}
		picked = append(picked, s.columns[j])
	}
	return picked, nil
}

// except returns the columns but those of the given names.
func (s *sheet) except(names ...string) []*field {
	return slices.DeleteFunc(slices.Clone(s.columns), func(c *field) bool { return slices.Contains(names, c.name) })
}

// matrix returns columns as numbers, and the names of the columns made. One of words becomes a column for each word,
// name=word, that is 1 where the cell is that word, else 0, in alphabetical order or that of the header; of two words only
// the second gets a column.
func (s *sheet) matrix(columns []*field) (*mat.Dense, []string, error) {
	var names []string
	for _, c := range columns {
		if c.words == nil {
			names = append(names, c.name)
		}
		for _, word := range c.shown() {
			names = append(names, c.name+"="+word)
		}
		if len(names)*s.rows > s.room || len(names) > mostColumns {
			return nil, nil, fmt.Errorf("datasets: %s: column %s has %d words, a column each, in %d rows: more numbers than a "+
				"text of this size may become; is it a column of numbers?", s.path, unpack.Clip(c.name), len(c.words), s.rows)
		}
	}
	if s.rows == 0 || len(names) == 0 {
		return nil, nil, fmt.Errorf("datasets: %s: %d rows of %d columns, want one at least of each", s.path, s.rows, len(names))
	}
	if name, ok := twice(names); ok {
		return nil, nil, fmt.Errorf("datasets: %s: two columns become %s; name one otherwise", s.path, unpack.Clip(name))
	}
	m, j := mat.NewDense(s.rows, len(names), nil), 0
	for _, c := range columns {
		if c.words == nil {
			m.SetCol(j, c.numbers)
			j++
			continue
		}
		at := make(map[string]int, len(c.words)) // for each word shown its column
		for _, word := range c.shown() {
			at[word], j = j, j+1
		}
		for i, code := range c.codes {
			if k, ok := at[c.words[code]]; ok {
				m.Set(i, k, 1)
			}
		}
	}
	return m, names, nil
}

// shown returns the words that get a column.
func (c *field) shown() []string {
	words := c.words
	if !c.closed {
		words = slices.Sorted(slices.Values(words))
	}
	if len(words) == 2 {
		return words[1:]
	}
	return words
}

// labels returns the column of that name, which must hold whole numbers from least to most.
func (s *sheet) labels(name string, least, most int) ([]float64, error) {
	picked, err := s.pick(name)
	if err != nil {
		return nil, err
	}
	if picked[0].words != nil {
		return nil, fmt.Errorf("datasets: %s: column %s holds words, want whole numbers from %d to %d", s.path,
			unpack.Clip(name), least, most)
	}
	for i, v := range picked[0].numbers {
		if v != math.Trunc(v) || !(float64(least) <= v && v <= float64(most)) {
			return nil, fmt.Errorf("datasets: %s: row %d, column %s: %v, want a whole number from %d to %d", s.path, i+1,
				unpack.Clip(name), v, least, most)
		}
	}
	return picked[0].numbers, nil
}
