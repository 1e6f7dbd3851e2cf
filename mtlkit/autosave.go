package mtlkit

import (
	"fmt"
	"slices"

	"kindred/internal/durable"
)

// Version 2 has the best parameters, and more settings (see complete).
var checkpointFormat = durable.Format{Kind: "mtlkit-checkpoint", Version: 2}

// WriteCheckpoint replaces the file at path by one of the checkpoint. It is there whole or not at all, whenever the
// program ends; the file that was there is kept beside it as path.previous, or, if it was damaged or something else, as
// path.refused.
func WriteCheckpoint(path string, c Checkpoint) error {
	if err := checkpointFormat.Write(path, c); err != nil {
		return fmt.Errorf("mtlkit: the checkpoint %w", err)
	}
	return nil
}

// ReadCheckpoint reads a file that [WriteCheckpoint] or a run with [Trainer.CheckpointFile] wrote. It is an error if it
// is damaged, cut short, no such file, or of a newer version of this library.
func ReadCheckpoint(path string) (Checkpoint, error) {
	var c Checkpoint
	if err := checkpointFormat.Read(path, &c); err != nil {
		return Checkpoint{}, fmt.Errorf("mtlkit: the checkpoint %w", err)
	}
	return c, nil
}

// goOn makes a run that has just begun stand where its file does, if there is one. One that diverged would again, and
// goes on only if that may be otherwise.
func (r *Run) goOn() error {
	refused, err := r.keeper.Load(func(c Checkpoint) error {
		if c.Fresh && slices.Equal(c.Settings, r.settings()) {
			r.failed = fmt.Errorf("mtlkit: the run of %s diverged in step %d: %w; with another Optimizer, Groups, Schedule, "+
				"ClipNorm or Balance it goes on from its last good parameters", r.keeper.Path, c.Steps+1, ErrDiverged)
		}
		if err := r.resume(c); err != nil {
			return err
		}
		if epochs := float64(r.steps) / float64(r.stepsPerEpoch()); epochs > float64(r.trainer.Epochs) {
			return fmt.Errorf("mtlkit: the run of %s was trained for %.4g epochs, Epochs is %d", r.keeper.Path, epochs,
				r.trainer.Epochs)
		}
		return nil
	})
	r.Refused = refused
	return err
}

// save writes the checkpoint of a run to its file.
func (r *Run) save() error {
	if err := r.keeper.Keep(r.Checkpoint); err != nil {
		return fmt.Errorf("mtlkit: after %d steps %w", r.steps, err)
	}
	return nil
}
