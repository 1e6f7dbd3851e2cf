package metakit

import (
	"fmt"

	"kindred/autodiff"
)

// diverged returns an [ErrDiverged] that says what of the last run is not finite, and the operation that made it so.
func diverged(what string, ws *autodiff.Workspace) error {
	where := ""
	if f, ok := ws.NotFinite(); ok {
		where = fmt.Sprintf(" (%v)", f)
	}
	return fmt.Errorf("metakit: %s%s: %w", what, where, ErrDiverged)
}
