package notebooktest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"kindred/internal/hostile"
)

const small = `{"cells":[{"id":"a","cell_type":"markdown","source":["# T\n","x"]},
{"id":"b","cell_type":"code","execution_count":1,"source":"%%\nf()","outputs":[
{"output_type":"display_data","data":{"text/html":"<img alt=\"a\" src=\"data:image/svg+xml;base64,PHN2Zz4=\">"}},
{"output_type":"stream","name":"stdout","text":["1\n"]}]}],"metadata":{"kernelspec":{"name":"gonb"}}}`

func TestHostileNotebooks(t *testing.T) {
	if nb, err := parse([]byte(small)); err != nil || len(nb.Code()) != 1 || len(nb.Figures()) != 1 {
		t.Fatalf("the small notebook: %+v, %v", nb, err)
	}
	for _, c := range []struct{ name, text, words string }{
		{"a cut file", small[:len(small)-9], "unexpected end"},
		{"more behind it", small + "{}", "invalid character"},
		{"deep lists", `{"cells":` + strings.Repeat("[", 1<<20), "exceeded max depth"},
		{"a deep source", `{"cells":[{"id":"","source":` + strings.Repeat("[", 1<<20), "exceeded max depth"},
		{"a source of numbers", `{"cells":[{"source":[1]}]}`, "cannot unmarshal"},
		{"200,000 empty cells", `{"cells":[` + strings.Repeat("{},", 200_000) + "{}]}", "200002 braces in 600014 bytes"},
		{"100,000 cells without a type", `{"cells":[` + strings.Repeat(`{"id":""},`, 100_000) + "{}]}", `cell 1 is of type ""`},
		{"outputs of text", `{"cells":[{"cell_type":"markdown","outputs":[{}]}]}`, "cell 1 is markdown with outputs"},
		{"the count −1", `{"cells":[{"cell_type":"code","execution_count":-1}]}`, "a count that it cannot have"},
	} {
		t.Run(c.name, func(t *testing.T) {
			hostile.Refused(t, len(c.text), c.words, func() error { _, err := parse([]byte(c.text)); return err })
		})
	}
	long := filepath.Join(t.TempDir(), "long.ipynb")
	if err := os.WriteFile(long, make([]byte, 0), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(long, 1<<40); err != nil { // takes no room on disk
		t.Skip(err)
	}
	hostile.Refused(t, 1<<40, "more than 2097152; a notebook", func() error { _, err := Read(long); return err })
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(small))
	f.Add([]byte(small[:100]))
	f.Add([]byte(`{"cells":[{"cell_type":"code","source":null,"outputs":[{}]}]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<14 {
			return
		}
		nb, err := parse(data)
		if err != nil {
			return
		}
		if n := len(nb.Code()) + len(nb.Markdown()); n > len(nb.Cells) || len(nb.Cells) > len(data) {
			t.Fatalf("%d of %d cells in %d bytes", n, len(nb.Cells), len(data))
		}
		for _, c := range nb.Markdown() {
			if len(c.Outputs) > 0 || c.Count != nil {
				t.Fatal("outputs of Markdown")
			}
		}
		if n := len(nb.Figures()); n > len(data)/len("<img >") {
			t.Fatalf("%d figures in %d bytes", n, len(data))
		}
		if n := len(nb.Words()); n > 8*len(data) {
			t.Fatalf("%d bytes of words in %d", n, len(data))
		}
	})
}
