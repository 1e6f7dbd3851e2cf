package main

import (
	"encoding/json"
	"fmt"
	"os"

	"kindred/internal/notebooktest"
)

// An edit is a cell with one of the values that it offers, for scripts/browser.py.
type edit struct {
	Cell   int    `json:"cell"` // of all cells, Markdown too
	What   string `json:"what"`
	Source string `json:"source"`
}

// edits prints, for each notebook, the first offered value of each knob, as JSON.
func edits(paths []string, books []*notebooktest.Notebook) error {
	all := map[string][]edit{}
	for i, nb := range books {
		all[paths[i]] = []edit{}
		for n, c := range nb.Cells {
			if c.Type != "code" {
				continue
			}
			source := string(c.Source)
			knobs, _ := notebooktest.Knobs(source)
			for _, k := range knobs {
				v := k.Offered[0]
				all[paths[i]] = append(all[paths[i]], edit{n, fmt.Sprintf("%s = %s", k.Name, v), k.Turned(source, v)})
			}
		}
	}
	return json.NewEncoder(os.Stdout).Encode(all)
}
