package datasets

import (
	"context"
	"fmt"
	"math"
	"path"
	"regexp"
	"slices"
	"strings"

	"gonum.org/v1/gonum/mat"

	"kindred/internal/unpack"
)

var omniglotRuns = source{"omniglot/all_runs.zip", omniglot + "one-shot-classification/all_runs.zip",
	352787, "437c1eeab0af8484112e1b4cc0f3d541ec727f7c47b9b202da738af9dfd6c325"}

const (
	oneShotRuns = 20 // runs of the paper
	oneShotWays = 20 // characters of a run
)

// A OneShotRun asks which of 20 characters, each seen once, is the one in each of 20 drawings by another hand.
type OneShotRun struct {
	Training, Test *mat.Dense // 20 drawings of 105 × 105 pixels each, 1 for ink
	Label          []int      // for each drawing of Test the row of Training with its character
}

// OneShotRuns returns the 20 one-shot classification runs of the Omniglot paper, all characters of a run from one
// alphabet that [Omniglot] has not. People are wrong 4.5 % of the time.
func OneShotRuns(ctx context.Context) ([]OneShotRun, error) {
	data, err := omniglotRuns.read(ctx)
	if err != nil {
		return nil, err
	}
	return parseRuns(omniglotRuns.path, data, oneShotRuns)
}

// Shrink returns the run with drawings of side × side pixels, which are as those of [OmniglotCharacters], from 0 for
// paper to 1 for ink. It panics unless side is from 1 to 105 and the drawings have 105 × 105 pixels.
func (r OneShotRun) Shrink(side int) OneShotRun {
	if side < 1 || side > omniglotSide {
		panic(fmt.Sprintf("datasets: OneShotRun.Shrink: side %d, want 1 to %d", side, omniglotSide))
	}
	small := newShrinker(omniglotSide, side)
	return OneShotRun{shrunk(small, r.Training), shrunk(small, r.Test), slices.Clone(r.Label)}
}

// shrunk returns smaller drawings of rows of ink.
func shrunk(s shrinker, drawings *mat.Dense) *mat.Dense {
	if drawings == nil || drawings.RawMatrix().Cols != omniglotSide*omniglotSide {
		panic(fmt.Sprintf("datasets: OneShotRun.Shrink: drawings without %d × %d pixels; those of OneShotRuns have them",
			omniglotSide, omniglotSide))
	}
	rows, _ := drawings.Dims()
	out := mat.NewDense(rows, s.to*s.to, nil)
	paper, half := make([]float64, omniglotSide*omniglotSide), make([]float64, omniglotSide*omniglotSide)
	for i := range rows {
		pixels := make([]float64, omniglotSide*omniglotSide)
		for k, v := range drawings.RawRowView(i) {
			pixels[k] = 255 * (1 - v)
		}
		shrink(s, paper, half, pixels)
		for k := range out.RawRowView(i) {
			out.Set(i, k, math.Round(255-paper[k])/255)
		}
	}
	return out
}

// runPath is a training or test drawing of a run, by numbers that count from 1.
var runPath = regexp.MustCompile(`^run(\d\d)/(training/class|test/item)(\d\d)\.png$`)

// A runFiles is what an archive has of a run: drawings as [parseDrawing] returns them, labels that count from 1.
type runFiles struct {
	drawings map[string]*[oneShotWays][]byte // of training/class and of test/item
	labels   [oneShotWays]int
}

// parseRuns reads so many runs, of which no drawing and no label may be missing. A drawing takes 11 KB until all are read,
// and then 88 KB.
func parseRuns(file string, data []byte, runs int) ([]OneShotRun, error) {
	archive, err := unpack.Zip(data)
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", file, err)
	}
	files := make([]runFiles, runs)
	for i := range files {
		files[i].drawings = map[string]*[oneShotWays][]byte{"training/class": {}, "test/item": {}}
	}
	for _, member := range archive.Members {
		var err error
		switch {
		case strings.HasSuffix(member.Name, ".png"):
			var run, row int
			var set string
			if run, set, row, err = runPlace(member.Name, runs); err == nil {
				_, files[run].drawings[set][row], err = readDrawing(archive, member)
			}
		case path.Base(member.Name) == "class_labels.txt":
			var text []byte
			if text, err = archive.Read(member); err == nil {
				err = parseLabels(files, member.Name, text)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("datasets: %s: %w", file, err)
		}
	}
	if err := missing(files); err != nil {
		return nil, fmt.Errorf("datasets: %s: %w; fetch the file anew", file, err)
	}
	out := make([]OneShotRun, runs)
	for i, f := range files {
		out[i] = OneShotRun{matrixOf(f.drawings["training/class"]), matrixOf(f.drawings["test/item"]), f.labels[:]}
		for k := range out[i].Label {
			out[i].Label[k]--
		}
	}
	return out, nil
}

// runPlace returns the run, the set and the row of a drawing, which count from 0.
func runPlace(name string, runs int) (run int, set string, row int, err error) {
	parts := runPath.FindStringSubmatch(name)
	if parts == nil {
		return 0, "", 0, fmt.Errorf("cannot read the name %s; want runNN/training/classNN.png or runNN/test/itemNN.png",
			unpack.Clip(name))
	}
	run, row = digitsOf(parts[1])-1, digitsOf(parts[3])-1
	if run < 0 || run >= runs || row < 0 || row >= oneShotWays {
		return 0, "", 0, fmt.Errorf("%s: want runs 1 to %d, drawings 1 to %d", unpack.Clip(name), runs, oneShotWays)
	}
	return run, parts[2], row, nil
}

// parseLabels reads a member runNN/class_labels.txt: lines of a test drawing of the run and the training drawing of its
// character.
func parseLabels(files []runFiles, name string, text []byte) error {
	n := 0
	for line := range strings.Lines(string(text)) { // run01/test/item01.png run01/training/class03.png
		n++
		fields := strings.Fields(line)
		if len(fields) != 2 {
			return fmt.Errorf("%s:%d: cannot read the line %s; want a test and a training drawing", name, n, unpack.Clip(line))
		}
		run, set, row, err := runPlace(fields[0], len(files))
		if err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
		of, from, label, err := runPlace(fields[1], len(files))
		if err != nil {
			return fmt.Errorf("%s:%d: %w", name, n, err)
		}
		if folder := fields[0][:len("run01")]; set != "test/item" || from != "training/class" || of != run ||
			name != folder+"/class_labels.txt" {
			return fmt.Errorf("%s:%d: %s is no test and training drawing of this run", name, n, unpack.Clip(line))
		}
		if files[run].labels[row] != 0 {
			return fmt.Errorf("%s:%d: %s has two labels", name, n, fields[0])
		}
		files[run].labels[row] = label + 1
	}
	return nil
}

// missing is an error if a drawing or a label is.
func missing(files []runFiles) error {
	for i, f := range files {
		for _, set := range []string{"training/class", "test/item"} {
			if row := slices.IndexFunc(f.drawings[set][:], func(d []byte) bool { return d == nil }); row >= 0 {
				return fmt.Errorf("run%02d/%s%02d.png is missing", i+1, set, row+1)
			}
		}
		if row := slices.Index(f.labels[:], 0); row >= 0 {
			return fmt.Errorf("run%02d/class_labels.txt has no label of item %d", i+1, row+1)
		}
	}
	return nil
}

// matrixOf returns drawings as rows of ink.
func matrixOf(drawings *[oneShotWays][]byte) *mat.Dense {
	m := mat.NewDense(oneShotWays, omniglotSide*omniglotSide, nil)
	for row, pixels := range drawings {
		m.SetRow(row, inked(pixels))
	}
	return m
}
