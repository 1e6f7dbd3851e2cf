// Package drawn holds figures that are kept as files, such as those of the README, against what the code draws.
package drawn

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"
)

// Variable is the environment variable with which the files are written anew; make readme-figures sets it.
const Variable = "KINDRED_README"

var number = regexp.MustCompile(`-?\d+(\.\d+)?`)

// Same fails the test unless the file holds that picture, up to what processors round differently: the same text, but for
// numbers, which are points and agree within one. With [Variable] set it writes the file first.
func Same(t testing.TB, file string, svg []byte) {
	t.Helper()
	if os.Getenv(Variable) != "" {
		if err := os.WriteFile(file, svg, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	stored, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if where := differ(stored, svg); where != "" {
		t.Errorf("%s is not what the code draws: %s; make readme-figures draws it anew", file, where)
	}
}

// differ says where two pictures differ, or "".
func differ(stored, drawn []byte) string {
	const digit = "#"
	if a, b := number.ReplaceAll(stored, []byte(digit)), number.ReplaceAll(drawn, []byte(digit)); string(a) != string(b) {
		at := 0
		for at < len(a) && at < len(b) && a[at] == b[at] {
			at++
		}
		return "it holds " + strconv.Quote(around(a, at)) + ", the figure " + strconv.Quote(around(b, at))
	}
	want, got := number.FindAll(stored, -1), number.FindAll(drawn, -1)
	for k := range want {
		x, _ := strconv.ParseFloat(string(want[k]), 64)
		y, _ := strconv.ParseFloat(string(got[k]), 64)
		if math.Abs(x-y) > 1 {
			return "a number is " + string(want[k]) + ", in the figure " + string(got[k])
		}
	}
	return ""
}

func around(text []byte, at int) string { return string(text[max(0, at-20):min(len(text), at+20)]) }
