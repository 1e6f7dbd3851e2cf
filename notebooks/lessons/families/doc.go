// Package families is the lesson of notebook 07: learners of all three types of meta-learning on the same episodes.
package families
