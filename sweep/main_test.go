package sweep

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
	"testing"
)

// What a command line does, one after the other on one store.
func TestCommand(t *testing.T) {
	dir := t.TempDir()
	e := trial(6, 0)
	e.Log = func(string) {}
	own := errors.New("the table is not as it should be")
	shown := 0
	for _, c := range []struct {
		args   []string
		set    string // of the environment
		prints string
		says   string // the error
		status int
		shows  bool
	}{
		{[]string{"-list"}, "", "   5  missing  ../up, 0.1, seed 0\n", "", 0, false},
		{[]string{"-collect"}, "", "", "6 of 6 cells have no result", 1, false},
		{[]string{"-share", "1/2"}, "", "", "", 0, false},
		{[]string{"-list"}, "", "   4  missing  λ/½, 0, seed 0\n   5  done     ../up, 0.1, seed 0\n", "", 0, false},
		{[]string{"-collect"}, "", "", "sweep: trial: 3 of 6 cells have no result", 1, false},
		{[]string{"-share", "2/2"}, "", "", "sweep: there is no share 2/2", 2, false},
		{[]string{"-store", ""}, "", "", "sweep: -store is empty; name a folder", 2, false},
		{nil, "JOB_COMPLETION_INDEX=0", "", "sweep: KINDRED_SHARES is not set", 2, false},
		{nil, "JOB_COMPLETION_INDEX=0 KINDRED_SHARES=4", "", "", 0, false},
		{[]string{"-list"}, "", "   2  missing", "", 0, false},
		{[]string{"-share", "0/1"}, "JOB_COMPLETION_INDEX=0 KINDRED_SHARES=4", "", "", 0, true},
		{[]string{"-collect"}, "JOB_COMPLETION_INDEX=0", "", "", 0, true},
		{nil, "", "", "", 0, true},
	} {
		t.Run(strings.Join(c.args, " ")+c.set, func(t *testing.T) {
			set := flag.NewFlagSet("", flag.ContinueOnError)
			o := Flags(set)
			if err := set.Parse(append([]string{"-store", dir}, c.args...)); err != nil {
				t.Fatal(err)
			}
			for pair := range strings.FieldsSeq(c.set) {
				name, value, _ := strings.Cut(pair, "=")
				t.Setenv(name, value)
			}
			var out bytes.Buffer
			before := shown
			err := o.run(context.Background(), &out, task[found]{e, func(table Table[found]) error {
				shown++
				same(t, e, table)
				return nil
			}})
			if status(err) != c.status || c.says != "" && !strings.Contains(fmt.Sprint(err), c.says) {
				t.Errorf("status %d, error %v; want %d, %s", status(err), err, c.status, c.says)
			}
			if !strings.Contains(out.String(), c.prints) || (shown > before) != c.shows {
				t.Errorf("it prints\n%s and shows %v; want\n%s and %v", &out, shown > before, c.prints, c.shows)
			}
		})
	}
	o := Options{Store: dir, Collect: true}
	if err := o.run(context.Background(), io.Discard, task[found]{e, func(Table[found]) error { return own }}); err != own || status(err) != 1 {
		t.Errorf("%v", err)
	}
}
