package plots_test

import (
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"kindred/internal/exported"
	"kindred/plots"
)

// wrong is a call that makes no sense and the whole sentence it ends with.
type wrong struct {
	want string
	call func()
}

func draw(p interface{ Figure(string) plots.Figure }) func() { return func() { p.Figure("alt") } }

// TestMisuse pins the sentence of every senseless value of every exported function and field.
func TestMisuse(t *testing.T) {
	for name, calls := range map[string][]wrong{
		"Figure": wrongFigures(), "limits": wrongLimits(), "lines": wrongLines(), "tables": wrongTables(),
		"forests": wrongForests(), "planes": wrongPlanes(), "diagrams": wrongDiagrams(), "panels": wrongPanels(),
		"counts": wrongCounts(), "pictures": wrongPictures(),
	} {
		for _, c := range calls {
			exported.Says(t, name, c.call, c.want)
		}
	}
}

var nan, inf = math.NaN(), math.Inf(1)

func wrongFigures() []wrong {
	const zero = ": the figure is the zero Figure; the method Figure of Curves and the like makes one"
	var none plots.Figure
	one := plots.Curves{}.Figure("alt")
	const scale = ", want a number in [0.1, 20]"
	long := make([]plots.Item, 100_000)
	return []wrong{
		{"plots: Figure: SVG" + zero, func() { none.SVG() }},
		{"plots: Figure: HTML" + zero, func() { none.HTML() }},
		{"plots: Figure: HTML" + zero, func() { none.Dark().Caption("c").HTML() }},
		{"plots: Figure: WritePNG" + zero, func() { none.WritePNG(io.Discard, 1) }},
		{"plots: Figure: WritePNG: the writer is nil", func() { one.WritePNG(nil, 1) }},
		{"plots: Figure: WritePNG: scale is 0" + scale, func() { one.WritePNG(io.Discard, 0) }},
		{"plots: Figure: WritePNG: scale is -1" + scale, func() { one.WritePNG(io.Discard, -1) }},
		{"plots: Figure: WritePNG: scale is 1e-300" + scale, func() { one.WritePNG(io.Discard, 1e-300) }},
		{"plots: Figure: WritePNG: scale is 1e+09" + scale, func() { one.WritePNG(io.Discard, 1e9) }},
		{"plots: Figure: WritePNG: scale is NaN" + scale, func() { one.WritePNG(io.Discard, nan) }},
		{"plots: Figure: WritePNG: scale is +Inf" + scale, func() { one.WritePNG(io.Discard, inf) }},
		{"plots: Figure: WritePNG: a figure of 461 × 2200048 points at scale 1 has 1.8e+09 pixels, " +
			"want at most 134217728", func() { plots.Dots{Items: long}.Figure("alt").WritePNG(io.Discard, 1) }},
		{"plots: Curves: no alt text; say what kind of figure it is, its axes and what it shows",
			func() { plots.Curves{}.Figure("") }},
		{"plots: Plane: no alt text; say what kind of figure it is, its axes and what it shows",
			func() { plots.Plane{Arrows: make([]plots.Arrow, 1)}.Figure(" \n") }},
		{`plots: Curves: alt text "a\x00b" has a character that XML does not allow`,
			func() { plots.Curves{}.Figure("a\x00b") }},
		{`plots: Curves: alt text "\xff" has a character that XML does not allow`,
			func() { plots.Curves{}.Figure("\xff") }},
		{`plots: text "∇ vanishes": the font has no '∇'`, draw(plots.Curves{Title: "∇ vanishes"})},
		{`plots: text "10⁻³": the font has no '⁻'`, draw(plots.Curves{X: "10⁻³"})},
		{"plots: text \"a\\nb\": the font has no '\\n'", draw(plots.Curves{Floors: []plots.Floor{{Name: "a\nb"}}})},
		{`plots: text "\xff": the font has no '�'`, draw(plots.Curves{Title: "\xff"})},
	}
}

func wrongLimits() []wrong {
	line := []plots.Series{{Y: []float64{1, 2}}}
	dots := []plots.Item{{Value: 1}}
	rows := plots.HeatMap{Rows: []string{"r"}, Columns: []string{"c"}, Values: [][]float64{{1}}}
	rows.ZLim = plots.Range{1, 1}
	sample := []plots.Sample{{Values: []float64{1}}}
	arrow := []plots.Arrow{{X: 1, Y: 1}}
	const want = ", want two finite numbers, the lower one first"
	const units = ": at equal units one may be 20 times as long as the other"
	return []wrong{
		{"plots: Curves: limits of x are {2, 1}" + want, draw(plots.Curves{XLim: plots.Range{2, 1}})},
		{"plots: Curves: limits of y are {1, 1}" + want, draw(plots.Curves{YLim: plots.Range{1, 1}})},
		{"plots: Curves: limits of x are {NaN, 1}" + want, draw(plots.Curves{XLim: plots.Range{nan, 1}, Series: line})},
		{"plots: Curves: limits of x are {0, NaN}" + want, draw(plots.Curves{XLim: plots.Range{0, nan}})},
		{"plots: Curves: limits of x are {-Inf, 0}" + want, draw(plots.Curves{XLim: plots.Range{-inf, 0}})},
		{"plots: Curves: limits of y are {0, 1e+308}" + want, draw(plots.Curves{YLim: plots.Range{0, 1e308}})},
		{"plots: Curves: limits of y are {0, 1e-310}" + want, draw(plots.Curves{YLim: plots.Range{0, 1e-310}})},
		{"plots: Curves: limits of y are {1, 1.0000000000000002}" + want,
			draw(plots.Curves{YLim: plots.Range{1, math.Nextafter(1, 2)}})},
		{"plots: Curves: limits of y start at 0, want a positive number on a logarithmic axis",
			draw(plots.Curves{LogY: true, YLim: plots.Range{0, 1}})},
		{"plots: Curves: limits of x start at 1e-310, want a positive number on a logarithmic axis",
			draw(plots.Curves{LogX: true, XLim: plots.Range{1e-310, 1}})},
		{"plots: Fits: limits of x are {2, 1}" + want, draw(plots.Fits{XLim: plots.Range{2, 1}})},
		{"plots: Fits: limits of y are {2, 1}" + want, draw(plots.Fits{YLim: plots.Range{2, 1}})},
		{"plots: Histogram: limits of x are {2, 1}" + want,
			draw(plots.Histogram{Samples: sample, XLim: plots.Range{2, 1}})},
		{"plots: Dots: limits of x are {0, +Inf}" + want, draw(plots.Dots{Items: dots, XLim: plots.Range{0, inf}})},
		{"plots: Dots: limits of x start at -1, want a positive number on a logarithmic axis",
			draw(plots.Dots{Items: dots, LogX: true, XLim: plots.Range{-1, 1}})},
		{"plots: Pairs: limits of both axes are {2, 1}" + want, draw(plots.Pairs{Lim: plots.Range{2, 1}})},
		{"plots: Field: limits of x are {2, 1}" + want, draw(plots.Field{XLim: plots.Range{2, 1}})},
		{"plots: Field: limits of y are {2, 1}" + want, draw(plots.Field{YLim: plots.Range{2, 1}})},
		{"plots: Field: limits of z are {2, 1}" + want, draw(plots.Field{ZLim: plots.Range{2, 1}})},
		{"plots: Field: limits of z start at 0, want a positive number on a logarithmic axis",
			draw(plots.Field{LogZ: true, ZLim: plots.Range{0, 1}})},
		{"plots: Field: limits of one axis are {0, 1}, of the other {0, 100}" + units,
			draw(plots.Field{XLim: plots.Range{0, 1}, YLim: plots.Range{0, 100}})},
		{"plots: HeatMap: limits of z are {1, 1}" + want, draw(rows)},
		{"plots: Plane: limits of x are {2, 1}" + want, draw(plots.Plane{Arrows: arrow, XLim: plots.Range{2, 1}})},
		{"plots: Plane: limits of y are {2, 1}" + want, draw(plots.Plane{Arrows: arrow, YLim: plots.Range{2, 1}})},
		{"plots: Plane: limits of one axis are {0, 1e-05}, of the other {-1, 1}" + units,
			draw(plots.Plane{Arrows: arrow, YLim: plots.Range{0, 1e-5}, XLim: plots.Range{-1, 1}})},
	}
}

func wrongLines() []wrong {
	v := []float64{1, 2, 3}
	curves := func(s plots.Series) func() { return draw(plots.Curves{Series: []plots.Series{s}}) }
	dots := func(i plots.Item) func() { return draw(plots.Dots{Items: []plots.Item{i}}) }
	return []wrong{
		{`plots: Curves: series "a": 2 x and 3 y`, curves(plots.Series{Name: "a", X: v[:2], Y: v})},
		{`plots: Curves: series "a": 3 x and 0 y`, curves(plots.Series{Name: "a", X: v})},
		{`plots: Curves: series "": 0 x and 3 y`, curves(plots.Series{X: []float64{}, Y: v})},
		{`plots: Curves: series "a": 3 x and 0 high`, curves(plots.Series{Name: "a", Y: v, Low: v})},
		{`plots: Curves: series "a": 3 x and 0 low`, curves(plots.Series{Name: "a", Y: v, High: v})},
		{`plots: Curves: series "a": 3 x and 2 low`, curves(plots.Series{Name: "a", Y: v, Low: v[:2], High: v})},
		{`plots: Curves: series "a": 3 x and 1 y in a run`,
			curves(plots.Series{Name: "a", Y: v, Runs: [][]float64{v, v[:1]}})},
		{`plots: Curves: series "a": 3 x and 0 y in a run`,
			curves(plots.Series{Name: "a", Y: v, Runs: [][]float64{nil}})},
		{`plots: Curves: series "": tint is 2, want a number from 0 to 1`, curves(plots.Series{Tint: 2})},
		{`plots: Curves: series "": tint is -1, want a number from 0 to 1`, curves(plots.Series{Tint: -1})},
		{`plots: Curves: series "": tint is NaN, want a number from 0 to 1`, curves(plots.Series{Tint: nan})},
		{"plots: Curves: role 77 is none of the roles", curves(plots.Series{Role: 77})},
		{"plots: Curves: role -1 is none of the roles", curves(plots.Series{Role: -1})},
		{"plots: Curves: role 6 is none of the roles",
			draw(plots.Curves{Floors: []plots.Floor{{Role: plots.Grey + 1}}})},
		{"plots: Fits: role 9 is none of the roles", draw(plots.Fits{Role: 9})},
		{"plots: Fits: role 9 is none of the roles", draw(plots.Fits{Steps: []plots.Series{{Role: 9}}})},
		{"plots: Fits: role 9 is none of the roles", draw(plots.Fits{Support: plots.Points{Role: 9}})},
		{`plots: Fits: series "truth": 3 x and 0 y`, draw(plots.Fits{Truth: plots.Series{X: v}})},
		{`plots: Fits: series "s": 2 x and 3 y`, draw(plots.Fits{Steps: []plots.Series{{Name: "s", X: v[:2], Y: v}}})},
		{`plots: Fits: points "": 3 x and 2 y`, draw(plots.Fits{Support: plots.Points{X: v, Y: v[:2]}})},
		{"plots: Histogram: no finite numbers below 1e300", draw(plots.Histogram{})},
		{"plots: Histogram: no finite numbers below 1e300",
			draw(plots.Histogram{Samples: []plots.Sample{{}}, Bins: 3})},
		{"plots: Histogram: role 9 is none of the roles",
			draw(plots.Histogram{Samples: []plots.Sample{{Role: 9, Values: v}}})},
		{"plots: Dots: no items", draw(plots.Dots{})},
		{"plots: Dots: role 9 is none of the roles", dots(plots.Item{Role: 9})},
		{`plots: Dots: "a" is 3, outside its interval from 1 to 2`,
			dots(plots.Item{Name: "a", Value: 3, Low: 1, High: 2})},
		{`plots: Dots: "a" is 3, outside its interval from 4 to 5`,
			dots(plots.Item{Name: "a", Value: 3, Low: 4, High: 5})},
		{`plots: Dots: "a" has an interval from 2 to 1; want the lower end first`,
			dots(plots.Item{Name: "a", Value: nan, Low: 2, High: 1})},
		{"plots: Dots: bars start at zero, which a logarithmic axis does not have",
			draw(plots.Dots{Items: []plots.Item{{Value: 3}}, Bars: true, LogX: true})},
		{`plots: Pairs: points "a": 3 x and 0 y`, draw(plots.Pairs{Points: []plots.Points{{Name: "a", X: v}}})},
		{"plots: Pairs: role 9 is none of the roles", draw(plots.Pairs{Points: []plots.Points{{Role: 9}}})},
	}
}

func wrongForests() []wrong {
	forest := func(change func(*plots.Forest)) func() {
		f := plots.Forest{Groups: []plots.Group{{Name: "g", Rows: []plots.Item{{Name: "a", Value: 1}}}}}
		change(&f)
		return draw(f)
	}
	row := func(i plots.Item) func() { return forest(func(f *plots.Forest) { f.Groups[0].Rows[0] = i }) }
	at := func(x float64, log bool) func() {
		return forest(func(f *plots.Forest) { f.Baseline.X, f.LogX = x, log })
	}
	const want = ", want a finite number, on a logarithmic axis a positive one"
	return []wrong{
		{"plots: Forest: no rows", draw(plots.Forest{})},
		{"plots: Forest: no rows", draw(plots.Forest{Groups: []plots.Group{{Name: "g"}}})},
		{"plots: Forest: role 9 is none of the roles", row(plots.Item{Role: 9})},
		{`plots: Forest: "a" is 3, outside its interval from 1 to 2`,
			row(plots.Item{Name: "a", Value: 3, Low: 1, High: 2})},
		{`plots: Forest: "a" has an interval from 2 to 1; want the lower end first`,
			row(plots.Item{Name: "a", Value: nan, Low: 2, High: 1})},
		{"plots: Forest: the baseline is at NaN" + want, at(nan, false)},
		{"plots: Forest: the baseline is at -Inf" + want, at(-inf, false)},
		{"plots: Forest: the baseline is at 0" + want, at(0, true)},
		{"plots: Forest: the baseline is at -2" + want, at(-2, true)},
		{"plots: Forest: limits of x are {2, 1}, want two finite numbers, the lower one first",
			forest(func(f *plots.Forest) { f.XLim = plots.Range{2, 1} })},
		{"plots: Forest: Decimals is 21, want 0 to 20", forest(func(f *plots.Forest) { f.Decimals = 21 })},
		{`plots: text "∇": the font has no '∇'`, forest(func(f *plots.Forest) { f.Column = "∇" })},
		{`plots: text "∇": the font has no '∇'`, forest(func(f *plots.Forest) { f.Groups[0].Name = "∇" })},
		{`plots: text "1  ∇": the font has no '∇'`, row(plots.Item{Value: 1, Note: "∇"})},
	}
}

func wrongTables() []wrong {
	table := func(change func(*plots.HeatMap)) func() {
		h := plots.HeatMap{Rows: []string{"r", "s"}, Columns: []string{"c"}, Values: [][]float64{{1}, {2}}}
		change(&h)
		return draw(h)
	}
	return []wrong{
		{"plots: HeatMap: 0 rows and 0 columns are named, want at least one of each", draw(plots.HeatMap{})},
		{"plots: HeatMap: 2 rows and 0 columns are named, want at least one of each",
			table(func(h *plots.HeatMap) { h.Columns = nil })},
		{"plots: HeatMap: 2 rows are named, 0 hold values and 0 second lines",
			table(func(h *plots.HeatMap) { h.Values = nil })},
		{"plots: HeatMap: 2 rows are named, 2 hold values and 1 second lines",
			table(func(h *plots.HeatMap) { h.Below = make([][]string, 1) })},
		{`plots: HeatMap: row "s" has 2 values for 1 columns`,
			table(func(h *plots.HeatMap) { h.Values[1] = []float64{1, 2} })},
		{`plots: HeatMap: row "r" has 0 values for 1 columns`, table(func(h *plots.HeatMap) { h.Values[0] = nil })},
		{`plots: HeatMap: row "r" has 0 second lines for 1 columns`,
			table(func(h *plots.HeatMap) { h.Below = make([][]string, 2) })},
		{"plots: HeatMap: marked cell {2, 0} of 2 rows and 1 columns",
			table(func(h *plots.HeatMap) { h.Marked = [][2]int{{2, 0}} })},
		{"plots: HeatMap: marked cell {0, -1} of 2 rows and 1 columns",
			table(func(h *plots.HeatMap) { h.Marked = [][2]int{{0, -1}} })},
		{"plots: HeatMap: palette 3 is none of the palettes",
			table(func(h *plots.HeatMap) { h.Palette = plots.Classes + 1 })},
		{"plots: HeatMap: palette -1 is none of the palettes", table(func(h *plots.HeatMap) { h.Palette = -1 })},
	}
}

func wrongPlanes() []wrong {
	v := []float64{1, 2, 3}
	unit := plots.Range{0, 1}
	field := func(g plots.Grid) func() { return draw(plots.Field{Grid: g}) }
	const shape = "; want 2 or more of each, and at most 16777216 places"
	const over = "; want finite numbers, the lower end of each first"
	return []wrong{
		{"plots: Field: grid of 2 columns and 2 rows with 3 values; want a value for each place",
			field(plots.Grid{X: unit, Y: unit, Columns: 2, Rows: 2, Z: v})},
		{"plots: Field: grid of 1 columns and 3 rows" + shape,
			field(plots.Grid{X: unit, Y: unit, Columns: 1, Rows: 3, Z: v})},
		{"plots: Field: grid of -1 columns and -3 rows" + shape,
			field(plots.Grid{X: unit, Y: unit, Columns: -1, Rows: -3, Z: v})},
		{"plots: Field: grid of 4294967296 columns and 4294967296 rows" + shape, // their product is 0 in 64 bits
			field(plots.Grid{X: unit, Y: unit, Columns: 1 << 32, Rows: 1 << 32, Z: []float64{}})},
		{"plots: Field: grid over {1, 0} × {0, 1}" + over,
			field(plots.Grid{X: plots.Range{1, 0}, Y: unit, Columns: 2, Rows: 2, Z: make([]float64, 4)})},
		{"plots: Field: grid over {0, 1} × {0, 0}" + over,
			field(plots.Grid{X: unit, Columns: 2, Rows: 2, Z: make([]float64, 4)})},
		{"plots: Field: grid over {0, 1} × {NaN, 1}" + over,
			field(plots.Grid{X: unit, Y: plots.Range{nan, 1}, Columns: 2, Rows: 2, Z: make([]float64, 4)})},
		{"plots: Field: grid over {-Inf, +Inf} × {0, 1}" + over,
			field(plots.Grid{X: plots.Range{-inf, inf}, Y: unit, Columns: 2, Rows: 2, Z: make([]float64, 4)})},
		{"plots: Field: levels [2 1], want finite numbers in increasing order",
			draw(plots.Field{Levels: []float64{2, 1}})},
		{"plots: Field: levels [NaN 1], want finite numbers in increasing order",
			draw(plots.Field{Levels: []float64{nan, 1}})},
		{"plots: Field: contours at [NaN], want finite numbers", draw(plots.Field{Contours: []float64{nan}})},
		{"plots: Field: palette 9 is none of the palettes", draw(plots.Field{Palette: 9})},
		{"plots: Field: palette -9 is none of the palettes", draw(plots.Field{Palette: -9})},
		{`plots: Field: points "a": 2 x and 3 y`,
			draw(plots.Field{Points: []plots.Points{{Name: "a", X: v[:2], Y: v}}})},
		{"plots: Field: role 9 is none of the roles", draw(plots.Field{Points: []plots.Points{{Role: 9}}})},
		{`plots: Field: points "a": 3 x and 0 y`, draw(plots.Field{Paths: []plots.Path{{Name: "a", X: v}}})},
		{"plots: Field: role -9 is none of the roles", draw(plots.Field{Paths: []plots.Path{{Role: -9}}})},
		{`plots: Field: region "r" is {1, 0} × {0, 1}; want the lower end of each first`,
			draw(plots.Field{Regions: []plots.Region{{Name: "r", X: plots.Range{1, 0}, Y: unit}}})},
		{"plots: Plane: no arrows", draw(plots.Plane{})},
		{"plots: Plane: role 9 is none of the roles", draw(plots.Plane{Arrows: []plots.Arrow{{Role: 9}}})},
		{"plots: Plane: role 9 is none of the roles", draw(plots.Plane{Arrows: []plots.Arrow{{Role: 9, X: nan}}})},
	}
}

func wrongDiagrams() []wrong {
	network := func(layers ...plots.Layer) func() { return draw(plots.Network{Layers: layers}) }
	circuit := func(nodes ...plots.Node) func() { return draw(plots.Circuit{Nodes: nodes}) }
	wired := func(w plots.Wire) func() {
		return draw(plots.Blocks{Blocks: []plots.Block{{}, {Name: "head", From: []plots.Wire{w}}}})
	}
	tied := func(a, b int) func() {
		return draw(plots.Blocks{Blocks: make([]plots.Block, 2), Ties: []plots.Tie{{A: a, B: b}}})
	}
	const two = " of 2 blocks; want two of them"
	return []wrong{
		{"plots: Blocks: nothing to draw", draw(plots.Blocks{})},
		{"plots: Blocks: number 1 reads from 1, which does not come before it", wired(plots.Wire{From: 1})},
		{"plots: Blocks: number 1 reads from -1, which does not come before it", wired(plots.Wire{From: -1})},
		{`plots: Blocks: the tint of a wire to "head" is 2, want a number in [0, 1]`, wired(plots.Wire{Tint: 2})},
		{`plots: Blocks: the tint of a wire to "head" is NaN, want a number in [0, 1]`, wired(plots.Wire{Tint: nan})},
		{"plots: Blocks: a tie holds numbers 0 and 2" + two, tied(0, 2)},
		{"plots: Blocks: a tie holds numbers -1 and 1" + two, tied(-1, 1)},
		{"plots: Blocks: a tie holds numbers 1 and 1" + two, tied(1, 1)},
		{"plots: Blocks: role 9 is none of the roles", draw(plots.Blocks{Blocks: []plots.Block{{Role: 9}}})},
		{"plots: Blocks: role -1 is none of the roles",
			draw(plots.Blocks{Blocks: make([]plots.Block, 1), Key: []plots.Block{{Role: -1}}})},
		{"plots: Network: nothing to draw", network()},
		{"plots: Network: number 0 reads from 1, which does not come before it", network(plots.Layer{From: []int{1}})},
		{"plots: Network: number 0 reads from 0, which does not come before it", network(plots.Layer{From: []int{0}})},
		{"plots: Network: number 1 reads from -1, which does not come before it",
			network(plots.Layer{}, plots.Layer{From: []int{-1}})},
		{`plots: Network: layer "h" has -2 units`, network(plots.Layer{Name: "h", Units: -2})},
		{`plots: Network: layer "h" has -2 parameters`, network(plots.Layer{Name: "h", Params: -2})},
		{"plots: Network: role 9 is none of the roles", network(plots.Layer{Role: 9})},
		{"plots: Circuit: nothing to draw", circuit()},
		{"plots: Circuit: number 1 reads from 1, which does not come before it",
			circuit(plots.Node{}, plots.Node{From: []int{1}})},
		{"plots: Circuit: number 0 reads from -1, which does not come before it", circuit(plots.Node{From: []int{-1}})},
		{"plots: Circuit: node \"sum\" has 1 weights for 2 nodes that it is computed from",
			circuit(plots.Node{}, plots.Node{}, plots.Node{Name: "sum", From: []int{0, 1}, Weights: []float64{3}})},
		{"plots: Circuit: role -2 is none of the roles", circuit(plots.Node{Role: -2})},
	}
}

func wrongPanels() []wrong {
	panels := func(all ...plots.Panel) func() { return draw(plots.Panels{Panels: all}) }
	const room = ", want 10 or more; shorten the names or take fewer columns"
	var none *plots.Curves
	row := make([]plots.Panel, 100)
	for i := range row {
		row[i] = plots.Curves{}
	}
	named := plots.Dots{Items: []plots.Item{{Name: strings.Repeat("far too long ", 9)}}}
	return []wrong{
		{"plots: Panels: no panels", panels()},
		{"plots: Panels: panel 0 is nil", panels(nil)},
		{"plots: Panels: panel 1 is nil", panels(plots.Curves{}, none)},
		{"plots: Panels: Columns is -1, want 0 or more", draw(plots.Panels{Panels: row, Columns: -1})},
		{"plots: Panels: names beside the axes leave -13 points for the data in each of 100 columns" + room,
			panels(row...)},
		{"plots: Dots: names beside the axes leave -37 points for the data in each of 1 columns" + room, draw(named)},
		{`plots: Panels: x of panel 1 is "b" [], of the first "a" []; name them alike or set Free`,
			panels(plots.Curves{X: "a"}, plots.Curves{X: "b"})},
		{`plots: Panels: y of panel 1 is "" ["q"], of the first "" ["p"]; name them alike or set Free`,
			panels(plots.Dots{Items: []plots.Item{{Name: "p"}}}, plots.Dots{Items: []plots.Item{{Name: "q"}}})},
		{"plots: Panels: y is logarithmic in one of panel 1 and the first; make them alike or set Free",
			panels(plots.Curves{YLim: plots.Range{-1, 1}}, plots.Curves{LogY: true})},
		{"plots: Panels: no alt text; say what kind of figure it is, its axes and what it shows",
			func() { plots.Panels{Panels: row[:1]}.Figure("") }},
	}
}

// wrongCounts are the numbers that say how many: none of them may take memory that nothing fills.
func wrongCounts() []wrong {
	unit := plots.Range{0, 1}
	f := func(x, y float64) float64 { return x }
	const shape = "; want 2 or more of each, and at most 16777216 places"
	grid := func(n int) func() { return func() { plots.NewGrid(unit, unit, n, f) } }
	places := func(g plots.Grid) func() { return func() { g.Places() } }
	histogram := plots.Histogram{Samples: []plots.Sample{{Values: []float64{1}}}}
	bins := func(n int) func() {
		h := histogram
		h.Bins = n
		return draw(h)
	}
	decimals := func(n int) plots.HeatMap {
		return plots.HeatMap{Rows: []string{"r"}, Columns: []string{"c"}, Values: [][]float64{{1}}, Decimals: n}
	}
	return []wrong{
		{"plots: Linspace: n is -1, want 0 to 16777216", func() { plots.Linspace(0, 1, -1) }},
		{"plots: Linspace: n is 1000000000000, want 0 to 16777216", func() { plots.Linspace(0, 1, 1e12) }},
		{"plots: Linspace: from NaN to 1, want two finite numbers", func() { plots.Linspace(nan, 1, 2) }},
		{"plots: Linspace: from 0 to +Inf, want two finite numbers", func() { plots.Linspace(0, inf, 2) }},
		{"plots: NewGrid: grid of -1 columns and -1 rows" + shape, grid(-1)},
		{"plots: NewGrid: grid of 0 columns and 0 rows" + shape, grid(0)},
		{"plots: NewGrid: grid of 1 columns and 1 rows" + shape, grid(1)},
		{"plots: NewGrid: grid of 4097 columns and 4097 rows" + shape, grid(4097)},
		{"plots: NewGrid: grid of 4294967296 columns and 4294967296 rows" + shape, grid(1 << 32)},
		{"plots: NewGrid: grid over {1, 0} × {0, 1}; want finite numbers, the lower end of each first",
			func() { plots.NewGrid(plots.Range{1, 0}, unit, 2, nil) }},
		{"plots: NewGrid: grid over {0, 1} × {0, NaN}; want finite numbers, the lower end of each first",
			func() { plots.NewGrid(unit, plots.Range{0, nan}, 2, f) }},
		{"plots: Grid.Places: grid of 0 columns and 0 rows" + shape, places(plots.Grid{})},
		{"plots: Grid.Places: grid of 1 columns and 5 rows" + shape,
			places(plots.Grid{X: unit, Y: unit, Columns: 1, Rows: 5})},
		{"plots: Grid.Places: grid of 5 columns and -1 rows" + shape,
			places(plots.Grid{X: unit, Y: unit, Columns: 5, Rows: -1})},
		{"plots: Grid.Places: grid of 1000000 columns and 1000000 rows" + shape,
			places(plots.Grid{X: unit, Y: unit, Columns: 1e6, Rows: 1e6})},
		{"plots: Grid.Places: grid over {0, 0} × {0, 0}; want finite numbers, the lower end of each first",
			places(plots.Grid{Columns: 2, Rows: 2})},
		{"plots: Histogram: Bins is -1, want 0 to 1000", bins(-1)},
		{"plots: Histogram: Bins is 1000000000, want 0 to 1000", bins(1e9)},
		{"plots: HeatMap: Decimals is 1000000000, want 0 to 20", draw(decimals(1e9))},
		{"plots: HeatMap: Decimals is -1, want 0 to 20", draw(decimals(-1))},
		{"plots: Dots: Decimals is 1000000000, want 0 to 20",
			draw(plots.Dots{Items: make([]plots.Item, 1), Decimals: 1e9})},
		{"plots: Dots: Decimals is -1, want 0 to 20", draw(plots.Dots{Items: make([]plots.Item, 1), Decimals: -1})},
		{"plots: Circuit: Decimals is 21, want 0 to 20",
			draw(plots.Circuit{Nodes: make([]plots.Node, 1), Decimals: 21})},
		{"plots: Circuit: Decimals is -1, want 0 to 20",
			draw(plots.Circuit{Nodes: make([]plots.Node, 1), Decimals: -1})},
	}
}

func wrongPictures() []wrong {
	one := plots.Picture{Pixels: []float64{1}}
	of := func(row plots.PictureRow) func() { return draw(plots.Pictures{Rows: []plots.PictureRow{row}}) }
	pixels := func(n int) func() {
		return of(plots.PictureRow{Pictures: []plots.Picture{{Pixels: make([]float64, n)}}})
	}
	many := plots.PictureRow{Pictures: slices.Repeat([]plots.Picture{one}, 40)}
	long := one
	long.Name = strings.Repeat("long ", 40)
	const square, room = "; want a square of side 1 to 256", " in a row, with what is written below them; take fewer or shorten it"
	return []wrong{
		{"plots: Pictures: no pictures", draw(plots.Pictures{})},
		{"plots: Pictures: no pictures", of(plots.PictureRow{Name: "n", Lines: []string{"l"}})},
		{"plots: Pictures: a picture of 0 pixels" + square, pixels(0)},
		{"plots: Pictures: a picture of 783 pixels" + square, pixels(783)},
		{"plots: Pictures: a picture of 66049 pixels" + square, pixels(257 * 257)},
		{"plots: Pictures: no room for 40 pictures" + room, of(many)},
		{"plots: Pictures: no room for 1 pictures" + room, of(plots.PictureRow{Pictures: []plots.Picture{long}})},
		{`plots: Pictures: a picture of row "r" has 1 words for 0 lines`,
			of(plots.PictureRow{Name: "r", Pictures: []plots.Picture{{Pixels: one.Pixels, Words: make([]plots.Word, 1)}}})},
		{"plots: Pictures: role 6 is none of the roles",
			of(plots.PictureRow{Pictures: []plots.Picture{{Pixels: one.Pixels, Role: plots.Grey + 1}}})},
		{"plots: Pictures: role -1 is none of the roles", of(plots.PictureRow{Lines: []string{"l"},
			Pictures: []plots.Picture{{Pixels: one.Pixels, Words: []plots.Word{{Role: -1}}}}})},
		{"plots: Field: a picture of 2 pixels" + square,
			draw(plots.Field{Stamps: []plots.Stamp{{Pixels: make([]float64, 2)}}})},
		{"plots: Field: role 6 is none of the roles",
			draw(plots.Field{Stamps: []plots.Stamp{{Pixels: one.Pixels, Role: plots.Grey + 1}}})},
	}
}

// TestLargeCountsThatMakeSense: more columns than panels, a layer of any number of units, a grid without values.
func TestLargeCountsThatMakeSense(t *testing.T) {
	for name, call := range map[string]func(){
		"columns": draw(plots.Panels{Panels: []plots.Panel{plots.Curves{}}, Columns: math.MaxInt}),
		"units":   draw(plots.Network{Layers: []plots.Layer{{Units: math.MaxInt, Params: math.MaxInt}}}),
		"grid":    draw(plots.Field{Grid: plots.Grid{Columns: 1 << 40, Rows: -1}}),
	} {
		if n := testing.AllocsPerRun(1, call); n > 5000 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
