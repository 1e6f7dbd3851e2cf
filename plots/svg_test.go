package plots_test

import (
	"bytes"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"fmt"
	"image/color"
	"image/png"
	"io"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"kindred/plots"
)

// An element is a mark of an SVG with its look in the light and in the dark: properties of CSS by name.
type element struct {
	name string
	attr map[string]string
	text string
	look [2]map[string]string
}

var (
	colour = regexp.MustCompile(`#[0-9A-Fa-f]{6}`)
	class  = regexp.MustCompile(`\.([a-z]+)\{([^}]*)\}`)
)

// read returns the marks of an SVG in the order in which they are drawn. It fails at XML that is not well formed, at a
// colour outside the style sheet, at a class without a look, and at a look without a mark.
func read(svg []byte) (marks []element, err error) {
	d := xml.NewDecoder(bytes.NewReader(svg))
	var looks [2]map[string]map[string]string
	used := map[string]bool{}
	inMask := false
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if end, ok := token.(xml.EndElement); ok && end.Name.Local == "mask" {
			inMask = false
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		e := element{name: start.Name.Local, attr: map[string]string{}}
		for _, a := range start.Attr {
			e.attr[a.Name.Local] = a.Value
			if a.Name.Local != "href" && colour.MatchString(a.Value) || a.Name.Local == "style" || a.Name.Local == "fill" {
				return nil, fmt.Errorf("the %s of a %s is %q: colours belong into the style sheet", a.Name.Local, e.name, a.Value)
			}
		}
		switch e.name {
		case "style":
			var sheet string
			if err := d.DecodeElement(&sheet, &start); err != nil {
				return nil, err
			}
			looks = sheets(sheet)
			continue
		case "text", "title":
			if err := d.DecodeElement(&e.text, &start); err != nil {
				return nil, err
			}
		case "mask":
			inMask = true
		}
		name := e.attr["class"]
		used[name] = true
		for t := range e.look {
			e.look[t] = looks[t][name]
		}
		switch {
		case inMask && e.name == "image":
			marks = append(marks, e) // the next mark shows it
		case slices.Contains([]string{"path", "circle", "text", "rect"}, e.name):
			if e.look[0] == nil {
				return nil, fmt.Errorf("a %s has no look: its class is %q", e.name, name)
			}
			marks = append(marks, e)
		case e.name == "image":
			marks = append(marks, e)
		}
	}
	for name := range looks[0] {
		if !used[name] {
			return nil, fmt.Errorf("nothing is of class %q", name)
		}
	}
	return marks, nil
}

// sheets are the looks of the classes of a style sheet, in the light and in the dark.
func sheets(sheet string) (looks [2]map[string]map[string]string) {
	before, after, _ := strings.Cut(sheet, "@media (prefers-color-scheme:dark){")
	looks = [2]map[string]map[string]string{{}, {}}
	for k, part := range []string{before, before + after} {
		for _, m := range class.FindAllStringSubmatch(part, -1) {
			if looks[k][m[1]] == nil {
				looks[k][m[1]] = map[string]string{}
			}
			for _, declaration := range strings.Split(m[2], ";") {
				property, value, _ := strings.Cut(declaration, ":")
				looks[k][m[1]][property] = value
			}
		}
	}
	return looks
}

// paper is the colour of the pages.
var papers = [2]color.NRGBA{{0xFF, 0xFF, 0xFF, 0xFF}, {0x11, 0x11, 0x11, 0xFF}}

// paint is the colour of a property, fill or stroke, of an element in a theme; ok is false where it has none.
func (e element) paint(theme int, property string) (c color.NRGBA, ok bool) {
	value, ok := e.look[theme][property]
	if !ok || value == "none" {
		return c, false
	}
	fmt.Sscanf(value, "#%02X%02X%02X", &c.R, &c.G, &c.B)
	c.A = 255
	if o, found := e.look[theme][property+"-opacity"]; found {
		a, _ := strconv.ParseFloat(o, 64)
		c.A = uint8(math.Round(255 * a))
	}
	return c, true
}

func (e element) number(name string) float64 {
	v, _ := strconv.ParseFloat(e.attr[name], 64)
	return v
}

// covers reports whether a filled element lies over a place.
func (e element) covers(x, y float64) bool {
	switch e.name {
	case "circle":
		return math.Hypot(x-e.number("cx"), y-e.number("cy")) < e.number("r")
	case "image", "rect":
		return x > e.number("x") && x < e.number("x")+e.number("width") &&
			y > e.number("y") && y < e.number("y")+e.number("height")
	case "path":
		var at []float64
		for _, f := range strings.Fields(strings.NewReplacer("M", "", "Z", "").Replace(e.attr["d"])) {
			v, _ := strconv.ParseFloat(f, 64)
			at = append(at, v)
		}
		in := false
		for i, j := 0, len(at)-2; i < len(at); i, j = i+2, i {
			if (at[i+1] > y) != (at[j+1] > y) && x < at[i]+(y-at[i+1])/(at[j+1]-at[i+1])*(at[j]-at[i]) {
				in = !in
			}
		}
		return in
	}
	return false
}

// seen is the colour of a picture at a place.
func (e element) seen(t *testing.T, x, y float64) color.NRGBA {
	code, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(e.attr["href"], "data:image/png;base64,"))
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(code))
	if err != nil {
		t.Fatal(err)
	}
	size := img.Bounds().Size()
	return color.NRGBAModel.Convert(img.At(int((x-e.number("x"))/e.number("width")*float64(size.X)),
		int((y-e.number("y"))/e.number("height")*float64(size.Y)))).(color.NRGBA)
}

// behind is the colour at a place, below which lie other marks.
func behind(t *testing.T, below []element, theme int, x, y float64) color.NRGBA {
	page := papers[theme]
	for _, e := range below {
		if !e.covers(x, y) || e.attr["mask"] != "" {
			continue
		}
		if e.name == "image" {
			page = plots.Over(e.seen(t, x, y), page)
		} else if c, ok := e.paint(theme, "fill"); ok {
			page = plots.Over(c, page)
		}
	}
	return page
}

// faint lists the texts and marks of a figure that do not stand out in one of the themes: text from what lies behind it
// by 4.5:1, marks in the colour of a role by 3:1 from the paper, and lines of any other colour, such as lighter ones, by
// 1.2:1; and those that stand out less in the dark than in the light.
func faint(t *testing.T, svg []byte) (found []string) {
	all, err := read(svg)
	if err != nil {
		t.Fatal(err)
	}
	full := plots.MarkColours()
	say := func(format string, args ...any) { found = append(found, fmt.Sprintf(format, args...)) }
	for k, e := range all {
		var by [2]float64
		property := "stroke"
		if _, ok := e.paint(0, property); !ok {
			property = "fill"
		}
		for theme, page := range papers {
			c, ok := e.paint(theme, property)
			switch {
			case !ok:
			case e.name == "text":
				if r := e.legible(t, all, k, theme); r < 4.5 {
					say("%q has contrast %.2f in theme %d", e.text, r, theme)
				}
			case plots.Over(c, page) == page: // rims and pieces of paper
			default:
				by[theme] = plots.Contrast(plots.Over(c, page), page)
				least := 1.2
				if property == "fill" {
					least = 1 // such as the ground of a box
				}
				if full[theme][c] {
					least = 3
				}
				if by[theme] < least {
					say("a %s of colour %v has contrast %.2f in theme %d", e.name, c, by[theme], theme)
				}
			}
		}
		if most := min(by[0], 4.5); property == "stroke" && by[1] < most && e.look[1][property] != "#FFFFFF" {
			say("a line has contrast %.2f in the light, %.2f in the dark", by[0], by[1])
		}
	}
	return found
}

// legible is the least contrast of a text with what lies behind it: colours at five places along its first half or more.
func (e element) legible(t *testing.T, all []element, k, theme int) float64 {
	c, _ := e.paint(theme, "fill")
	size, _ := strconv.ParseFloat(strings.TrimSuffix(e.look[theme]["font-size"], "px"), 64)
	least := math.Inf(1)
	for i := range 5 {
		x := e.number("x") + 0.1*size*float64(i*utf8.RuneCountInString(e.text))
		least = min(least, plots.Contrast(c, behind(t, all[:k], theme, x, e.number("y")-0.35*size)))
	}
	return least
}

// TestContrastOfFigures holds all that the examples draw to the contrasts of the theme, light and dark.
func TestContrastOfFigures(t *testing.T) {
	for _, f := range figures() {
		for _, fault := range slices.Compact(faint(t, f.SVG())) {
			t.Errorf("%s: %s", f.name, fault)
		}
	}
}

func TestContrastOfFiguresCanFail(t *testing.T) { // negative controls, each a change of one colour
	svg := string(plots.Curves{
		Title: "t", Series: []plots.Series{{Name: "a", Role: plots.Blue, Y: []float64{1, 2}}},
	}.Figure("alt").SVG())
	for _, c := range []struct{ old, new, want string }{
		{"fill:#E6E6E6", "fill:#1F2328", `"t" has contrast 1.20 in theme 1`},
		{"stroke:#56B4E9", "stroke:#202020", "a line has contrast 5.19 in the light"},
		{"stroke:#E4E7EB", "stroke:#FAFAFA", "a path of colour"},
	} {
		changed := strings.ReplaceAll(svg, c.old, c.new)
		if found := strings.Join(faint(t, []byte(changed)), "\n"); !strings.Contains(found, c.want) {
			t.Errorf("%s in place of %s: found %q, want %q", c.new, c.old, found, c.want)
		}
	}
	if found := faint(t, []byte(svg)); len(found) > 0 {
		t.Errorf("unchanged: %q", found)
	}
	for _, c := range []struct{ old, new string }{
		{`<path class="a"`, `<path fill="#FFFFFF" class="a"`}, {`<path class="a"`, `<path class="zz"`}, {"</svg>", "</sv>"},
		{".a{", ".unused{fill:#000000}.a{"},
	} {
		if _, err := read([]byte(strings.Replace(svg, c.old, c.new, 1))); err == nil {
			t.Errorf("an SVG with %s is read without an error", c.new)
		}
	}
}

// TestThemes: a figure in a dark page looks as the dark one does, mark by mark, which has no other colours.
func TestThemes(t *testing.T) {
	for _, f := range figures() {
		both, err := read(f.SVG())
		if err != nil {
			t.Errorf("%s: %v", f.name, err)
			continue
		}
		dark, err := read(f.Dark().SVG())
		if err != nil || len(dark) != len(both) {
			t.Errorf("%s: %d marks, %d in the dark (%v)", f.name, len(both), len(dark), err)
			continue
		}
		differ := 0
		for k, e := range both {
			d := dark[k]
			delete(e.attr, "class")
			delete(d.attr, "class")
			if !maps.Equal(e.look[1], d.look[0]) || !maps.Equal(e.attr, d.attr) || e.text != d.text {
				t.Errorf("%s: in a dark page mark %d is\n%v, drawn dark\n%v", f.name, k, e, d)
			}
			if !maps.Equal(d.look[0], d.look[1]) {
				t.Errorf("%s: mark %d of the dark figure follows the page", f.name, k)
			}
			if !maps.Equal(e.look[0], e.look[1]) {
				differ++
			}
		}
		if differ < 3 {
			t.Errorf("%s: %d marks follow the page", f.name, differ)
		}
	}
}
