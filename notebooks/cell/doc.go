// Package cell is what the cells of the notebooks call: it shows figures and text, draws a progress bar and a figure
// that moves while a network learns or under the reader's hand, says whether the answer to an exercise is right, ends with
// the stop button, and keeps what was trained for later cells.
//
//	import (
//		"kindred/notebooks/cell"
//		"kindred/plots"
//	)
//
//	const steps = 2000 // try 20, 200
//
//	%%
//	fit := cell.LoadOrTrain(config{Steps: steps}, train)
//	cell.Show(fit.curve().Figure("Line chart of the loss over steps: it falls to the noise."))
//
// A cell is a program of its own. What it shows is saved in the notebook in a form that survives a notebook that is not
// trusted, as every notebook is on the machine it was copied to. The same cell leaves the same bytes in the notebook
// whether it ran in a browser or without one: a progress bar is gone when it is done, a slider is drawn only where a
// browser is.
//
// Outside a notebook, in a test or a program, text goes to the standard output and figures go nowhere.
package cell
