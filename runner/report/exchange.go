package report

import (
	"slices"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

// startUp is what nginx says in its log at each start, whatever happens.
var startUp = lazyregexp.New(`\[notice\] \d+#\d+: (using the "|openresty/|nginx/|built by |OS: |getrlimit\()`)

// part is a piece of what went over the wire or was logged, under its own word.
type part struct {
	title string
	lines []string
}

// exchangeText shows what went over the wire and what nginx said, each part under its own word.
func exchangeText(x Exchange, p palette) string {
	var b strings.Builder
	for _, part := range exchangeParts(x) {
		b.WriteString(p.bold(part.title) + "\n")
		for _, line := range indented(part.lines) {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}

// exchangeParts is what there is to show of an exchange.
func exchangeParts(x Exchange) []part {
	var parts []part
	add := func(title string, lines []string) { parts = append(parts, part{title, lines}) }
	if x.Request != "" {
		add("request sent:", message(string(x.Request)))
	}
	switch {
	case x.Response != "":
		status, rest := cutStatus(string(x.Response))
		add(strings.TrimRight("response: "+status, " "), rest)
	case x.Request != "":
		add("response: none", nil)
	}
	if x.TimedOut {
		add("the client timed out", nil)
	}
	if x.Error != "" {
		add("connection: "+x.Error, nil)
	}
	if len(x.Nginx) > 0 {
		add("nginx says:", visibleAll(x.Nginx))
	}
	log := slices.DeleteFunc(slices.Clone(x.Log), startUp.MatchString)
	switch {
	case len(log) > 0:
		add("error.log:", visibleAll(log))
	case x.Request != "" && len(x.Nginx) == 0:
		add("error.log: nothing above debug level", nil)
	}
	if x.Advice != "" {
		add("what to do: "+x.Advice, nil)
	}
	return parts
}

// message shows a request or a response: the head without its line ends as long as they are what they should be, then
// the body.
func message(raw string) []string {
	head, body, found := strings.Cut(raw, "\r\n\r\n")
	if !found {
		return textLines(raw)
	}
	var lines []string
	for _, line := range strings.Split(head, "\r\n") {
		lines = append(lines, visible(line, hides(head)))
	}
	if body != "" {
		lines = append(append(lines, ""), textLines(body)...)
	}
	return cutLines(lines)
}

// cutStatus splits the status line off a response. What does not begin with one is all rest.
func cutStatus(raw string) (status string, rest []string) {
	if !strings.HasPrefix(raw, "HTTP/") {
		return "", textLines(raw)
	}
	lines := message(raw)
	return lines[0], lines[1:]
}

func visibleAll(lines []string) []string {
	var out []string
	for _, line := range lines {
		out = append(out, visible(line, false))
	}
	return cutLines(out)
}
