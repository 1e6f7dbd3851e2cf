package datasets

import (
	"bytes"
	"fmt"
	"strings"

	"kindred/internal/unpack"
)

// readARFF reads a dense ARFF file whose last columns are the targets, which must be numbers. A nominal input becomes
// columns of 0 and 1.
func readARFF(path string, data []byte, targets int) (*Table, error) {
	var names []string
	var words [][]string // nil for a numeric attribute
	var s *sheet         // nil before @data
	n := 0
	for raw := range bytes.Lines(data) {
		n++
		line := strings.TrimSpace(string(raw))
		keyword, rest, _ := strings.Cut(line, " ")
		var err error
		switch {
		case line == "" || line[0] == '%':
		case s != nil:
			err = s.addLine(line, ',', trimmed)
		case strings.EqualFold(keyword, "@attribute"):
			var name string
			var of []string
			name, of, err = parseAttribute(strings.TrimSpace(rest))
			names, words = append(names, name), append(words, of)
			if err == nil && max(len(names), len(of)) > mostColumns {
				err = fmt.Errorf("%d columns, or %d words in one; want at most %d", len(names), len(of), mostColumns)
			}
		case strings.EqualFold(keyword, "@data"):
			s, err = newARFF(path, names, words, targets, len(data))
		case !strings.EqualFold(keyword, "@relation"):
			err = fmt.Errorf("cannot read the line %s; want @relation, @attribute or @data", unpack.Clip(line))
		}
		if err != nil {
			return nil, fmt.Errorf("datasets: %s:%d: %w", path, n, err)
		}
	}
	if s == nil || s.rows == 0 {
		return nil, fmt.Errorf("datasets: %s: no rows of its %d columns; want some after a line @data", path, len(names))
	}
	inputs, outputs := s.columns[:len(s.columns)-targets], s.columns[len(s.columns)-targets:]
	t := new(Table)
	var err error
	if t.X, t.Inputs, err = s.matrix(inputs); err != nil {
		return nil, err
	}
	if t.Y, t.Targets, err = s.matrix(outputs); err != nil {
		return nil, err
	}
	return t, nil
}

// newARFF returns the columns that the header declares.
func newARFF(path string, names []string, words [][]string, targets, bytes int) (*sheet, error) {
	if len(names) <= targets {
		return nil, fmt.Errorf("%d columns, of them %d targets; want an input at least", len(names), targets)
	}
	s, err := newSheet(path, names, bytes)
	if err != nil {
		return nil, err
	}
	for j, c := range s.columns {
		c.closed = true
		if words[j] == nil {
			continue
		}
		if j >= len(names)-targets {
			return nil, fmt.Errorf("the target %s holds words; a target must be numeric", unpack.Clip(c.name))
		}
		if err := c.declare(words[j]); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// trimmed splits the first cell off a line, and takes the spaces around it away. more says that a comma follows it.
func trimmed(line string, comma byte) (cell, rest string, more bool, err error) {
	cell, rest, more = strings.Cut(line, string(comma))
	return strings.TrimSpace(cell), rest, more, nil
}

// parseAttribute reads what follows @attribute: a name, in quotes or not, and numeric, real, integer or {word,word}, the
// words of which it returns.
func parseAttribute(s string) (name string, words []string, err error) {
	var kind string
	if s != "" && strings.ContainsRune(`"'`, rune(s[0])) {
		name, kind, _ = strings.Cut(s[1:], s[:1])
		name = strings.ReplaceAll(name, "'", "")
	} else if space := strings.IndexAny(s, " \t{"); space >= 0 {
		name, kind = s[:space], s[space:]
	}
	kind = strings.TrimSpace(kind)
	switch lower := strings.ToLower(kind); {
	case name == "":
	case lower == "numeric" || lower == "real" || lower == "integer":
		return name, nil, nil
	case strings.HasPrefix(kind, "{") && strings.HasSuffix(kind, "}"):
		words = strings.Split(kind[1:len(kind)-1], ",")
		for i := range words {
			words[i] = strings.TrimSpace(words[i])
		}
		return name, words, nil
	}
	return "", nil, fmt.Errorf("cannot read the attribute %s; want a name, then numeric, real, integer or {word,word}",
		unpack.Clip(s))
}
