package datasets

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// A part of Omniglot is an archive of whole alphabets. The archives go round in several packings: contents is the checksum
// of [contentsOf], the same for all.
type omniglotPart struct {
	source
	contents  string
	alphabets []alphabet
}

// The size and SHA-256 of the published files are those that TensorFlow Datasets pins (url_checksums/omniglot.txt).
var omniglotParts = []omniglotPart{
	{source{"omniglot/images_background.zip", omniglot + "images_background.zip", 9464212,
		"ad41ab679c8b5d90b271ef46be6987cc81211774a695c29dcc5367b2b26ee640"},
		"7c563fb7d98dbd312c5e0ccb87230ca9d7e8a13d672e5de6186245e7905ed43e", omniglotBackground},
	{source{"omniglot/images_evaluation.zip", omniglot + "images_evaluation.zip", 6462886,
		"1f61a8f3366785b057fc117d9228e78a16e3d976c8953b2a10fcc74cf0609cee"},
		"e5a69b751aa33f555bdc92febd48220b69a811b2ff01de32bf4d1bca47bd1809", omniglotEvaluation},
}

// OmniglotCharacters returns all of Omniglot, 32,460 drawings: 1,623 characters of 50 alphabets, by 20 people each, ordered
// by character and then by person. Side is that of the pictures, 28 for most papers; a pixel is the mean of the area that
// it covers of the 105 × 105 pixels of the source, rounded to a whole number of 255ths, and whole at side 105.
//
// Classes are Omniglot's own numbers of characters, less 1, so that 0 to 963 are the background set and the rest the
// evaluation set; see [OmniglotVinyals] and [OmniglotBackground] for splits. Groups are the alphabets, People who drew,
// from 0. A person's number means someone else in another alphabet. It panics unless side is from 1 to 105.
//
// Reference: Lake, Salakhutdinov, Tenenbaum. Human-level concept learning through probabilistic program induction.
// Science 350, 2015.
func OmniglotCharacters(ctx context.Context, side int) (*Images, error) {
	if side < 1 || side > omniglotSide {
		panic(fmt.Sprintf("datasets: OmniglotCharacters: side %d, want 1 to %d", side, omniglotSide))
	}
	all := &Images{Side: side}
	for _, part := range omniglotParts {
		data, published, err := part.readPacking(ctx)
		if err != nil {
			return nil, err
		}
		archive := namedBytes{path: part.path, data: data, contents: part.contents}
		if published {
			archive.contents = "" // all of its bytes have been checked
		}
		if err := all.addDrawings(archive, part.alphabets, omniglotPeople); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// addDrawings appends the drawings of an archive to m. Each takes side² bytes.
func (m *Images) addDrawings(archive namedBytes, alphabets []alphabet, people int) error {
	small := newShrinker(omniglotSide, m.Side)
	drawings, err := readDrawings([]namedBytes{archive}, alphabets, people, func(pixels []byte) []byte {
		var paper, half [omniglotSide * omniglotSide]float64
		shrink(small, paper[:], half[:], pixels)
		ink := make([]byte, m.Side*m.Side)
		for i := range ink {
			ink[i] = byte(math.Round(255 - paper[i]))
		}
		return ink
	})
	if err != nil {
		return err
	}
	m.Pixels = slices.Grow(m.Pixels, len(drawings)*m.Side*m.Side)
	class := 0
	if n := len(m.Class); n > 0 {
		class = m.Class[n-1] + 1
	}
	for a, of := range alphabets {
		for i := range of.characters * people {
			m.Class = append(m.Class, class+i/people)
			m.Groups = append(m.Groups, len(m.GroupNames)+a)
			m.People = append(m.People, i%people)
		}
		class += of.characters
	}
	for _, d := range drawings {
		m.Pixels = append(m.Pixels, d...)
	}
	m.GroupNames = append(m.GroupNames, namesOf(alphabets)...)
	return nil
}

// OmniglotVinyals returns the classes of [OmniglotCharacters] in the three parts of the split that goes back to Vinyals et
// al. and that most papers compare on, though they seldom say it: 1,028 characters to train on, 172 to validate and 423 to
// test; with the first two together, 1,200 to train. The test part is the characters 1,201 to 1,623, so that one
// alphabet, Gurmukhi, is on both sides. Validation is Armenian, Bengali, Early Aramaic, Hebrew and Mkhedruli.
//
// Reference: the lists data/omniglot/splits/vinyals of github.com/jakesnell/prototypical-networks at c9bb4d2, for Snell,
// Swersky, Zemel. Prototypical networks for few-shot learning. NeurIPS 2017, arXiv:1703.05175.
func OmniglotVinyals() (train, validation, test []int) {
	const firstOfTest = 1200
	held := []string{"Armenian", "Bengali", "Early_Aramaic", "Hebrew", "Mkhedruli_(Georgian)"}
	for _, a := range slices.Concat(omniglotBackground, omniglotEvaluation) {
		for c := a.first - 1; c < a.first-1+a.characters; c++ {
			switch {
			case c >= firstOfTest:
				test = append(test, c)
			case slices.Contains(held, a.name):
				validation = append(validation, c)
			default:
				train = append(train, c)
			}
		}
	}
	return train, validation, test
}

// OmniglotBackground returns the classes of [OmniglotCharacters] in the two parts of the set's authors, no alphabet on both
// sides: 964 characters of 30 alphabets to learn from, and 659 of 20 to evaluate on.
func OmniglotBackground() (background, evaluation []int) {
	cut := omniglotEvaluation[0].first - 1
	last := omniglotEvaluation[len(omniglotEvaluation)-1]
	return span(0, cut), span(cut, last.first+last.characters-1)
}
