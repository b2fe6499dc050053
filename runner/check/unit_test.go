package check

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/wire"
)

func lists(rows ...spec.Value) spec.Value { return spec.Value{Kind: spec.List, List: rows} }

func packet(value string, delay string) spec.Value {
	m := map[string]spec.Value{"value": spec.Text(value)}
	if delay != "" {
		m["delay_before"] = spec.Text(delay)
	}
	return spec.Value{Kind: spec.Map, Map: m}
}

// The cases of Test::Nginx's own t/get_req_from_block.t.
func TestUnitsRequests(t *testing.T) {
	const closes = "Host: localhost\r\nConnection: close\r\n"
	for _, c := range []struct {
		name, section string
		value         spec.Value
		want          [][]wire.Packet
	}{
		{"request: basic string", "request", spec.Text("GET /\n"), [][]wire.Packet{{{Value: "GET / HTTP/1.1\r\n" + closes + "\r\n"}}}},
		{"request: with eval", "request", spec.Text("POST /rrd/taratata\nvalue=N%3A12345"), [][]wire.Packet{{
			{Value: "POST /rrd/taratata HTTP/1.1\r\n" + closes + "Content-Length: 15\r\n\r\nvalue=N%3A12345"}}}},
		{"pipelined_requests: simple array", "pipelined_requests", spec.Texts("HEAD /foo", "GET /bar"), [][]wire.Packet{{
			{Value: "HEAD /foo HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\nGET /bar HTTP/1.1\r\n" + closes + "\r\n"}}}},
		{"raw_request: array", "raw_request", spec.Texts("POST /foo HTTP/1.1\r\n"+closes+"Content-Type: application/x-www-form-urlencoded\r\nContent-Length:3\r\n\r\nA", "B", "C"), [][]wire.Packet{{
			{Value: "POST /foo HTTP/1.1\r\n" + closes + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length:3\r\n\r\nA"}, {Value: "B"}, {Value: "C"}}}},
		{"raw_request: string", "raw_request", spec.Text("POST /foo HTTP/7.33 whatever\r\nnoheader\r\n\r\nrub my face in the dirt"), [][]wire.Packet{{
			{Value: "POST /foo HTTP/7.33 whatever\r\nnoheader\r\n\r\nrub my face in the dirt"}}}},
		{"request: an array of requests without delays", "request", lists(spec.Texts("POST /foo\r\nv", "alue=N%3A12345"), spec.Text("GET /foo")), [][]wire.Packet{
			{{Value: "POST /foo HTTP/1.1\r\n" + closes + "Content-Length: 15\r\n\r\nv"}, {Value: "alue=N%3A12345"}},
			{{Value: "GET /foo HTTP/1.1\r\n" + closes + "\r\n"}}}},
		{"request: an array of requests with delays", "request", lists(
			lists(spec.Text("POST /foo\r\n"), packet("value=N%3A12345", "3")), lists(packet("GET ", ""), packet("/foo", ""))), [][]wire.Packet{
			{{Value: "POST /foo HTTP/1.1\r\n" + closes + "Content-Length: 15\r\n\r\n"}, {Value: "value=N%3A12345", Delay: 3 * time.Second}},
			{{Value: "GET "}, {Value: "/foo HTTP/1.1\r\n" + closes + "\r\n"}}}},
	} {
		b := block("", "")
		b.Spec.Set(c.section, c.value)
		reqs, err := b.Requests()
		var got [][]wire.Packet
		for _, r := range reqs {
			got = append(got, r.Packets)
		}
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %q, %v\nwant %q", c.name, got, err, c.want)
		}
	}
}

// The cases of Test::Nginx's own t/check_response_body.t (the first) and t/resp_body_filters.t: each test of a body passes.
func TestUnitsBodies(t *testing.T) {
	const (
		html = "<html><head><title>Google</title></head><body>Search me...</body></html>"
		md5  = "127e6fbe19a927fd0b9282134ce045b2"
		sha1 = "134d22ffe50c343216c553954f04e528f15c2325"
	)
	code := func(f func(string) string) spec.Value {
		return spec.Value{Kind: spec.Code, Code: func(args ...spec.Value) ([]spec.Value, error) {
			return []spec.Value{spec.Text(f(args[0].String()))}, nil
		}}
	}
	uc, lc := code(strings.ToUpper), code(strings.ToLower)
	one := spec.Text("GET /")
	for _, c := range []struct {
		name             string
		request, filters spec.Value
		section          string
		want             spec.Value
		tests            int
	}{
		{"response_body_like: array", one, spec.Value{}, "response_body_like", spec.Texts("<title>Google</title>"), 1},
		{"TEST 1", one, lists(uc, lc), "response_body_like", spec.Text("<title>google</title>"), 1},
		{"TEST 2", one, spec.Texts("uc", "lc"), "response_body_like", spec.Text("<title>google</title>"), 1},
		{"TEST 3", one, spec.Text("uc lc"), "response_body_like", spec.Text("<title>google</title>"), 1},
		{"TEST 4", one, uc, "response_body_like", spec.Text("<TITLE>GOOGLE</TITLE>"), 1},
		{"TEST 5", one, spec.Text("uc\n"), "response_body_like", spec.Text("<TITLE>GOOGLE</TITLE>"), 1},
		{"TEST 6", one, spec.Text("md5_hex\n"), "response_body", spec.Text(md5), 1},
		{"TEST 7", one, spec.Text("sha1_hex\n"), "response_body", spec.Text(sha1), 1},
		{"TEST 8", one, lists(spec.Texts("sha1_hex")), "response_body", spec.Text(sha1), 1},
		{"TEST 9", one, lists(lists(uc)), "response_body_like", spec.Text("<TITLE>GOOGLE</TITLE>"), 1},
		{"TEST 10", spec.Texts("GET /", "GET /", "GET /", "GET /"),
			lists(spec.Texts("sha1_hex"), spec.Texts("md5_hex"), spec.Texts("uc"), spec.Texts("lc")),
			"response_body", spec.Texts(sha1, md5, strings.ToUpper(html), strings.ToLower(html)), 4},
		{"TEST 11", spec.Texts("GET /", "GET /"), lists(spec.Texts("sha1_hex", "uc"), spec.Texts("md5_hex", "uc")),
			"response_body", spec.Texts(strings.ToUpper(sha1), strings.ToUpper(md5)), 2},
	} {
		b := block("", "")
		b.ErrorLog = &fakeLog{}
		b.Spec.Set("request", c.request)
		if c.filters.Defined() {
			b.Spec.Set("response_body_filters", c.filters)
		}
		b.Spec.Set(c.section, c.want)
		reqs, err := b.Requests()
		if err != nil {
			t.Fatal(c.name, err)
		}
		made := 0
		err = b.Round(context.Background(), reqs, Round{
			Do: func(int, wire.Request) wire.Exchange {
				return wire.Exchange{Raw: "HTTP/1.0 200 OK\r\nDate: Fri, 31 Dec 1999 23:59:59 GMT\r\nContent-Type: text/html\r\nContent-Length: 72\r\n\r\n" + html}
			},
			Emit: func(r Result) {
				for _, test := range r.Tests {
					if test.Section != c.section {
						continue
					}
					made++
					if !test.OK {
						t.Errorf("%s: %s: got %q, want %q", c.name, test.Name, test.Got, test.Want)
					}
				}
			},
		})
		if err != nil || made != c.tests {
			t.Errorf("%s: %d tests of the body, %v", c.name, made, err)
		}
	}
}
