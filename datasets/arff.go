package datasets

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
)

// An attribute is a column of an ARFF file; words is nil for a numeric one.
type attribute struct {
	name  string
	words []string
}

// readARFF reads a dense ARFF file whose last columns are the targets. A nominal input becomes columns of 0 and 1.
func readARFF(path string, data []byte, targets int) (*Table, error) {
	var attributes []attribute
	var rows [][]string
	inData := false
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, len(data)+1)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		keyword, rest, _ := strings.Cut(line, " ")
		switch {
		case line == "" || line[0] == '%':
		case inData:
			cells := strings.Split(line, ",")
			if len(cells) != len(attributes) {
				return nil, fmt.Errorf("datasets: %s:%d: %d cells, want %d", path, n, len(cells), len(attributes))
			}
			for j := range cells {
				cells[j] = strings.TrimSpace(cells[j])
			}
			rows = append(rows, cells)
		case strings.EqualFold(keyword, "@attribute"):
			a, err := parseAttribute(strings.TrimSpace(rest))
			if err != nil {
				return nil, fmt.Errorf("datasets: %s:%d: %w", path, n, err)
			}
			attributes = append(attributes, a)
		case strings.EqualFold(keyword, "@data"):
			inData = true
		}
	}
	if len(rows) == 0 || len(attributes) <= targets {
		return nil, fmt.Errorf("datasets: %s: %d rows of %d columns, %d of them targets", path, len(rows),
			len(attributes), targets)
	}
	var inputs, outputs columns
	for j, a := range attributes {
		side := &inputs
		if j >= len(attributes)-targets {
			side = &outputs
		}
		if err := side.addAttribute(a, j, rows); err != nil {
			return nil, fmt.Errorf("datasets: %s: %w", path, err)
		}
	}
	return &Table{Inputs: inputs.names, Targets: outputs.names, X: inputs.matrix(), Y: outputs.matrix()}, nil
}

func (c *columns) addAttribute(a attribute, j int, rows [][]string) error {
	cells := make([]string, len(rows))
	for i, row := range rows {
		cells[i] = row[j]
	}
	if a.words != nil {
		return c.addWords(a.name, cells, a.words)
	}
	return c.addNumbers(a.name, cells)
}

// parseAttribute reads what follows @attribute: a name, in quotes or not, and numeric, real, integer or {word,word}.
func parseAttribute(s string) (attribute, error) {
	var name, kind string
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
		return attribute{name: name}, nil
	case strings.HasPrefix(kind, "{") && strings.HasSuffix(kind, "}"):
		words := strings.Split(kind[1:len(kind)-1], ",")
		for i := range words {
			words[i] = strings.TrimSpace(words[i])
		}
		return attribute{name, words}, nil
	}
	return attribute{}, fmt.Errorf("cannot read the attribute %q", s)
}
