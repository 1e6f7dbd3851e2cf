// Package neurons draws the experiments of notebook 01: one neuron, its bend, a gradient by hand, gradient descent and its
// rate, and what networks of more neurons learn.
package neurons
