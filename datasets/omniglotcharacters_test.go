package datasets

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"kindred/internal/hostile"
)

func TestOmniglotCharacters(t *testing.T) {
	for _, p := range omniglotParts {
		if _, err := os.Stat(filepath.Join(os.Getenv(folderVariable), p.path)); err != nil || os.Getenv(folderVariable) == "" {
			t.Skip("no ", p.path)
		}
	}
	needs(t, omniglotSmall1, omniglotSmall2, omniglotRuns)
	all, err := OmniglotCharacters(t.Context(), 21) // boxes of 5 × 5
	if err != nil {
		t.Fatal(err)
	}
	if all.Len() != 32460 || len(all.GroupNames) != 50 || all.Side != 21 {
		t.Fatalf("%d drawings of %d alphabets at side %d", all.Len(), len(all.GroupNames), all.Side)
	}
	alphabetOf := map[int]int{}
	for i, c := range all.Class {
		if c != i/20 || all.People[i] != i%20 {
			t.Fatalf("drawing %d is of character %d by person %d", i, c, all.People[i])
		}
		if g, ok := alphabetOf[c]; ok && g != all.Groups[i] {
			t.Fatalf("character %d is of alphabets %d and %d", c, g, all.Groups[i])
		}
		alphabetOf[c] = all.Groups[i]
	}
	// What the small sets have is the same here, to half of a 255th.
	small, err := Omniglot(t.Context(), 21)
	if err != nil {
		t.Fatal(err)
	}
	row := 0
	for i, g := range all.Groups {
		if !slices.Contains(OmniglotAlphabets(), all.GroupNames[g]) {
			continue
		}
		for k, v := range all.Picture(i) {
			if w := small.X.At(row, k); math.Abs(v-w) > 0.5/255+1e-12 {
				t.Fatalf("pixel %d of drawing %d is %v, in the small sets %v", k, i, v, w)
			}
		}
		row++
	}
	if row != small.Len() {
		t.Errorf("%d drawings of the small sets' alphabets, want %d", row, small.Len())
	}
	shrunkRuns(t, all)
}

// shrunkRuns holds the drawings of the one-shot runs, which are of the evaluation set, against all: shrunk they are the
// same to the last bit, and those that belong together are of one character.
func shrunkRuns(t *testing.T, all *Images) {
	runs, err := OneShotRuns(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text := func(pixels []float64) string { return fmt.Sprint(pixels) }
	character := map[string]int{}
	for i, c := range all.Class {
		character[text(all.Picture(i))] = c
	}
	for k, r := range runs {
		small := r.Shrink(all.Side)
		for i, label := range small.Label {
			asked, ok := character[text(small.Test.RawRowView(i))]
			known, too := character[text(small.Training.RawRowView(label))]
			if !ok || !too || asked != known {
				t.Errorf("run %d: drawing %d is of character %d (%v), its label of %d (%v)", k+1, i+1, asked, ok, known, too)
			}
		}
	}
}

// The splits leave no character out and have none twice; the lists that they were published as have as many.
func TestOmniglotSplits(t *testing.T) {
	train, validation, test := OmniglotVinyals()
	background, evaluation := OmniglotBackground()
	if len(train) != 1028 || len(validation) != 172 || len(test) != 423 || len(background) != 964 || len(evaluation) != 659 {
		t.Errorf("%d, %d and %d; %d and %d", len(train), len(validation), len(test), len(background), len(evaluation))
	}
	for _, parts := range [][]int{slices.Concat(train, validation, test), slices.Concat(background, evaluation)} {
		slices.Sort(parts)
		if !slices.Equal(parts, span(0, 1623)) {
			t.Error("a character is missing, or on two sides")
		}
	}
}

// Any packing of the same members is taken, and no other members.
func TestOmniglotContents(t *testing.T) {
	drawing, other := hostile.PNG(omniglotSide, omniglotSide, 0), hostile.PNG(omniglotSide, omniglotSide, 1)
	members := func(last []byte) (all []hostile.Member) {
		for k, name := range alphaNames {
			all = append(all, hostile.Member{Name: name, Data: drawing})
			if k == len(alphaNames)-1 {
				all[k].Data = last
			}
		}
		return all
	}
	read := func(contents string, members []hostile.Member) error {
		return (&Images{Side: 3}).addDrawings(namedBytes{"f.zip", hostile.Zip(members...), contents}, alpha, 2)
	}
	err := read("none", members(drawing))
	if err == nil || !strings.Contains(err.Error(), "f.zip: its drawings are not those published: the checksum") {
		t.Fatalf("error %v", err)
	}
	_, after, _ := strings.Cut(err.Error(), "contents is ")
	sum := after[:64]
	turned := members(drawing)
	slices.Reverse(turned)
	if err := read(sum, turned); err != nil {
		t.Errorf("other order: %v", err)
	}
	if err := read(sum, members(other)); err == nil {
		t.Error("another drawing is accepted")
	}
	twice := append(members(drawing), hostile.Member{Name: "t" + alphaNames[0][1:], Data: drawing})
	if err := read("", twice); err == nil || !strings.Contains(err.Error(), "was there before it, in another folder") {
		t.Errorf("a drawing twice: error %v", err)
	}
}

// Ink is 255, paper 0, and the rows come from the top.
func TestImagesOfDrawings(t *testing.T) {
	drawing := hostile.PNG(omniglotSide, omniglotSide, 2)
	pixels, err := parseDrawing(drawing)
	if err != nil {
		t.Fatal(err)
	}
	m := &Images{Side: omniglotSide}
	if err := m.addDrawings(namedBytes{path: "f.zip", data: archiveOf(strings.Join(alphaNames, "\n"), drawing)}, alpha, 2); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(m.Class, []int{0, 0, 1, 1}) || !slices.Equal(m.People, []int{0, 1, 0, 1}) || m.Len() != 4 {
		t.Errorf("classes %v, people %v", m.Class, m.People)
	}
	for i, p := range pixels {
		if m.Pixels[i] != 255-p || m.Picture(3)[i] != float64(255-p)/255 {
			t.Fatalf("pixel %d is %d of a drawing's %d", i, m.Pixels[i], p)
		}
	}
}

func BenchmarkOmniglotCharacters(b *testing.B) {
	if os.Getenv(folderVariable) == "" {
		b.Skip("no folder with the published sets")
	}
	for b.Loop() {
		if _, err := OmniglotCharacters(b.Context(), 28); err != nil {
			b.Fatal(err)
		}
	}
}
