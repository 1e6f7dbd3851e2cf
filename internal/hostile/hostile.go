// Package hostile makes files that no honest program writes, and holds readers to refusing them cheaply. It is for tests.
package hostile

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// What refusing a file may take.
const (
	Time   = time.Second
	Memory = 50 << 20 // bytes, all that was ever made and not only what is there at a time
)

// Refused fails the test unless read returns an error with the words in it, within [Time] and [Memory]. Size is the
// file's.
func Refused(t *testing.T, size int, words string, read func() error) {
	t.Helper()
	took, made, err := Measure(read)
	for again := 0; took > Time && again < 3; again++ { // the machine may have been busy
		took, made, err = Measure(read)
	}
	if err == nil || !strings.Contains(err.Error(), words) {
		t.Errorf("%d bytes: error %v, want %q in it", size, err, words)
	}
	if err != nil && len(err.Error()) > 1000 {
		t.Errorf("an error of %d bytes: %.100s", len(err.Error()), err)
	}
	if took > Time || made > Memory {
		t.Errorf("%d bytes: %v and %.1f MB to refuse them, want at most %v and %d MB", size, took, float64(made)/(1<<20), Time,
			Memory>>20)
	}
	t.Logf("%d bytes refused in %v with %.1f MB: %v", size, took.Round(time.Microsecond), float64(made)/(1<<20), err)
}

// Measure calls read, and returns how long it took, how many bytes of memory it made, and its error.
func Measure(read func() error) (took time.Duration, made uint64, err error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	begin := time.Now()
	err = read()
	took = time.Since(begin)
	runtime.ReadMemStats(&after)
	return took, after.TotalAlloc - before.TotalAlloc, err
}

// Writers are used again: each takes 0.8 MB, and a fuzz target packs thousands of times a second.
var (
	gzips = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}
	zlibs = sync.Pool{New: func() any { return zlib.NewWriter(nil) }}
)

// Gzip packs text.
func Gzip(text []byte) []byte {
	w := gzips.Get().(*gzip.Writer)
	defer gzips.Put(w)
	var out bytes.Buffer
	w.Reset(&out)
	must(w.Write(text))
	must(0, w.Close())
	return out.Bytes()
}

// GzipBomb unpacks to n MB and is about a thousandth of it: gzips one after the other.
func GzipBomb(n int) []byte { return bytes.Repeat(Gzip(make([]byte, 1<<20)), n) }

// Zlib packs text.
func Zlib(text []byte) []byte {
	w := zlibs.Get().(*zlib.Writer)
	defer zlibs.Put(w)
	var out bytes.Buffer
	w.Reset(&out)
	must(w.Write(text))
	must(0, w.Close())
	return out.Bytes()
}

// A Member is a file of a zip.
type Member struct {
	Name string
	Data []byte
}

// Zip packs members, whatever they are called.
func Zip(members ...Member) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, m := range members {
		member, err := w.Create(m.Name)
		must(0, err)
		if !strings.HasSuffix(m.Name, "/") { // else a folder, which has no bytes
			must(member.Write(m.Data))
		}
	}
	must(0, w.Close())
	return out.Bytes()
}

// ZipBomb is a zip of members that all point to the same packed bytes, n MB of zeros each. Names must be of one length.
func ZipBomb(n int, names []string) []byte {
	one := Zip(Member{names[0], make([]byte, n<<20)})
	at, end := bytes.LastIndex(one, []byte("PK\x01\x02")), bytes.LastIndex(one, []byte("PK\x05\x06"))
	entry := one[at:end]
	out := slices.Clone(one[:at])
	for _, name := range names {
		out = append(out, bytes.ReplaceAll(entry, []byte(names[0]), []byte(name))...)
	}
	tail := slices.Clone(one[end:])
	binary.LittleEndian.PutUint16(tail[8:], uint16(len(names)))
	binary.LittleEndian.PutUint16(tail[10:], uint16(len(names)))
	binary.LittleEndian.PutUint32(tail[12:], uint32(len(out)-at))
	return append(out, tail...)
}

// PNG is a drawing of a width and height in black and white, with a stroke that depends on mark.
func PNG(width, height, mark int) []byte {
	picture := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.White, color.Black})
	for y := range height {
		picture.SetColorIndex((mark+y*(mark%3))%width, y, 1)
	}
	var out bytes.Buffer
	must(0, png.Encode(&out, picture))
	return out.Bytes()
}

// Stating is a PNG whose header states another size than its pixels have.
func Stating(data []byte, width, height uint32) []byte {
	data = slices.Clone(data)
	binary.BigEndian.PutUint32(data[16:], width)
	binary.BigEndian.PutUint32(data[20:], height)
	return Sealed(data)
}

// Sealed is a PNG with the checksums of its chunks as they should be, as far as it has chunks.
func Sealed(data []byte) []byte {
	data = slices.Clone(data)
	for at := 8; at+12 <= len(data); {
		n := int(binary.BigEndian.Uint32(data[at:]))
		if n > len(data)-at-12 {
			break
		}
		binary.BigEndian.PutUint32(data[at+8+n:], crc32.ChecksumIEEE(data[at+4:at+8+n]))
		at += 12 + n
	}
	return data
}

func must[T any](_ T, err error) {
	if err != nil {
		panic(err)
	}
}
