// Package adapting draws the experiments of notebook 06: the article's example of adaptation, and learners that were trained
// to adapt to waves beside those that were not.
package adapting
