package datasets

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
)

// readCSV reads a text of cells. The first row holds the names unless names are given. A column is numbers, "?" where one
// is missing, or words. The memory it takes is at most 64 times the length of the text, and 2 MB.
func readCSV(path string, data []byte, comma rune, names []string) (*sheet, error) {
	reader := csv.NewReader(bytes.NewReader(data))
	reader.Comma, reader.ReuseRecord = comma, true
	if names == nil {
		header, err := reader.Read()
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("datasets: %s: %w", path, err)
		}
		names = slices.Clone(header)
	}
	s, err := newSheet(path, names, len(data))
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", path, err)
	}
	reader.FieldsPerRecord = len(names)
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) && s.rows > 0 {
			return s, nil
		}
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("datasets: %s: no rows; want rows of %d cells", path, len(names))
		}
		if err != nil {
			return nil, fmt.Errorf("datasets: %s: %w", path, err)
		}
		if err := s.addRow(cells); err != nil {
			line, _ := reader.FieldPos(0)
			return nil, fmt.Errorf("datasets: %s:%d: %w", path, line, err)
		}
	}
}
