//go:build race

package metakit_test

func init() { raceEnabled = true }
