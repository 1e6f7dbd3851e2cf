// Package twotasks draws the experiments of notebook 02: the article's two tasks as its program trains them, as it means to,
// and beside networks that share nothing; and tasks related by design. The functions that take a configure train a
// regression and a classification on the same inputs, from seeds that change nothing but the first parameters.
package twotasks
