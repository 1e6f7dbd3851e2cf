package unpack

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"
)

func gzipped(text []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	w.Write(text)
	w.Close()
	return out.Bytes()
}

func zlibbed(text []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	w.Write(text)
	w.Close()
	return out.Bytes()
}

func zipped(texts ...string) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i, text := range texts {
		member, _ := w.Create(string(rune('a' + i)))
		io.WriteString(member, text)
	}
	w.Close()
	return out.Bytes()
}

// everything unpacks a zip whole.
func everything(data []byte) ([]byte, error) {
	archive, err := Zip(data)
	if err != nil {
		return nil, err
	}
	var all []byte
	for _, m := range archive.Members {
		text, err := archive.Read(m)
		if err != nil {
			return nil, err
		}
		all = append(all, text...)
	}
	return all, nil
}

func TestRoundTrip(t *testing.T) {
	for _, text := range []string{"", "a", strings.Repeat("some text, ", 5000)} {
		for name, c := range map[string]struct {
			packed []byte
			unpack func([]byte) ([]byte, error)
		}{"gzip": {gzipped([]byte(text)), Gzip}, "zlib": {zlibbed([]byte(text)), Zlib}, "zip": {zipped(text), everything}} {
			if got, err := c.unpack(c.packed); err != nil || string(got) != text {
				t.Errorf("%s of %d bytes: %d bytes, %v", name, len(text), len(got), err)
			}
			for cut := range len(c.packed) {
				if _, err := c.unpack(c.packed[:cut]); err == nil {
					t.Fatalf("%s: the first %d of %d bytes are accepted", name, cut, len(c.packed))
				}
			}
		}
	}
}

// shared is a zip of n members of 1 MB that all point to the same bytes.
func shared(n int) []byte {
	one := zipped(strings.Repeat("\x00", 1<<20))
	at := bytes.Index(one, []byte("PK\x01\x02"))
	end := bytes.Index(one, []byte("PK\x05\x06"))
	out, entry := bytes.Clone(one[:at]), one[at:end]
	for i := range n {
		named := bytes.Clone(entry)
		named = append(named[:46], byte(i), byte(i>>8))
		named[28] = 2 // the length of the name
		out = append(out, named...)
	}
	size := len(out) - at
	tail := bytes.Clone(one[end:])
	for i := range 2 {
		tail[8+i], tail[10+i] = byte(n>>(8*i)), byte(n>>(8*i))
	}
	for i := range 4 {
		tail[12+i] = byte(size >> (8 * i))
	}
	return append(out, tail...)
}

// What unpacks to too much is refused within a second, and without memory for it.
func TestBombs(t *testing.T) {
	zeros := make([]byte, 32<<20)
	for name, c := range map[string]struct {
		packed []byte
		unpack func([]byte) ([]byte, error)
	}{
		"a gzip of zeros":          {gzipped(zeros), Gzip},
		"a gzip of 3 GB in 3 MB":   {bytes.Repeat(gzipped(zeros[:1<<20]), 3000), Gzip},
		"a zlib stream of zeros":   {zlibbed(zeros), Zlib},
		"a zip of zeros":           {zipped(string(zeros)), everything},
		"a zip of 10 GB in 0.5 MB": {shared(10000), everything},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			begin := time.Now()
			_, err := c.unpack(c.packed)
			took := time.Since(begin)
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), "bytes unpack to more than") {
				t.Fatalf("%d bytes: error %v", len(c.packed), err)
			}
			if made := after.TotalAlloc - before.TotalAlloc; took > time.Second || made > 20<<20 {
				t.Errorf("%d bytes: refused in %v with %d bytes of memory", len(c.packed), took, made)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	twice := bytes.ReplaceAll(zipped("1", "2"), []byte("b"), []byte("a"))
	lying := zipped("12345678")
	at := bytes.Index(lying, []byte("PK\x01\x02"))
	lying[at+24] = 4 // the unpacked size that the directory states
	for name, c := range map[string]struct {
		packed []byte
		unpack func([]byte) ([]byte, error)
		want   string
	}{
		"after a gzip":   {append(gzipped([]byte("a")), "more"...), Gzip, "cannot unpack it"},
		"after a stream": {append(zlibbed([]byte("a")), "more"...), Zlib, "4 bytes follow the end"},
		"twice":          {twice, everything, `the member "a" is there twice`},
		"a false size":   {lying, everything, `"a": cannot unpack it`},
		"no zip":         {[]byte("text"), everything, "cannot unpack it: zip: not a valid zip file"},
	} {
		if _, err := c.unpack(c.packed); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	for _, text := range []string{"", "a,b\n1,2\n", strings.Repeat("0", 100)} {
		f.Add(gzipped([]byte(text)))
		f.Add(zlibbed([]byte(text)))
		f.Add(zipped(text, text))
	}
	f.Add(zlibbed(make([]byte, 1<<20)))
	f.Add(shared(3))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		for name, read := range map[string]func([]byte) ([]byte, error){"gzip": Gzip, "zlib": Zlib, "zip": everything} {
			out, err := read(data)
			if int64(len(out)) > Limit(len(data)) {
				t.Errorf("%s: %d bytes of %d", name, len(out), len(data))
			}
			if again, errAgain := read(data); !bytes.Equal(out, again) || (err == nil) != (errAgain == nil) {
				t.Errorf("%s: %d bytes and %v, then %d and %v", name, len(out), err, len(again), errAgain)
			}
		}
		for name, c := range map[string]struct {
			packed []byte
			unpack func([]byte) ([]byte, error)
		}{"gzip": {gzipped(data), Gzip}, "zlib": {zlibbed(data), Zlib}} {
			out, err := c.unpack(c.packed)
			if err != nil && int64(len(data)) <= Limit(len(c.packed)) || err == nil && !bytes.Equal(out, data) {
				t.Errorf("%s: what was packed is not unpacked: %v", name, err)
			}
		}
	})
}
