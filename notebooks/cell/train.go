package cell

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"

	"kindred/internal/storable"
)

// LoadOrTrain returns what train returns. In a notebook, where the values of a cell are gone when it ends, it stores
// the result in the folder .kindred beside the notebook (or the one that the environment variable KINDRED_MODELS
// names), and later calls for the same thing load it.
//
// The same thing means: the same config, all of it, with the names of its types; the same text of the function in which
// train stands and of the notebook's declarations that it uses; the same source of this library. So a changed
// hyperparameter never finds the old model, even one that was left out of config. Only what reaches train as an
// argument of the function around it must be in config. A function, a channel or a pointer in config panics, since its
// value does not tell what it does.
//
// T may hold numbers, strings, and slices, arrays, maps, pointers and structs of them, with exported fields only, or
// types that write themselves (encoding.BinaryMarshaler). What would not be read as it was written panics.
//
// The context given to train ends when the reader presses the stop button. Train then returns what it has learned;
// LoadOrTrain returns it too, says that the training was stopped, and stores nothing. Any other error of train panics,
// which ends the cell, unless it says of itself, by a method Absent() bool, that data are not here: then LoadOrTrain
// returns what train returned, which is to tell the reader, and stores nothing. A file that was damaged is not used: the
// notebook says so and trains again.
func LoadOrTrain[T any](config any, train func(context.Context) (T, error)) T {
	storable.CheckType("cell", reflect.TypeFor[T]())
	key := sha256.New()
	fmt.Fprintf(key, "format %d\n%v\n", format.Version, reflect.TypeFor[T]())
	describe(key, "config", reflect.ValueOf(config))
	writeSource(key, train)
	path := filepath.Join(folder(), fmt.Sprintf("model-%x", key.Sum(nil)[:16]))

	var stored T
	err := load(path, &stored)
	if err == nil {
		return stored
	}
	if !errors.Is(err, fs.ErrNotExist) {
		Text("%v; training again", err)
	}

	ctx, stop := Context()
	defer stop()
	trained, err := train(ctx)
	if ctx.Err() != nil && (err == nil || errors.Is(err, ctx.Err())) {
		Text("Stopped. What was learned until then is used here, and not stored: " +
			"run the cell again to train to the end.")
		return trained
	}
	var want interface{ Absent() bool }
	if errors.As(err, &want) && want.Absent() {
		return trained
	}
	if err != nil {
		panic(fmt.Errorf("cell: LoadOrTrain: %w", err))
	}
	if err := store(path, trained); err != nil {
		Text("The model was not stored: %v", err)
	}
	return trained
}

// folder is where a notebook keeps what later cells and runs need.
func folder() string {
	if dir := os.Getenv("KINDRED_MODELS"); dir != "" {
		return dir
	}
	return ".kindred"
}
