package kernel

// Pool stores, of each 2 × 2 square of places of images first to end−1 and for each channel, the entry of a where by is
// largest, if that channel's entry of toward is above 0; where it is smallest, if below 0; the first, if it is neither. Of
// equal ones it takes the first in the order row, column, and so of several that are NaN, which is larger and smaller than
// all numbers. An odd last row or column is left out. signs has room for the channels.
func Pool[T Float](out, a, by, toward, signs []T, w Window, first, end int) {
	signsOf(signs, toward)
	rows, cols := w.Height/2, w.Width/2
	for p := first; p < end; p++ {
		for r := range rows {
			from, to := (p*w.Height+2*r)*w.Width*w.Channels, (p*rows+r)*cols*w.Channels
			if simdPool(out[to:], a[from:], by[from:], signs, w) {
				continue
			}
			eachSquare(&w, by[from:], signs, func(square, channel, at int) {
				out[to+square*w.Channels+channel] = a[from+at]
			})
		}
	}
}

// Unpool is the adjoint of [Pool]: it stores each entry of a where by is largest in its square, and 0 elsewhere. If there
// are scale and shift, of an entry for each channel, scale·by + shift is added everywhere.
func Unpool[T Float](out, a, by, toward, signs, scale, shift []T, w Window, first, end int) {
	signsOf(signs, toward)
	rows, cols, line := w.Height/2, w.Width/2, w.Width*w.Channels
	for p := first; p < end; p++ {
		for r := range rows {
			from, to := (p*w.Height+2*r)*line, (p*rows+r)*cols*w.Channels
			if !simdUnpool(out[from:], a[to:], by[from:], signs, scale, shift, w) {
				clear(out[from : from+2*line])
				eachSquare(&w, by[from:], signs, func(square, channel, at int) {
					out[from+at] = a[to+square*w.Channels+channel]
				})
				addAffine(out[from:from+2*line], by[from:], scale, shift)
				continue
			}
			if w.Width%2 > 0 {
				for _, end := range []int{from + line, from + 2*line} {
					rest := out[end-w.Channels : end]
					clear(rest)
					addAffine(rest, by[end-w.Channels:], scale, shift)
				}
			}
		}
		if w.Height%2 > 0 {
			end := (p + 1) * w.Image()
			rest := out[end-line : end]
			clear(rest)
			addAffine(rest, by[end-line:], scale, shift)
		}
	}
}

// addAffine adds scale·by + shift to places, if there are scale and shift.
func addAffine[T Float](out, by, scale, shift []T) {
	channels := len(scale)
	if channels == 0 {
		return
	}
	for at := 0; at < len(out); at += channels {
		o, x := out[at:at+channels], by[at:at+channels]
		for c, v := range x {
			o[c] += T(T(scale[c]*v) + shift[c]) // the conversions keep the compiler from fusing
		}
	}
}

// signsOf stores 1, −1 or 0.
func signsOf[T Float](signs, toward []T) {
	for c, v := range toward {
		switch {
		case v > 0:
			signs[c] = 1
		case v < 0:
			signs[c] = -1
		default:
			signs[c] = 0
		}
	}
}

// eachSquare calls f for each square of two rows of places and each channel, with where the chosen entry lies.
func eachSquare[T Float](w *Window, by, signs []T, f func(square, channel, at int)) {
	down := w.Width * w.Channels
	for s := range w.Width / 2 {
		for c, sign := range signs[:w.Channels] {
			k := 2*s*w.Channels + c
			at := k
			for _, next := range [3]int{k + w.Channels, k + down, k + down + w.Channels} {
				if v, b := sign*by[at], sign*by[next]; sign != 0 && (b > v || b != b && v == v) {
					at = next
				}
			}
			f(s, c, at)
		}
	}
}
