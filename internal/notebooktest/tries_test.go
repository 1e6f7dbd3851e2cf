package notebooktest

import (
	"strings"
	"testing"
)

func TestKnobsOfALine(t *testing.T) {
	for _, c := range []struct{ line, name, value, offered string }{
		{"const steps = 30 // try 5, 300", "steps", "30", "5|300"},
		{"const w1 = 1.0  // try -1, 3: the line turns", "w1", "1.0", "-1|3"},
		{"const reach float64 = 7 // try 2e1,1_000", "reach", "7", "2e1|1_000"},
		{"\trule := nn.SGD{Rate: 0.1} // try nn.Momentum{Rate: 0.1, Mu: 0.9}, nn.NewAdam(0.1): a, b: c", "rule",
			"nn.SGD{Rate: 0.1}", "nn.Momentum{Rate: 0.1, Mu: 0.9}|nn.NewAdam(0.1)"},
		{"\tShots: 5, // try 1, max(2, 3)", "Shots", "5", "1|max(2, 3)"},
		{"var list = []int{1, 2} // try []int{3}, []int{4, 5}[0:1]", "list", "[]int{1, 2}", "[]int{3}|[]int{4, 5}[0:1]"},
		{`const name = "a // try b" // try "c, d: e", "f"`, "name", `"a // try b"`, `"c, d: e"|"f"`},
		{"const mark = ':' // try ',', '\\'': a mark", "mark", "':'", `','|'\''`},
		{"draw := func(a, b int) int { return a } // try func(a, b int) int { return b }", "draw",
			"func(a, b int) int { return a }", "func(a, b int) int { return b }"},
		{"const τ = 0.1 // try 1", "τ", "0.1", "1"},
		{"const raw = `//` // try `a`", "raw", "`//`", "`a`"},
		{"const rate = 1 // try 2:", "rate", "1", "2"},
	} {
		source := "import \"fmt\"\n\n%%\n" + c.line + "\nf()"
		knobs, problems := Knobs(source)
		if len(knobs) != 1 || problems != nil {
			t.Errorf("%s: %d knobs, problems %q", c.line, len(knobs), problems)
			continue
		}
		k := knobs[0]
		if got := strings.Join(k.Offered, "|"); k.Name != c.name || k.Value != c.value || got != c.offered {
			t.Errorf("%s: got %q, %q, %q", c.line, k.Name, k.Value, got)
		}
		want := strings.Replace(source, c.line, strings.Replace(c.line, c.value, "NEW", 1), 1)
		if got := k.Turned(source, "NEW"); got != want {
			t.Errorf("%s: turned it is\n%s\nwant\n%s", c.line, got, want)
		}
	}
}

func TestKnobsRefuse(t *testing.T) {
	for line, says := range map[string]string{
		"// try nn.NewAdam(rate)":                           "the line is neither",
		"cell.Show(f(a)) // try f(b)":                       "the line is neither",
		"if a := 1; a > 0 { // try 2":                       "the line is neither",
		"a, b := 1, 2 // try 3, 4":                          "the line is neither",
		"\tWays: 5, Rate: 1, // try 2":                      "is not one value",
		"const a = 1; const b = 2 // try 3":                 "is not one value",
		"const epochs = 30 // epochs: try 5":                "cannot be tried",
		"const epochs = 30 // epochs; Try 5":                "cannot be tried",
		"const a = 1 //try 5":                               "cannot be tried",
		"const a = 1 // try: 5":                             "cannot be tried",
		"const a = 1 /* try 5 */":                           "cannot be tried",
		"const a = 1 // try 5 or 6":                         `"5 or 6" is no value`,
		"const a = 1 // try 5 steps":                        "is no value",
		"const a = 1 // try 5, …":                           "is no value",
		"const a = 1 // try 5,":                             `"" is no value`,
		"const a = 1 // try ":                               `"" is no value`,
		"const a = 1 // try , 5":                            `"" is no value`,
		"const a = 1 // try without b":                      "is no value",
		"const a = 1 // try b := 5":                         "is no value",
		"const a = 1 // try f(1, 2":                         "is no value",
		"const a = 1 // try 1)":                             "is no value",
		"const a = 1 // try it's":                           "is no value",
		`const a = "" // try "b`:                            "is no value",
		"const a = 1 // try 5; it acts below":               "is no value",
		"const a = 1 // try 1, 2":                           "1 stands there already",
		"const a = 1 // try 2, 2":                           "2 stands there already",
		"const a = 1 // try 2: then try 3":                  "the remark offers",
		"const a = // try 2":                                "the line is neither",
		"const ( a = 1 ) // try 2":                          "the line is neither",
		"const a = 1 // " + strings.Repeat("(", 99) + "try": "cannot be tried",
		"const a = 1 // try " + strings.Repeat("(", 9999):   "is no value",
	} {
		knobs, problems := Knobs(line)
		if len(knobs) != 0 || len(problems) != 1 || !strings.Contains(problems[0], says) {
			t.Errorf("%.80s: %d knobs, got %.200q, want %q", line, len(knobs), problems, says)
		}
	}
}

// What only looks like a comment, or does not offer, is no knob.
func TestKnobsOfOtherLines(t *testing.T) {
	for _, source := range []string{
		"", "%%", "%%\nf(\"// try 3\")", "s := `\n// try 3\n`", "const a = 1 // the industry", "const try = 1 // retry it",
		"const a = 1 // a country's", "!echo it's // here", "\x00\xff//", "// \xfftry_",
	} {
		if knobs, problems := Knobs(source); len(knobs)+len(problems) > 0 {
			t.Errorf("%q: %v, %q", source, knobs, problems)
		}
	}
}

func FuzzReadKnobs(f *testing.F) {
	f.Add("const a = 1 // try 2, f(3, \"b\"): c")
	f.Add("%%\n\tA: b[1:2], // try 'c', `d`")
	f.Fuzz(func(t *testing.T, source string) {
		knobs, problems := Knobs(source)
		if n := len(comments(source)); len(knobs)+len(problems) > n {
			t.Fatalf("%d knobs and %d problems in %d comments", len(knobs), len(problems), n)
		}
		for _, k := range knobs {
			if got := k.Turned(source, k.Value); got != source {
				t.Fatalf("the same value changes the cell to %q", got)
			}
			if k.Name == "" || len(k.Offered) == 0 || k.Turned(source, "") == source {
				t.Fatalf("a knob that changes nothing: %+v", k)
			}
		}
	})
}
