// Package lessons has what only the notebooks need: an experiment as a function that returns a figure, or the numbers
// for one. What a reader may want to change, the network, the loss, the rates, stands in the cell and is passed in.
//
// The files of a notebook begin with its topic: neurons for notebook 01, twotasks for 02, adapt for 03, balance for 04.
package lessons
