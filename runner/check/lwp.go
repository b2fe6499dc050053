package check

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/wire"
)

// lwpHeaders are headers as Perl's HTTP::Headers keeps them: by their names without regard to case.
type lwpHeaders map[string]wire.Field

// set replaces a header. Without a value it goes.
func (h lwpHeaders) set(name string, value spec.Value) {
	name = strings.ReplaceAll(name, "_", "-")
	key := strings.ToLower(name)
	if !value.Defined() {
		delete(h, key)
		return
	}
	shown, known := h[key]
	if !known {
		shown.Name = headerCase(name)
	}
	h[key] = wire.Field{Name: shown.Name, Value: strings.ReplaceAll(value.String(), "\n", " ")}
}

func (h lwpHeaders) has(name string) bool {
	_, ok := h[strings.ToLower(name)]
	return ok
}

// headerOrder is that of HTTP::Headers: of general headers, of requests, of responses, of content; others follow by name.
var headerOrder = strings.Fields(`Cache-Control Connection Date Pragma Trailer Transfer-Encoding Upgrade Via Warning
	Accept Accept-Charset Accept-Encoding Accept-Language Authorization Expect From Host If-Match If-Modified-Since
	If-None-Match If-Range If-Unmodified-Since Max-Forwards Proxy-Authorization Range Referer TE User-Agent
	Accept-Ranges Age ETag Location Proxy-Authenticate Retry-After Server Vary WWW-Authenticate
	Allow Content-Encoding Content-Language Content-Length Content-Location Content-MD5 Content-Range Content-Type Expires Last-Modified`)

func headerRank(name string) int {
	i := slices.IndexFunc(headerOrder, func(known string) bool { return strings.EqualFold(known, name) })
	if i < 0 {
		return len(headerOrder)
	}
	return i
}

var wordStart = lazyregexp.New(`\b\w`)

// headerCase is how a name is sent: as it is usually written, or with a capital letter for each of its words.
func headerCase(name string) string {
	if i := headerRank(name); i < len(headerOrder) {
		return headerOrder[i]
	}
	return wordStart.ReplaceAllStringFunc(name, strings.ToUpper)
}

// sorted returns the headers in the order in which they are sent.
func (h lwpHeaders) sorted() []wire.Field {
	var list []wire.Field
	for _, f := range h {
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b wire.Field) int {
		return cmp.Or(cmp.Compare(headerRank(a.Name), headerRank(b.Name)), strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)))
	})
	return list
}

// lwpRequest is a request as LWP::UserAgent sends it.
type lwpRequest struct {
	method  string
	url     *url.URL // of http://localhost:PORT
	headers lwpHeaders
	content string
	pieces  []string // of a body that is sent piece by piece, without Content-Length as chunks; nil for none
	delays  [2]spec.Value
}

var lwpSpace = lazyregexp.New(`[\t\n\v\f\r ]+`)

// lwpRequest reads the sections that say what to send.
func (b *Block) lwpRequest() (*lwpRequest, error) {
	first, rest, _ := strings.Cut(b.Spec.Value("request").String(), "\n")
	line := lwpSpace.Split(strings.Trim(first, white), 2)
	if line[0] == "" {
		return nil, b.errorf("request: the request line is empty (begin with it: GET /t)")
	}
	path := ""
	if len(line) > 1 {
		path = line[1]
	}
	r := &lwpRequest{method: line[0], headers: lwpHeaders{}, content: trimOnce(rest)}
	var err error
	if r.url, err = url.Parse("http://localhost:" + b.ServerPortForClient + escapeURL(path)); err != nil {
		return nil, b.errorf("request: %s is no path (write GET /t): %w", path, err)
	}
	r.headers.set("User-Agent", spec.Text("Test::Nginx::LWP"))
	for _, h := range wantedHeaders(b.Spec.Value("request_headers").String()) {
		if h.missing {
			continue
		}
		r.headers.set(h.name, spec.Text(h.value))
	}
	switch {
	case truth(r.content) && (r.method == "GET" || r.method == "HEAD"):
		return nil, b.errorf("request: a %s has no content (use POST or PUT)", r.method)
	case truth(r.content):
	case r.method == "POST" || r.method == "PUT":
		if err := b.lwpBody(r); err != nil {
			return nil, err
		}
	}
	if more := b.Spec.Value("more_headers"); more.True() {
		for line := range strings.SplitSeq(more.String(), "\n") {
			if line == "" || strings.HasPrefix(strings.TrimLeft(line, white), "#") {
				continue
			}
			name, value, has := strings.Cut(line, ":")
			v := spec.Value{}
			if has {
				v = spec.Text(strings.TrimLeft(value, white))
			}
			r.headers.set(name, v)
		}
	}
	return r, nil
}

// lwpBody is for a POST or PUT without content: it has chunks, or a length of 0.
func (b *Block) lwpBody(r *lwpRequest) error {
	r.content = ""
	if !r.headers.has("Content-Type") {
		r.headers.set("Content-Type", spec.Text("text/plain"))
	}
	chunks := b.Spec.Value("chunked_body")
	switch {
	case !chunks.Defined():
		r.headers.set("Content-Length", spec.Text("0"))
		return nil
	case chunks.Kind != spec.List:
		return b.errorf("chunked_body: want a list of pieces (chunked_body eval, and [\"hello\", \"world\"])")
	}
	r.pieces = []string{}
	for _, piece := range chunks.List {
		r.pieces = append(r.pieces, piece.String())
	}
	r.delays = [2]spec.Value{b.Spec.Value("start_chunk_delay"), b.Spec.Value("middle_chunk_delay")}
	return nil
}

// wire returns the packets that are sent.
func (r *lwpRequest) wire() wire.Request {
	var connection []string
	var lines []string
	length := ""
	if !r.headers.has("Host") {
		r.headers.set("Host", spec.Text(r.url.Host))
	}
	for _, f := range r.headers.sorted() {
		switch strings.ToLower(f.Name) {
		case "connection":
			for word := range strings.SplitSeq(f.Value, ",") {
				connection = append(connection, strings.Trim(word, white))
			}
		case "content-length":
			if length = f.Value; r.content == "" && truth(length) && r.pieces == nil {
				length = "" // of nothing
				continue
			}
			lines = append(lines, f.Name+": "+f.Value)
		default:
			lines = append(lines, f.Name+": "+f.Value)
		}
	}
	has := func(word string) bool {
		return slices.ContainsFunc(connection, func(w string) bool { return strings.EqualFold(w, word) })
	}
	var front []string
	switch {
	case !r.headers.has("TE"):
		front = append(front, "TE: deflate,gzip;q=0.3")
		connection = append(connection, "TE")
	case !has("TE"):
		connection = append(connection, "TE")
	}
	if !has("close") {
		connection = append(connection, "close")
	}
	front = append(front, "Connection: "+strings.Join(connection, ", "))
	chunked := r.pieces != nil && !r.headers.has("Content-Length")
	switch {
	case chunked:
		lines = append(lines, "Transfer-Encoding: chunked")
	case r.content != "" && length != strconv.Itoa(len(r.content)):
		lines = slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "Content-Length: ") })
		lines = append(lines, "Content-Length: "+strconv.Itoa(len(r.content)))
	}
	target := r.url.RequestURI()
	head := r.method + " " + target + " HTTP/1.1\r\n" + strings.Join(append(front, lines...), "\r\n") + "\r\n\r\n"
	request := wire.Request{Head: r.method == "HEAD"}
	if r.pieces == nil {
		request.Packets = []wire.Packet{{Value: head + r.content}}
		return request
	}
	request.Packets = r.packets(head, chunked)
	return request
}

// packets are the pieces of the body. An empty one behind the first ends it.
func (r *lwpRequest) packets(head string, chunked bool) []wire.Packet {
	encode := func(piece string) string {
		if !chunked {
			return piece
		}
		return fmt.Sprintf("%x\r\n%s\r\n", len(piece), piece)
	}
	start, middle := wire.Seconds(r.delays[0].String()), wire.Seconds(r.delays[1].String())
	first := ""
	if len(r.pieces) > 0 {
		first = r.pieces[0]
	}
	// The first packet of a request is not waited for: an empty one goes before.
	list := []wire.Packet{{}, {Value: head + encode(first), Delay: start}}
	for _, piece := range r.pieces[min(1, len(r.pieces)):] {
		if piece == "" {
			break
		}
		list = append(list, wire.Packet{Value: encode(piece), Delay: middle})
	}
	if chunked {
		list = append(list, wire.Packet{Value: encode(""), Delay: middle})
	}
	return list
}

// truth is what Perl thinks of a text.
func truth(s string) bool { return s != "" && s != "0" }

// trimOnce takes the white space off the front, or off the end where there is none in front.
func trimOnce(s string) string {
	if !truth(s) {
		return s
	}
	if front := strings.TrimLeft(s, white); front != s {
		return front
	}
	return strings.TrimRight(s, white)
}

// escapeURL escapes the bytes that cannot be in a URL.
func escapeURL(s string) string {
	const fit = "-_.!~*'();/?:@&=+$,[]%#"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte(fit, c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
