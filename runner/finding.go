package runner

import (
	"strconv"
	"strings"

	"github.com/ngxtest/ngxtest/nginxconf"
	"github.com/ngxtest/ngxtest/runner/memory"
	"github.com/ngxtest/ngxtest/runner/report"
	"github.com/ngxtest/ngxtest/runner/wire"
	"github.com/ngxtest/ngxtest/valgrind"
)

// finding tells a finding, an error or a loss.
func (r *blockRun) finding(place *report.Place, l memory.Loss, notes []string) {
	record, growth, i := l.Record, l.Growth, l.Request
	f := report.Finding{
		Verdict: l.Verdict, Record: record, Key: record.Key().Fingerprint(), Fails: l.Verdict.Fails(r.setup.StrictLeaks),
		Note: strings.Join(notes, "; "),
	}
	// Errors are noted while the requests of a pipeline are on one connection.
	together := i >= 0 && r.pipelined() && !record.Kind.IsLoss()
	place.Request, place.Requests = 0, 0
	if requests := r.single(); i >= 0 && i < len(requests) && !together {
		place.Request, place.Requests = i+1, len(requests)
		f.RequestLine = requestLine(requests[i])
	}
	f.Watched, f.GrownBy, f.GrownIn = growth.Requests, growth.Bytes, growth.Blocks
	switch {
	case l.Steps != nil:
		f.Steps, f.Alone = l.Steps, l.Alone
	case growth.Requests > 0:
		f.Steps, f.Alone = r.watch.Steps(record.Key(), len(r.requests))
	}
	for n, frame := range record.Stack {
		if r.watch.Owner().Own(frame) {
			f.Own = append(f.Own, n)
		}
	}
	f.Lua = r.luaChunks(record.Stack, f.RequestLine)
	f.Quote()
	r.hold(report.Event{Kind: report.Found, Place: place, Finding: &f}, together)
}

// requestLine is "GET /t HTTP/1.1".
func requestLine(r wire.Request) string {
	line, _, _ := strings.Cut(strings.TrimLeft(r.Bytes(), "\r\n"), "\r\n")
	return line
}

// luaChunks returns where the block's configuration has the Lua that may have been running: "t/a.t:12: content_by_lua_block".
// Where the stack is not below Lua, none was.
func (r *blockRun) luaChunks(stack valgrind.Stack, requestLine string) []string {
	inLua := false
	for _, f := range stack {
		inLua = inLua || f.InLua()
	}
	if !inLua {
		return nil
	}
	path := ""
	if words := strings.Fields(requestLine); len(words) > 1 {
		path, _, _ = strings.Cut(words[1], "?")
	}
	section := func(name string) (text string, line int) {
		if s := r.block.Section(name); s != nil {
			return s.Text, s.Line
		}
		return "", 0
	}
	http, httpLine := section("http_config")
	config, configLine := section("config")
	var chunks []string
	add := func(line int, list []nginxconf.Chunk) {
		for _, c := range list {
			if line > 0 {
				chunks = append(chunks, r.job.File+":"+strconv.Itoa(line+c.Line)+": "+c.Directive)
			}
		}
	}
	add(httpLine, nginxconf.LuaChunks(http, path))
	add(configLine, nginxconf.LuaChunks(config, path))
	return chunks
}
