// Package sweep cuts an experiment into cells that many processes or machines share, and collects what they found.
//
// A [Cell] is a name, settings and a seed. An [Experiment] is a list of them and a function from a cell to its result,
// which must come out with the same bits wherever it is computed. [Experiment.Work] runs the cells of a [Share] that have
// no result yet and keeps each result in a file of a store; [Experiment.Collect] reads them all into a [Table], in the
// order of the cells, and says what is missing.
//
//	experiment := sweep.Experiment[Score]{
//		Name:  "rates",
//		Setup: "two-task example, 500 epochs", // what all results depend on
//		Cells: cells,
//		Run: func(ctx context.Context, c sweep.Cell) (Score, error) {
//			return train(ctx, c.Settings.(float64), c.Seed)
//		},
//	}
//	err := experiment.Work(ctx, "store", sweep.Share{Index: 2, Of: 8})
//	table, err := experiment.Collect("store")
//
// Nobody hands out work: a process knows its share from its flags or from the environment of an array job (see
// [FromEnvironment]), and needs of the others nothing but the store, a folder that all can write to. A process that is
// killed loses the cells that were under way; the next one with its share runs them. Two processes that run one cell, such
// as a task that was queued anew while the old one still lives, write the same result.
//
// [Main] is the main function of a command that does all this, with [Flags].
package sweep

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"kindred/internal/settings"
	"kindred/internal/storable"
)

// A Cell is a piece of an experiment. It must be told from the others by its name, its settings or its seed.
type Cell struct {
	Name     string // of what is tried, such as a method
	Settings any    // plain data that Run needs beside, such as a rate; nil for none
	Seed     uint64

	checkpoint string
}

// CheckpointFile is a path in the store for what a long cell keeps of itself under way, such as the CheckpointFile of a
// trainer. It is the same whenever and wherever the cell runs, and the file is removed when the cell has its result.
// Outside of Run it is "": tell cells apart by their fields.
func (c Cell) CheckpointFile() string { return c.checkpoint }

// String returns the name, the settings if there are any, and the seed. Settings that take more than a few words stand by
// their fingerprint.
func (c Cell) String() string {
	if c.Settings == nil {
		return fmt.Sprintf("%s, seed %d", c.Name, c.Seed)
	}
	const longest = 40
	text := fmt.Sprintf("%+v", c.Settings)
	if len(text) > longest {
		text = fingerprint(c.text())
	}
	return fmt.Sprintf("%s, %s, seed %d", c.Name, text, c.Seed)
}

// text tells the cell from all others.
func (c Cell) text() string {
	return fmt.Sprintf("%q %T %s %d", c.Name, c.Settings, settings.Text(c.Settings), c.Seed)
}

// An Experiment is a list of cells and what is to be found out about each.
//
// R is plain data: numbers, strings, and slices, arrays, maps, pointers and structures of them with exported fields only.
// NaN and infinities are kept; −0 in a field becomes 0.
type Experiment[R any] struct {
	Name string // a word; the store may hold other experiments too

	// Setup is what all results depend on beside the cells: a text, or any plain data. Results of another set-up are not
	// mixed with these. Code is not looked at: name in Setup a version of what you change and what results depend on.
	Setup any

	Cells []Cell

	// Run returns the result of a cell. It is called by several goroutines at once, and again for a cell whose process was
	// killed, maybe while that still runs, and gives the same bits every time. Where ctx ends it early it returns an error.
	Run func(ctx context.Context, c Cell) (R, error)

	// Log, unless nil, is told of cells that are done or fail, and of files that are refused, a line each. It is called by
	// one goroutine at a time.
	Log func(line string)
}

// check panics where the experiment makes no sense.
func (e Experiment[R]) check(caller string) {
	say := func(format string, args ...any) {
		panic(fmt.Sprintf("sweep: "+caller+": "+format, args...))
	}
	switch {
	case plain(e.Name) != e.Name || e.Name == "":
		say("the experiment is called %q; give it a name of letters, digits, '-', '_' and '.', which names a folder", e.Name)
	case e.Setup == nil || e.Setup == "":
		say("the experiment %q has no Setup; say what its results depend on", e.Name)
	case len(e.Cells) == 0:
		say("the experiment %q has no Cells", e.Name)
	case e.Run == nil:
		say("the experiment %q has no Run", e.Name)
	}
	storable.CheckType("sweep", reflect.TypeFor[R]())
	names := map[string]int{}
	for k, c := range e.Cells {
		if c.Name == "" {
			say("cell %d has no Name", k)
		}
		name := c.file()
		if other, ok := names[name]; ok {
			say("cells %d and %d are the same: %v; give them other names, settings or seeds", other, k, c)
		}
		names[name] = k
	}
}

// plain returns a text with everything replaced that may not stand in a file's name on some system.
func plain(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < 128 && (r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '_' || r == '.') {
			return r
		}
		return '-'
	}, text)
	return strings.TrimLeft(text, ".")
}
