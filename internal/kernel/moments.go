package kernel

// Moments are the mean and the variance, divided by the number of rows, of each column of a matrix. They are computed in
// units of neighbouring rows, which do not depend on how many processors there are, and each unit in blocks that stay in
// the first-level cache: of a block its mean and the squares about it, joined with what came before.
//
// Reference: Chan, Golub, LeVeque. Updating formulae and a pairwise algorithm for computing sample variances. 1979.
type Moments struct {
	Rows, Cols  int
	unit, block int // rows
}

// NewMoments makes moments ready.
func NewMoments(rows, cols int) *Moments {
	const mostUnits = 64
	block := min(max(1, 2048/cols), 64)
	return &Moments{Rows: rows, Cols: cols, unit: max(block, (rows+mostUnits-1)/mostUnits), block: block}
}

// Units returns into how many units they are divided.
func (m *Moments) Units() int { return (m.Rows + m.unit - 1) / m.unit }

// Room returns how many numbers all workers together need room for.
func (m *Moments) Room() int { return 2 * m.Cols * m.Units() }

// Scratch returns how many numbers each worker needs room for.
func (m *Moments) Scratch() int { return 2 * m.Cols }

// MomentsUnit stores in room the mean and the sum of squares about it of the rows of unit k.
func MomentsUnit[T Float](m *Moments, room, a, scratch []T, k int) {
	mean, squares := m.part(k)
	first, end := k*m.unit, min(m.Rows, (k+1)*m.unit)
	for row := first; row < end; row += m.block {
		rows := min(m.block, end-row)
		x := a[row*m.Cols : (row+rows)*m.Cols]
		if row == first {
			columnMoments(room[mean:squares], room[squares:squares+m.Cols], x, rows, m.Cols)
			continue
		}
		columnMoments(scratch[:m.Cols], scratch[m.Cols:2*m.Cols], x, rows, m.Cols)
		join(room[mean:squares], room[squares:squares+m.Cols], scratch[:m.Cols], scratch[m.Cols:2*m.Cols], row-first, rows)
	}
}

// part returns where in the room the numbers of a unit begin.
func (m *Moments) part(k int) (mean, squares int) { return 2 * k * m.Cols, (2*k + 1) * m.Cols }

// JoinMoments stores the means and then the variances, from what the units made.
func JoinMoments[T Float](m *Moments, out, room []T) {
	mean, variance := out[:m.Cols], out[m.Cols:2*m.Cols]
	copy(out, room[:2*m.Cols])
	for k := 1; k < m.Units(); k++ {
		at, squares := m.part(k)
		join(mean, variance, room[at:squares], room[squares:squares+m.Cols], k*m.unit, min(m.unit, m.Rows-k*m.unit))
	}
	vectorScalar(Mul, variance, variance, T(1/float64(m.Rows)))
}

// columnMoments stores the means of the columns and the sums of squares about them.
func columnMoments[T Float](mean, squares, a []T, rows, cols int) {
	Sum(mean, a, rows, cols, 0)
	vectorScalar(Mul, mean, mean, T(1/float64(rows)))
	if !simdSumSquares(squares, a, mean, rows, cols) {
		clear(squares)
		for r := range rows {
			for c, v := range a[r*cols : (r+1)*cols] {
				d := v - mean[c]
				squares[c] += T(d * d) // the conversion keeps the compiler from fusing
			}
		}
	}
}

// join joins the moments of n rows with those of more.
func join[T Float](mean, squares, moreMean, moreSquares []T, n, more int) {
	share := T(float64(more) / float64(n+more))
	cross := T(float64(n) * float64(more) / float64(n+more))
	for c, v := range moreMean {
		d := v - mean[c]
		mean[c] += T(d * share)
		squares[c] += moreSquares[c] + T(T(d*d)*cross)
	}
}
