package plots_test

import (
	"bytes"
	"fmt"
	"image/png"
	"maps"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"kindred/plots"
)

// hostile are numbers that have broken a plot somewhere: without a difference, without a value, without room.
var hostile = func() map[string][]float64 {
	nan, inf, most, least := math.NaN(), math.Inf(1), math.MaxFloat64, math.SmallestNonzeroFloat64
	sets := map[string][]float64{
		"none":                 {},
		"one":                  {3},
		"one denormal":         {1e-310},
		"zero and a denormal":  {0, 1e-320},
		"zero and a small one": {0, 1e-310},
		"zero and a smaller":   {0, 1e-300},
		"zero and 1e-290":      {0, 1e-290},
		"denormals":            {least, 3 * least, 1e-312, -1e-315},
		"smallest":             {least, least},
		"zeros":                {0, math.Copysign(0, -1), 0},
		"alike":                {7, 7, 7, 7},
		"neighbours":           {1, math.Nextafter(1, 2), math.Nextafter(1, 0)},
		"a billion and one":    {1e9, 1e9 + 2},
		"large neighbours":     {1e15, 1e15 + 1, 1e15 + 2},
		"largest":              {most, -most},
		"large and positive":   {1e308, 1.1e308, 1.7e308},
		"half of the largest":  {9e307, -9e307, 1e308, 1e-308},
		"1e300":                {-1e300, 1e300, 9.9e299, -9.9e299},
		"1e299":                {1e299, 2e299, -3e299},
		"all scales":           {1e-300, 1e-100, 1, 1e100, 9e299},
		"positive, all scales": {2e-300, 1e299},
		"tiny steps":           {1e-299, 2e-299, 3e-299},
		"infinite":             {inf, -inf, 1, 2},
		"infinite only":        {inf, inf, -inf},
		"nan only":             {nan, nan},
		"nan first":            {nan, 1, 2},
		"nan last":             {1, 2, nan},
		"nan between":          {1, nan, 2, nan, 3},
		"nan and infinite":     {nan, inf, 1, -inf, nan, 0},
		"negative":             {-1, -2, -1e-300},
		"a thousand alike":     slices.Repeat([]float64{0.1}, 1000),
		"to and fro":           slices.Repeat([]float64{1, 2}, 1000),
		"to and fro, extreme":  slices.Repeat([]float64{most, -most, least, nan}, 500),
	}
	rng := rand.New(rand.NewPCG(24, 0))
	for k := range 8 {
		var v []float64
		for range 1 + rng.IntN(9) {
			x := math.Float64frombits(rng.Uint64()) // any exponent, now and then NaN or infinite
			if rng.IntN(5) == 0 {
				x = []float64{nan, inf, -inf, 0, most, least}[rng.IntN(6)]
			}
			v = append(v, x)
		}
		sets[fmt.Sprintf("drawn %d %v", k, v)] = v
	}
	return sets
}()

// drawings are figures of every kind that have the numbers v wherever data go.
func drawings(v []float64) map[string]plots.Panel {
	at := func(i int) float64 { // any of v, or 0 where there is none
		if len(v) == 0 {
			return 0
		}
		return v[i%len(v)]
	}
	lo, hi := min(at(0), at(1), at(2)), max(at(0), at(1), at(2)) // both NaN if one is
	turned := slices.Clone(v)
	slices.Reverse(turned)
	series := []plots.Series{
		{Name: "line", Role: plots.Blue, Y: v, Low: turned, High: v, Runs: [][]float64{v, turned}, Dots: true},
		{Name: "path", Role: plots.Green, X: v, Y: turned, Dash: true},
	}
	points := []plots.Points{{Name: "a", Role: plots.Purple, X: v, Y: turned}, {Name: "b", X: turned, Y: turned}}
	curves := func(logX, logY bool) plots.Curves {
		return plots.Curves{
			Title: "t", X: "x", Y: "y", Series: series, LogX: logX, LogY: logY,
			Floors:  []plots.Floor{{Name: "floor", Y: at(0)}, {Name: "other", Y: at(1)}},
			Markers: []plots.Marker{{Name: "m", X: at(1)}, {Name: "n", X: at(2)}},
			Notes:   []plots.Note{{Text: "note", X: at(0), Y: at(1)}, {Text: "note", X: at(2), Y: at(0)}},
		}
	}
	dots := func(bars, log bool) plots.Dots {
		d := plots.Dots{X: "x", Sorted: true, Bars: bars, LogX: log, Decimals: 20}
		d.Reference = &plots.Marker{Name: "r", X: at(1)}
		for i := range 4 {
			d.Items = append(d.Items, plots.Item{Name: "item", Value: at(i), Runs: v[:min(len(v), 50)]})
		}
		d.Items = append(d.Items, plots.Item{Name: "item", Value: lo, Low: lo, High: hi})
		d.Items = append(d.Items, plots.Item{Name: "item", Value: math.NaN(), Low: at(0), High: math.NaN()})
		return d
	}
	forest := func(log bool, limits plots.Range) plots.Forest {
		d := dots(false, log)
		f := plots.Forest{X: "x", LogX: log, XLim: limits, Decimals: 20, Baseline: plots.Marker{Name: "r", X: 1}}
		f.Groups = []plots.Group{{Name: "upper", Rows: d.Items[:2]}, {Name: "none"}, {Rows: d.Items[2:]}}
		return f
	}
	field := func(side plots.Range, log, stretch bool, palette plots.Palette) plots.Field {
		g := plots.NewGrid(side, side, 5, nil)
		for i := range g.Z {
			g.Z[i] = at(i)
		}
		return plots.Field{
			X: "x", Y: "y", Z: "z", Grid: g, LogZ: log, Palette: palette, Stretch: stretch,
			Contours: []float64{0, 1.5, 1e300},
			Points:   points,
			Stamps:   []plots.Stamp{{X: at(0), Y: at(1), Pixels: []float64{at(0), at(1), at(2), at(3)}}},
			Paths:    []plots.Path{{Name: "p", X: v, Y: turned, Dots: true}, {Name: "front", X: v, Y: v, Plain: true}},
			Regions:  []plots.Region{{Name: "r", X: plots.Range{lo, hi}, Y: plots.Range{lo, hi}}},
			Notes:    []plots.Note{{Text: "note", X: at(0), Y: at(1)}},
		}
	}
	bare := field(plots.Range{0, 1}, false, false, plots.Viridis)
	bare.Grid = plots.Grid{}
	stretched := bare
	stretched.Stretch = true
	beyond := field(plots.Range{0, 1}, false, true, plots.Viridis)
	beyond.XLim = plots.Range{-9, -8}
	part := field(plots.Range{0, 1}, false, true, plots.Diverging)
	part.XLim, part.Levels = plots.Range{0.3, 7}, []float64{-1e300, 0, 1e300}
	heat := func(rows, columns int, palette plots.Palette) plots.HeatMap {
		h := plots.HeatMap{X: "x", Y: "y", Z: "z", Decimals: 3, Palette: palette}
		h.Columns = make([]string, columns)
		for i := range rows {
			h.Rows, h.Values = append(h.Rows, "row"), append(h.Values, make([]float64, columns))
			for j := range columns {
				h.Values[i][j] = at(i*columns + j)
			}
		}
		return h
	}
	plane := plots.Plane{X: "x", Y: "y", ConeName: "cone"}
	for i := range 4 {
		arrow := plots.Arrow{Name: "arrow", X: at(i), Y: at(i + 1), Dash: i%2 == 0}
		if i > 1 {
			arrow.FromX, arrow.FromY = at(i+1), at(i+2)
		}
		plane.Arrows = append(plane.Arrows, arrow)
		plane.Cone = append(plane.Cone, [2]float64{at(i), at(i + 1)})
		plane.Hull = append(plane.Hull, [2]float64{at(i), at(i + 1)})
	}
	within := plane
	within.XLim, within.YLim = plots.Range{-1, 2}, plots.Range{-1, 1}
	cone := plots.Plane{Arrows: []plots.Arrow{{X: 1, Y: 2}}, Cone: [][2]float64{{at(0), 1}, {1, at(1)}}}
	flat := plane
	flat.YLim = plots.Range{0, 1e-5}
	limited := curves(false, false)
	limited.XLim, limited.YLim = plots.Range{0.5, 1.5}, plots.Range{-1e-299, 1e-299}
	samples := []plots.Sample{{Name: "s", Values: v}, {Values: []float64{}}}
	known := []plots.Sample{{Values: v}, {Values: []float64{1}}}
	return map[string]plots.Panel{
		"Curves":           curves(false, false),
		"Curves, log x":    curves(true, false),
		"Curves, log y":    curves(false, true),
		"Curves, log":      curves(true, true),
		"Curves, limits":   limited,
		"Fits":             plots.Fits{X: "x", Y: "y", Truth: series[0], Support: points[0], Steps: series},
		"Histogram":        plots.Histogram{X: "x", Samples: samples, Markers: limited.Markers},
		"Histogram, bins":  plots.Histogram{X: "x", Samples: []plots.Sample{{Values: v}}, Bins: 1000},
		"Histogram, limit": plots.Histogram{X: "x", Samples: known, XLim: plots.Range{0, 2}},
		"Dots":             dots(false, false),
		"Dots, log":        dots(false, true),
		"Dots, bars":       dots(true, false),
		"Forest":           forest(false, plots.Range{}),
		"Forest, log":      forest(true, plots.Range{}),
		"Forest, limits":   forest(false, plots.Range{-1e-299, 1.5}),
		"Pairs":            plots.Pairs{X: "x", Y: "y", Points: points, Above: "above", Below: "below"},
		"Field":            field(plots.Range{0, 1}, false, false, plots.Viridis),
		"Field, diverging": field(plots.Range{-1e299, 1e299}, false, true, plots.Diverging),
		"Field, classes":   field(plots.Range{1, 1 + 1e-8}, false, true, plots.Classes),
		"Field, log":       field(plots.Range{0, 1e-299}, true, false, plots.Viridis),
		"Field, bare":      bare,
		"Field, stretched": stretched,
		"Field, beyond":    beyond,
		"Field, part":      part,
		"HeatMap":          heat(2, 3, plots.Diverging),
		"HeatMap, one":     heat(1, 1, plots.Viridis),
		"HeatMap, many":    heat(13, 14, plots.Classes),
		"Plane":            plane,
		"Plane, limits":    within,
		"Plane, flat":      flat,
		"Plane, cone":      cone,
		"Pictures": plots.Pictures{Rows: []plots.PictureRow{{}, {Pictures: []plots.Picture{
			{Pixels: []float64{at(0)}}, {Pixels: []float64{at(0), at(1), at(2), at(3)}, Name: "name"}}}}},
		"Network": plots.Network{Layers: []plots.Layer{{Units: math.MaxInt, Params: math.MaxInt}}},
		"Circuit": plots.Circuit{Decimals: 20, Nodes: []plots.Node{
			{Name: "a", Value: at(0), Grad: at(1)}, {Name: "b", Value: at(2), Grad: at(3), From: []int{0}}}},
	}
}

var picture = regexp.MustCompile(`base64,[^"]*"`)

// longest is how long a figure may take; where nothing else runs, the slowest takes a tenth of it.
const longest = 5 * time.Second

// drawn returns what is wrong with a figure: a panic other than those that say refused, numbers that are not numbers or
// far off the page, time.
func drawn(figure func() plots.Figure, refused string) (fault string) {
	start := time.Now()
	defer func() {
		if r := recover(); r != nil && r != refused {
			fault = fmt.Sprintf("panic: %v", r)
		}
		if t := time.Since(start); t > longest {
			fault += fmt.Sprintf(" it takes %v", t)
		}
	}()
	svg := string(picture.ReplaceAll(figure().SVG(), nil)) // letters in coded pictures mean nothing
	for _, bad := range []string{"NaN", "Inf", "e+"} {
		if at := strings.Index(svg, bad); at >= 0 {
			return fmt.Sprintf("the SVG contains %q: …%s…", bad, svg[max(at-40, 0):min(at+40, len(svg))])
		}
	}
	return ""
}

// TestHostileNumbers draws every kind of figure, alone and as one of several panels, of numbers that leave no room to
// draw. Data of any kind are drawn; the one exception is a histogram of nothing.
func TestHostileNumbers(t *testing.T) {
	const empty = "plots: Histogram: no finite numbers below 1e300"
	tame := drawings([]float64{1, 2, 3})
	for name, v := range hostile {
		all := drawings(v)
		for kind, p := range all {
			if fault := drawn(func() plots.Figure { return p.Figure("alt") }, empty); fault != "" {
				t.Errorf("%s of %s: %s", kind, name, fault)
			}
			if kind == "Network" || kind == "Circuit" || strings.Contains(kind, ", ") || len(v) > 100 {
				continue
			}
			both := plots.Panels{Panels: []plots.Panel{tame[kind], p}}
			if fault := drawn(func() plots.Figure { return both.Figure("alt") }, empty); fault != "" {
				t.Errorf("%s of %s in panels: %s", kind, name, fault)
			}
		}
		if len(v) > 100 {
			continue
		}
		free := plots.Panels{Columns: 4, Free: true}
		for _, kind := range slices.Sorted(maps.Keys(all)) {
			if !strings.HasPrefix(kind, "Histogram") {
				free.Panels = append(free.Panels, all[kind])
			}
		}
		if fault := drawn(func() plots.Figure { return free.Figure("alt") }, ""); fault != "" {
			t.Errorf("all kinds of %s: %s", name, fault)
		}
	}
}

// TestHostileNumbersAsPNG draws some of them on pixels.
func TestHostileNumbersAsPNG(t *testing.T) {
	for _, name := range []string{"zero and a denormal", "half of the largest", "nan and infinite", "all scales"} {
		for kind, p := range drawings(hostile[name]) {
			var buf bytes.Buffer
			if err := p.Figure("alt").Dark().WritePNG(&buf, 0.3); err != nil {
				t.Errorf("%s of %s: %v", kind, name, err)
			}
			if _, err := png.Decode(&buf); err != nil {
				t.Errorf("%s of %s: %v", kind, name, err)
			}
		}
	}
}
