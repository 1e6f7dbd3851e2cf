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

// tone is a colour on a light page and the one in its place on a dark page.
type tone struct{ light, dark color.NRGBA }

// RGBA is that of the light colour: as a color.Color a tone passes through canvases to one that knows both.
func (t tone) RGBA() (r, g, b, a uint32) { return t.light.RGBA() }

// both is a tone that looks alike in the two themes.
func both(c color.NRGBA) tone { return tone{c, c} }

// theme says which colour of a tone is drawn.
type theme int

const (
	follow theme = iota // the tone itself, for a canvas that writes both
	light
	dark
)

func (t theme) of(c tone) color.Color {
	switch t {
	case light:
		return c.light
	case dark:
		return c.dark
	}
	return c
}

// Okabe and Ito's colours (Color Universal Design, 2002), reduced to the four that keep 3:1 on white. Labels have darker
// ones there, to be read at 4.5:1.
var (
	paper = tone{rgb(0xFFFFFF), rgb(0x111111)}
	rule  = tone{rgb(0xE4E7EB), rgb(0x2A2E33)} // of the grid

	marks = [roles]tone{
		Ink:        {rgb(0x1F2328), rgb(0xE6E6E6)},
		Blue:       {rgb(0x0072B2), rgb(0x56B4E9)},
		Vermillion: {rgb(0xD55E00), rgb(0xE69F00)},
		Green:      {rgb(0x009E73), rgb(0x009E73)},
		Purple:     {rgb(0xCC79A7), rgb(0xCC79A7)},
		Grey:       {rgb(0x6E7781), rgb(0x9DA7B1)},
	}
	labels = [roles]tone{
		Ink:        marks[Ink],
		Blue:       marks[Blue],
		Vermillion: {rgb(0xB84F00), rgb(0xE69F00)},
		Green:      {rgb(0x00785A), rgb(0x009E73)},
		Purple:     {rgb(0xA8477F), rgb(0xCC79A7)},
		Grey:       marks[Grey],
	}
)

func rgb(hex uint32) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 255}
}

func alpha(c tone, a float64) tone {
	c.light.A = uint8(math.Round(255 * a))
	c.dark.A = c.light.A
	return c
}

// mix returns the tone a share t of the way from a to b.
func mix(a, b tone, t float64) tone {
	return tone{between(a.light, b.light, t), between(a.dark, b.dark, t)}
}

func between(a, b color.NRGBA, t float64) color.NRGBA {
	m := func(x, y uint8) uint8 { return uint8(math.Round(float64(x) + t*(float64(y)-float64(x)))) }
	return color.NRGBA{R: m(a.R, b.R), G: m(a.G, b.G), B: m(a.B, b.B), A: 255}
}

// over is what is seen of c, which may be translucent, on a page.
func over(c, page color.NRGBA) color.NRGBA { return between(page, c, float64(c.A)/255) }

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
