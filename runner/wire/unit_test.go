package wire

import (
	"reflect"
	"testing"
)

// The cases of Test::Nginx's own t/apply_moves.t: edits are its moves, a drop its d, an insert its s_s and s_v.
func TestUnitsApplyMoves(t *testing.T) {
	drop := func(n int) edit { return edit{drop: n} }
	put := func(n int, with string) edit { return edit{replace: n, with: with, insert: true} }
	get := []edit{put(3, "GET "), drop(0), put(0, "/ "), drop(0), put(0, "HTTP/1.1")}
	for _, c := range []struct {
		name    string
		packets []string
		edits   []edit
		want    []string
	}{
		{"Basic delete", []string{"foo"}, []edit{drop(2)}, []string{"o"}},
		{"Basic substitute", []string{"GIT /"}, []edit{put(3, "GET")}, []string{"GET /"}},
		{"Substitute on border", []string{"GI", "T /"}, []edit{put(3, "GET")}, []string{"GE", "T /"}},
		{"Append", []string{"/"}, []edit{put(0, "GET ")}, []string{"GET /"}},
		{"Simple GET", []string{"GET"}, get, []string{"GET / HTTP/1.1"}},
		{"Split GET", []string{"GE", "T"}, get, []string{"GE", "T / HTTP/1.1"}},
	} {
		if got := splice(c.packets, append([]edit{}, c.edits...)); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// The cases of Test::Nginx's own t/parse_request.t. What it counts behind the URL of a request without a version, and behind the
// version, is one number here: no edit tells them apart.
func TestUnitsParseRequest(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       requestText
	}{
		{"GET only default", "GET", requestText{method: "GET", url: "/", version: "HTTP/1.1", methodSize: 3}},
		{"GET with URL", "GET /foo", requestText{method: "GET", url: "/foo", version: "HTTP/1.1", methodSize: 3, afterMethod: 1, urlSize: 4}},
		{"GET with URL and version", "GET /foo HTTP/7.33", requestText{method: "GET", url: "/foo", version: "HTTP/7.33",
			methodSize: 3, afterMethod: 1, urlSize: 4, afterURL: 1, versionSize: 9}},
		{"Playing with spaces", "GET   /foo  HTTP/7.33  ", requestText{method: "GET", url: "/foo", version: "HTTP/7.33",
			methodSize: 3, afterMethod: 3, urlSize: 4, afterURL: 2, versionSize: 9, afterLine: 2}},
		{"Content", "POST /foo HTTP/1.1\r\nABC", requestText{method: "POST", url: "/foo", version: "HTTP/1.1", content: "ABC",
			methodSize: 4, afterMethod: 1, urlSize: 4, afterURL: 1, versionSize: 8, afterLine: 2, contentSize: 3}},
		{"Content with only LF", "POST /foo HTTP/1.1\nABC", requestText{method: "POST", url: "/foo", version: "HTTP/1.1", content: "ABC",
			methodSize: 4, afterMethod: 1, urlSize: 4, afterURL: 1, versionSize: 8, afterLine: 1, contentSize: 3}},
		{"Content without version", "POST /foo\r\nABC", requestText{method: "POST", url: "/foo", version: "HTTP/1.1", content: "ABC",
			methodSize: 4, afterMethod: 1, urlSize: 4, afterLine: 2, contentSize: 3}},
		{"Leading spaces", "    HEAD /rrd", requestText{method: "HEAD", url: "/rrd", version: "HTTP/1.1",
			before: 4, methodSize: 4, afterMethod: 1, urlSize: 4}},
	} {
		if got, err := parseRequest(c.name, c.text); err != nil || got != c.want {
			t.Errorf("%s: got %+v, %v", c.name, got, err)
		}
	}
}
