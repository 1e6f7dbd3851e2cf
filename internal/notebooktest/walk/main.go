// Command walk goes through notebooks as a reader would, in the real kernel, and prints what it found:
//
//	walk knobs NOTEBOOK...   sets every offered value, and runs what uses it; what was shown is kept in dist/knobs
//	walk bench NOTEBOOK...   times every cell from an edited constant to its figure
//	walk table NOTEBOOK...   counts figures, lines, words, exercises and what reacts; runs nothing
//	walk edits NOTEBOOK...   prints as JSON the cells with their first offered values, for scripts/browser.py
//
// KINDRED_PYTHON names the Python of the notebooks' environment. It is run from the root of the repository.
package main

import (
	"errors"
	"fmt"
	"os"

	"kindred/internal/notebooktest"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "walk:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	ways := map[string]func(paths []string, books []*notebooktest.Notebook) error{
		"knobs": knobs, "bench": bench, "table": table, "edits": edits,
	}
	if len(args) < 2 || ways[args[0]] == nil {
		return errors.New("say walk knobs, bench, table or edits, and notebooks")
	}
	var books []*notebooktest.Notebook
	for _, path := range args[1:] {
		nb, err := notebooktest.Read(path)
		if err != nil {
			return err
		}
		books = append(books, nb)
	}
	return ways[args[0]](args[1:], books)
}

// start starts a kernel in the folder of the notebooks.
func start() (*notebooktest.Kernel, error) {
	python := os.Getenv("KINDRED_PYTHON")
	if python == "" {
		return nil, errors.New("KINDRED_PYTHON names no Python with the kernel; say make")
	}
	return notebooktest.StartKernel(python, ".", "notebooks")
}
