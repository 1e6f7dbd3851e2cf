package characters

import (
	"context"
	"html"

	"kindred/datasets"
	"kindred/metakit/tasks"
)

// Drawings are those of Omniglot, 28 × 28 pixels, or the reason why they are not here.
type Drawings struct {
	Images  *datasets.Images
	Missing string
}

// side of the pictures in pixels.
const side = 28

// Read reads the drawings. Where they are neither in a folder nor on a network, the error says so of itself by its
// method Absent, and so does every figure that is asked of them.
func Read(ctx context.Context) (Drawings, error) {
	images, err := datasets.OmniglotCharacters(ctx, side)
	if err != nil {
		return Drawings{Missing: err.Error()}, absent(err.Error())
	}
	return Drawings{Images: images}, nil
}

// absent is the want of data without which a notebook says so, and goes on.
type absent string

func (a absent) Error() string { return string(a) }

func (absent) Absent() bool { return true }

// A Figure is what a cell shows: a picture, or a sentence.
type Figure interface{ HTML() string }

// A sentence stands where a figure cannot be drawn.
type sentence string

// HTML implements [Figure].
func (s sentence) HTML() string { return "<p>" + html.EscapeString(string(s)) + "</p>" }

// or returns what draw does where the drawings are here, and else a sentence.
func (d Drawings) or(draw func() Figure) Figure {
	if d.Images == nil {
		return sentence("Not drawn, as data are missing: " + d.Missing)
	}
	return draw()
}

// Known returns tasks of the 964 characters to learn from, of 30 alphabets.
func (d Drawings) Known(ways, shots, queries int) tasks.NWay {
	known, _ := datasets.OmniglotBackground()
	return tasks.NewNWayImages(d.Images, ways, shots, queries).Only(known)
}

// New returns tasks of 659 other characters, of 20 other alphabets.
func (d Drawings) New(ways, shots, queries int) tasks.NWay {
	_, others := datasets.OmniglotBackground()
	return tasks.NewNWayImages(d.Images, ways, shots, queries).Only(others)
}

// must returns v, and panics at an error: that of a computation on drawings that were read.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
