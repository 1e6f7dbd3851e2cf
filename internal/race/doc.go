// Package race tells whether the race detector is on. Tests that count allocations step aside under it: it makes some
// of its own.
package race
