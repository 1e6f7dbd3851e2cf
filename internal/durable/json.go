package durable

import (
	"encoding/json"
	"fmt"
	"os"
)

// ReplaceJSON replaces a file as a whole by a value in JSON, a line, with its checksum in it. The value has a field
// that is the entry "sha256", before any other of that name, and is [Unstamped].
func ReplaceJSON(path string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	text = append(text, '\n')
	if err := Stamp(text); err != nil {
		return err
	}
	return Replace(path, text)
}

// ReadJSON reads what [ReplaceJSON] wrote, and holds it against its checksum.
func ReadJSON(path string, into any) error {
	text, err := os.ReadFile(path)
	if err == nil {
		err = CheckStamp(text)
	}
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
