// Package rewards draws the experiments of notebook 10: bandits and what players win at them, the policy gradient and
// its second derivative, and a walk to a goal that nobody shows.
package rewards
