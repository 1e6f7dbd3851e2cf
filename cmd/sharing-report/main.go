// Command sharing-report tells whether the columns of your own CSV file that you want to predict are better learned
// together, in one network, or each alone, and writes what it found to one HTML file that works offline.
//
//	go run ./cmd/sharing-report -targets score,passed,level -group school pupils.csv
//
// Without -targets it shows the columns and asks. A column of numbers is a regression (0 and 1 alone are no and yes),
// one of words a classification. The file is read by datasets.CSV: missing cells are empty, or one of -missing, and a
// missing label costs nothing but itself; words among the inputs become one-hot columns, and missing inputs the mean,
// by what is in the rows to train on. With -group whole groups, such as schools, are on one side of every split.
//
// On each seed rows are split into 60 % to train on, 20 % that choose the epoch, with patience, and 20 % to test on.
// One network with a shared layer learns all targets, a network of the same width each alone, from the same numbers;
// what differs in test loss is the gain (see package relate). It is also measured against networks that have, all
// together, as many parameters as the shared one, tried with shuffled labels of the others, and for up to eight targets
// in all pairs.
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"kindred/mtlkit/relate"
)

// mostPairs is the number of targets up to which all pairs are trained.
const mostPairs = 8

// A request is what the command is asked for.
type request struct {
	path, out                                         string
	targets, group, categories, leave, missing, comma string
	seeds, hidden, epochs                             int
	rate, decay                                       float64
}

func main() {
	log.SetFlags(0)
	var r request
	flag.StringVar(&r.targets, "targets", "", "columns to predict, such as score,passed; without it the command asks")
	flag.StringVar(&r.group, "group", "", "column of the school, person or the like, whose rows belong together")
	flag.StringVar(&r.categories, "categories", "", "columns of numbers that are names, such as postcode")
	flag.StringVar(&r.leave, "leave", "", "columns that are no input, such as a name of the row")
	flag.StringVar(&r.missing, "missing", "NA,?", "what stands in a cell that is missing, beside nothing")
	flag.StringVar(&r.comma, "comma", ",", "what stands between cells")
	flag.IntVar(&r.seeds, "seeds", 10, "splits of the rows")
	flag.IntVar(&r.hidden, "hidden", 16, "tanh units of the shared layer")
	flag.IntVar(&r.epochs, "epochs", 200, "passes over the rows, at most; the best by the rows that choose is kept")
	flag.Float64Var(&r.rate, "rate", 0.01, "learning rate of AdamW")
	flag.Float64Var(&r.decay, "decay", 0.1, "decay of weights of AdamW; more for fewer rows")
	flag.StringVar(&r.out, "o", "sharing-report.html", "the report")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "sharing-report: does it help to learn columns of a CSV file "+
			"together?\n\n"+
			"  go run ./cmd/sharing-report [flags] data.csv")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	r.path = flag.Arg(0)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, r, os.Stdin, os.Stdout); err != nil {
		log.Fatalf("sharing-report: %v", err)
	}
}

// run does what is asked, asking in turn for what is not said.
func run(ctx context.Context, r request, in io.Reader, out io.Writer) error {
	if err := r.check(); err != nil {
		return err
	}
	if r.targets == "" {
		if err := r.ask(bufio.NewScanner(in), out); err != nil {
			return err
		}
	}
	study, about, err := r.study()
	if err != nil {
		return err
	}
	fmt.Fprintln(out, about)
	f := findings{about: about, path: r.path}
	if f.report, err = study.Report(ctx, true); err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%v\n", f.report)
	m := len(study.Tasks)
	if m > 1 {
		if err = f.measureCapacity(ctx, study); err != nil {
			return err
		}
		fmt.Fprintf(out, "\nThe %s:\n", f.against())
		for _, x := range f.capacity.Findings {
			fmt.Fprintf(out, "  %s: %s %%, %s\n", x.Task, within(x.Gain), x.Says())
		}
	}
	if m > 1 && m <= mostPairs {
		if f.pairs, err = study.Pairs(ctx); err != nil {
			return err
		}
		if f.best, err = relate.Group(m, relate.Networks(f.pairs.Mean(), nil), networks(m)); err != nil {
			return err
		}
	}
	if err := os.WriteFile(r.out, f.page(), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nthe report is in %s\n", r.out)
	return nil
}

// networks is how many the targets may be grouped into: enough to leave one of two alone.
func networks(targets int) int { return targets/2 + 1 }

// check returns what is wrong with the numbers that were asked for.
func (r *request) check() error {
	switch {
	case r.seeds < 2:
		return fmt.Errorf("-seeds is %d; it takes 2 to tell anything, and 10 are usual", r.seeds)
	case r.hidden < 1 || r.epochs < 1 || !(r.rate > 0 && r.rate < 1e3):
		return fmt.Errorf("-hidden is %d, -epochs %d and -rate %g; all must be positive, and a rate of 0.01 is usual",
			r.hidden, r.epochs, r.rate)
	case !(r.decay >= 0 && r.decay < 1e3):
		return fmt.Errorf("-decay is %g; it must not be negative, 0.1 is usual, and 0 is none", r.decay)
	case len(r.comma) != 1 || strings.ContainsAny(r.comma, "\"\n\r"):
		return fmt.Errorf("-comma is %q; it is one character between cells, such as ; or ,", r.comma)
	}
	if folder := filepath.Dir(r.out); !isFolder(folder) { // before anything is trained
		return fmt.Errorf("-o is %s, and %s is not a directory; make it, or name another file", r.out, folder)
	}
	return nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// ask shows the columns, and asks for those to predict and for the group.
func (r *request) ask(answers *bufio.Scanner, out io.Writer) error {
	columns, err := r.header()
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s has the columns %s\n", r.path, strings.Join(columns, ", "))
	question := func(text string) string {
		fmt.Fprint(out, text)
		answers.Scan()
		return strings.TrimSpace(answers.Text())
	}
	if r.targets = question("Which are to be predicted? Names with commas between: "); r.targets == "" {
		return fmt.Errorf("nothing is to be predicted; name columns with -targets, such as -targets %s",
			columns[len(columns)-1])
	}
	if r.group == "" {
		r.group = question("Which tells rows that belong together, such as a school or a person? Nothing for none: ")
	}
	return nil
}

// header returns the names in the first line of the file.
func (r *request) header() ([]string, error) {
	f, err := os.Open(r.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	const longest = 1 << 20
	start, err := io.ReadAll(io.LimitReader(f, longest))
	return parseHeader(start, r.comma), err
}

// parseHeader returns the names in the first line of a text.
func parseHeader(text []byte, comma string) []string {
	line, _, _ := strings.Cut(string(text), "\n")
	columns := strings.Split(strings.TrimSpace(strings.TrimPrefix(line, "\ufeff")), comma)
	for k := range columns {
		columns[k] = strings.Trim(strings.TrimSpace(columns[k]), `"`)
	}
	return columns
}

// list returns the names in a text with commas.
func list(text string) (names []string) {
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name != "" {
			names = append(names, name)
		}
	}
	return names
}
