package report

import (
	"regexp"
	"slices"
	"strings"
)

// startUp is what nginx says in its log at each start, whatever happens.
var startUp = regexp.MustCompile(`\[notice\] \d+#\d+: (using the "|openresty/|nginx/|built by |OS: |getrlimit\()`)

// exchangeText shows what went over the wire and what nginx said, each part under its own word.
func exchangeText(x Exchange, p palette) string {
	var b strings.Builder
	part := func(title string, lines []string) {
		b.WriteString(p.bold(title) + "\n")
		for _, line := range indented(lines) {
			b.WriteString(line + "\n")
		}
	}
	if x.Request != "" {
		part("request sent:", message(string(x.Request)))
	}
	switch {
	case x.Response != "":
		status, rest := cutStatus(string(x.Response))
		part(strings.TrimRight("response: "+status, " "), rest)
	case x.Request != "":
		part("response: none", nil)
	}
	if x.TimedOut {
		part("the client timed out", nil)
	}
	if x.Error != "" {
		part("connection: "+x.Error, nil)
	}
	if len(x.Nginx) > 0 {
		part("nginx says:", visibleAll(x.Nginx))
	}
	log := slices.DeleteFunc(slices.Clone(x.Log), startUp.MatchString)
	switch {
	case len(log) > 0:
		part("error.log:", visibleAll(log))
	case x.Request != "" && len(x.Nginx) == 0:
		part("error.log: nothing above debug level", nil)
	}
	if x.Advice != "" {
		part("what to do: "+x.Advice, nil)
	}
	return b.String()
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
