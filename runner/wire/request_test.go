package wire

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestParseRequest(t *testing.T) {
	for _, c := range []struct {
		text string
		want requestText
	}{
		{"PUT", requestText{method: "PUT", url: "/", version: "HTTP/1.1", methodSize: 3}},
		{"PUT /a", requestText{method: "PUT", url: "/a", version: "HTTP/1.1", methodSize: 3, afterMethod: 1, urlSize: 2}},
		{"PUT /a X/2", requestText{method: "PUT", url: "/a", version: "X/2", methodSize: 3, afterMethod: 1, urlSize: 2, afterURL: 1, versionSize: 3}},
		{"  PUT  /a   X/2    ", requestText{method: "PUT", url: "/a", version: "X/2",
			before: 2, methodSize: 3, afterMethod: 2, urlSize: 2, afterURL: 3, versionSize: 3, afterLine: 4}},
		{"PUT /a\r\nxyz\n", requestText{method: "PUT", url: "/a", version: "HTTP/1.1", content: "xyz\n",
			methodSize: 3, afterMethod: 1, urlSize: 2, afterLine: 2, contentSize: 4}},
		{"PUT /a X/2\nxyz", requestText{method: "PUT", url: "/a", version: "X/2", content: "xyz",
			methodSize: 3, afterMethod: 1, urlSize: 2, afterURL: 1, versionSize: 3, afterLine: 1, contentSize: 3}},
	} {
		if got, err := parseRequest("t", c.text); err != nil || got != c.want {
			t.Errorf("%q: got %+v, %v", c.text, got, err)
		}
	}
}

func TestSplice(t *testing.T) {
	put := func(size int, with string) edit { return edit{replace: size, with: with, insert: true} }
	for _, c := range []struct {
		name    string
		packets []string
		edits   []edit
		want    []string
	}{
		{"drop", []string{"abc"}, []edit{{drop: 1}}, []string{"bc"}},
		{"drop a packet and a part", []string{"ab", "cd"}, []edit{{drop: 3}}, []string{"d"}},
		{"drop over a border, something kept", []string{"ab", "cd"}, []edit{put(1, "X"), {drop: 2}}, []string{"Xb", "d"}},
		{"replace", []string{"abc"}, []edit{put(2, "XY")}, []string{"XYc"}},
		{"replace by more", []string{"a"}, []edit{put(1, "XYZ")}, []string{"XYZ"}},
		{"replace over a border", []string{"ab", "cd"}, []edit{put(3, "XYZ")}, []string{"XY", "Zd"}},
		{"what is more goes behind the border", []string{"ab", "c"}, []edit{put(3, "UVWXYZ")}, []string{"UV", "WXYZ"}},
		{"what is less empties a packet", []string{"a", "bc"}, []edit{put(3, "X")}, []string{"X", ""}},
		{"insert", []string{"c"}, []edit{put(0, "ab")}, []string{"abc"}},
		{"no edits left", []string{"a", "b"}, nil, []string{"a", "b"}},
	} {
		if got := splice(c.packets, c.edits); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestBuild(t *testing.T) {
	second := time.Second
	const host = "Host: localhost\r\n"
	for _, c := range []struct {
		name string
		src  Source
		want []Request
	}{
		{
			"comments in front", Source{Text: "# one\n\n  # two\nGET /\n"},
			[]Request{{Packets: []Packet{{Value: "GET / HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n"}}}},
		},
		{
			"a body gets its length", Source{Text: "PUT /a\n x \n", ServerName: "srv"},
			[]Request{{Packets: []Packet{{Value: "PUT /a HTTP/1.1\r\nHost: srv\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx"}}}},
		},
		{
			"a chunked body does not", Source{Text: "PUT /a\n1\r\nx", MoreHeaders: []string{"transfer-encoding: chunked"}},
			[]Request{{Packets: []Packet{{Value: "PUT /a HTTP/1.1\r\n" + host + "Connection: close\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx"}}}},
		},
		{
			"headers of one's own", Source{Text: "HEAD /", MoreHeaders: []string{"# no\nhost: h\nConnection: Upgrade\nX"}},
			[]Request{{Head: true, Packets: []Packet{{Value: "HEAD / HTTP/1.1\r\nhost: h\r\nConnection: Upgrade\r\nX: \r\n\r\n"}}}},
		},
		{
			"a pipeline", Source{Pipelined: []string{"GET /a", "GET /b"}, PerRequest: true, MoreHeaders: []string{"A: 1", "B: 2"}},
			[]Request{{
				Packets: []Packet{{Value: "GET /a HTTP/1.1\r\n" + host + "Connection: keep-alive\r\nA: 1\r\n\r\n" +
					"GET /b HTTP/1.1\r\n" + host + "Connection: close\r\nB: 2\r\n\r\n"}},
				Pipeline: []Request{
					{Packets: []Packet{{Value: "GET /a HTTP/1.1\r\n" + host + "Connection: close\r\nA: 1\r\n\r\n"}}},
					{Packets: []Packet{{Value: "GET /b HTTP/1.1\r\n" + host + "Connection: close\r\nB: 2\r\n\r\n"}}},
				},
			}},
		},
		{
			"raw packets with a delay between", Source{Raw: []SourcePacket{{Value: "HEAD "}, {Value: "/"}}, MiddleDelay: second},
			[]Request{{Head: true, Packets: []Packet{{Value: "HEAD "}, {Value: "/", Delay: second}}}},
		},
		{
			"packets of requests", Source{Requests: [][]SourcePacket{
				{{Value: "PUT /a\n", Delay: &second}, {Value: "ab", Delay: &second}, {Value: "c"}},
				{{Value: "GET /b"}},
			}},
			[]Request{
				{Packets: []Packet{
					{Value: "PUT /a HTTP/1.1\r\n" + host + "Connection: close\r\nContent-Length: 3\r\n\r\n"},
					{Value: "ab", Delay: second}, {Value: "c"},
				}},
				{Packets: []Packet{{Value: "GET /b HTTP/1.1\r\n" + host + "Connection: close\r\n\r\n"}}},
			},
		},
	} {
		if got, err := Build(c.src); err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %+v, %v\nwant %+v", c.name, got, err, c.want)
		}
	}
}

func TestBuildErrors(t *testing.T) {
	for _, c := range []struct {
		src  Source
		want string
	}{
		{Source{}, "t - the request line is empty"},
		{Source{Text: "GET / HTTP/1.1 x"}, `t - bad request line "GET / HTTP/1.1 x"`},
		{Source{Requests: [][]SourcePacket{}}, "t - the request section is an empty list"},
		{Source{Text: "GET /", PerRequest: true}, "t - more_headers has nothing for request 0"},
		{Source{Pipelined: []string{"GET /", "GET /"}, PerRequest: true, MoreHeaders: []string{"A: b"}}, "t - more_headers has nothing for request 1"},
	} {
		c.src.Name = "t"
		if _, err := Build(c.src); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%+v: error %v, want %s", c.src, err, c.want)
		}
	}
}

func TestParseTime(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"3": 3 * time.Second, "0.5": time.Second / 2, "500ms": time.Second / 2, "2s": 2 * time.Second, "2s\n": 2 * time.Second,
		" 1 ": time.Second, "1e1": 10 * time.Second, "": 0, "x": 0, "-1": 0, "ms": 0, "3x": 3 * time.Second, "1e99": 1 << 62,
	} {
		if got := ParseTime(text); got.Round(time.Microsecond) != want.Round(time.Microsecond) {
			t.Errorf("%q: got %v, want %v", text, got, want)
		}
	}
}
