package cell

import (
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	for _, c := range []struct {
		name   string
		header []string
		rows   [][]string
		want   string
	}{
		{"plain", []string{"method", "error"}, [][]string{{"MAML", "0.48"}, {"scratch", "3.01"}},
			"| method | error |\n| :-- | --: |\n| MAML | 0.48 |\n| scratch | 3.01 |\n"},
		{"the least", []string{"method", "error ↓"}, [][]string{{"a", "0.48 [0.41, 0.55]"}, {"b", "–"}, {"c", "3.01"}},
			"| method | error ↓ |\n| :-- | --: |\n| a | **0.48 [0.41, 0.55]** |\n| b | – |\n| c | 3.01 |\n"},
		{"the greatest, twice", []string{"m", "R² ↑"}, [][]string{{"a", "−1.5"}, {"b", "1,000 %"}, {"c", "1000"}},
			"| m | R² ↑ |\n| :-- | --: |\n| a | −1.5 |\n| b | **1,000 %** |\n| c | **1000** |\n"},
		{"exponents", []string{"x ↓"}, [][]string{{"1e-3"}, {"2e-9"}}, "| x ↓ |\n| --: |\n| 1e-3 |\n| **2e-9** |\n"},
		{"words that begin with a number", []string{"a ↓", "b"}, [][]string{{"none", "2 rows"}},
			"| a ↓ | b |\n| :-- | --: |\n| none | 2 rows |\n"},
		{"a bar in an entry", []string{"a"}, [][]string{{"|x|"}}, "| a |\n| :-- |\n| \\|x\\| |\n"},
		{"no rows", []string{"a", "b"}, nil, "| a | b |\n| --: | --: |\n"},
	} {
		if got := table(c.header, c.rows); got != c.want {
			t.Errorf("%s: got\n%s, want\n%s", c.name, got, c.want)
		}
	}
	panics(t, "row 1 has 1 entries, the header has 2", func() { Table([]string{"a", "b"}, []string{"1", "2"}, []string{"3"}) })
}

func TestTableOf(t *testing.T) {
	type result struct {
		Learner string
		Error   float64 `cell:"error ↓"`
		Time    float64 `cell:"ms a task" digits:"1"`
		Steps   int
		hidden  int
	}
	header, rows := columns([]result{{"MAML", 0.4812, 1.25, 5, 0}, {"pooled", -3.01, -0.01, 0, 0}})
	want := "| Learner | error ↓ | ms a task | Steps |\n| :-- | --: | --: | --: |\n" +
		"| MAML | 0.481 | 1.2 | 5 |\n| pooled | **−3.010** | 0.0 | 0 |\n"
	if got := table(header, rows); got != want {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
	panics(t, "the rows are int, want a slice of structures", func() { TableOf(1) })
	panics(t, `has digits "x"`, func() {
		TableOf([]struct {
			A float64 `digits:"x"`
		}{{1}})
	})
}

func panics(t *testing.T, words string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if said, _ := recover().(string); !strings.Contains(said, words) {
			t.Errorf("panicked with %q, want %q", said, words)
		}
	}()
	f()
}
