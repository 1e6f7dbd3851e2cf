package lessons

import (
	"fmt"
	"strings"
)

// Minus writes the sign of the numbers in a text as it is printed, with − for -.
func Minus(text string) string { return strings.ReplaceAll(text, "-", "−") }

// Thousands writes a number, not negative, with commas between its thousands.
func Thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", Thousands(n/1000), n%1000)
}
