package notebooktest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const frontPage = "00-start-here.ipynb"

func text(t *testing.T, elements ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(elements...))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func headings(t *testing.T) Headings {
	t.Helper()
	h := ReadHeadings(text(t, "testdata", "headings.txt"))
	if len(h.Texts) != 39 {
		t.Fatalf("%d headings, want 39", len(h.Texts))
	}
	return h
}

// notebooks returns all notebooks by the names of their files.
func notebooks(t *testing.T) map[string]*Notebook {
	t.Helper()
	all := map[string]*Notebook{}
	for _, p := range paths(t) {
		all[filepath.Base(p)] = read(t, p)
	}
	return all
}

// The map has all headings of the article in its order, and each leads to a section and a figure that is there. Both
// pages that show it show it as it is; with KINDRED_MAP set they are written anew (make map).
func TestMap(t *testing.T) {
	places, err := ReadMap(text(t, root, "notebooks", "map.txt"))
	if err != nil {
		t.Fatal(err)
	}
	h := headings(t)
	for i := range max(len(places), len(h.Texts)) {
		switch {
		case i >= len(places):
			t.Errorf("the map lacks %s %s", h.Numbers[i], h.Texts[i])
		case i >= len(h.Texts) || places[i].Number != h.Numbers[i] || places[i].Chinese != h.Texts[i]:
			t.Errorf("line %d of the map is %s %s, which is not the article's heading there", i+1, places[i].Number,
				places[i].Chinese)
		}
	}
	table, problems := MapTable(places, notebooks(t))
	for _, p := range problems {
		t.Error(p)
	}
	page := filepath.Join(root, "notebooks", "README.md")
	front := filepath.Join(root, "notebooks", frontPage)
	if os.Getenv("KINDRED_MAP") != "" && len(problems) == 0 {
		if err := os.WriteFile(page, []byte(withMap(text(t, page), table)), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(front, cellWithMap(t, text(t, front), table), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if old := text(t, page); old != withMap(old, table) {
		t.Errorf("the map in %s is not notebooks/map.txt: say make map", page)
	}
	if old := text(t, front); old != string(cellWithMap(t, old, table)) {
		t.Errorf("the map in %s is not notebooks/map.txt: say make map", front)
	}
}

// The table stands between the line <!-- map --> and the next <!-- end -->.
var between = regexp.MustCompile(`(?s)(<!-- map -->\n).*?(<!-- end -->)`)

func withMap(page, table string) string {
	return between.ReplaceAllString(page, "${1}\n"+strings.ReplaceAll(table, "$", "$$")+"\n${2}")
}

// cellWithMap returns the text of a notebook with the table in its cell map, as Jupyter writes it.
func cellWithMap(t *testing.T, notebook, table string) []byte {
	t.Helper()
	var nb map[string]any
	decoder := json.NewDecoder(strings.NewReader(notebook))
	decoder.UseNumber()
	if err := decoder.Decode(&nb); err != nil {
		t.Fatal(err)
	}
	cells := nb["cells"].([]any)
	i := slices.IndexFunc(cells, func(c any) bool { return c.(map[string]any)["id"] == "map" })
	if i < 0 {
		t.Fatal("no cell has the id map")
	}
	cell := cells[i].(map[string]any)
	source := ""
	for _, line := range cell["source"].([]any) {
		source += line.(string)
	}
	var lines []string
	for line := range strings.Lines(withMap(source, table)) {
		lines = append(lines, line)
	}
	cell["source"] = lines
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	if err := encoder.Encode(nb); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// No Chinese stands in a notebook or a document but the article's headings, each under its number, and its terms.
func TestChineseIsTheArticles(t *testing.T) {
	h := headings(t)
	for name, nb := range notebooks(t) {
		all := nb.Words()
		for _, c := range nb.Cells {
			all += "\n" + string(c.Source)
		}
		for _, p := range h.Foreign(all) {
			t.Errorf("%s: %s", name, p)
		}
	}
	pages := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && strings.HasPrefix(d.Name(), "."):
			return filepath.SkipDir
		case filepath.Ext(path) == ".md":
			pages++
			for _, p := range h.Foreign(text(t, path)) {
				t.Errorf("%s: %s", path, p)
			}
		}
		return nil
	})
	if err != nil || pages < 5 {
		t.Errorf("%d pages: %v", pages, err)
	}
}

var link = regexp.MustCompile(`\]\(([^)#\s]*\.ipynb)(#[^)\s]*)?\)`)

// Every link of a notebook or of a page beside it to a notebook leads to one that is there, and to a section of it.
func TestLinksLeadToSections(t *testing.T) {
	sources := map[string]string{"README.md": text(t, root, "notebooks", "README.md")}
	targets := map[string][]string{}
	for name, nb := range notebooks(t) {
		targets[name] = []string{name}
		for _, s := range nb.Sections() {
			targets[name] = append(targets[name], Place{Notebook: name}.Link(s))
		}
		for _, c := range nb.Markdown() {
			sources[name] += string(c.Source) + "\n"
		}
	}
	links := 0
	for from, source := range sources {
		for _, m := range link.FindAllStringSubmatch(source, -1) {
			links++
			switch {
			case targets[m[1]] == nil:
				t.Errorf("%s: %s is not there", from, m[1])
			case !slices.Contains(targets[m[1]], m[1]+m[2]):
				t.Errorf("%s: %s has no section %s", from, m[1], m[2])
			}
		}
	}
	if links < 39 {
		t.Errorf("found %d links, fewer than the map has", links)
	}
}

// book has two sections of the second level, the first with one below it.
func book() *Notebook {
	figure := func(alt string) []Output {
		return []Output{{Data: map[string]Text{"text/html": Text(`<img alt="` + alt + `">`)}}}
	}
	return &Notebook{Cells: []Cell{
		{ID: "a", Type: "markdown", Source: "# One?\n\n```go\n# no heading\n```\n"},
		{ID: "b", Type: "markdown", Source: "## 3.1 Many at once (多任务学习)\n\nText.\n\n## 3.1.2 What's `shared`: weights"},
		{Type: "code", Outputs: figure("a network: two heads")},
		{ID: "d", Type: "markdown", Source: "## Exercises"},
		{Type: "code", Outputs: figure("a line")},
	}}
}

func TestSections(t *testing.T) {
	want := "[{One? 1 a [a network: two heads a line]} {3.1 Many at once (多任务学习) 2 b [a network: two heads]} " +
		"{3.1.2 What's `shared`: weights 2 b [a network: two heads]} {Exercises 2 d [a line]}]"
	if got := fmt.Sprint(book().Sections()); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestMapTable(t *testing.T) {
	good := "3.1 | 多任务学习 | Many | a.ipynb | 3.1 | network\n# x\n\n3.1.2 | 共享权重 | Weights | a.ipynb | 3.1.2 What's | first\n"
	want := "| the article | here | its figure |\n|:--|:--|:--|\n" +
		"| 3.1 Many (多任务学习) | [a.ipynb: Many at once](a.ipynb#cell-id=b) | network |\n" +
		"| 3.1.2 Weights (共享权重) | [a.ipynb: What's `shared`: weights](a.ipynb#cell-id=b) | a network |\n"
	all := map[string]*Notebook{"a.ipynb": book()}
	table := func(text string) (string, []string) {
		places, err := ReadMap(text)
		if err != nil {
			t.Fatal(err)
		}
		return MapTable(places, all)
	}
	if got, problems := table(good); got != want || problems != nil {
		t.Errorf("got\n%s%q\nwant\n%s", got, problems, want)
	}
	for change, says := range map[[2]string]string{
		{"a.ipynb", "b.ipynb"}:  "there is no notebook b.ipynb",
		{"| 3.1 |", "| 3 |"}:    `0 sections begin with "3", want one`,
		{"| network", "| line"}: `no figure below "3.1 Many at once (多任务学习)" whose alternative text holds "line"`,
	} {
		if _, problems := table(strings.Replace(good, change[0], change[1],
			1)); len(problems) != 1 || !strings.Contains(problems[0], says) {
			t.Errorf("%q: got %q, want %q", change, problems, says)
		}
	}
	if _, err := ReadMap("3.1 | a | b\n"); err == nil {
		t.Error("three fields are read")
	}
}

func TestForeign(t *testing.T) {
	h := ReadHeadings("# c\n2.2 AI神经网络原理\n3.1 多任务学习\n4 示例\nterm 元知识\n")
	for source, want := range map[string]string{
		"## 3.1 Many (多任务学习)\n元知识, AI神经网络原理": "[]",
		"神经网络原理":             "[神经网络原理 is no heading of the article]",
		"## 4.2 x (多任务学习)\n": "[section 4.2 of the article is not 多任务学习]",
		"## 4.2. x (示例)":     "[section 4.2. of the article is not 示例]",
		"## Other (示例)":      "[]",
	} {
		if got := fmt.Sprint(h.Foreign(source)); got != want {
			t.Errorf("%q: got %s, want %s", source, got, want)
		}
	}
}
