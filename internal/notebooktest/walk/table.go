package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"kindred/internal/notebooktest"
)

// table prints what the notebooks hold, a line each and one for all.
func table(paths []string, books []*notebooktest.Notebook) error {
	fmt.Printf("%-32s %7s %5s %7s %6s %9s %7s %6s %6s\n",
		"notebook", "figures", "code", "longest", "words", "exercises", "checked", "react", "values")
	var all notebooktest.Counts
	for i, nb := range books {
		c := nb.Count()
		line(strings.TrimSuffix(filepath.Base(paths[i]), ".ipynb"), c)
		all.Add(c)
	}
	line("all", all)
	return nil
}

func line(name string, c notebooktest.Counts) {
	fmt.Printf("%-32s %7d %5d %7d %6d %9d %7d %6d %6d\n",
		name, c.Figures, c.CodeLines, c.LongestCell, c.Words, c.Exercises, c.Checked, c.React, c.Values)
}
