//go:build !noasm

package autodiff

import "time"

// programsTime is how long random programs are tried by default.
const programsTime = 55 * time.Second
