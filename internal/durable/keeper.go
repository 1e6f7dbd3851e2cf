package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// A Keeper keeps the state of something that runs in a file, for a program that goes on from it when it is started again.
// The zero Keeper keeps none.
type Keeper[State any] struct {
	Format Format
	Path   string        // "" is no file
	Every  time.Duration // from one file to the next, by a clock that does not jump

	last time.Time // when the last was written, or could not be
}

// Load hands the state of the file to resume, if there is one. Where the file is refused that is the state of the one
// before it, and refused says why. The error is that of resume, or says that neither file can be used.
func (k *Keeper[State]) Load(resume func(State) error) (refused, err error) {
	if k.Path == "" {
		return nil, nil
	}
	state, refused, err := ReadLatest[State](k.Format, k.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		err = fmt.Errorf("the checkpoint %w; the one before it cannot be used either", err)
	default:
		err = resume(state)
	}
	if err != nil {
		return nil, fmt.Errorf("%w; to begin anew, delete %s or name another file", err, k.Path)
	}
	return refused, nil
}

// Due reports whether an interval has passed since the last time.
func (k *Keeper[State]) Due() bool {
	return k.Path != "" && !k.last.IsZero() && time.Since(k.last) >= k.Every
}

// First reports whether nothing was written yet.
func (k *Keeper[State]) First() bool { return k.Path != "" && k.last.IsZero() }

// Keep writes what state returns. The time that it takes is no part of an interval.
func (k *Keeper[State]) Keep(state func() State) error {
	if k.Path == "" {
		return nil
	}
	err := k.Format.Write(k.Path, state())
	k.last = time.Now()
	if err != nil {
		return fmt.Errorf("the checkpoint %w", err)
	}
	return nil
}
