//go:build !noasm

package kernel

import (
	"unsafe"

	"kindred/internal/stop"
)

// A sliding convolution makes no patches. A row of a patch is one run of numbers of an image with zeros around it, and the
// patches of a row of places overlap: they are the rows of a matrix, stride·channels numbers apart. So a row of places of
// the result is a sum of products of such matrices with the rows of the filters, one for each row of a patch.
type sliding struct {
	w         Window // of the images
	filters   int
	rows      int // of places of the result
	cols      int
	panels    int // numbers of a packed row of the filters
	flip      bool
	first     []call // what computes a row of places from the first row of patches
	then      []call // and adds what the others make
	panel     int    // columns of a panel
	padHeight int    // of an image with zeros
	padWidth  int
}

// mostPadded is the largest image with zeros around it, in bytes, that is convolved so: it stays in the second-level
// cache.
const mostPadded = 512 << 10

// leastRun is the length of a row of a patch from which products with it are worth their calls.
const leastRun = 24

// newSliding makes a sliding convolution ready, or returns nil where patches are faster, or there is no kernel.
func newSliding(w Window, filters, size int, flip bool) *sliding {
	d := &sliding{w: w, filters: filters, flip: flip, padHeight: w.Height + 2*w.Pad, padWidth: w.Width + 2*w.Pad}
	run := w.Cols * w.Channels
	if !simd || run < leastRun || d.padded()*size > mostPadded {
		return nil
	}
	d.rows, d.cols = w.Out()
	d.panel = panelBytes() / size
	d.panels = (filters + d.panel - 1) / d.panel * d.panel * run
	t := call{size: size}
	t.strideC, t.rowA, t.colA = filters*size, w.Stride*w.Channels*size, size
	t.rowB, t.blockB = d.panel*size, run*d.panel*size
	t.n, t.k = filters, run
	u := t
	d.first = t.inBands(nil, d.cols)
	u.flags = flagAccumulate
	d.then = u.inBands(nil, d.cols)
	return d
}

// padded returns the number of entries of an image with zeros around it.
func (d *sliding) padded() int { return d.padHeight * d.padWidth * d.w.Channels }

// room returns how many numbers the packed filters take.
func (d *sliding) room() int { return d.w.Rows * d.panels }

// pack copies the filters into panels: for each row of a patch, and each panel of columns, the rows of that panel. With flip
// they are those of the adjoint by the images: patches turned round, filters and channels in each other's place.
func packFilters[T Float](d *sliding, out, filters []T) {
	run := d.w.Cols * d.w.Channels
	for i := range d.w.Rows {
		for j := 0; j < d.filters; j += d.panel {
			width := min(d.panel, d.filters-j)
			panel := out[i*d.panels+j*run:]
			if !d.flip {
				for k := range run {
					copy(panel[k*d.panel:k*d.panel+width], filters[(i*run+k)*d.filters+j:])
				}
				continue
			}
			for c := range d.w.Cols {
				place := (d.w.Rows-1-i)*d.w.Cols + d.w.Cols - 1 - c
				from := filters[(place*d.filters+j)*d.w.Channels:] // of its rows those of this panel, of all channels
				transpose(panel[c*d.w.Channels*d.panel:], d.panel, from, d.w.Channels, width, d.w.Channels)
			}
		}
	}
}

// pad stores an image with zeros around it.
func pad[T Float](d *sliding, out, image []T) {
	line, side := d.w.Width*d.w.Channels, d.w.Pad*d.w.Channels
	clear(out[:d.w.Pad*d.padWidth*d.w.Channels+side])
	at := d.w.Pad*d.padWidth*d.w.Channels + side
	for r := range d.w.Height {
		copy(out[at:at+line], image[r*line:])
		at += line
		end := min(at+2*side, d.padded())
		clear(out[at:end])
		at = end
	}
	if at < d.padded() {
		clear(out[at:d.padded()])
	}
}

// convolveImage stores the result for an image, by packed filters.
func convolveImage[T Float](d *sliding, out, image, packed, scratch []T, sign *stop.Sign) {
	pad(d, scratch, image)
	size := d.first[0].size
	a, b := ptr(scratch), ptr(packed)
	for r := range d.rows {
		if sign.Up() {
			return
		}
		c := unsafe.Add(ptr(out), r*d.cols*d.filters*size)
		for i := range d.w.Rows {
			calls := d.then
			if i == 0 {
				calls = d.first
			}
			from := unsafe.Add(a, (r*d.w.Stride+i)*d.padWidth*d.w.Channels*size)
			by := unsafe.Add(b, i*d.panels*size)
			for k := range calls {
				calls[k].run(c, from, by, nil, nil)
			}
		}
	}
}

// strips are how the adjoint by the weights is computed directly, for patches at every place. Some images lie one after the
// other in a strip, their rows separated by Pad zeros, and before and after them Pad rows of zeros. An entry of a patch
// that belongs to place q of the result then lies at q + its own offset, so that the adjoint for one place of the patch is
// a product of the strip transposed, from that offset on, with the result in the same places and zeros between.
type strips struct {
	w       Window
	filters int
	rows    int // of places of the result
	cols    int
	group   int    // images in a strip
	pitch   int    // places from row to row
	each    int    // places from image to image
	length  int    // of a strip
	depth   int    // places that the result takes
	panel   int    // columns of a panel
	first   []call // the product for a place of a patch
	then    []call // and added to what is there
}

// leastDepth is the length of a strip from which products with it are worth their calls.
const leastDepth = 48

// newStrips makes the adjoint ready, or returns nil where patches are faster, or there is no kernel.
func newStrips(w Window, filters, images, size int) *strips {
	s := &strips{w: w, filters: filters, pitch: w.Width + w.Pad}
	s.rows, s.cols = w.Out()
	s.each = (w.Height + w.Pad) * s.pitch
	s.group = min(images, max(1, leastDepth/(s.rows*s.pitch)))
	s.depth = (s.group-1)*s.each + (s.rows-1)*s.pitch + s.cols
	// Rows of the transposed strip begin in different sets of the cache.
	s.length = (s.depth+(w.Rows-1)*s.pitch+w.Cols+15)/16*16 + 8
	if !simd || w.Stride > 1 || w.Channels < leastRun/3 || s.scratch()*size > 4*mostPadded ||
		s.rows > w.Height+w.Pad || s.cols > s.pitch {
		return nil
	}
	s.panel = panelBytes() / size
	t := call{size: size}
	t.strideC, t.rowA, t.colA = filters*size, s.length*size, size
	t.rowB, t.blockB = s.panel*size, s.depth*s.panel*size
	t.n, t.k = filters, s.depth
	u := t
	s.first = t.inBands(nil, w.Channels)
	u.flags = flagAccumulate
	s.then = u.inBands(nil, w.Channels)
	return s
}

// parts returns how many numbers the strip, the strip transposed and the result in its places take.
func (s *strips) parts() (strip, transposed, result int) {
	const widest = 80 // a panel
	return s.length * s.w.Channels, s.length * s.w.Channels, s.depth * (s.filters + widest)
}

func (s *strips) scratch() int {
	strip, transposed, result := s.parts()
	return strip + transposed + result
}

// addWeights stores in sum the adjoint by the weights for images first to end−1.
func addWeights[T Float](s *strips, sum, images, result, scratch []T, first, end int, sign *stop.Sign) {
	n, m, _ := s.parts()
	strip, transposed, places := scratch[:n], scratch[n:n+m], scratch[n+m:s.scratch()]
	clear(strip)
	clear(places)
	size := s.first[0].size
	calls := s.first
	for p := first; p < end && !sign.Up(); p += s.group {
		for g := range s.group {
			s.lay(p+g < end, g, func(at, from, length int) {
				if length > 0 {
					copy(strip[at*s.w.Channels:(at+length)*s.w.Channels], images[((p+g)*s.w.Height*s.w.Width+from)*s.w.Channels:])
				} else {
					clear(strip[at*s.w.Channels : (at-length)*s.w.Channels])
				}
			})
			s.place(g, func(at, from int) {
				for j := 0; j < s.filters; j += s.panel {
					to := places[j*s.depth+at*s.panel:][:min(s.panel, s.filters-j)]
					if p+g < end {
						copy(to, result[((p+g)*s.rows*s.cols+from)*s.filters+j:])
					} else {
						clear(to)
					}
				}
			})
		}
		transpose(transposed, s.length, strip, s.w.Channels, s.length, s.w.Channels)
		for i := range s.w.Rows {
			for j := range s.w.Cols {
				c := unsafe.Add(ptr(sum), (i*s.w.Cols+j)*s.w.Channels*s.filters*size)
				a := unsafe.Add(ptr(transposed), (i*s.pitch+j)*size)
				for k := range calls {
					calls[k].run(c, a, ptr(places), nil, nil)
				}
			}
		}
		calls = s.then
	}
}

// lay calls f for each row of image g of a strip: with where it lies in the strip, where it begins in the image, and its
// length, which is negative if there is no such image.
func (s *strips) lay(there bool, g int, f func(at, from, length int)) {
	length := s.w.Width
	if !there {
		length = -length
	}
	for r := range s.w.Height {
		f(g*s.each+(s.w.Pad+r)*s.pitch+s.w.Pad, r*s.w.Width, length)
	}
}

// place calls f for each place of the result of image g of a strip: with where it lies among those of the strip and which
// one it is.
func (s *strips) place(g int, f func(at, from int)) {
	for r := range s.rows {
		for c := range s.cols {
			f(g*s.each+r*s.pitch+c, r*s.cols+c)
		}
	}
}
