package kernel

// A Window says which parts of images are patches. Images lie one after the other, each in the order row, column,
// channel. A patch has Rows × Cols places of all channels; patches are Stride places apart, and around an image lie Pad
// rows and columns of zeros.
type Window struct {
	Height, Width, Channels int // of an image
	Rows, Cols              int // of a patch
	Stride, Pad             int
}

// Out returns how many patches there are down and across an image.
func (w Window) Out() (rows, cols int) {
	return (w.Height+2*w.Pad-w.Rows)/w.Stride + 1, (w.Width+2*w.Pad-w.Cols)/w.Stride + 1
}

// Patch returns the number of entries of a patch.
func (w Window) Patch() int { return w.Rows * w.Cols * w.Channels }

// Image returns the number of entries of an image.
func (w Window) Image() int { return w.Height * w.Width * w.Channels }

// shortRun is the length up to which a loop is faster than a call that copies or adds.
const shortRun = 12

// A place is where a patch lies: its first row and column in the image, outside where they are negative.
type place struct{ image, row, col int }

// place returns where patch q of a batch lies.
func (w *Window) place(q int) place {
	rows, cols := w.Out()
	return place{image: q / (rows * cols), row: q/cols%rows*w.Stride - w.Pad, col: q%cols*w.Stride - w.Pad}
}

// next moves on to the next patch.
func (p *place) next(w *Window) {
	if p.col += w.Stride; p.col+w.Cols <= w.Width+w.Pad {
		return
	}
	p.col = -w.Pad
	if p.row += w.Stride; p.row+w.Rows <= w.Height+w.Pad {
		return
	}
	p.row = -w.Pad
	p.image++
}

// inside returns which entries of a row of a patch lie inside the image, and where in the images the first of them is,
// for the patch's first row.
func (p *place) inside(w *Window) (left, right, at int) {
	left = min(max(0, -p.col), w.Cols)
	right = max(left, min(w.Cols, w.Width-p.col))
	at = p.image*w.Image() + (p.row*w.Width+p.col+left)*w.Channels
	return left * w.Channels, right * w.Channels, at
}

// Patches stores patches number from to number to−1 of a batch of images, a patch a row, in the order image, row,
// column.
func Patches[T Float](out, images []T, w Window, from, to int) {
	n, down := w.Cols*w.Channels, w.Width*w.Channels
	p := w.place(from)
	for range to - from {
		left, right, at := p.inside(&w)
		for r := p.row; r < p.row+w.Rows; r, at = r+1, at+down {
			line := out[:n]
			out = out[n:]
			if r < 0 || r >= w.Height || left == right {
				clear(line)
				continue
			}
			if right-left < n {
				clear(line[:left])
				clear(line[right:])
				line = line[left:right]
			}
			from := images[at : at+len(line)]
			if len(line) > shortRun {
				copy(line, from)
				continue
			}
			//lint:ignore S1001 a call takes longer than what it copies
			for k, v := range from {
				line[k] = v
			}
		}
		p.next(&w)
	}
}

// AddPatches adds patches number from to number to−1, which lie one after the other, to where [Patches] takes them from,
// in that order.
func AddPatches[T Float](images, patches []T, w Window, from, to int) {
	n, down := w.Cols*w.Channels, w.Width*w.Channels
	p := w.place(from)
	for range to - from {
		left, right, at := p.inside(&w)
		for r := p.row; r < p.row+w.Rows; r, at = r+1, at+down {
			line := patches[left:right]
			patches = patches[n:]
			if r < 0 || r >= w.Height || left == right {
				continue
			}
			to := images[at : at+len(line)]
			if len(line) > shortRun {
				vectors(Add, to, to, line)
				continue
			}
			for k, v := range line {
				to[k] += v
			}
		}
		p.next(&w)
	}
}
