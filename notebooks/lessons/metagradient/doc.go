// Package metagradient draws the experiments of notebook 08: what a meta-gradient is made of, how far each kind of it
// is the slope of what it is measured by, and what it costs.
package metagradient
