package cell

import (
	"fmt"
	"os"
	"strings"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// A Figure is anything that can be shown as HTML, such as the figures of package plots.
type Figure interface {
	HTML() string
}

// Show shows figures, one below the other.
func Show(figures ...Figure) {
	for _, f := range figures {
		gonbui.DisplayHTML(f.HTML())
	}
	gonbui.Sync()
}

// Text shows lines of text, formatted as by [fmt.Sprintf]. Use it, not fmt.Print, beside figures: what is printed
// reaches the notebook by another road, and the order in which the two arrive varies.
func Text(format string, args ...any) {
	display(protocol.MIMETextPlain, fmt.Sprintf(format, args...))
}

// Markdown shows Markdown; formulas stand between dollar signs.
func Markdown(text string) {
	display(protocol.MIMETextMarkdown, text)
}

// Table shows a table: the first column is set to the left, the others, numbers mostly, to the right. Every row must
// have an entry for each column of the header.
func Table(header []string, rows ...[]string) {
	Markdown(table(header, rows))
}

func table(header []string, rows [][]string) string {
	var b strings.Builder
	line := func(entries []string) {
		b.WriteString("| " + strings.Join(entries, " | ") + " |\n")
	}
	line(header)
	rule := append([]string{":--"}, strings.Split(strings.Repeat("--:,", len(header)), ",")...)
	line(rule[:len(header)])
	for i, row := range rows {
		if len(row) != len(header) {
			panic(fmt.Sprintf("cell: Table: row %d has %d entries, the header has %d", i, len(row), len(header)))
		}
		line(row)
	}
	return b.String()
}

func display(kind protocol.MIMEType, text string) {
	if !gonbui.IsNotebook {
		fmt.Println(text)
		return
	}
	gonbui.SendData(&protocol.DisplayData{Data: map[protocol.MIMEType]any{kind: text}})
	gonbui.Sync()
}

// InBrowser reports whether the cell runs in JupyterLab, where a reader may move a slider. It is false when a notebook
// is executed without a browser, and in other programs.
func InBrowser() bool {
	return gonbui.IsNotebook && os.Getenv(protocol.GONB_JUPYTER_KERNEL_ID_ENV) != ""
}
