package plots

import (
	"fmt"
	"image/color"
	"math"
	"testing"

	"gonum.org/v1/plot/plotutil"
)

// TestContrast recomputes the contrast of every role with its paper, by WCAG 2.2: 3:1 for marks (1.4.11), 4.5:1 for
// text (1.4.3).
func TestContrast(t *testing.T) {
	want := map[theme]map[Role]float64{ // to one digit, as the theme was chosen
		light: {Blue: 5.2, Vermillion: 3.9, Green: 3.4, Purple: 3.1},
		dark:  {Blue: 8.2, Vermillion: 8.4, Green: 5.5, Purple: 6.2},
	}
	for _, th := range []theme{light, dark} {
		page := th.of(paper).(color.NRGBA)
		mark := func(r Role) color.NRGBA { return th.of(marks[r]).(color.NRGBA) }
		label := func(r Role) color.NRGBA { return th.of(labels[r]).(color.NRGBA) }
		for r := Ink; r < roles; r++ {
			if c := contrast(mark(r), page); c < 3 {
				t.Errorf("role %d has contrast %.2f with %v, want 3", r, c, page)
			}
			if c := contrast(label(r), page); c < 4.5 {
				t.Errorf("the label of role %d has contrast %.2f with %v, want 4.5", r, c, page)
			}
			if w, ok := want[th][r]; ok && math.Abs(contrast(mark(r), page)-w) > 0.05 {
				t.Errorf("role %d has contrast %.2f with %v, want %.1f", r, contrast(mark(r), page), page, w)
			}
		}
	}
	if c := contrast(rgb(0x000000), rgb(0xFFFFFF)); c != 21 {
		t.Errorf("black on white has contrast %v, want 21", c)
	}
	if c := contrast(rgb(0xF0E442), paper.light); c >= 3 { // negative control: Okabe and Ito's yellow, left out
		t.Errorf("yellow on white has contrast %.2f, want less than 3", c)
	}
}

// TestColourDeficiency finds the pair of hues that is hardest to tell apart under three deficiencies: a CIEDE2000
// difference of 10 is seen at a glance. Ink is among the hues; grey is told by its thin or dashed line.
func TestColourDeficiency(t *testing.T) {
	for name, c := range map[string]struct {
		theme theme
		want  float64
	}{"light": {light, 12.25}, "dark": {dark, 10.87}} {
		var hues []color.Color
		for r := Ink; r <= Purple; r++ {
			hues = append(hues, c.theme.of(marks[r]))
		}
		if got, pair := closest(hues); math.Abs(got-c.want) > 0.01 {
			t.Errorf("%s: the closest pair, %s, differs by %.2f, want %.2f", name, pair, got, c.want)
		}
	}
	if got, pair := closest(plotutil.SoftColors); got > 4 { // negative control
		t.Errorf("gonum's soft colours differ by %.2f at least (%s), want hardly", got, pair)
	}
}

// Machado, Oliveira and Fernandes (2009): what is seen at severity 1, for linear RGB.
var deficiencies = map[string][3][3]float64{
	"protanopia": {
		{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}},
	"deuteranopia": {
		{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}},
	"tritanopia": {
		{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900}},
}

func closest(hues []color.Color) (least float64, pair string) {
	least = math.Inf(1)
	for name, m := range deficiencies {
		for i, a := range hues {
			for _, b := range hues[:i] {
				if d := ciede2000(seen(a, m), seen(b, m)); d < least {
					least, pair = d, fmt.Sprint(a, " and ", b, " under ", name)
				}
			}
		}
	}
	return least, pair
}

// seen is the CIE Lab value, under D65, of c as a person with a deficiency sees it.
func seen(c color.Color, m [3][3]float64) [3]float64 {
	r, g, b, _ := c.RGBA()
	var lin, out [3]float64
	for i, v := range []uint32{r, g, b} {
		s := float64(v) / 0xffff
		lin[i] = s / 12.92
		if s > 0.04045 {
			lin[i] = math.Pow((s+0.055)/1.055, 2.4)
		}
	}
	for i, row := range m {
		out[i] = min(max(row[0]*lin[0]+row[1]*lin[1]+row[2]*lin[2], 0), 1)
	}
	f := func(x, y, z, white float64) float64 {
		t := (x*out[0] + y*out[1] + z*out[2]) / white
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (24389.0/27*t + 16) / 116
	}
	x := f(0.4124564, 0.3575761, 0.1804375, 0.95047)
	y := f(0.2126729, 0.7151522, 0.0721750, 1)
	z := f(0.0193339, 0.1191920, 0.9503041, 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// ciede2000 is the colour difference of Sharma, Wu and Dalal (2005).
func ciede2000(p, q [3]float64) float64 {
	rad := math.Pi / 180
	mean := (math.Hypot(p[1], p[2]) + math.Hypot(q[1], q[2])) / 2
	g := 0.5 * (1 - math.Sqrt(math.Pow(mean, 7)/(math.Pow(mean, 7)+math.Pow(25, 7))))
	polar := func(v [3]float64) (c, h float64) {
		a := (1 + g) * v[1]
		if a == 0 && v[2] == 0 {
			return 0, 0
		}
		return math.Hypot(a, v[2]), math.Mod(math.Atan2(v[2], a)/rad+360, 360)
	}
	c1, h1 := polar(p)
	c2, h2 := polar(q)
	dh, hm := h2-h1, (h1+h2)/2
	switch {
	case c1*c2 == 0:
		dh, hm = 0, h1+h2
	case dh > 180:
		dh, hm = dh-360, hm+180
	case dh < -180:
		dh, hm = dh+360, hm+180
	}
	lm, cm := (p[0]+q[0])/2, (c1+c2)/2
	cos := func(k, shift float64) float64 { return math.Cos((k*hm + shift) * rad) }
	t := 1 - 0.17*cos(1, -30) + 0.24*cos(2, 0) + 0.32*cos(3, 6) - 0.20*cos(4, -63)
	l := (q[0] - p[0]) / (1 + 0.015*(lm-50)*(lm-50)/math.Sqrt(20+(lm-50)*(lm-50)))
	c := (c2 - c1) / (1 + 0.045*cm)
	h := 2 * math.Sqrt(c1*c2) * math.Sin(dh/2*rad) / (1 + 0.015*cm*t)
	turn := 30 * math.Exp(-((hm-275)/25)*((hm-275)/25))
	r := -math.Sin(2*turn*rad) * 2 * math.Sqrt(math.Pow(cm, 7)/(math.Pow(cm, 7)+math.Pow(25, 7)))
	return math.Sqrt(l*l + c*c + h*h + r*c*h)
}

// TestCIEDE2000 compares with rows of the table of Sharma, Wu and Dalal (2005), which has four decimals.
func TestCIEDE2000(t *testing.T) {
	for _, c := range []struct {
		p, q [3]float64
		want float64
	}{
		{[3]float64{50, 2.6772, -79.7751}, [3]float64{50, 0, -82.7485}, 2.0425},
		{[3]float64{50, 0, 0}, [3]float64{50, -1, 2}, 2.3669},
		{[3]float64{50, 2.5, 0}, [3]float64{73, 25, -18}, 27.1492},
		{[3]float64{2.0776, 0.0795, -1.1350}, [3]float64{0.9033, -0.0636, -0.5514}, 0.9082},
	} {
		if got := ciede2000(c.p, c.q); math.Abs(got-c.want) > 5e-5 {
			t.Errorf("difference of %v and %v is %.4f, want %.4f", c.p, c.q, got, c.want)
		}
	}
}
