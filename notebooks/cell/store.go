package cell

import (
	"fmt"

	"kindred/internal/durable"
	"kindred/internal/storable"
)

var format = durable.Format{Kind: "cell", Version: 2}

// load reads a value that store wrote. The error wraps fs.ErrNotExist where nothing was stored, and is a sentence where
// what was found cannot be used.
func load(path string, value any) error {
	if err := format.Read(path, value); err != nil {
		return fmt.Errorf("the stored %w", err)
	}
	return nil
}

// store writes a value so that the file is there whole or not at all, whenever the program ends.
func store(path string, value any) error {
	return durable.Replace(path, format.Seal(storable.Encode("cell", value)))
}
