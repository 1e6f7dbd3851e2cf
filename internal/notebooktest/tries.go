package notebooktest

import (
	"fmt"
	"go/parser"
	"go/scanner"
	"go/token"
	"regexp"
	"strings"
)

// A Knob is a line of a cell that offers other values for its right side:
//
//	const steps = 30 // try 5, 300
//	rule := nn.SGD{Rate: rate} // try nn.NewAdam(rate): a remark
//	Shots: 5, // try 1
//
// The value that stands there belongs to a constant, a variable or the field of a structure, and each of the offered
// ones, between commas outside of brackets and texts, takes its place as it is. What follows a colon is a remark.
type Knob struct {
	Name    string
	Value   string
	Offered []string
	from    int // the value's place in the source
}

// Turned returns the source of the knob's cell with an offered value.
func (k Knob) Turned(source, value string) string {
	return source[:k.from] + value + source[k.from+len(k.Value):]
}

var (
	offers  = regexp.MustCompile(`(?i)\btry\b`)
	setting = regexp.MustCompile(`^\s*(?:(?:const|var)\s+([\pL_][\pL\d_]*)(?:\s+[\w.\[\]*]+)?\s*=|([\pL_][\pL\d_]*)\s*:=)\s*(\S.*)$`)
	field   = regexp.MustCompile(`^\s*([\pL_][\pL\d_]*):\s*(\S.*),$`)
)

// Knobs returns the knobs of a cell, and what its comments with the word try do against the grammar, a sentence each. A
// comment that offers something in another way would not be tried by anyone.
func Knobs(source string) (knobs []Knob, problems []string) {
	for _, c := range comments(source) {
		if !offers.MatchString(c.text) {
			continue
		}
		knob, err := readKnob(source, c)
		if err != nil {
			problems = append(problems, fmt.Sprintf("%.80q: %v", strings.TrimSpace(c.text), err))
			continue
		}
		knobs = append(knobs, knob)
	}
	return knobs, problems
}

// knobs checks that what comments offer can be tried, and that there is something to change in each experiment.
func (nb *Notebook) knobs() (problems []string) {
	for i, c := range nb.Code() {
		_, wrong := Knobs(string(c.Source))
		for _, p := range wrong {
			problems = append(problems, fmt.Sprintf("cell %s offers %s", c.ID, p))
		}
		if nb.isExperiment(i) && !constant.MatchString(string(c.Source)) {
			problems = append(problems, fmt.Sprintf("cell %s draws a figure and has no constant to change: give it a line "+
				"`const name = value // try v1, v2`", c.ID))
		}
	}
	return problems
}

// constant is a line that a reader may change: a constant, or another line that offers values.
var constant = regexp.MustCompile(`(?m)^\s*const\s|// try `)

// isExperiment reports whether code cell i draws a figure that the reader should be able to change. The opener need not,
// as it is there to be looked at, nor an exercise, where the answer is what is changed, nor a figure of stored results,
// which took hours to measure.
func (nb *Notebook) isExperiment(i int) bool {
	c := nb.Code()[i]
	source := string(c.Source)
	return i > 0 && len(c.figures()) > 0 && c.calls(check) == 0 && !strings.Contains(source, `"results/`)
}

func readKnob(source string, c comment) (Knob, error) {
	said, ok := strings.CutPrefix(c.text, "// try ")
	if !ok {
		return Knob{}, fmt.Errorf("what it offers cannot be tried; say `const name = value // try v1, v2: a remark`")
	}
	start := strings.LastIndex(source[:c.at], "\n") + 1
	line := strings.TrimRight(source[start:c.at], " \t")
	k := Knob{}
	if m := setting.FindStringSubmatchIndex(line); m != nil {
		name := max(m[2], m[4])
		k.Name, k.from = line[name:max(m[3], m[5])], m[6]
		k.Value = line[k.from:m[7]]
	} else if m := field.FindStringSubmatchIndex(line); m != nil {
		k.Name, k.from = line[m[2]:m[3]], m[4]
		k.Value = line[k.from:m[5]]
	} else {
		return Knob{}, fmt.Errorf("the line is neither `const name = value`, `name := value` nor a field `Name: value,`")
	}
	if _, err := parser.ParseExpr(k.Value); err != nil {
		return Knob{}, fmt.Errorf("the right side %q is not one value", k.Value)
	}
	k.from += start
	values, remark := split(said)
	if offers.MatchString(remark) {
		return Knob{}, fmt.Errorf("the remark offers something too; offer values before the colon alone")
	}
	seen := map[string]bool{k.Value: true}
	for _, v := range values {
		if _, err := parser.ParseExpr(v); err != nil {
			return Knob{}, fmt.Errorf("%q is no value of Go", v)
		}
		if seen[v] {
			return Knob{}, fmt.Errorf("%s stands there already", v)
		}
		seen[v] = true
	}
	k.Offered = values
	return k, nil
}

// split returns the values before the first colon outside of brackets, and what follows it.
func split(said string) (values []string, remark string) {
	depth, from := 0, 0
	for _, t := range tokens(said) {
		switch t.token {
		case token.LPAREN, token.LBRACK, token.LBRACE:
			depth++
		case token.RPAREN, token.RBRACK, token.RBRACE:
			depth--
		case token.COMMA:
			if depth == 0 {
				values = append(values, strings.TrimSpace(said[from:t.at]))
				from = t.at + 1
			}
		case token.COLON:
			if depth == 0 {
				return append(values, strings.TrimSpace(said[from:t.at])), said[t.at+1:]
			}
		}
	}
	return append(values, strings.TrimSpace(said[from:])), ""
}

// A comment is a comment's text, with its slashes, and where it begins.
type comment struct {
	text string
	at   int
}

func comments(source string) (all []comment) {
	for _, t := range tokens(source) {
		if t.token == token.COMMENT {
			all = append(all, comment{t.text, t.at})
		}
	}
	return all
}

type piece struct {
	token token.Token
	text  string
	at    int
}

// tokens takes a text apart as Go does, comments too. What is no Go, such as %%, is a token that says so.
func tokens(text string) (all []piece) {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(text))
	s.Init(file, []byte(text), func(token.Position, string) {}, scanner.ScanComments)
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return all
		}
		all = append(all, piece{tok, lit, file.Offset(pos)})
	}
}
