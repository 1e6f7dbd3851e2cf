package notebooktest

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// A Kernel is a running GoNB kernel, with its own folder for trained models. It remembers declarations from cell to cell.
type Kernel struct {
	Models  string // the folder of trained models
	process *exec.Cmd
	cells   io.WriteCloser
	answers *json.Decoder
}

// A Run is what a cell did: what it shows, how long it took, and what it said when it failed.
type Run struct {
	Outputs []Output
	Seconds float64
	Failed  string
}

// StartKernel starts a kernel that works in a folder, with the Python of the notebooks' environment; root is that of the
// repository.
func StartKernel(python, root, folder string) (*Kernel, error) {
	models, err := os.MkdirTemp("", "kindred-models-")
	if err != nil {
		return nil, err
	}
	k := &Kernel{Models: models, process: exec.Command(python, filepath.Join(root, "scripts", "bridge.py"), folder)}
	k.process.Env = append(os.Environ(), "KINDRED_MODELS="+models)
	k.process.Stderr = os.Stderr
	if k.cells, err = k.process.StdinPipe(); err != nil {
		return nil, err
	}
	answers, err := k.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	k.answers = json.NewDecoder(answers)
	return k, k.process.Start()
}

// Run runs a cell. The error is of the kernel, not of the cell.
func (k *Kernel) Run(source string) (r Run, err error) {
	if err := json.NewEncoder(k.cells).Encode(source); err != nil {
		return r, fmt.Errorf("the kernel takes no cell: %w", err)
	}
	if err := k.answers.Decode(&r); err != nil {
		return r, fmt.Errorf("the kernel does not answer: %w", err)
	}
	return r, nil
}

// Close ends the kernel.
func (k *Kernel) Close() error {
	k.cells.Close()
	err := k.process.Wait()
	return errorsFirst(err, os.RemoveAll(k.Models))
}

func errorsFirst(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
