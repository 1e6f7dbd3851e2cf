// Package threeways draws the experiments of notebook 03: networks of which tasks share weights, layers or a
// representation, read from what they trace; their stitches and gates while they learn; and all of them beside networks
// that share nothing.
package threeways
