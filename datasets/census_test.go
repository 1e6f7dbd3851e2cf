package datasets

import (
	"bytes"
	"os"
	"testing"

	"kindred/internal/unpack"
)

// The published test part twice is as many rows as the training part has.
func BenchmarkParseCensus(b *testing.B) {
	packed, err := os.ReadFile(os.Getenv(folderVariable) + "/" + census.path)
	if err != nil {
		b.Skipf("%v; name a folder that has it in %s", err, folderVariable)
	}
	text, err := unpack.Gzip(packed)
	if err != nil {
		b.Fatal(err)
	}
	text = bytes.Repeat(text, 2)
	b.ReportAllocs()
	for b.Loop() {
		t, err := parseCensus("census", text)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(t.Len()), "rows")
	}
}
