package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// decoders are the calls by which bytes of a file come into a program, or are taken apart.
var decoders = []string{
	"os.ReadFile", "os.Open", "os.OpenFile", "os.ReadDir", "fs.ReadFile", "io.ReadAll", "json.Unmarshal", "json.NewDecoder",
	"gob.NewDecoder", "xml.Unmarshal", "xml.NewDecoder", "csv.NewReader", "zip.NewReader", "zip.OpenReader", "gzip.NewReader",
	"zlib.NewReader", "flate.NewReader", "bzip2.NewReader", "tar.NewReader", "png.Decode", "png.DecodeConfig", "image.Decode",
	"image.DecodeConfig", "jpeg.Decode", "gif.Decode", "safetensors.Deserialize", "bufio.NewScanner", "bufio.NewReader",
	"LittleEndian.Uint16", "LittleEndian.Uint32", "LittleEndian.Uint64", "BigEndian.Uint16", "BigEndian.Uint32",
	"BigEndian.Uint64",
}

// ours says of folders that read without a fuzz target why they need none: what they read is no stranger's.
var ours = map[string]string{
	"internal/golden":            "files of known values beside the tests",
	"internal/exported":          "its own source",
	"internal/hostile":           "makes the files",
	"internal/storable":          "reads back what it has just written",
	"internal/download":          "keeps what has the checksum wanted, and looks at nothing in it",
	"bench/acting":               "the published returns, whose checksum it knows",
	"bench/aggregators":          "answers of the peer that it started",
	"bench/compare":              "answers of the peers that it started, and /proc",
	"bench/gomlx":                "lines of the program that started it",
	"bench/kindred":              "lines of the program that started it",
	"sweep":                      "its own cells, which have a checksum, and a line that it compares",
	"docs/cluster/check":         "the manifest beside it",
	"internal/drawn":             "figures of this repository, which it compares as texts",
	"notebooks/lessons":          "results of this repository, which have a checksum; lessons take them apart",
	"internal/notebooktest/walk": "names of what a kernel stored, and nothing in it, and /proc",
	"notebooks/cell":             "its store, which has a checksum, and the notebook's own program",
}

// reader is the name of a function that takes bytes apart, if it has a parameter of bytes.
var reader = regexp.MustCompile(`^(?i:parse|read|decode|load|inflate|unpack|unmarshal|gzip|zlib|zip)`)

// A room's readers, and what its fuzz targets speak of.
type reading struct {
	readers []string            // functions named like a reader, with a parameter of bytes or an io.Reader
	decodes []string            // calls of decoders
	speaks  map[string][]string // the names in each function or method of a name, tests too
	targets []string
}

// Every folder that reads bytes which a stranger may have written has a fuzz target, and one reaches each of its readers of
// bytes, by the names that functions call. It cannot see a reader that is named otherwise and decodes by hand, in a folder
// with a target.
func TestReadersAreFuzzed(t *testing.T) {
	rooms := make(map[string]*reading)
	for _, f := range tree(t) {
		if !f.isGo() || strings.Contains(f.path, "testdata/") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.path, f.text, 0)
		if err != nil {
			t.Errorf("%s: %v", f.path, err)
			continue
		}
		room := rooms[path.Dir(f.path)]
		if room == nil {
			room = &reading{speaks: make(map[string][]string)}
			rooms[path.Dir(f.path)] = room
		}
		room.note(parsed, f.isTest())
	}
	seen := 0
	for folder, room := range rooms {
		for _, problem := range room.problems(ours[folder]) {
			t.Errorf("%s: %s", folder, problem)
		}
		seen += len(room.targets)
	}
	for folder, reason := range ours {
		if room := rooms[folder]; room == nil || len(room.decodes)+len(room.readers) == 0 {
			t.Errorf("%s reads nothing (any more): take it (%s) out of the table", folder, reason)
		} else if len(room.targets) > 0 {
			t.Errorf("%s has %s: take it out of the table", folder, room.targets)
		}
	}
	if seen == 0 {
		t.Error("no fuzz target was found")
	}
}

// note takes down what a file reads, and what its functions speak of.
func (r *reading) note(file *ast.File, test bool) {
	for _, decl := range file.Decls {
		function, ok := decl.(*ast.FuncDecl)
		if !ok || function.Body == nil {
			continue
		}
		name := function.Name.Name
		if test && strings.HasPrefix(name, "Fuzz") && function.Recv == nil {
			r.targets = append(r.targets, name)
		}
		ast.Inspect(function.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.Ident:
				r.speaks[name] = append(r.speaks[name], n.Name)
			case *ast.SelectorExpr:
				if call := last(n.X) + "." + n.Sel.Name; !test && slices.Contains(decoders, call) {
					r.decodes = append(r.decodes, call+" in "+name)
				}
			}
			return true
		})
		if !test && function.Recv == nil && reader.MatchString(name) && takesBytes(function.Type.Params) {
			r.readers = append(r.readers, name)
		}
	}
}

// last returns the last name of an expression such as binary.LittleEndian.
func last(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

// takesBytes reports whether a parameter is of type []byte or io.Reader.
func takesBytes(params *ast.FieldList) bool {
	return slices.ContainsFunc(params.List, func(f *ast.Field) bool {
		switch kind := f.Type.(type) {
		case *ast.ArrayType:
			return kind.Len == nil && last(kind.Elt) == "byte"
		case *ast.SelectorExpr:
			return last(kind.X)+"."+kind.Sel.Name == "io.Reader"
		}
		return false
	})
}

// problems returns what lacks a target. Those of a folder with a reason are let pass.
func (r *reading) problems(reason string) (all []string) {
	if reason != "" {
		return nil
	}
	if len(r.targets) == 0 && len(r.decodes)+len(r.readers) > 0 {
		return []string{"reads (" + strings.Join(append(r.decodes, r.readers...), ", ") + ") and has no fuzz target: write a " +
			"func Fuzz, or say in internal/house why it needs none"}
	}
	reached := make(map[string]bool)
	for next := slices.Clone(r.targets); len(next) > 0; next = next[1:] {
		if !reached[next[0]] {
			reached[next[0]] = true
			next = append(next, r.speaks[next[0]]...)
		}
	}
	for _, name := range r.readers {
		if !reached[name] {
			all = append(all, name+" takes bytes, and no fuzz target comes to it")
		}
	}
	return all
}

func TestReadersAreFuzzedRefuses(t *testing.T) {
	for _, c := range []struct {
		source, test, reason string
		ok                   bool
	}{
		{`func parseX(data []byte) {}`, ``, "", false},
		{`func parseX(data []byte) {}`, ``, "its own", true},
		{`func parseX(data []byte) {}`, `func FuzzX(f *testing.F) { parseX(nil) }`, "", true},
		{`func parseX(data []byte) {}; func ReadY(r io.Reader) {}`, `func FuzzX(f *testing.F) { parseX(nil) }`, "", false},
		{`func parseX(data []byte) { readY(data) }; func readY(d []byte) {}`, `func FuzzX(f *testing.F) { parseX(nil) }`, "", true},
		{`func f() { os.ReadFile("x") }`, ``, "", false},
		{`func f() { binary.LittleEndian.Uint32(nil) }`, ``, "", false},
		{`func f() { os.ReadFile("x") }`, `func TestX(t *testing.T) { f() }`, "", false},
		{`func f() { os.WriteFile("x", nil, 0) }`, ``, "", true},
		{`func readX(n int) {}`, ``, "", true},
	} {
		room := &reading{speaks: make(map[string][]string)}
		for k, text := range []string{c.source, c.test} {
			parsed, err := parser.ParseFile(token.NewFileSet(), "f.go", "package f\n"+text, 0)
			if err != nil {
				t.Fatal(err)
			}
			room.note(parsed, k == 1)
		}
		if problems := room.problems(c.reason); (len(problems) == 0) != c.ok {
			t.Errorf("%s with %s: %q, want accepted %v", c.source, c.test, problems, c.ok)
		}
	}
}
