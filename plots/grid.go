package plots

import (
	"image"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
)

// A Grid holds the values of a function of two variables at evenly spaced places: column i of Columns at
// X[0] + i (X[1]−X[0])/(Columns−1), and row j likewise in Y from the bottom. Z[j*Columns+i] is the value there.
type Grid struct {
	X, Y          Range
	Columns, Rows int
	Z             []float64
}

// mostPlaces is the largest number of places that is made on request.
const mostPlaces = 1 << 24

// NewGrid evaluates f over n×n places, the corners included. n is from 2 to 4096; 60 is enough for a smooth function.
// Without f the values are left 0, to be filled in the order of Places by a model that takes many points at once.
func NewGrid(x, y Range, n int, f func(x, y float64) float64) Grid {
	g := Grid{X: x, Y: y, Columns: n, Rows: n}
	g.check("NewGrid")
	return g.filled(f)
}

func (g Grid) filled(f func(x, y float64) float64) Grid {
	g.Z = make([]float64, g.Columns*g.Rows)
	for j := range g.Rows {
		for i := range g.Columns {
			if f != nil {
				g.Z[j*g.Columns+i] = f(g.at(i, j))
			}
		}
	}
	return g
}

// Linspace returns n evenly spaced numbers from lo to hi, both included; with n = 1, lo. It panics where lo or hi is
// not finite, and where n is negative or above 2²⁴.
func Linspace(lo, hi float64, n int) []float64 {
	if n < 0 || n > mostPlaces {
		panicf("Linspace: n is %d, want 0 to %d", n, mostPlaces)
	}
	if !finite(lo) || !finite(hi) {
		panicf("Linspace: from %v to %v, want two finite numbers", lo, hi)
	}
	v := make([]float64, n)
	for i := range v {
		v[i] = lo
		if n > 1 {
			v[i] = lo + (hi-lo)*float64(i)/float64(n-1)
		}
		if math.IsInf(hi-lo, 0) {
			v[i] = lo*(float64(n-1-i)/float64(max(n-1, 1))) + hi*(float64(i)/float64(max(n-1, 1)))
		}
	}
	return v
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// Places returns the places of the grid in the order of Z, which may be missing.
func (g Grid) Places() (xs, ys []float64) {
	g.check("Grid.Places")
	for j := range g.Rows {
		for i := range g.Columns {
			x, y := g.at(i, j)
			xs, ys = append(xs, x), append(ys, y)
		}
	}
	return xs, ys
}

func (g Grid) at(i, j int) (x, y float64) {
	x = g.X[0] + (g.X[1]-g.X[0])*float64(i)/float64(g.Columns-1)
	y = g.Y[0] + (g.Y[1]-g.Y[0])*float64(j)/float64(g.Rows-1)
	return x, y
}

// check panics at a grid that has no places or too many.
func (g Grid) check(kind string) {
	if g.Columns < 2 || g.Rows < 2 || g.Columns > mostPlaces/g.Rows {
		panicf("%s: grid of %d columns and %d rows; want 2 or more of each, and at most %d places",
			kind, g.Columns, g.Rows, mostPlaces)
	}
	if !g.X.interval() || !g.Y.interval() {
		panicf("%s: grid over {%v, %v} × {%v, %v}; want finite numbers, the lower end of each first",
			kind, g.X[0], g.X[1], g.Y[0], g.Y[1])
	}
}

func (g Grid) checked(kind string) Grid {
	g.check(kind)
	if len(g.Z) != g.Columns*g.Rows {
		panicf("%s: grid of %d columns and %d rows with %d values; want a value for each place",
			kind, g.Columns, g.Rows, len(g.Z))
	}
	g.Z = slices.Clone(g.Z)
	return g
}

// value interpolates at (u, v), shares of the width and of the height from the lower left.
func (g Grid) value(u, v float64) float64 {
	x, y := u*float64(g.Columns-1), v*float64(g.Rows-1)
	i, j := min(int(x), g.Columns-2), min(int(y), g.Rows-2)
	x, y = x-float64(i), y-float64(j)
	z := g.Z[j*g.Columns+i:]
	return (z[0]*(1-x)+z[1]*x)*(1-y) + (z[g.Columns]*(1-x)+z[g.Columns+1]*x)*y
}

// image paints the grid with as many pixels on each side; what is not a number is left to the paper.
func (z *colours) image(g Grid, pixels int) image.Image {
	lo, hi := z.limits()
	img := image.NewPaletted(image.Rect(0, 0, pixels, pixels), append(z.table(), color.NRGBA{}))
	for r := range pixels {
		for c := range pixels {
			v := g.value((float64(c)+0.5)/float64(pixels), 1-(float64(r)+0.5)/float64(pixels))
			k := uint8(shades)
			if !math.IsNaN(v) {
				k = z.index(v, lo, hi)
			}
			img.Pix[r*img.Stride+c] = k
		}
	}
	return img
}

// barImage paints the scale of colours, high values on top.
func (z *colours) barImage(lo, hi float64) image.Image {
	img := image.NewPaletted(image.Rect(0, 0, 1, shades), z.table())
	for r := range shades {
		s := 1 - (float64(r)+0.5)/shades
		v := lo + s*(hi-lo)
		if z.axis.log {
			v = math.Exp(math.Log(lo) + s*(math.Log(hi)-math.Log(lo)))
		}
		img.Pix[r] = z.index(v, lo, hi)
	}
	return img
}

// contour returns the lines at which the grid takes a level, in shares of its width and height, by marching squares.
// Lines come in the order in which the cells are met, so that the same grid gives the same lines; gonum's
// plotter.Contour walks maps and does not. A saddle is decided by the mean of its cell; cells with a number that is not
// finite are skipped.
func (g Grid) contour(level float64) [][]vg.Point {
	type edge struct{ i, j, side int } // side 0: from (i, j) to the right; side 1: upwards
	next := map[edge][]edge{}
	var order []edge
	link := func(a, b edge) {
		for _, e := range []edge{a, b} {
			if _, met := next[e]; !met {
				order = append(order, e)
			}
		}
		next[a] = append(next[a], b)
		next[b] = append(next[b], a)
	}
	z := func(i, j int) float64 { return g.Z[j*g.Columns+i] }
	for j := range g.Rows - 1 {
		for i := range g.Columns - 1 {
			v := [4]float64{z(i, j), z(i+1, j), z(i+1, j+1), z(i, j+1)}
			sides := [4]edge{{i, j, 0}, {i + 1, j, 1}, {i, j + 1, 0}, {i, j, 1}}
			mean := v[0]/4 + v[1]/4 + v[2]/4 + v[3]/4 // their sum could overflow
			if !finite(mean) {
				continue
			}
			var cut []edge
			for k := range 4 {
				if (v[k] >= level) != (v[(k+1)%4] >= level) {
					cut = append(cut, sides[k])
				}
			}
			switch {
			case len(cut) == 2:
				link(cut[0], cut[1])
			case len(cut) == 4 && (v[0] >= level) == (mean >= level):
				link(cut[0], cut[1])
				link(cut[2], cut[3])
			case len(cut) == 4:
				link(cut[3], cut[0])
				link(cut[1], cut[2])
			}
		}
	}
	place := func(e edge) vg.Point {
		i2, j2 := e.i+1-e.side, e.j+e.side
		a, b := z(e.i, e.j), z(i2, j2)
		t := (level/2 - a/2) / (b/2 - a/2) // b − a could overflow
		x, y := float64(e.i)+t*float64(i2-e.i), float64(e.j)+t*float64(j2-e.j)
		return vg.Point{X: vg.Length(x / float64(g.Columns-1)), Y: vg.Length(y / float64(g.Rows-1))}
	}
	done := map[edge]bool{}
	var lines [][]vg.Point
	walk := func(e edge) {
		if done[e] {
			return
		}
		line := []vg.Point{place(e)}
		first := e
		for more := true; more; {
			done[e] = true
			more = false
			for _, n := range next[e] {
				if !done[n] {
					e, more = n, true
					line = append(line, place(n))
					break
				}
			}
		}
		if len(line) > 2 && slices.Contains(next[e], first) {
			line = append(line, line[0])
		}
		lines = append(lines, line)
	}
	for _, e := range order { // open lines from their ends, then closed ones
		if len(next[e]) == 1 {
			walk(e)
		}
	}
	for _, e := range order {
		walk(e)
	}
	return lines
}
