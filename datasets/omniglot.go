package datasets

import (
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/unpack"
)

const omniglot = "https://github.com/brendenlake/omniglot/raw/057f034/python/"

var (
	omniglotSmall1 = source{"omniglot/images_background_small1.zip", omniglot + "images_background_small1.zip",
		"f38eb80f801274ac2b4dff5b24289016bfaba4a7d5bb50deebf27104ad6cb8a4"}
	omniglotSmall2 = source{"omniglot/images_background_small2.zip", omniglot + "images_background_small2.zip",
		"3ccaa407515a8778e5d0861875af38b17e418f301ad5bb3b5a6b65d901a41c7f"}
)

// An alphabet is one of Omniglot's, whose numbers of characters count from first on.
type alphabet struct {
	name              string
	first, characters int
}

// omniglotAlphabets are those of the two archives, of Omniglot's table of alphabets.
var omniglotAlphabets = []alphabet{
	{"Balinese", 108, 24}, {"Early_Aramaic", 251, 22}, {"Greek", 394, 24}, {"Japanese_(katakana)", 596, 47},
	{"Korean", 643, 40}, {"Latin", 683, 26}, {"Sanskrit", 851, 42}, {"Tagalog", 893, 17},
}

// omniglotPeople is how many people drew each character.
const omniglotPeople = 20

// OmniglotAlphabets returns the names of the alphabets of [Omniglot], in the order of their numbers.
func OmniglotAlphabets() []string {
	names := make([]string, len(omniglotAlphabets))
	for i, a := range omniglotAlphabets {
		names[i] = a.name
	}
	return names
}

// Omniglot returns 4,840 drawings: 242 characters of eight alphabets, by 20 people each. They are the two small
// background sets of the source, joined. The inputs are side × side pixels, row by row, 0 for paper to 1 for ink:
// averages of the 105 × 105 pixels of the source, whole at side 105, often 28. The target, character, counts from 0 in
// the order of Omniglot's own numbers; Groups holds the alphabet, its place in [OmniglotAlphabets], so that
// [Table.SplitGroups] keeps alphabets together. It panics unless side is from 1 to 105.
//
// Reference: Lake, Salakhutdinov, Tenenbaum. Human-level concept learning through probabilistic program induction.
// Science 350, 2015.
func Omniglot(ctx context.Context, side int) (*Table, error) {
	if side < 1 || side > omniglotSide {
		panic(fmt.Sprintf("datasets: Omniglot: side %d, want 1 to %d", side, omniglotSide))
	}
	var archives []namedBytes
	for _, s := range []source{omniglotSmall1, omniglotSmall2} {
		data, err := s.read(ctx)
		if err != nil {
			return nil, err
		}
		archives = append(archives, namedBytes{s.path, data})
	}
	return parseOmniglot(archives, omniglotAlphabets, omniglotPeople, side)
}

// A namedBytes is a file that was read.
type namedBytes struct {
	path string
	data []byte
}

// drawingPath is ARCHIVE/ALPHABET/characterNN/CCCC_DD.png: character NN of the alphabet has number CCCC, person DD drew it.
var drawingPath = regexp.MustCompile(`^[^/]+/([^/]+)/character(\d\d)/((\d{4})_(\d\d)\.png)$`)

// parseOmniglot reads the drawings of the given alphabets by so many people, of which none may be missing. A drawing that
// is in two archives must be the same in both. Each takes 11 KB until all are read, and then 8·side² bytes.
func parseOmniglot(archives []namedBytes, alphabets []alphabet, people, side int) (*Table, error) {
	drawings := make([][][]byte, len(alphabets)) // of each alphabet, by character and person
	for a, of := range alphabets {
		drawings[a] = make([][]byte, of.characters*people)
	}
	for _, file := range archives {
		archive, err := unpack.Zip(file.data)
		if err != nil {
			return nil, fmt.Errorf("datasets: %s: %w", file.path, err)
		}
		for _, member := range archive.Members {
			if path.Ext(member.Name) != ".png" {
				continue
			}
			a, place, err := drawingPlace(member.Name, alphabets, people)
			if err != nil {
				return nil, fmt.Errorf("datasets: %s: %w", file.path, err)
			}
			pixels, err := readDrawing(archive, member)
			if err == nil && drawings[a][place] != nil && !slices.Equal(drawings[a][place], pixels) {
				err = errors.New(unpack.Clip(member.Name) + " is another drawing than that of this name before it")
			}
			if err != nil {
				return nil, fmt.Errorf("datasets: %s: %w", file.path, err)
			}
			drawings[a][place] = pixels
		}
	}
	n := 0
	for a, of := range alphabets {
		if i := slices.IndexFunc(drawings[a], func(d []byte) bool { return d == nil }); i >= 0 {
			return nil, fmt.Errorf("datasets: %s: character %d of %s by person %d is missing; fetch the files anew",
				archives[0].path, i/people+1, of.name, i%people+1)
		}
		n += len(drawings[a])
	}
	t := &Table{Targets: []string{"character"}, X: mat.NewDense(n, side*side, nil), Y: mat.NewDense(n, 1, nil)}
	for i := range side * side {
		t.Inputs = append(t.Inputs, fmt.Sprintf("pixel %d,%d", i/side, i%side))
	}
	for a := range alphabets {
		for _, pixels := range drawings[a] {
			row := len(t.Groups)
			t.X.SetRow(row, shrink(inked(pixels), omniglotSide, side))
			t.Y.Set(row, 0, float64(row/people))
			t.Groups = append(t.Groups, a)
		}
	}
	return t, nil
}

// drawingPlace returns the alphabet that a member belongs to and its place among the drawings of it.
func drawingPlace(name string, alphabets []alphabet, people int) (a, place int, err error) {
	parts := drawingPath.FindStringSubmatch(name)
	if parts == nil {
		return 0, 0, fmt.Errorf("cannot read the name %s; want ALPHABET/characterNN/CCCC_DD.png in a folder",
			unpack.Clip(name))
	}
	a = slices.IndexFunc(alphabets, func(a alphabet) bool { return a.name == parts[1] })
	if a < 0 {
		return 0, 0, fmt.Errorf("%s is of an alphabet that is none of these archives'", unpack.Clip(name))
	}
	of, character, person := alphabets[a], digitsOf(parts[2])-1, digitsOf(parts[5])-1
	if character < 0 || character >= of.characters || digitsOf(parts[4]) != of.first+character ||
		person < 0 || person >= people {
		return 0, 0, fmt.Errorf("%s: want characters 1 to %d, numbered from %d on, by people 1 to %d", unpack.Clip(name),
			of.characters, of.first, people)
	}
	return a, character*people + person, nil
}

// digitsOf returns the number that a few digits are.
func digitsOf(digits string) int {
	n, _ := strconv.Atoi(digits) // a regular expression has seen to it
	return n
}
