// Package company draws the experiments of notebook 05: when it helps tasks to share a network, and with whom.
package company
