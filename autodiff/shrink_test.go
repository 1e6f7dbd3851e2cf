package autodiff

import (
	"fmt"
	"slices"
	"strings"
)

// shrink drops what a failure does not need.
func shrink(e *experiment) *experiment {
	fails := func(e *experiment) bool {
		what, _ := e.failure()
		return what != ""
	}
	for again := true; again; {
		again = false
		try := func(smaller *experiment) {
			if smaller != nil && fails(smaller) {
				e, again = smaller, true
			}
		}
		for k := len(e.cuts) - 1; k >= 0; k-- {
			if k < len(e.cuts) {
				smaller := *e
				smaller.cuts = slices.Delete(slices.Clone(e.cuts), k, k+1)
				try(&smaller)
			}
		}
		for k := len(e.outs) - 1; k >= 0; k-- {
			smaller := *e
			smaller.outs = slices.Delete(slices.Clone(e.outs), k, k+1)
			try(&smaller)
		}
		for k := len(e.ys) - 1; k >= 0 && len(e.ys) > 1; k-- {
			smaller := *e
			smaller.ys = slices.Delete(slices.Clone(e.ys), k, k+1)
			try(&smaller)
		}
		for k := len(e.calls) - 1; k >= 0; k-- {
			if k < len(e.calls) {
				for _, by := range e.substitutes(k) {
					before := len(e.calls)
					try(e.without(k, by))
					if len(e.calls) < before {
						break
					}
				}
			}
		}
	}
	return e
}

// substitutes lists the values of the shape of value k that are earlier, and −1, for nothing.
func (e *experiment) substitutes(k int) []int {
	values, _ := e.interpret()
	ids := []int{-1}
	for id := range k {
		if values[id].rows == values[k].rows && values[id].cols == values[k].cols {
			ids = append(ids, id)
		}
	}
	return ids[:min(len(ids), 4)]
}

// without returns the experiment without call k, which is replaced by an earlier value, or by nothing if it is not
// needed; nil if it is.
func (e *experiment) without(k, by int) *experiment {
	needed := false
	at := func(id int) int {
		switch {
		case id < k:
			return id
		case id > k:
			return id - 1
		}
		needed = true
		return by
	}
	out := &experiment{seed: e.seed, x1: at(e.x1), x2: at(e.x2)}
	for i, c := range e.calls {
		if i != k {
			c.in = slices.Clone(c.in)
			for a := range c.in {
				c.in[a] = at(c.in[a])
			}
			out.calls = append(out.calls, c)
		}
	}
	for _, id := range e.outs {
		out.outs = append(out.outs, at(id))
	}
	for _, id := range e.ys {
		out.ys = append(out.ys, at(id))
	}
	for _, c := range e.cuts {
		if c.first > k {
			c.first--
		}
		if c.end > k {
			c.end--
		}
		if c.end > c.first && c.first > 0 {
			out.cuts = append(out.cuts, c)
		}
	}
	if needed && by < 0 {
		return nil
	}
	return out
}

// String writes the experiment as Go, to be pasted into a test of this package.
func (e *experiment) String() string {
	var b strings.Builder
	b.WriteString("g := New()\n")
	e.write(&b, 0, len(e.calls), e.cuts, "")
	for k, y := range e.ys {
		fmt.Fprintf(&b, "d%d := Grad(v%d, v%d)\n", k, y, e.x1)
	}
	fmt.Fprintf(&b, "u := g.Const(d0.Rows(), d0.Cols(), noise(d0.Size(), 1))\nsecond := Grad(d0.Mul(u).Sum(), v%d)\n", e.x2)
	fmt.Fprintf(&b, "ws := Compile(d0, second")
	for _, id := range append(slices.Clone(e.outs), e.ys...) {
		fmt.Fprintf(&b, ", v%d", id)
	}
	b.WriteString(").NewWorkspace()\n")
	for k, c := range e.calls {
		if c.kind.name == "Input" {
			fmt.Fprintf(&b, "ws.Set(v%d, %s)\n", k, printNumbers(&c))
		}
	}
	b.WriteString("ws.Run()\n")
	return b.String()
}

func printNumbers(c *call) string {
	if c.i*c.j > 12 {
		return fmt.Sprintf("(&call{i: %d, j: %d, k: %d, l: %d}).numbers()", c.i, c.j, c.k, c.l)
	}
	return fmt.Sprintf("%#v", c.numbers())
}

// write writes the calls from number from up to, not including, to.
func (e *experiment) write(b *strings.Builder, from, to int, cuts []cut, indent string) {
	name := func(id int) string { return fmt.Sprintf("v%d", id) }
	list := func(ids []int) string {
		names := make([]string, len(ids))
		for k, id := range ids {
			names[k] = name(id)
		}
		return strings.Join(names, ", ")
	}
	for k := from; k < to; k++ {
		if len(cuts) == 0 || cuts[0].first != k {
			c := &e.calls[k]
			equals := " := "
			if indent != "" {
				equals = " = "
			}
			fmt.Fprintf(b, "%s%s%s%s\n", indent, name(k), equals, c.code(name))
			continue
		}
		inner := 1
		for inner < len(cuts) && cuts[inner].end <= cuts[0].end {
			inner++
		}
		c := cuts[0]
		args, results := e.given(c)
		if indent == "" {
			var within []int
			for id := c.first; id < c.end; id++ {
				within = append(within, id)
			}
			fmt.Fprintf(b, "var %s Value\n", list(within))
		}
		fmt.Fprintf(b, "%sout%d := Checkpoint(func(p Params) Params {\n", indent, k)
		for i, id := range args {
			fmt.Fprintf(b, "%s\t%s := p.At(%d)\n%s\t_ = %s\n", indent, name(id), i, indent, name(id))
		}
		e.write(b, k, c.end, cuts[1:inner], indent+"\t")
		fmt.Fprintf(b, "%s\treturn Params{make([]string, %d), []Value{%s}}\n%s}, Params{make([]string, %d), []Value{%s}})\n",
			indent, len(results), list(results), indent, len(args), list(args))
		for i, id := range results {
			if id >= c.first {
				fmt.Fprintf(b, "%s%s = out%d.At(%d)\n", indent, name(id), k, i)
			}
		}
		cuts = cuts[inner:]
		k = c.end - 1
	}
}
