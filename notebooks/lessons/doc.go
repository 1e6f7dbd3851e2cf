// Package lessons has what several notebooks need and no library does. What one notebook needs is in the folder of its
// lesson: an experiment as a function that returns a figure, or the numbers for one. What a reader may want to change,
// the network, the loss, the rates, stands in the cell and is passed in.
//
//	neurons       01-neurons-and-networks
//	twotasks      02-two-tasks-one-network
//	threeways     03-three-ways-of-sharing
//	balancing     04-balancing-tasks
//	company       05-when-sharing-helps
//	adapting      06-learning-to-adapt
//	families      07-three-families
//	metagradient  08-inside-the-meta-gradient
//	characters    09-few-shot-characters
//	rewards       10-learning-to-act
//	questions     11-what-comes-next
//
// A lesson imports no other lesson.
package lessons
