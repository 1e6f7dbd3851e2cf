package sweep

import (
	"strings"
	"testing"
)

// Every cell belongs to one share, whatever their number, and shares differ by at most a cell.
func TestSharesPartition(t *testing.T) {
	for of := 1; of <= 40; of++ {
		for cells := range 100 {
			owners := make([]int, cells)
			for k := range of {
				n := 0
				for i := range owners {
					if (Share{k, of}).has(i) {
						owners[i]++
						n++
					}
				}
				if n < cells/of || n > (cells+of-1)/of {
					t.Fatalf("share %d of %d has %d of %d cells", k, of, n, cells)
				}
			}
			for i, n := range owners {
				if n != 1 {
					t.Fatalf("cell %d of %d belongs to %d of %d shares", i, cells, n, of)
				}
			}
		}
	}
	for i := range 5 {
		if !(Share{}).has(i) {
			t.Errorf("the zero share lacks cell %d", i)
		}
	}
}

func TestParseShare(t *testing.T) {
	for text, want := range map[string]Share{"0/1": {0, 1}, "2/8": {2, 8}, "7/8": {7, 8}} {
		if got, err := ParseShare(text); err != nil || got != want || got.String() != text {
			t.Errorf("%s is read as %v, %v", text, got, err)
		}
	}
	for text, says := range map[string]string{
		"":      `"" is no share; one of eight is 0/8, the last 7/8`,
		"3":     `"3" is no share`,
		"1/2/3": `is no share`,
		"a/8":   `is no share`,
		"1/":    `is no share`,
		"8/8":   "there is no share 8/8; shares count from 0, those of 8 are 0/8 to 7/8",
		"-1/8":  "there is no share -1/8",
		"0/0":   "there is no share 0/0",
		"0/-1":  "there is no share 0/-1",
	} {
		if got, err := ParseShare(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %v, %v; want that %s", text, got, err, says)
		}
	}
}

func TestEnvironment(t *testing.T) {
	const task = "SLURM_ARRAY_TASK_"
	for _, c := range []struct {
		set  string
		want Share
		says string
	}{
		{"", Share{}, ""},
		{"SLURM_JOB_ID=3 SLURM_NTASKS=4 SLURM_PROCID=0", Share{}, ""}, // the script of a job without an array
		{"ID=0 COUNT=8 MIN=0 MAX=7 STEP=1", Share{0, 8}, ""},
		{"ID=7 COUNT=8 MIN=0 MAX=7 STEP=1", Share{7, 8}, ""},
		{"ID=3 COUNT=8 MIN=1 MAX=8 STEP=1", Share{2, 8}, ""},
		{"ID=14 COUNT=4 MIN=5 MAX=14 STEP=3", Share{3, 4}, ""},
		{"ID=5 COUNT=1 MIN=5 MAX=5 STEP=1", Share{0, 1}, ""}, // one task anew: it runs what is missing
		{"ID=0 COUNT=8 MIN=0 MAX=7 STEP=1 SLURM_STEP_NUM_TASKS=1", Share{0, 8}, ""},
		{"ID=2", Share{}, task + "COUNT is not set, beside others of an array job: set it, or say -share"},
		{"COUNT=8", Share{}, task + "ID is not set"},
		{"MAX=8", Share{}, task + "ID is not set"},
		{"ID=0 COUNT=8 MIN=0 MAX=7", Share{}, task + "STEP is not set"},
		{"ID= COUNT=8 MIN=0 MAX=7 STEP=1", Share{}, task + `ID is "", which is no number`},
		{"ID=2 COUNT=eight MIN=0 MAX=7 STEP=1", Share{}, task + `COUNT is "eight", which is no number`},
		{"ID=2 COUNT=99999999999999999999 MIN=0 MAX=7 STEP=1", Share{}, "which is no number"},
		{"ID=2 COUNT=3 MIN=0 MAX=7 STEP=1", Share{}, "the array of Slurm has 3 tasks from 0 to 7 at steps of 1, which is no range"},
		{"ID=2 COUNT=0 MIN=0 MAX=7 STEP=1", Share{}, "which is no range"},
		{"ID=2 COUNT=8 MIN=0 MAX=7 STEP=0", Share{}, "which is no range"},
		{"ID=8 COUNT=8 MIN=0 MAX=7 STEP=1", Share{}, task + "ID is 8, which is none of 0 to 7 at steps of 1"},
		{"ID=1 COUNT=4 MIN=0 MAX=6 STEP=2", Share{}, task + "ID is 1, which is none of"},
		{"ID=0 COUNT=8 MIN=0 MAX=7 STEP=1 SLURM_STEP_NUM_TASKS=4", Share{}, "SLURM_STEP_NUM_TASKS is 4: srun started as many tasks"},
		{"SLURM_STEP_NUM_TASKS=8 SLURM_PROCID=3", Share{}, "nothing tells this one's share"},
		{"JOB_COMPLETION_INDEX=3 KINDRED_SHARES=8", Share{3, 8}, ""},
		{"JOB_COMPLETION_INDEX=0 KINDRED_SHARES=1", Share{0, 1}, ""},
		{"JOB_COMPLETION_INDEX=3", Share{}, "KINDRED_SHARES is not set"},
		{"KINDRED_SHARES=8", Share{}, "JOB_COMPLETION_INDEX is not set"},
		{"JOB_COMPLETION_INDEX=8 KINDRED_SHARES=8", Share{}, "JOB_COMPLETION_INDEX is 8 and KINDRED_SHARES is 8"},
		{"JOB_COMPLETION_INDEX=-1 KINDRED_SHARES=8", Share{}, "the index must be below it"},
		{"JOB_COMPLETION_INDEX=0 KINDRED_SHARES=0", Share{}, "set it to the completions of the Job"},
		{"JOB_COMPLETION_INDEX=0x1 KINDRED_SHARES=8", Share{}, `"0x1", which is no number`},
		{"ID=2 COUNT=8 MIN=0 MAX=7 STEP=1 JOB_COMPLETION_INDEX=2 KINDRED_SHARES=8", Share{}, "unset one, or say -share"},
	} {
		set := map[string]string{}
		for pair := range strings.FieldsSeq(c.set) {
			name, value, _ := strings.Cut(pair, "=")
			if strings.Contains("ID COUNT MIN MAX STEP", name) {
				name = task + name
			}
			set[name] = value
		}
		got, err := fromEnvironment(func(name string) (string, bool) { v, ok := set[name]; return v, ok })
		switch {
		case c.says == "" && (err != nil || got != c.want):
			t.Errorf("%s: %v, %v; want %v", c.set, got, err, c.want)
		case c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: %v, %v; want that %s", c.set, got, err, c.says)
		}
	}
}
