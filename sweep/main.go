package sweep

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"

	"kindred/internal/durable"
)

// Options are what the command of an experiment is told.
type Options struct {
	Store   string // the folder
	Share   string // such as "2/8"; "" asks the environment, see FromEnvironment
	Collect bool   // run nothing, show what is stored
	List    bool   // run nothing, list the cells and what is stored of each
}

// Flags adds the flags -store, -share, -collect and -list to a set, such as flag.CommandLine, and returns where their
// values will be.
func Flags(to *flag.FlagSet) *Options {
	if to == nil {
		panic("sweep: Flags: the set is nil; give one, such as flag.CommandLine")
	}
	var o Options
	to.StringVar(&o.Store, "store", ".kindred", "folder that keeps the results; all machines must see the same one")
	to.StringVar(&o.Share, "share", "", "part of the cells to run, such as 2/8, from 0/8 to 7/8; an array job of Slurm or an "+
		"indexed Job of\nKubernetes tells its own in the environment; otherwise everything")
	to.BoolVar(&o.Collect, "collect", false, "run nothing: show the table, or say which cells are missing")
	to.BoolVar(&o.List, "list", false, "run nothing: list the cells, and which are done")
	return &o
}

// Main runs the share of the experiment that the options or the environment name. Where that is everything, or the options
// say so, it collects the results and hands them to show, all of them. An interrupt, or the SIGTERM of a scheduler, ends it
// between and within cells.
//
// It ends the process with status 1 if a cell failed or is missing, and with 2 if the options or the environment make no
// sense, which trying again does not mend.
func Main[R any](o *Options, e Experiment[R], show func(Table[R]) error) {
	if o == nil || show == nil {
		panic("sweep: Main: the options or the function that shows the table are nil; see Flags")
	}
	log.SetFlags(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := o.run(ctx, os.Stdout, task[R]{e, show})
	stop()
	if err != nil {
		log.Print(err)
		os.Exit(status(err))
	}
}

// status returns what the process ends with.
func status(err error) int {
	if err == nil {
		return 0
	}
	if _, ok := errors.AsType[senseless](err); ok {
		return 2
	}
	return 1
}

// senseless is an error that comes back however often one tries.
type senseless struct{ error }

// command is what Main does with an experiment, whatever its results are.
type command interface {
	work(ctx context.Context, dir string, share Share) error
	collect(dir string) error
	list(out io.Writer, dir string) error
}

func (o *Options) run(ctx context.Context, out io.Writer, c command) error {
	if o.Store == "" {
		return senseless{errors.New("sweep: -store is empty; name a folder")}
	}
	if o.List {
		return c.list(out, o.Store)
	}
	if o.Collect {
		return c.collect(o.Store)
	}
	share, err := FromEnvironment()
	if o.Share != "" {
		share, err = ParseShare(o.Share)
	}
	if err != nil {
		return senseless{fmt.Errorf("sweep: %w", err)}
	}
	if err := c.work(ctx, o.Store, share); err != nil || share.Of > 1 {
		return err
	}
	return c.collect(o.Store)
}

// task is an experiment and what is done with its table.
type task[R any] struct {
	Experiment[R]
	show func(Table[R]) error
}

func (t task[R]) work(ctx context.Context, dir string, share Share) error {
	if t.Log == nil {
		t.Log = func(line string) { log.Printf("share %v: %s", share, line) }
	}
	return t.Work(ctx, dir, share)
}

func (t task[R]) collect(dir string) error {
	table, err := t.Collect(dir)
	if err != nil {
		return err
	}
	for _, refused := range table.Refused {
		log.Print(refused)
	}
	const shown = 5
	for _, foreign := range table.Foreign[:min(shown, len(table.Foreign))] {
		log.Print(foreign)
	}
	if more := len(table.Foreign) - shown; more > 0 {
		log.Printf("and %d more are of no cell or of another set-up", more)
	}
	if err := table.Err(); err != nil {
		return err
	}
	return t.show(table)
}

func (t task[R]) list(out io.Writer, dir string) error {
	t.check("Main")
	from := t.folder(dir)
	for i, c := range t.Cells {
		state := "done"
		switch _, err := from.read(c); {
		case errors.Is(err, durable.ErrRefused):
			state = "refused"
		case missing(err):
			state = "missing"
		case err != nil:
			return fmt.Errorf("sweep: %w", err)
		}
		fmt.Fprintf(out, "%4d  %-8s %v\n", i, state, c)
	}
	return nil
}
