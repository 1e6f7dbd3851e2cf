//go:build noasm

package autodiff

import "time"

// programsTime is how long random programs are tried by default: less than with assembly, where all else is tried too.
const programsTime = 10 * time.Second
