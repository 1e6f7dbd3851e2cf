package datasets

import (
	"bytes"
	"fmt"
	"strings"

	"kindred/internal/unpack"
)

// A splitter takes the first cell off a line. more says that a comma follows it.
type splitter func(line string, comma byte) (cell, rest string, more bool, err error)

// readCSV reads a text of cells: a line a row, commas between cells, a cell that holds commas in double quotes, its own
// quotes doubled. Lines without a letter are passed over. The first row holds the names unless names are given. A column
// is numbers, "?" where one is missing, or words. Cells go to their columns one by one: a long line takes no memory.
func readCSV(path string, data []byte, comma byte, names []string) (*sheet, error) {
	return readCells(path, data, comma, names, unquoted, func(*sheet) error { return nil })
}

// readCells is readCSV with another way to split a line, and with something to do with the columns before the first row.
func readCells(path string, data []byte, comma byte, names []string, split splitter, begin func(*sheet) error) (*sheet, error) {
	var s *sheet // nil before the names
	n, err := 0, error(nil)
	if names != nil {
		if s, err = newSheet(path, names, len(data)); err == nil {
			err = begin(s)
		}
		if err != nil {
			return nil, fmt.Errorf("datasets: %s: %w", path, err)
		}
	}
	for raw := range bytes.Lines(data) {
		n++
		line := strings.TrimRight(string(raw), "\r\n")
		switch {
		case line == "":
		case s == nil:
			if s, err = readNames(path, line, comma, len(data), split); err == nil {
				err = begin(s)
			}
		default:
			err = s.addLine(line, comma, split)
		}
		if err != nil {
			return nil, fmt.Errorf("datasets: %s:%d: %w", path, n, err)
		}
	}
	if s == nil || s.rows == 0 {
		return nil, fmt.Errorf("datasets: %s: no rows; want some below the names of the columns", path)
	}
	return s, nil
}

// readNames returns a sheet with the columns that a line names.
func readNames(path, line string, comma byte, bytes int, split splitter) (*sheet, error) {
	var names []string
	for more := true; more; {
		var name string
		var err error
		if name, line, more, err = split(line, comma); err != nil {
			return nil, err
		}
		if names = append(names, name); len(names) > mostColumns {
			return nil, fmt.Errorf("more than %d columns; is it the line of their names?", mostColumns)
		}
	}
	return newSheet(path, names, bytes)
}

// unquoted splits the first cell off a line, and takes its quotes away. more says that a comma follows it.
func unquoted(line string, comma byte) (cell, rest string, more bool, err error) {
	if !strings.HasPrefix(line, `"`) {
		cell, rest, more = strings.Cut(line, string(comma))
		if strings.Contains(cell, `"`) {
			return "", "", false, fmt.Errorf("a quote in the middle of the cell %s; quote all of it", unpack.Clip(cell))
		}
		return cell, rest, more, nil
	}
	end := 1
	for doubled := false; ; doubled = true {
		at := strings.IndexByte(line[end:], '"')
		if at < 0 {
			return "", "", false, fmt.Errorf("the quote of %s is not closed; a cell ends in its line", unpack.Clip(line))
		}
		if end += at + 1; end < len(line) && line[end] == '"' {
			end++
			continue
		}
		if cell = line[1 : end-1]; doubled {
			cell = strings.ReplaceAll(cell, `""`, `"`)
		}
		break
	}
	if rest = line[end:]; rest != "" && rest[0] != comma {
		return "", "", false, fmt.Errorf("after the quoted cell %s comes no comma", unpack.Clip(cell))
	}
	return cell, strings.TrimPrefix(rest, string(comma)), rest != "", nil
}
