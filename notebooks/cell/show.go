package cell

import (
	"fmt"
	"os"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// A Figure is anything that can be shown as HTML, such as the figures of package plots.
type Figure interface {
	HTML() string
}

// Show shows figures, one below the other.
func Show(figures ...Figure) {
	taken()
	for _, f := range figures {
		gonbui.DisplayHTML(f.HTML() + followTheme)
	}
	gonbui.Sync()
}

// followTheme has figures follow the theme of a page that jupyter nbconvert wrote, which does not say itself whether it is
// light or dark. JupyterLab does, and drops this from notebooks that it does not trust.
const followTheme = "<style>body[data-jp-theme-light=true] img{color-scheme:light}" +
	"body[data-jp-theme-light=false] img{color-scheme:dark}</style>"

// Text shows lines of text, formatted as by [fmt.Sprintf]. Use it, not fmt.Print, beside figures: what is printed
// reaches the notebook by another road, and the order in which the two arrive varies.
func Text(format string, args ...any) {
	display(protocol.MIMETextPlain, fmt.Sprintf(format, args...))
}

// Markdown shows Markdown; formulas stand between dollar signs.
func Markdown(text string) {
	display(protocol.MIMETextMarkdown, text)
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
