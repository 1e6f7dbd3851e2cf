// Package house holds the tests of the rules that all of the repository keeps: who imports whom, what files look like,
// that the README's programs build and run elsewhere, that a fork builds, and that generated files are up to date.
package house
