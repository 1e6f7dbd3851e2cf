package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// sheet writes a table of 120 rows in 20 groups, with a number, a word of two and a word of three to predict, of which
// some are missing.
func sheet(t *testing.T) string {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 0))
	var b strings.Builder
	b.WriteString("shop;sort;a;b;price;sold;grade\n")
	for row := range 120 {
		a, x := rng.NormFloat64(), rng.NormFloat64()
		price, sold, grade := fmt.Sprintf("%.2f", a+0.1*rng.NormFloat64()), "no", "low"
		if a+x > 0 {
			sold = "yes"
		}
		if a > 0.5 {
			grade = "high"
		} else if a > -0.5 {
			grade = "middle"
		}
		if row%5 == 0 {
			price = "?"
		}
		if row%7 == 0 {
			grade = ""
		}
		fmt.Fprintf(&b, "shop %d;%c;%.2f;%.2f;%s;%s;%s\n", row%20, 'x'+rune(row%3), a, x, price, sold, grade)
	}
	path := filepath.Join(t.TempDir(), "sheet <1>.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func asked(path string) request {
	return request{path: path, out: path + ".html", missing: "?", comma: ";", seeds: 2, hidden: 4, epochs: 3,
		rate: 0.01}
}

// A whole run, asked from the header: the page is one file that needs no other, has both backgrounds, the three tasks
// with what they are, the verdicts, and both figures.
func TestPage(t *testing.T) {
	r := asked(sheet(t))
	var out bytes.Buffer
	if err := run(context.Background(), r, strings.NewReader("price, sold ,grade\nshop\n"), &out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"has the columns shop, sort, a, b, price, sold, grade",
		"price is a number (24 missing)", "sold is one of two",
		"grade is one of 3 classes (18 missing)", "20 groups by shop", "Gain: (alone − together)/alone",
		"times the parameters of the shared one:\n  price: "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, &out)
		}
	}
	text, err := os.ReadFile(r.out)
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	for _, want := range []string{"<!doctype html>", "sheet &lt;1&gt;.csv", "prefers-color-scheme: dark",
		"<td>price</td>", "<td>grade</td>",
		"p (Holm)", "at equal capacity", "times the parameters of the shared one.", "Whom to share with", "</html>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if n := strings.Count(page, "<figure"); n != 2 {
		t.Errorf("%d figures, want 2", n)
	}
	if strings.Contains(page, "http:") || strings.Contains(page, "https:") || strings.Contains(page, "<script") {
		t.Error("the page needs a network")
	}
	single := r
	single.targets, single.group = "price", "shop"
	if err := run(context.Background(), single, strings.NewReader(""), new(bytes.Buffer)); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(r.out); err != nil || bytes.Contains(text, []byte("capacity")) ||
		bytes.Contains(text, []byte("NaN")) {
		t.Errorf("the page of one target: %v\n%s", err, text)
	}
	again := r
	again.out += ".2"
	again.targets, again.group = "price,sold,grade", "shop"
	if err := run(context.Background(), again, strings.NewReader(""), &out); err != nil {
		t.Fatal(err)
	}
	if second, err := os.ReadFile(again.out); err != nil || !bytes.Equal(second, text) {
		t.Errorf("the same request makes another page: %v", err)
	}
}

// What cannot be is an error with a sentence.
func TestErrors(t *testing.T) {
	path := sheet(t)
	for what, c := range map[string]struct {
		change func(r *request)
		says   string
	}{
		"no file":   {func(r *request) { r.path += "x" }, "no such file"},
		"no column": {func(r *request) { r.targets = "cost" }, "cost"},
		"nothing asked": {func(r *request) { r.targets = "" },
			"nothing is to be predicted; name columns with -targets"},
		"twice":            {func(r *request) { r.targets = "price,price" }, `column "price" is named twice`},
		"group a target":   {func(r *request) { r.group = "price" }, `column "price" is named twice`},
		"one seed":         {func(r *request) { r.seeds = 1 }, "-seeds is 1"},
		"comma":            {func(r *request) { r.comma = "" }, `-comma is ""`},
		"no units":         {func(r *request) { r.hidden = 0 }, "-hidden is 0"},
		"decay":            {func(r *request) { r.decay = -1 }, "-decay is -1"},
		"few groups":       {func(r *request) { r.group = "sort" }, `column "sort" has 3 groups`},
		"nowhere to write": {func(r *request) { r.out = filepath.Join(path, "x") }, "is not a directory; make it"},
	} {
		r := asked(path)
		r.targets = "price,sold"
		c.change(&r)
		if err := run(context.Background(), r, strings.NewReader(""), new(bytes.Buffer)); err == nil ||
			!strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want %q", what, err, c.says)
		}
	}
	for what, text := range map[string]string{"constant": "a,y\n" + strings.Repeat("1,2\n3,2\n", 10),
		"few labels": "a,y\n1,2\n" + strings.Repeat("1,\n", 20)} {
		file := filepath.Join(t.TempDir(), "x.csv")
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		r := asked(file)
		r.comma, r.targets = ",", "y"
		if err := run(context.Background(), r, strings.NewReader(""), new(bytes.Buffer)); err == nil ||
			!strings.Contains(err.Error(), `column "y"`) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// Whatever the first line is, there is a name at least, and none holds what stands between names.
func FuzzParseHeader(f *testing.F) {
	f.Add([]byte("a,b\n1,2\n"))
	f.Add([]byte("\ufeff\"a\", b\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		names := parseHeader(text, ",")
		if len(names) == 0 {
			t.Fatal("no names")
		}
		for _, name := range names {
			if strings.ContainsAny(name, ",\n") {
				t.Errorf("the name %q", name)
			}
		}
	})
}
