package report

import (
	"html/template"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

// sgr is a change of colour in the text for a terminal.
var sgr = lazyregexp.New("\x1b\\[([0-9;]*)m")

// colours are the classes of the page for the colours of a palette.
var colours = map[string]string{"31": "bad", "32": "want", "33": "warn", "36": "at", "1": "strong", "31;1": "alarm"}

// painted is text for a terminal as HTML: what the palette has coloured is in spans, all else is escaped.
func painted(text string) template.HTML {
	var b strings.Builder
	open := false
	for len(text) > 0 {
		at := sgr.FindStringSubmatchIndex(text)
		if at == nil {
			b.WriteString(template.HTMLEscapeString(text))
			break
		}
		b.WriteString(template.HTMLEscapeString(text[:at[0]]))
		class := colours[text[at[2]:at[3]]]
		if open {
			b.WriteString("</span>")
		}
		if open = class != ""; open {
			b.WriteString(`<span class="` + class + `">`)
		}
		text = text[at[1]:]
	}
	if open {
		b.WriteString("</span>")
	}
	return template.HTML(b.String())
}
