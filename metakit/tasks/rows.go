package tasks

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// rows are what tasks of classes are made of: a table, or square pictures of a byte a pixel, which are an eighth of its
// size. Nothing writes to them once they are made.
type rows struct {
	table *mat.Dense // or nil

	pixels []byte // of all pictures
	side   int
}

// width returns the number of columns.
func (r *rows) width() int {
	if r.table != nil {
		return r.table.RawMatrix().Cols
	}
	return r.side * r.side
}

// squareSide returns the side of the square that a row makes, if it makes one.
func (r *rows) squareSide() int { return int(math.Sqrt(float64(r.width()))) }

// fill puts a row into dst, as a picture turned counterclockwise by so many right angles.
func (r *rows) fill(dst []float64, row, turns int) {
	switch {
	case r.table == nil:
		fillPixels(dst, r.pixels[row*len(dst):][:len(dst)], r.side, turns)
	case turns == 0:
		copy(dst, r.table.RawRowView(row))
	default:
		src, side := r.table.RawRowView(row), r.squareSide()
		first, down, right := path(side, turns)
		for i := range side {
			at := first + i*down
			for j := range side {
				dst[i*side+j] = src[at]
				at += right
			}
		}
	}
}

// inks are the numbers from 0 for paper to 1 for ink.
var inks = func() (all [256]float64) {
	for p := range all {
		all[p] = float64(p) / 255
	}
	return all
}()

// fillPixels is fill for pictures.
func fillPixels(dst []float64, src []byte, side, turns int) {
	if turns == 0 {
		for i, p := range src {
			dst[i] = inks[p]
		}
		return
	}
	first, down, right := path(side, turns)
	for i := range side {
		at := first + i*down
		line := dst[i*side:][:side]
		for j := range line {
			line[j] = inks[src[at]]
			at += right
		}
	}
}

// path says where a picture that is turned counterclockwise by so many right angles, 0 to 3, finds its pixel (i, j) in
// the one that is not: at first + i·down + j·right. Turned by one, the last column is the first row.
func path(side, turns int) (first, down, right int) {
	switch turns {
	case 1:
		return side - 1, -1, side
	case 2:
		return side*side - 1, -side, -1
	case 3:
		return (side - 1) * side, 1, -side
	}
	return 0, side, 1
}
