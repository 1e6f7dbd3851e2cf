package datasets

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/team"
	"kindred/internal/unpack"
)

const omniglot = "https://github.com/brendenlake/omniglot/raw/057f034/python/"

var (
	omniglotSmall1 = source{"omniglot/images_background_small1.zip", omniglot + "images_background_small1.zip",
		1319022, "f38eb80f801274ac2b4dff5b24289016bfaba4a7d5bb50deebf27104ad6cb8a4"}
	omniglotSmall2 = source{"omniglot/images_background_small2.zip", omniglot + "images_background_small2.zip",
		1580917, "3ccaa407515a8778e5d0861875af38b17e418f301ad5bb3b5a6b65d901a41c7f"}
)

// omniglotPeople is how many people drew each character.
const omniglotPeople = 20

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
		archives = append(archives, namedBytes{path: s.path, data: data})
	}
	return parseOmniglot(archives, omniglotAlphabets, omniglotPeople, side)
}

// A namedBytes is a file that was read. If contents is not "", it is what [contentsOf] must say of its drawings.
type namedBytes struct {
	path     string
	data     []byte
	contents string
}

// drawingPath is ARCHIVE/ALPHABET/characterNN/CCCC_DD.png: character NN of the alphabet has number CCCC, person DD drew it.
var drawingPath = regexp.MustCompile(`^[^/]+/([^/]+)/character(\d\d)/((\d{4})_(\d\d)\.png)$`)

// parseOmniglot returns the table of the drawings. Each takes 11 KB until all are read, and then 8·side² bytes.
func parseOmniglot(archives []namedBytes, alphabets []alphabet, people, side int) (*Table, error) {
	drawings, err := readDrawings(archives, alphabets, people, func(pixels []byte) []byte { return pixels })
	if err != nil {
		return nil, err
	}
	n, shrink := len(drawings), newShrinker(omniglotSide, side)
	t := &Table{Targets: []string{"character"}, X: mat.NewDense(n, side*side, nil), Y: mat.NewDense(n, 1, nil)}
	for i := range side * side {
		t.Inputs = append(t.Inputs, fmt.Sprintf("pixel %d,%d", i/side, i%side))
	}
	for a, of := range alphabets {
		for range of.characters * people {
			row := len(t.Groups)
			t.X.SetRow(row, shrink.of(inked(drawings[row])))
			t.Y.Set(row, 0, float64(row/people))
			t.Groups = append(t.Groups, a)
		}
	}
	return t, nil
}

// readDrawings returns what keep makes of the pixels of each drawing, 0 for black to 255 for white, of the given alphabets by
// so many people, ordered by alphabet, character and person. None may be missing. One that is in two archives must be the
// same in both. It calls keep from several goroutines.
func readDrawings(archives []namedBytes, alphabets []alphabet, people int, keep func(pixels []byte) []byte) ([][]byte, error) {
	first := make([]int, len(alphabets)) // drawing of each alphabet
	n := 0
	for a, of := range alphabets {
		first[a] = n
		n += of.characters * people
	}
	drawings := make([][]byte, n)
	for _, file := range archives {
		if err := readArchive(file, drawings, keep, func(name string) (int, error) {
			a, place, err := drawingPlace(name, alphabets, people)
			return first[a] + place, err
		}); err != nil {
			return nil, fmt.Errorf("datasets: %s: %w", file.path, err)
		}
	}
	if i := slices.IndexFunc(drawings, func(d []byte) bool { return d == nil }); i >= 0 {
		a := len(first) - 1
		for first[a] > i {
			a--
		}
		return nil, fmt.Errorf("datasets: %s: character %d of %s by person %d is missing; fetch the files anew",
			archives[0].path, (i-first[a])/people+1, alphabets[a].name, (i-first[a])%people+1)
	}
	return drawings, nil
}

// readArchive puts what keep makes of the drawings of an archive in their places.
func readArchive(file namedBytes, drawings [][]byte, keep func(pixels []byte) []byte,
	placeOf func(name string) (int, error)) error {
	archive, err := unpack.Zip(file.data)
	if err != nil {
		return err
	}
	var members []*zip.File
	var places []int
	there := make([]bool, len(drawings))
	for _, member := range archive.Members {
		if path.Ext(member.Name) != ".png" {
			continue
		}
		place, err := placeOf(member.Name)
		if err != nil {
			return err
		}
		if there[place] {
			return errors.New(unpack.Clip(member.Name) + " is a drawing that was there before it, in another folder")
		}
		there[place] = true
		members, places = append(members, member), append(places, place)
	}
	kept, sums, errs := make([][]byte, len(members)), make([][sha256.Size]byte, len(members)), make([]error, len(members))
	var job team.Job
	job.Do(len(members), runtime.GOMAXPROCS(0), func(_, k int) {
		data, pixels, err := readDrawing(archive, members[k])
		if err != nil {
			errs[k] = err
			return
		}
		sums[k] = sha256.Sum256(data)
		kept[k] = keep(pixels)
	})
	for k, place := range places {
		if errs[k] != nil {
			return errs[k]
		}
		if drawings[place] != nil && !slices.Equal(drawings[place], kept[k]) {
			return errors.New(unpack.Clip(members[k].Name) + " is another drawing than that of this name before it")
		}
		drawings[place] = kept[k]
	}
	if got := contentsOf(members, sums); file.contents != "" && got != file.contents {
		return fmt.Errorf("its drawings are not those published: the checksum of their names and contents is %s, want %s; fetch "+
			"the file anew", got, file.contents)
	}
	return nil
}

// contentsOf returns a checksum of what an archive holds that does not tell how it is packed: the SHA-256 in hexadecimal of a
// line for each member, ordered by name, of its name, a byte 0, the SHA-256 of its bytes in hexadecimal, and a line feed.
func contentsOf(members []*zip.File, sums [][sha256.Size]byte) string {
	lines := make([]string, len(members))
	for k, member := range members {
		lines[k] = member.Name + "\x00" + hex.EncodeToString(sums[k][:]) + "\n"
	}
	slices.Sort(lines)
	all := sha256.New()
	for _, line := range lines {
		all.Write([]byte(line))
	}
	return hex.EncodeToString(all.Sum(nil))
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
