//go:build !noasm

package kernel

import (
	"os"
	"regexp"
	"strconv"
	"testing"
)

// A processor with AVX2 has sixteen vector registers. The assembler silently takes the encodings of AVX-512 for a
// higher one, which stop a program there: only kernels that are chosen where AVX-512 is present, those with a register
// of 512 bits, may have one.
func TestNarrowKernelsKeepToAVX2(t *testing.T) {
	text, err := os.ReadFile("kernels_amd64.s")
	if err != nil {
		t.Fatal(err)
	}
	kernels := regexp.MustCompile(`(?m)^TEXT ·(\w+)\(`).FindAllSubmatchIndex(text, -1)
	register := regexp.MustCompile(`\b[XY](\d+)\b`)
	wide := regexp.MustCompile(`\bZ\d+\b`)
	if len(kernels) < 100 {
		t.Fatalf("found %d kernels only", len(kernels))
	}
	for k, at := range kernels {
		end := len(text)
		if k+1 < len(kernels) {
			end = kernels[k+1][0]
		}
		body := text[at[0]:end]
		if wide.Match(body) {
			continue
		}
		for _, r := range register.FindAllSubmatch(body, -1) {
			if n, _ := strconv.Atoi(string(r[1])); n > 15 {
				t.Errorf("%s uses register %s", text[at[2]:at[3]], r[0])
				break
			}
		}
	}
}
