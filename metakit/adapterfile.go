package metakit

import (
	"fmt"
	"slices"
	"strings"

	"kindred/internal/settings"
	"kindred/internal/tensors"
)

// What an adapter's file holds beside the matrices of the learner.
const (
	adapterKind    = "metakit-adapter 1"
	statisticsName = "statistics"
)

// WriteFile writes all that it takes to adapt elsewhere: the meta-parameters under their names, the running statistics,
// and texts that say of what learner, with its settings, and after which numbers of steps it predicts. It is a
// safetensors file of float64 matrices, with a checksum. It appears whole or not at all; a folder that is missing is
// made.
func (a *Adapter) WriteFile(path string) error {
	a.mustBe("Adapter.WriteFile")
	f := tensors.File{Texts: map[string]string{
		"kindred": adapterKind, "learner": settings.Text(a.learner), "steps": strings.Trim(fmt.Sprint(a.steps), "[]"),
	}}
	at := 0
	for _, s := range a.learner.Shapes() {
		f.Matrices = append(f.Matrices, tensors.Matrix{Name: s.Name, Rows: s.Rows, Cols: s.Cols, Data: a.meta[at : at+s.Size()]})
		at += s.Size()
	}
	if n := len(a.statistics); n > 0 {
		f.Matrices = append(f.Matrices, tensors.Matrix{Name: statisticsName, Rows: 1, Cols: n, Data: a.statistics})
	}
	if err := tensors.Write(path, f); err != nil {
		return fmt.Errorf("metakit: the adapter %w", err)
	}
	return nil
}

// OpenAdapter reads a file that [Adapter.WriteFile] wrote: an adapter for the learner, which is the same value as then.
// It is an error if the file is damaged or from elsewhere, or of another learner.
func OpenAdapter(path string, l Learner) (*Adapter, error) {
	checkLearner("OpenAdapter", l)
	f, err := tensors.Read(path)
	if err != nil {
		return nil, fmt.Errorf("metakit: the adapter %w", err)
	}
	for _, part := range []struct{ name, want string }{{"kindred", adapterKind}, {"learner", settings.Text(l)}} {
		if got := f.Texts[part.name]; got != part.want {
			return nil, fmt.Errorf("metakit: the adapter %s cannot be used: its %s is %s, here it is %s", path, part.name, got, part.want)
		}
	}
	var meta []float64
	for _, s := range l.Shapes() {
		m, ok := f.Find(s.Name)
		if !ok || m.Rows != s.Rows || m.Cols != s.Cols {
			return nil, fmt.Errorf("metakit: the adapter %s cannot be used: it has no %d×%d matrix %q", path, s.Rows, s.Cols, s.Name)
		}
		meta = append(meta, m.Data...)
	}
	statistics, _ := f.Find(statisticsName)
	var steps []int
	for _, word := range strings.Fields(f.Texts["steps"]) {
		var n int
		if _, err := fmt.Sscan(word, &n); err != nil || n < 0 {
			return nil, fmt.Errorf("metakit: the adapter %s cannot be used: it predicts after %q steps", path, f.Texts["steps"])
		}
		steps = append(steps, n)
	}
	if len(steps) == 0 {
		return nil, fmt.Errorf("metakit: the adapter %s cannot be used: it does not say after how many steps it predicts", path)
	}
	return NewAdapter(l, meta, slices.Clone(statistics.Data), steps...), nil
}
