// Package questions is the lesson of notebook 11: what sharing and learning to learn save, the article's questions,
// and its references.
package questions
