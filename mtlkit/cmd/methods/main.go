// Command methods prints the table of mtlkit's balancers, as Markdown.
package main

import (
	"fmt"

	"kindred/mtlkit"
)

func main() { fmt.Print(mtlkit.MethodTable()) }
