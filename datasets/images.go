package datasets

import "fmt"

// Images is a set of grey, square pictures of one size, a byte a pixel. One of your own is a literal. The methods panic
// where the counts of pixels and of entries do not fit together.
type Images struct {
	Side   int    // width and height of each picture
	Pixels []byte // of all pictures, each Side × Side row by row from the top: 0 is paper, 255 ink
	Class  []int  // of each picture, counted from 0

	Groups     []int    // of each picture the alphabet or the like that its class is of; nil if there is none
	GroupNames []string // what the numbers 0, 1, … in Groups stand for; nil if they stand for themselves
	People     []int    // of each picture who drew it; nil if that is not known
}

// Len returns the number of pictures.
func (m *Images) Len() int {
	m.check("Len")
	return len(m.Class)
}

// Picture returns the pixels of picture i, row by row, from 0 for paper to 1 for ink.
func (m *Images) Picture(i int) []float64 {
	if m.check("Picture"); i < 0 || i >= len(m.Class) {
		panic(fmt.Sprintf("datasets: Images.Picture: no picture %d; there are 0 to %d", i, len(m.Class)-1))
	}
	area := m.Side * m.Side
	out := make([]float64, area)
	for k, p := range m.Pixels[i*area:][:area] {
		out[k] = float64(p) / 255
	}
	return out
}

// check panics unless m is whole.
func (m *Images) check(method string) {
	const mostSide = 1 << 15
	switch {
	case m == nil:
		panic(fmt.Sprintf("datasets: Images.%s: the images are nil", method))
	case m.Side < 1 || m.Side > mostSide:
		panic(fmt.Sprintf("datasets: Images.%s: Side is %d, want 1 to %d", method, m.Side, mostSide))
	case len(m.Class) == 0 || len(m.Pixels)%(m.Side*m.Side) != 0 || len(m.Pixels)/(m.Side*m.Side) != len(m.Class):
		panic(fmt.Sprintf("datasets: Images.%s: %d pixels, and the classes of %d pictures; of side %d each has %d, and there must "+
			"be one at least", method, len(m.Pixels), len(m.Class), m.Side, m.Side*m.Side))
	case m.Groups != nil && len(m.Groups) != len(m.Class) || m.People != nil && len(m.People) != len(m.Class):
		panic(fmt.Sprintf("datasets: Images.%s: %d entries in Groups and %d in People for %d pictures; want one each, or nil",
			method, len(m.Groups), len(m.People), len(m.Class)))
	}
}
