// Package characters has the experiments of the notebook 09-few-shot-characters: reading an alphabet that one has never
// seen, by the reader, by distances of pixels and by what was meta-learned.
package characters
