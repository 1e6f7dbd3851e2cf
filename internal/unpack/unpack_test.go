package unpack

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"kindred/internal/hostile"
)

func zipped(texts ...string) []byte {
	var members []hostile.Member
	for i, text := range texts {
		members = append(members, hostile.Member{Name: string(rune('a' + i)), Data: []byte(text)})
	}
	return hostile.Zip(members...)
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
		}{"gzip": {hostile.Gzip([]byte(text)), Gzip}, "zlib": {hostile.Zlib([]byte(text)), Zlib}, "zip": {zipped(text), everything}} {
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

// names are n names of one length.
func names(n int) (all []string) {
	for i := range n {
		all = append(all, fmt.Sprintf("%05d", i))
	}
	return all
}

// What unpacks to too much is refused within a second, and without memory for it.
func TestBombs(t *testing.T) {
	zeros := make([]byte, 32<<20)
	for name, c := range map[string]struct {
		packed []byte
		unpack func([]byte) ([]byte, error)
	}{
		"a gzip of zeros":           {hostile.Gzip(zeros), Gzip},
		"a gzip of 3 GB in 3 MB":    {hostile.GzipBomb(3000), Gzip},
		"a zlib stream of zeros":    {hostile.Zlib(zeros), Zlib},
		"a zip of zeros":            {zipped(string(zeros)), everything},
		"a zip of 10 GB in 0.5 MB":  {hostile.ZipBomb(1, names(10000)), everything},
		"a zip of 90 GB in 0.05 MB": {hostile.ZipBomb(100, names(900)), everything},
	} {
		t.Run(name, func(t *testing.T) {
			hostile.Refused(t, len(c.packed), "bytes unpack to more than", func() error {
				_, err := c.unpack(c.packed)
				return err
			})
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
		"after a gzip":   {append(hostile.Gzip([]byte("a")), "more"...), Gzip, "cannot unpack it"},
		"after a stream": {append(hostile.Zlib([]byte("a")), "more"...), Zlib, "4 bytes follow the end"},
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
		f.Add(hostile.Gzip([]byte(text)))
		f.Add(hostile.Zlib([]byte(text)))
		f.Add(zipped(text, text))
	}
	f.Add(hostile.Zlib(make([]byte, 1<<20)))
	f.Add(hostile.ZipBomb(1, names(3)))
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
		}{"gzip": {hostile.Gzip(data), Gzip}, "zlib": {hostile.Zlib(data), Zlib}} {
			out, err := c.unpack(c.packed)
			if err != nil && int64(len(data)) <= Limit(len(c.packed)) || err == nil && !bytes.Equal(out, data) {
				t.Errorf("%s: what was packed is not unpacked: %v", name, err)
			}
		}
	})
}
