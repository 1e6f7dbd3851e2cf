// Command learners prints the table of the learners of metakit, as Markdown: that of docs/learners.md.
package main

import (
	"fmt"

	"kindred/internal/learners"
)

func main() { fmt.Print(learners.Table()) }
