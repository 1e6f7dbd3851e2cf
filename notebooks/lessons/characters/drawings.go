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
		return Drawings{Missing: err.Error()}, absent{err}
	}
	return Drawings{Images: images}, nil
}

// absent is the want of data without which a notebook says so, and goes on.
type absent struct{ error }

func (absent) Absent() bool { return true }

// A Figure is what a cell shows: a picture, or a sentence.
type Figure interface{ HTML() string }

// A sentence stands where a figure cannot be drawn.
type sentence string

// Undrawn is how such a sentence begins.
const Undrawn = "Not drawn, as data are missing: "

// HTML implements [Figure].
func (s sentence) HTML() string { return "<p>" + html.EscapeString(string(s)) + "</p>" }

// or returns what draw does where the drawings are here, and else the sentence.
func (d Drawings) or(draw func() Figure) Figure {
	if d.Images == nil {
		return sentence(Undrawn + d.Missing)
	}
	return draw()
}

// Known returns tasks of the 1,028 characters to learn from, New those of 423 others: the split that most papers have,
// without the characters that it keeps for validation.
func (d Drawings) Known(ways, shots, queries int) tasks.NWay {
	known, _, _ := datasets.OmniglotVinyals()
	return tasks.NewNWayImages(d.Images, ways, shots, queries).Only(known)
}

// New returns tasks of characters that [Drawings.Known] has not.
func (d Drawings) New(ways, shots, queries int) tasks.NWay {
	_, _, unseen := datasets.OmniglotVinyals()
	return tasks.NewNWayImages(d.Images, ways, shots, queries).Only(unseen)
}
