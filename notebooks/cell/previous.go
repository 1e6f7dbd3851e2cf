package cell

import (
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"reflect"

	"kindred/internal/storable"
)

// Previous stores current under a name and returns what the last different run of the notebook stored there, to be
// drawn in grey beneath the new result. It reports false where there is nothing to compare with: on the first run, and
// always when the notebook is executed without a browser, so that the saved notebook does not depend on earlier runs.
// What T may be is told at [LoadOrTrain].
func Previous[T any](name string, current T) (previous T, ok bool) {
	storable.CheckType("cell", reflect.TypeFor[T]())
	if !InBrowser() {
		return previous, false
	}
	key := sha256.Sum256(fmt.Appendf(nil, "%s\n%v", name, reflect.TypeFor[T]()))
	return remember(filepath.Join(folder(), fmt.Sprintf("previous-%x", key[:16])), current)
}

// A pair holds the last two different results; Old is empty while there is only one.
type pair[T any] struct {
	Old []T
	New T
}

func remember[T any](path string, current T) (previous T, ok bool) {
	var results pair[T]
	switch err := load(path, &results); {
	case err != nil:
		results = pair[T]{New: current}
	case storable.Difference(reflect.ValueOf(&results.New), reflect.ValueOf(&current)) != "":
		results = pair[T]{Old: []T{results.New}, New: current}
	}
	if err := store(path, results); err != nil {
		Text("The result was not stored: %v", err)
	}
	if len(results.Old) == 0 {
		return previous, false
	}
	return results.Old[0], true
}
