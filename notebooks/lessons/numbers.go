package lessons

import (
	"fmt"
	"regexp"
	"strings"
)

// Minus writes the sign of the numbers in a text as it is printed, with − for -. What is rounded to 0 has none.
func Minus(text string) string {
	return strings.ReplaceAll(negativeZero.ReplaceAllString(text, "$1$2"), "-", "−")
}

var negativeZero = regexp.MustCompile(`-(0(?:\.0*)?)([^.\d]|$)`)

// Some writes a number of things, with a word for 0.
func Some(n int) string {
	if n == 0 {
		return "none"
	}
	return fmt.Sprint(n)
}

// Of writes how many of several, as in "3 of 10" and "none of 10".
func Of(n, all int) string { return fmt.Sprintf("%s of %d", Some(n), all) }

// Do is the verb after [Of] and [Some], which say "none of 10 hurts", "1 of 10 hurts" and "3 of 10 hurt".
func Do(n int, one, several string) string {
	if n < 2 {
		return one
	}
	return several
}

// Sentence begins a text with a capital.
func Sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// Thousands writes a number, not negative, with commas between its thousands.
func Thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", Thousands(n/1000), n%1000)
}
