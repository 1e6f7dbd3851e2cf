package datasets

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"image/color"
	"image/png"
	"io"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/mat"
)

const omniglot = "https://github.com/brendenlake/omniglot/raw/057f034/python/"

var (
	omniglotSmall1 = source{"omniglot/images_background_small1.zip", omniglot + "images_background_small1.zip",
		"f38eb80f801274ac2b4dff5b24289016bfaba4a7d5bb50deebf27104ad6cb8a4"}
	omniglotSmall2 = source{"omniglot/images_background_small2.zip", omniglot + "images_background_small2.zip",
		"3ccaa407515a8778e5d0861875af38b17e418f301ad5bb3b5a6b65d901a41c7f"}
	omniglotRuns = source{"omniglot/all_runs.zip", omniglot + "one-shot-classification/all_runs.zip",
		"437c1eeab0af8484112e1b4cc0f3d541ec727f7c47b9b202da738af9dfd6c325"}
)

var omniglotAlphabets = []string{
	"Balinese", "Early_Aramaic", "Greek", "Japanese_(katakana)", "Korean", "Latin", "Sanskrit", "Tagalog",
}

// OmniglotAlphabets returns the names of the alphabets of [Omniglot], in the order of their numbers.
func OmniglotAlphabets() []string { return slices.Clone(omniglotAlphabets) }

// omniglotSide is the width and height of a drawing as published.
const omniglotSide = 105

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
	// Greek and Latin are in both archives: a drawing is known by its file's name, CCCC_DD.png, of character CCCC.
	drawings, alphabet := make(map[string][]float64), make(map[string]int)
	for _, s := range []source{omniglotSmall1, omniglotSmall2} {
		archive, err := s.unzip(ctx)
		if err != nil {
			return nil, err
		}
		for _, file := range archive.File {
			folders := strings.Split(file.Name, "/")
			if path.Ext(file.Name) != ".png" || len(folders) != 4 {
				continue
			}
			pixels, err := readDrawing(file)
			if err != nil {
				return nil, fmt.Errorf("datasets: %s: %w", s.path, err)
			}
			drawings[folders[3]] = shrink(pixels, omniglotSide, side)
			alphabet[folders[3]] = slices.Index(omniglotAlphabets, folders[1])
		}
	}
	t := &Table{
		Targets: []string{"character"},
		X:       mat.NewDense(len(drawings), side*side, nil),
		Y:       mat.NewDense(len(drawings), 1, nil),
	}
	for i := range side * side {
		t.Inputs = append(t.Inputs, fmt.Sprintf("pixel %d,%d", i/side, i%side))
	}
	character, last := -1, ""
	for i, name := range slices.Sorted(maps.Keys(drawings)) {
		if number, _, _ := strings.Cut(name, "_"); number != last {
			character, last = character+1, number
		}
		t.X.SetRow(i, drawings[name])
		t.Y.Set(i, 0, float64(character))
		t.Groups = append(t.Groups, alphabet[name])
	}
	return t, nil
}

// A OneShotRun asks which of 20 characters, each seen once, is the one in each of 20 drawings by another hand.
type OneShotRun struct {
	Training, Test *mat.Dense // 20 drawings of 105 × 105 pixels each, 1 for ink
	Label          []int      // for each drawing of Test the row of Training with its character
}

// OneShotRuns returns the 20 one-shot classification runs of the Omniglot paper, all characters of a run from one
// alphabet that [Omniglot] has not. People are wrong 4.5 % of the time.
func OneShotRuns(ctx context.Context) ([]OneShotRun, error) {
	archive, err := omniglotRuns.unzip(ctx)
	if err != nil {
		return nil, err
	}
	runs := make([]OneShotRun, 20)
	for i := range runs {
		runs[i] = OneShotRun{mat.NewDense(20, omniglotSide*omniglotSide, nil),
			mat.NewDense(20, omniglotSide*omniglotSide, nil), make([]int, 20)}
	}
	for _, file := range archive.File {
		if err := readRunFile(runs, file); err != nil {
			return nil, fmt.Errorf("datasets: %s: %w", omniglotRuns.path, err)
		}
	}
	return runs, nil
}

var runPath = regexp.MustCompile(`^run(\d\d)/(training/class|test/item)(\d\d)\.png$`)

func readRunFile(runs []OneShotRun, file *zip.File) error {
	if parts := runPath.FindStringSubmatch(file.Name); parts != nil {
		run, row := number(parts[1]), number(parts[3])
		pixels, err := readDrawing(file)
		if err != nil {
			return err
		}
		set := runs[run].Training
		if parts[2] == "test/item" {
			set = runs[run].Test
		}
		set.SetRow(row, pixels)
		return nil
	}
	folder, name := path.Split(file.Name)
	if name != "class_labels.txt" {
		return nil
	}
	text, err := readAll(file)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(text)) { // run01/test/item01.png run01/training/class03.png
		fields := strings.Fields(line)
		if len(fields) != 2 {
			return fmt.Errorf("%s%s: cannot read the line %q", folder, name, line)
		}
		test, training := runPath.FindStringSubmatch(fields[0]), runPath.FindStringSubmatch(fields[1])
		if test == nil || training == nil {
			return fmt.Errorf("%s%s: cannot read the line %q", folder, name, line)
		}
		runs[number(test[1])].Label[number(test[3])] = number(training[3])
	}
	return nil
}

// number reads two digits that count from 1 and returns a count from 0.
func number(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n - 1
}

func (s source) unzip(ctx context.Context) (*zip.Reader, error) {
	data, err := s.read(ctx)
	if err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", s.path, err)
	}
	return archive, nil
}

func readAll(file *zip.File) ([]byte, error) {
	reader, err := file.Open()
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	return io.ReadAll(reader)
}

// readDrawing returns the pixels of a PNG, dark ink on white, as 1 for ink and 0 for paper.
func readDrawing(file *zip.File) ([]float64, error) {
	data, err := readAll(file)
	if err != nil {
		return nil, err
	}
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file.Name, err)
	}
	if size := picture.Bounds().Size(); size.X != omniglotSide || size.Y != omniglotSide {
		return nil, fmt.Errorf("%s: %d × %d pixels, want %d × %[4]d", file.Name, size.X, size.Y, omniglotSide)
	}
	pixels := make([]float64, 0, omniglotSide*omniglotSide)
	for y := range omniglotSide {
		for x := range omniglotSide {
			gray := color.GrayModel.Convert(picture.At(x, y)).(color.Gray)
			pixels = append(pixels, 1-float64(gray.Y)/255)
		}
	}
	return pixels, nil
}

// shrink returns a picture of from × from pixels at to × to: each new pixel is the mean of the area it covers.
func shrink(pixels []float64, from, to int) []float64 {
	cover := overlap(from, to)
	half, out := mat.NewDense(to, from, nil), mat.NewDense(to, to, nil)
	half.Mul(cover, mat.NewDense(from, from, pixels))
	out.Mul(half, cover.T())
	return out.RawMatrix().Data
}

// overlap returns the to × from matrix of the shares that old cells have in new ones along a line.
func overlap(from, to int) *mat.Dense {
	m := mat.NewDense(to, from, nil)
	width := float64(from) / float64(to)
	for i := range to {
		low, high := float64(i)*width, float64(i+1)*width
		for j := range from {
			m.Set(i, j, max(0, min(high, float64(j+1))-max(low, float64(j)))/width)
		}
	}
	return m
}
