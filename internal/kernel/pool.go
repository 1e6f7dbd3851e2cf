package kernel

// vectorChannels is the number of channels from which vectors of them are worth their calls; poolChannels are done at a
// time.
const (
	vectorChannels = 8
	poolChannels   = 64
)

// Pool stores, of each 2 × 2 square of places of images first to end−1 and for each channel, the entry of a where by is
// largest: of equal ones, or where several are NaN, the first in the order row, column. An odd last row or column is
// left out.
func Pool[T Float](out, a, by []T, w Window, first, end int) {
	var room [4 * poolChannels]T
	same := &a[0] == &by[0]
	squares(w, first, end, func(at [4]int, to, n int) {
		o := out[to : to+n]
		s := squareOf(by, at, n)
		if n < vectorChannels || !s.attain(&room) {
			for c := range o {
				o[c] = a[at[s.largest(c)]+c]
			}
			return
		}
		if same {
			copy(o, room[3*poolChannels:])
			return
		}
		from := squareOf(a, at, n)
		last := from[3]
		for k := 2; k >= 0; k-- {
			Select(o, room[k*poolChannels:], from[k], last, 1, n, Full, Full, Full)
			last = o
		}
	})
}

// Unpool is the adjoint of [Pool]: it stores each entry of a where by is largest in its square, and 0 elsewhere.
func Unpool[T Float](out, a, by []T, w Window, first, end int) {
	var room [4 * poolChannels]T
	var none [poolChannels]T
	clear(out[first*w.Image() : end*w.Image()])
	squares(w, first, end, func(at [4]int, from, n int) {
		rest := a[from : from+n]
		s := squareOf(by, at, n)
		if n < vectorChannels || !s.attain(&room) {
			for c, v := range rest {
				out[at[s.largest(c)]+c] = v
			}
			return
		}
		to := squareOf(out, at, n)
		left := room[3*poolChannels:][:n] // what no place has had yet
		for k := range 3 {
			attains := room[k*poolChannels:]
			Select(to[k], attains, rest, none[:], 1, n, Full, Full, Full)
			Select(left, attains, none[:], rest, 1, n, Full, Full, Full)
			rest = left
		}
		copy(to[3], left)
	})
}

// squares calls f for some channels at a time of each square of images first to end−1: with where its four places begin,
// where it begins in the pooled images, and the number of channels.
func squares(w Window, first, end int, f func(at [4]int, pooled, channels int)) {
	rows, cols := w.Height/2, w.Width/2
	down := w.Width * w.Channels
	to := first * rows * cols * w.Channels
	for p := first; p < end; p++ {
		for r := range rows {
			at := p*w.Image() + 2*r*down
			for range cols {
				for c := 0; c < w.Channels; c += poolChannels {
					k := at + c
					f([4]int{k, k + w.Channels, k + down, k + down + w.Channels}, to+c, min(poolChannels, w.Channels-c))
				}
				at += 2 * w.Channels
				to += w.Channels
			}
		}
	}
}

// A square is some channels of its four places.
type square[T Float] [4][]T

func squareOf[T Float](a []T, at [4]int, n int) (s square[T]) {
	for k, from := range at {
		s[k] = a[from : from+n]
	}
	return s
}

// attain stores in room, for each of the first three places, 1 where it attains the largest number, then the largest
// numbers. It reports whether none is NaN.
func (s *square[T]) attain(room *[4 * poolChannels]T) bool {
	n := len(s[0])
	most := room[3*poolChannels:][:n]
	vectors(Max, most, s[0], s[1])
	vectors(Max, most, most, s[2])
	vectors(Max, most, most, s[3])
	if total := Total(most); total != total {
		return false
	}
	for k := range 3 {
		vectors(Equal, room[k*poolChannels:][:n], s[k], most)
	}
	return true
}

// largest returns which of the four places has the largest number in a channel: the first of equal ones, and the first
// NaN.
func (s *square[T]) largest(c int) int {
	k, v := 0, s[0][c]
	for i := 1; i < 4; i++ {
		if b := s[i][c]; b > v || b != b && v == v {
			k, v = i, b
		}
	}
	return k
}
