// Command architectures prints the table of the architectures of package sharing, as Markdown: that of
// docs/architectures.md.
package main

import (
	"fmt"

	"kindred/mtlkit/sharing"
)

func main() { fmt.Print(sharing.ArchitectureTable()) }
