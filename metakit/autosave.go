package metakit

import (
	"fmt"

	"kindred/internal/durable"
)

var checkpointFormat = durable.Format{Kind: "metakit-checkpoint", Version: 1}

// WriteCheckpoint replaces the file at path by one of the checkpoint. It is there whole or not at all, whenever the
// program ends; the file that was there is kept beside it as path.previous, or, if it was damaged or something else, as
// path.refused.
func WriteCheckpoint(path string, c Checkpoint) error {
	if err := checkpointFormat.Write(path, c); err != nil {
		return fmt.Errorf("metakit: the checkpoint %w", err)
	}
	return nil
}

// ReadCheckpoint reads a file that [WriteCheckpoint] or a run with [Training.CheckpointFile] wrote. It is an error if
// it is damaged, cut short, no such file, or of a newer version of this library.
func ReadCheckpoint(path string) (Checkpoint, error) {
	var c Checkpoint
	if err := checkpointFormat.Read(path, &c); err != nil {
		return Checkpoint{}, fmt.Errorf("metakit: the checkpoint %w", err)
	}
	return c, nil
}

// goOn makes a run that has just begun stand where its file does, if there is one. One that diverged would again, and
// goes on only if that may be otherwise.
func (r *Run) goOn() error {
	refused, err := r.keeper.Load(func(c Checkpoint) error {
		if c.Diverged && r.settings == c.Settings {
			r.failed = fmt.Errorf("metakit: the run of %s diverged in iteration %d: %w; with another Optimizer, Schedule or "+
				"ClipNorm it goes on from its last good meta-parameters", r.keeper.Path, c.Iteration+1, ErrDiverged)
		}
		if err := r.resume(c); err != nil {
			return err
		}
		if r.taken > r.training.Iterations {
			return fmt.Errorf("metakit: the run of %s was trained for %d iterations, Iterations is %d", r.keeper.Path, r.taken,
				r.training.Iterations)
		}
		return nil
	})
	r.Refused = refused
	return err
}

// save writes the checkpoint of a run to its file.
func (r *Run) save() error {
	if err := r.keeper.Keep(r.Checkpoint); err != nil {
		return fmt.Errorf("metakit: after iteration %d %w", r.taken, err)
	}
	return nil
}
