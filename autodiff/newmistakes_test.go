package autodiff

// newMistakes are those of images, factors, random numbers and faults.
func newMistakes() []mistake {
	g := New()
	x, w, a, b := g.Input("x", 2, 32), g.Input("w", 18, 3), g.Input("a", 3, 3), g.Input("b", 2, 1)
	im, f := Image{4, 4, 2}, Filter{3, 3, 1, 1}
	const image = "; it must have at least one row, column and channel"
	const unset = "the program draws random numbers, and which was never set; call SetNoise"
	const zeroWorkspace = "autodiff: the zero Workspace belongs to no program"
	return []mistake{
		{"Value.Conv", func() { x.Conv(w, Image{0, 4, 2}, f) }, "autodiff: Conv: an image 0×4×2" + image},
		{"Value.Conv", func() { x.Conv(w, im, Filter{}) }, "autodiff: Conv: a patch of 0×0 places; it must have at least one"},
		{"Value.Conv", func() { x.Conv(w, im, Filter{3, 3, 0, 1}) }, "autodiff: Conv: Stride is 0; it must be at least 1"},
		{"Value.Conv", func() { x.Conv(w, im, Filter{3, 3, 1, -1}) }, "autodiff: Conv: Pad is -1; it must not be negative"},
		{"Value.Conv", func() { x.Conv(w, im, Filter{7, 3, 1, 1}) },
			"a patch of 7×3 places does not fit into an image 4×4×2 with 1 zeros around it"},
		{"Value.Conv", func() { x.Conv(w, Image{5, 4, 2}, f) }, "the rows of x 2×32 are no images 5×4×2, which have 40 entries"},
		{"Value.Conv", func() { x.Conv(w, im, Filter{2, 2, 1, 0}) },
			"conv: w 18×3 needs a row for each of the 2×2×2 entries of a patch, and has 18"},
		{"Value.Conv", func() { (Value{}).Conv(w, im, f) }, zeroValue},
		{"Value.Conv", func() { x.Conv(Value{}, im, f) }, zeroValue},
		{"Filter.Out", func() { f.Out(im, 0) }, "autodiff: Filter: 0 filters; there must be at least one"},
		{"Filter.Out", func() { f.Out(Image{}, 1) }, "autodiff: Filter: an image 0×0×0" + image},
		{"Filter.Patch", func() { f.Patch(Image{}) }, "autodiff: Filter: an image 0×0×0" + image},
		{"Image.Pooled", func() { Image{1, 2, 3}.Pooled() }, "autodiff: Pooled: an image 1×2×3 has no square of 2×2 places"},
		{"Value.MaxPool", func() { x.MaxPool(Image{1, 16, 2}) }, "autodiff: MaxPool: an image 1×16×2 has no square of 2×2 places"},
		{"Value.MaxPool", func() { x.MaxPool(Image{4, -4, 2}) }, "autodiff: MaxPool: an image 4×-4×2" + image},
		{"Value.MaxPool", func() { x.MaxPool(Image{4, 5, 2}) }, "the rows of x 2×32 are no images 4×5×2"},
		{"Value.MaxPool", func() { (Value{}).MaxPool(im) }, zeroValue},
		{"Value.PoolToward", func() { x.PoolToward(x, im) }, "has no entry for each of the"},
		{"Value.Moments", func() { (Value{}).Moments() }, zeroValue},
		{"Value.Cholesky", func() { b.Cholesky() }, "autodiff: cholesky: b 2×1 is not square"},
		{"Value.Cholesky", func() { (Value{}).Cholesky() }, zeroValue},
		{"Value.SolveLower", func() { b.SolveLower(a) }, "autodiff: solve lower: b 2×1 is not square"},
		{"Value.SolveLower", func() { a.SolveLower(Value{}) }, zeroValue},
		{"Value.SolveLowerT", func() { a.SolveLowerT(b) }, "solve lower: a 3×3 and the right side b 2×1 differ in their rows"},
		{"Value.SolvePD", func() { a.SolvePD(b) }, "solve lower: cholesky 3×3 and the right side b 2×1 differ in their rows"},
		{"Value.SolvePD", func() { (Value{}).SolvePD(b) }, zeroValue},
		{"Value.LogDetPD", func() { b.LogDetPD() }, "autodiff: cholesky: b 2×1 is not square"},
		{"Graph.Uniform", func() { g.Uniform(0, 2) }, "autodiff: Uniform: a matrix needs at least one row and one column, got 0×2"},
		{"Graph.Uniform", func() { (*Graph)(nil).Uniform(1, 2) }, "autodiff: the graph is nil"},
		{"Graph.Normal", func() { g.Normal(2, -1) }, "autodiff: Normal: a matrix needs at least one row and one column, got 2×-1"},
		{"Workspace.SetNoise", func() { new(Workspace).SetNoise(1, 2, 3) }, zeroWorkspace},
		{"Workspace.Run", func() { Compile(g.Normal(1, 1)).NewWorkspace().Run() }, "autodiff: Run: " + unset},
		{"Workspace.NotFinite", func() { Compile(g.Normal(1, 1)).NewWorkspace().NotFinite() }, "autodiff: NotFinite: " + unset},
		{"Workspace.NotFinite", func() { Compile(x).NewWorkspace().NotFinite() }, "NotFinite: input x 2×32 was never set"},
		{"Workspace.NotFinite", func() { new(Workspace).NotFinite() }, zeroWorkspace},
	}
}
