package mtlkit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"kindred/datasets"
	"kindred/internal/settings"
	"kindred/internal/tensors"
)

// What a predictor's file holds beside the matrices of the model.
const (
	predictorKind  = "mtlkit-predictor 1"
	statisticsName = "statistics"
	inputsName     = "standardizer.inputs"
	targetName     = "standardizer.target."
)

// WriteFile writes all that it takes to predict elsewhere: the parameters under their names, the running statistics, the
// numbers of the standardizer, nil for none, and texts that say of what model and tasks. It is a safetensors file of
// float64 matrices, with a checksum. It appears whole or not at all; a folder that is missing is made.
func (p *Predictor) WriteFile(path string, units *Standardizer) error {
	p.check("WriteFile")
	e := p.evaluator
	f := tensors.File{Texts: map[string]string{
		"kindred": predictorKind, "model": settings.Text(e.model), "tasks": settings.Text(e.tasks),
		"columns": strings.Trim(fmt.Sprint(e.columns), "[]"),
	}}
	row := func(name string, values []float64) {
		f.Matrices = append(f.Matrices, tensors.Matrix{Name: name, Rows: 1, Cols: len(values), Data: values})
	}
	at := 0
	for _, s := range e.model.Shapes() {
		f.Matrices = append(f.Matrices, tensors.Matrix{Name: s.Name, Rows: s.Rows, Cols: s.Cols, Data: p.now.theta[at : at+s.Size()]})
		at += s.Size()
	}
	if len(p.now.statistics) > 0 {
		row(statisticsName, p.now.statistics)
	}
	if units != nil {
		units.check("WriteFile")
		if !slices.EqualFunc(units.tasks, e.tasks, func(a, b Task) bool { return a.Name == b.Name }) {
			panic("mtlkit: Predictor.WriteFile: the standardizer is of other tasks")
		}
		row(inputsName+".mean", units.inputs.Mean)
		row(inputsName+".deviation", units.inputs.Deviation)
		for i, scaler := range units.targets {
			if scaler != nil {
				row(targetName+units.tasks[i].Name+".mean", scaler.Mean)
				row(targetName+units.tasks[i].Name+".deviation", scaler.Deviation)
			}
		}
	}
	if err := tensors.Write(path, f); err != nil {
		return fmt.Errorf("mtlkit: the predictor %w", err)
	}
	return nil
}

// OpenPredictor reads a file that [Predictor.WriteFile] wrote: a predictor of the model and the tasks, which are the same
// values as then, and the standardizer, nil if it was written without. It is an error if the file is damaged or from
// elsewhere, or of another model or other tasks.
func OpenPredictor(path string, m Model, tasks []Task) (*Predictor, *Standardizer, error) {
	checkTasks("OpenPredictor", tasks)
	checkModel("OpenPredictor", m, tasks)
	f, err := tensors.Read(path)
	if err != nil {
		return nil, nil, fmt.Errorf("mtlkit: the predictor %w", err)
	}
	for _, part := range []struct{ name, want string }{
		{"kindred", predictorKind}, {"model", settings.Text(m)}, {"tasks", settings.Text(tasks)},
	} {
		if got := f.Texts[part.name]; got != part.want {
			return nil, nil, fmt.Errorf("mtlkit: the predictor %s cannot be used: its %s is %s, here it is %s", path, part.name, got,
				part.want)
		}
	}
	r := reader{file: f}
	var theta []float64
	for _, s := range m.Shapes() {
		theta = append(theta, r.matrix(s.Name, s.Rows, s.Cols)...)
	}
	statistics := r.optional(statisticsName)
	units := r.standardizer(tasks)
	columns := r.columns(len(tasks))
	if r.err != nil {
		return nil, nil, fmt.Errorf("mtlkit: the predictor %s cannot be used: %w", path, r.err)
	}
	p := NewPredictor(m, tasks, theta, statistics)
	p.evaluator.columns = columns
	return p, units, nil
}

// A reader takes matrices out of a file. The first error stays.
type reader struct {
	file tensors.File
	err  error
}

func (r *reader) matrix(name string, rows, cols int) []float64 {
	m, ok := r.file.Find(name)
	switch {
	case !ok && r.err == nil:
		r.err = fmt.Errorf("it has no %q among %q", name, r.file.Names())
	case ok && (m.Rows != rows || m.Cols != cols) && r.err == nil:
		r.err = fmt.Errorf("its %q is %d×%d, want %d×%d", name, m.Rows, m.Cols, rows, cols)
	}
	return m.Data
}

// optional returns a row, or nil.
func (r *reader) optional(name string) []float64 {
	m, _ := r.file.Find(name)
	return m.Data
}

// columns returns the number of columns of each task's inputs, or nil where the file does not tell.
func (r *reader) columns(tasks int) (columns []int) {
	text := r.file.Texts["columns"]
	for _, word := range strings.Fields(text) {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 {
			n = 0
		}
		columns = append(columns, n)
	}
	if (len(columns) != 0 && len(columns) != tasks || slices.Contains(columns, 0)) && r.err == nil {
		r.err = fmt.Errorf("the inputs of its tasks have %q columns", text)
	}
	return columns
}

func (r *reader) standardizer(tasks []Task) *Standardizer {
	if r.optional(inputsName+".mean") == nil {
		return nil
	}
	s := &Standardizer{tasks: slices.Clone(tasks), inputs: *r.scaler(inputsName)}
	for _, task := range tasks {
		var target *datasets.Scaler
		if scales(task) {
			target = r.scaler(targetName + task.Name)
		}
		s.targets = append(s.targets, target)
	}
	return s
}

func (r *reader) scaler(name string) *datasets.Scaler {
	s := &datasets.Scaler{Mean: r.optional(name + ".mean"), Deviation: r.optional(name + ".deviation")}
	n := len(s.Mean)
	if bad := n == 0 || len(s.Deviation) != n || slices.ContainsFunc(s.Deviation, func(d float64) bool { return !(d > 0) }); bad &&
		r.err == nil {
		r.err = fmt.Errorf("its scaler %q has %d means and the deviations %v", name, n, s.Deviation)
	}
	return s
}
