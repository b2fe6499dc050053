package check

import (
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/regex"
	"github.com/ngxtest/ngxtest/runner/spec"
)

// wantedHeader is a line of response_headers.
type wantedHeader struct {
	name    string
	value   string
	missing bool // "! Name", or a line without a value: it must not be there
}

const white = "\t\n\v\f\r "

// wantedHeaders reads the lines of response_headers, in their order. Of several lines for one name the last counts.
func wantedHeaders(text string) []wantedHeader {
	var list []wantedHeader
	at := map[string]int{}
	for line := range strings.Lines(text) {
		var h wantedHeader
		line = strings.Trim(line, white)
		if rest, not := strings.CutPrefix(line, "!"); not {
			h = wantedHeader{name: strings.TrimLeft(rest, white), missing: true}
		} else {
			name, value, has := strings.Cut(line, ":")
			h = wantedHeader{name: strings.TrimRight(name, white), value: strings.TrimLeft(value, white), missing: !has}
		}
		if i, twice := at[h.name]; twice {
			list[i] = h
			continue
		}
		at[h.name] = len(list)
		list = append(list, h)
	}
	return list
}

// checkHeaders checks response_headers, or response_headers_like when that is not there.
func (j *judge) checkHeaders(r reply) error {
	section := "response_headers"
	if !j.Spec.Has(section) {
		section = "response_headers_like"
	}
	if !j.Spec.Has(section) {
		return nil
	}
	text, err := j.indexed(section, r.index, r.many)
	if err != nil {
		return err
	}
	for _, h := range wantedHeaders(text.String()) {
		like := section == "response_headers_like"
		if h.name == "" && (like || !h.missing) {
			return j.errorf("%s: a line has no header name", section)
		}
		if j.skips(section, section+" - ") {
			continue
		}
		got := ""
		if r.res != nil {
			got, _ = r.res.Header.Get(h.name)
		}
		switch {
		case like:
			j.like(section, "like", got, spec.Text("^"+h.value+"$"), "", j.Name+" - header "+h.name+" like ok")
		case h.missing:
			j.like(section, "unlike", r.rawHeaders(), spec.Text(`^\s*`+regex.QuoteMeta(h.name)+`\s*:`), "ms",
				j.Name+" - header "+h.name+" not present in the raw headers")
		default:
			j.is(section, spec.Text(got), spec.Text(j.ports(h.value)), j.Name+" - header "+h.name+" ok")
		}
	}
	return nil
}

var (
	serverPort          = lazyregexp.New(`\$ServerPort\b`)
	serverPortForClient = lazyregexp.New(`\$ServerPortForClient\b`)
)

// ports replaces the names of the server's ports.
func (b *Block) ports(text string) string {
	if !strings.Contains(text, "$ServerPort") {
		return text
	}
	text = serverPort.ReplaceAllLiteralString(text, b.ServerPort)
	return serverPortForClient.ReplaceAllLiteralString(text, b.ServerPortForClient)
}
