package notebooktest

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// Stale compares a saved notebook with a fresh run of it and returns what differs, a sentence each. Times are not
// compared ("1.7 s", "250 ms"), and a number may differ by one in its last printed digit, since another processor
// may round otherwise.
func Stale(saved, fresh *Notebook) (problems []string) {
	if len(saved.Cells) != len(fresh.Cells) {
		return []string{fmt.Sprintf("%d cells were saved, %d were run", len(saved.Cells), len(fresh.Cells))}
	}
	for i, old := range saved.Cells {
		if where := different(contents(old), contents(fresh.Cells[i])); where != "" {
			problems = append(problems, fmt.Sprintf("cell %s is stale, say make notebooks: %s", old.ID, where))
		}
	}
	return problems
}

// Missing returns the sentence by which a notebook says that data are not on this machine, if it does.
func Missing(nb *Notebook) string {
	return absent.FindString(nb.Words())
}

var absent = regexp.MustCompile(`Not drawn, as data are missing: [^\n]*`)

// contents returns what a run may change in a cell: its outputs, or the images at its end.
func contents(c Cell) string {
	var b strings.Builder
	b.WriteString(Unfold(string(c.Source)))
	for _, o := range c.Outputs {
		fmt.Fprintf(&b, "\n%s %s %s", o.Type, o.Name, o.Text)
		for _, kind := range []string{"text/plain", "text/markdown", "text/html"} {
			if text, ok := o.Data[kind]; ok {
				fmt.Fprintf(&b, "\n%s %s", kind, Unfold(string(text)))
			}
		}
	}
	return b.String()
}

var (
	number = regexp.MustCompile(`\d+(?:\.\d+)?(?:e[-+]?\d+)?`)
	spent  = regexp.MustCompile(`\d+(?:\.\d+)?\s?(?:ns|µs|ms|s|min)\b`)
)

// different returns the first place where two texts differ, or "".
func different(a, b string) string {
	a, b = spent.ReplaceAllString(a, "TIME"), spent.ReplaceAllString(b, "TIME")
	numbersA, numbersB := number.FindAllStringIndex(a, -1), number.FindAllStringIndex(b, -1)
	atA, atB := 0, 0
	for i := 0; ; i++ {
		endA, endB := len(a), len(b)
		if i < len(numbersA) {
			endA = numbersA[i][0]
		}
		if i < len(numbersB) {
			endB = numbersB[i][0]
		}
		if a[atA:endA] != b[atB:endB] {
			return fmt.Sprintf("%q was saved, %q was run", around(a, atA), around(b, atB))
		}
		if i >= len(numbersA) || i >= len(numbersB) {
			return ""
		}
		atA, atB = numbersA[i][1], numbersB[i][1]
		if !near(a[endA:atA], b[endB:atB]) {
			return fmt.Sprintf("%q was saved, %q was run", around(a, endA), around(b, endB))
		}
	}
}

// near reports whether two printed numbers differ by at most one in the last digit that both have.
func near(a, b string) bool {
	if a == b {
		return true
	}
	x, errX := strconv.ParseFloat(a, 64)
	y, errY := strconv.ParseFloat(b, 64)
	unit := math.Max(lastDigit(a), lastDigit(b))
	return errX == nil && errY == nil && unit < 1 && math.Abs(x-y) <= 1.001*unit
}

// lastDigit returns what one in the last digit of a printed number is worth.
func lastDigit(s string) float64 {
	mantissa, exponent, _ := strings.Cut(s, "e")
	_, decimals, _ := strings.Cut(mantissa, ".")
	e, _ := strconv.Atoi(exponent)
	return math.Pow10(e - len(decimals))
}

func around(s string, at int) string {
	from, to := max(0, at-40), min(len(s), at+60)
	return strings.ToValidUTF8(s[from:to], "")
}

// Numbers returns the numbers that a text prints, without the commas between thousands, with - for minus. A sign that
// follows a letter or a digit is a hyphen.
func Numbers(text string) (numbers []string) {
	text = strings.ReplaceAll(text, "−", "-")
	text = regexp.MustCompile(`(\d),(\d{3})\b`).ReplaceAllString(text, "$1$2")
	text = regexp.MustCompile(`(\d),(\d{3})\b`).ReplaceAllString(text, "$1$2")
	for _, at := range number.FindAllStringIndex(text, -1) {
		n := text[at[0]:at[1]]
		if s := text[:at[0]]; strings.HasSuffix(s, "-") && !regexp.MustCompile(`[\pL\d]-$`).MatchString(s[max(0, len(s)-5):]) {
			n = "-" + n
		}
		numbers = append(numbers, n)
	}
	return numbers
}
