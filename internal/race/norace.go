//go:build !race

// Package race tells whether the race detector is on, which allocates where the program does not.
package race

// Enabled reports whether the program was built with the race detector.
const Enabled = false
