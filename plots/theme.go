package plots

import (
	"image/color"
	"math"
)

// A Role says what a mark stands for; the theme gives it a colour. A role keeps its colour in every figure, and a dash,
// a shape or a label repeats what the colour says.
type Role int

// The roles: ink for truth and data, four hues for methods or tasks, grey for baselines and for earlier results.
const (
	Ink Role = iota
	Blue
	Vermillion
	Green
	Purple
	Grey
	roles
)

// tone is a colour for marks and the darker one its label needs to be read at 4.5:1.
type tone struct{ mark, label color.NRGBA }

// theme holds the colours of one background.
type theme struct {
	paper, grid color.NRGBA
	tones       [roles]tone
}

// Okabe and Ito's colours (Color Universal Design, 2002), reduced to the four that keep 3:1 on white.
var (
	light = theme{
		paper: rgb(0xFFFFFF),
		grid:  rgb(0xE4E7EB),
		tones: [roles]tone{
			Ink:        {rgb(0x1F2328), rgb(0x1F2328)},
			Blue:       {rgb(0x0072B2), rgb(0x0072B2)},
			Vermillion: {rgb(0xD55E00), rgb(0xB84F00)},
			Green:      {rgb(0x009E73), rgb(0x00785A)},
			Purple:     {rgb(0xCC79A7), rgb(0xA8477F)},
			Grey:       {rgb(0x6E7781), rgb(0x6E7781)},
		},
	}
	dark = theme{
		paper: rgb(0x111111),
		grid:  rgb(0x2A2E33),
		tones: [roles]tone{
			Ink:        {rgb(0xE6E6E6), rgb(0xE6E6E6)},
			Blue:       {rgb(0x56B4E9), rgb(0x56B4E9)},
			Vermillion: {rgb(0xE69F00), rgb(0xE69F00)},
			Green:      {rgb(0x009E73), rgb(0x009E73)},
			Purple:     {rgb(0xCC79A7), rgb(0xCC79A7)},
			Grey:       {rgb(0x9DA7B1), rgb(0x9DA7B1)},
		},
	}
)

func (t *theme) mark(r Role) color.NRGBA  { return t.tones[r].mark }
func (t *theme) label(r Role) color.NRGBA { return t.tones[r].label }

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 255}
}

func alpha(c color.NRGBA, a float64) color.NRGBA {
	c.A = uint8(math.Round(255 * a))
	return c
}

// mix returns the colour a share t of the way from a to b.
func mix(a, b color.NRGBA, t float64) color.NRGBA {
	m := func(x, y uint8) uint8 { return uint8(math.Round(float64(x) + t*(float64(y)-float64(x)))) }
	return color.NRGBA{R: m(a.R, b.R), G: m(a.G, b.G), B: m(a.B, b.B), A: 255}
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(c color.NRGBA) float64 {
	lin := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(c.R) + 0.7152*lin(c.G) + 0.0722*lin(c.B)
}

// contrast is the contrast ratio of WCAG 2.2, from 1 to 21.
func contrast(a, b color.NRGBA) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}
