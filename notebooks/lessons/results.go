package lessons

import (
	"fmt"
	"io"
	"os"

	"kindred/internal/durable"
)

// ReadResults reads the results that a command of bench wrote, at most so many bytes and one, and holds them against
// their checksum.
func ReadResults(path, command string, longest int64) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%w; say %s", err, command)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, longest+1))
	if err == nil {
		err = durable.CheckStamp(text)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w; delete it and say %s", path, err, command)
	}
	return text, nil
}
