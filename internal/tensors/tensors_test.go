package tensors

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"kindred/internal/durable"
)

var sample = File{
	Matrices: []Matrix{{"W1", 2, 3, []float64{1, 2, 3, 4, 5, math.Copysign(0, -1)}}, {"b1", 1, 2, []float64{1e-310, math.MaxFloat64}}},
	Texts:    map[string]string{"kind": "a test", "quoted": "\"ü\"\n"},
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "folder", "file")
	for _, f := range []File{sample, {Texts: map[string]string{}}} {
		if err := Write(path, f); err != nil {
			t.Fatal(err)
		}
		for name, read := range map[string]func(string) (File, error){"Read": Read, "ReadForeign": ReadForeign} {
			got, err := read(path)
			delete(got.Texts, checksum)
			if err != nil || fmt.Sprint(got) != fmt.Sprint(f) {
				t.Errorf("%s: %v, %v, want %v", name, got, err, f)
			}
		}
	}
	if err := Write(path, File{Matrices: []Matrix{{"a", 1, 1, []float64{1}}, {"a", 1, 1, []float64{1}}}}); err == nil {
		t.Error("two matrices of one name were written")
	}
}

// Every cut, and 5,000 flipped bits anywhere, are refused.
func TestDamageIsRefused(t *testing.T) {
	whole, err := sample.encode()
	if err != nil {
		t.Fatal(err)
	}
	refused := func(what string, data []byte) {
		t.Helper()
		if f, err := decode(data, true); !errors.Is(err, durable.ErrRefused) {
			t.Errorf("%s: %v, %v", what, f, err)
		}
	}
	for n := range whole {
		refused(fmt.Sprintf("cut to %d", n), whole[:n])
	}
	rng := rand.New(rand.NewPCG(1, 0))
	for range 5000 {
		at, bit := rng.IntN(len(whole)), rng.IntN(8)
		flipped := slices.Clone(whole)
		flipped[at] ^= 1 << bit
		refused(fmt.Sprintf("bit %d of byte %d flipped", bit, at), flipped)
	}
	refused("longer", append(slices.Clone(whole), 0))
}

// file returns a safetensors file of this header, and so many bytes of numbers.
func file(header string, numbers int) []byte {
	data := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(data, header...), make([]byte, numbers)...)
}

// What was made by hand is refused within a second, and with little memory.
func TestHostileFiles(t *testing.T) {
	long := strings.Repeat("1,", 1<<19-100)
	for name, data := range map[string][]byte{
		"a header of 2⁶⁴ bytes":       {255, 255, 255, 255, 255, 255, 255, 255, '{', '}'},
		"a header of 99 MB":           file(strings.Repeat(" ", 99_000_000), 0),
		"2⁶² rows":                    file(`{"a":{"dtype":"F64","shape":[4611686018427387904,4],"data_offsets":[0,0]}}`, 0),
		"no rows":                     file(`{"a":{"dtype":"F64","shape":[0,9223372036854775808],"data_offsets":[0,0]}}`, 0),
		"negative rows":               file(`{"a":{"dtype":"F64","shape":[-1,-1],"data_offsets":[0,8]}}`, 8),
		"offsets beyond":              file(`{"a":{"dtype":"F64","shape":[1,1],"data_offsets":[0,8]}}`, 0),
		"offsets that overlap":        file(`{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"b":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}`, 8),
		"offsets with a hole":         file(`{"a":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}`, 16),
		"offsets backwards":           file(`{"a":{"dtype":"F64","shape":[1],"data_offsets":[8,0]}}`, 8),
		"three dimensions":            file(`{"a":{"dtype":"F64","shape":[1,1,1],"data_offsets":[0,8]}}`, 8),
		"half a million dimensions":   file(`{"a":{"dtype":"F64","shape":[`+long+`1],"data_offsets":[0,8]}}`, 8),
		"a type that is not read":     file(`{"a":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}`, 8),
		"a type that there is not":    file(`{"a":{"dtype":"F65","shape":[1],"data_offsets":[0,8]}}`, 8),
		"NaN":                         append(file(`{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}`, 0), 1, 0, 0, 0, 0, 0, 0xf8, 0x7f),
		"half a million open bracket": file(`{"a":`+strings.Repeat("[", 1<<19), 0),
		"texts that are numbers":      file(`{"__metadata__":{"a":1}}`, 0),
		"nothing":                     {},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			begin := time.Now()
			_, err := decode(data, false)
			took := time.Since(begin)
			runtime.ReadMemStats(&after)
			if !errors.Is(err, durable.ErrRefused) {
				t.Fatalf("error %v", err)
			}
			if len(err.Error()) > 300 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
			if used := after.TotalAlloc - before.TotalAlloc; used > 50<<20 || took > time.Second {
				t.Errorf("%d bytes in %v", used, took)
			}
		})
	}
}

// Any bytes are refused, or hold what was written, no more numbers than they have room for.
func FuzzDecode(f *testing.F) {
	whole, err := sample.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, 8))
	f.Add(file(`{"__metadata__":{"sha256":"`+durable.Unstamped+`"},"a":{"dtype":"F64","shape":[],"data_offsets":[0,8]}}`, 8))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := decode(data, true); err == nil && !reflect.DeepEqual(data, whole) {
			t.Fatal("a file that was not written here passes for one")
		}
		got, err := decode(data, false)
		if err != nil {
			if !errors.Is(err, durable.ErrRefused) {
				t.Fatal(err)
			}
			return
		}
		numbers := 0
		for _, m := range got.Matrices {
			if m.Rows*m.Cols != len(m.Data) || m.Rows < 1 || m.Cols < 1 {
				t.Fatalf("%v", m)
			}
			numbers += len(m.Data)
		}
		if 4*numbers > len(data) {
			t.Fatalf("%d numbers from %d bytes", numbers, len(data))
		}
		path := filepath.Join(t.TempDir(), "again")
		if err := Write(path, File{got.Matrices, nil}); err != nil {
			t.Fatal(err)
		}
		again, err := Read(path)
		if err != nil || len(again.Matrices) != len(got.Matrices) {
			t.Fatalf("written and read again: %v", err)
		}
		os.Remove(path)
	})
}
