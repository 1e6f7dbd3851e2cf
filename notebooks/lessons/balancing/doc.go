// Package balancing draws the experiments of notebook 04: where balancers step when two tasks pull apart, what both come to,
// and which of many balancers do better than equal weights.
package balancing
