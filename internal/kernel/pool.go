package kernel

// Pool stores, of each 2 × 2 square of places of images first to end−1 and for each channel, the entry of a where by is
// largest; of equal ones, or where several are NaN, the first in the order row, column. An odd last row or column is
// left out.
func Pool[T Float](out, a, by []T, w Window, first, end int) {
	same := &a[0] == &by[0]
	squares(w, first, end, func(at [4]int, to int) {
		n := w.Channels
		o := out[to : to+n]
		if same && n >= 8 {
			vectors(Max, o, by[at[0]:][:n], by[at[1]:][:n])
			vectors(Max, o, o, by[at[2]:][:n])
			vectors(Max, o, o, by[at[3]:][:n])
			return
		}
		b0, b1, b2, b3 := by[at[0]:][:n], by[at[1]:][:n], by[at[2]:][:n], by[at[3]:][:n]
		for c := range o {
			o[c] = a[at[largest(b0[c], b1[c], b2[c], b3[c])]+c]
		}
	})
}

// Unpool is the adjoint of [Pool]: it stores each entry of a where by is largest in its square, and 0 elsewhere.
func Unpool[T Float](out, a, by []T, w Window, first, end int) {
	clear(out[first*w.Image() : end*w.Image()])
	squares(w, first, end, func(at [4]int, from int) {
		n := w.Channels
		b0, b1, b2, b3 := by[at[0]:][:n], by[at[1]:][:n], by[at[2]:][:n], by[at[3]:][:n]
		for c, v := range a[from : from+n] {
			out[at[largest(b0[c], b1[c], b2[c], b3[c])]+c] = v
		}
	})
}

// squares calls f for each square of images first to end−1: with where its four places begin, and where it begins in the
// pooled images.
func squares(w Window, first, end int, f func(at [4]int, pooled int)) {
	rows, cols := w.Height/2, w.Width/2
	down, n := w.Width*w.Channels, w.Channels
	to := first * rows * cols * n
	for p := first; p < end; p++ {
		for r := range rows {
			at := p*w.Image() + 2*r*down
			for range cols {
				f([4]int{at, at + n, at + down, at + down + n}, to)
				at += 2 * n
				to += n
			}
		}
	}
}

// largest returns which of four numbers is the largest: the first of equal ones, and the first NaN.
func largest[T Float](a, b, c, d T) int {
	k, v := 0, a
	if b > v || b != b && v == v {
		k, v = 1, b
	}
	if c > v || c != c && v == v {
		k, v = 2, c
	}
	if d > v || d != d && v == v {
		k = 3
	}
	return k
}
