// Command balancers prints the table of the balancers of package balance, as Markdown: that of docs/balancers.md.
package main

import (
	"fmt"

	"kindred/mtlkit/balance"
)

func main() { fmt.Print(balance.MethodTable()) }
