package wire

import (
	"fmt"
	"strings"
	"time"
)

// Source is what a test block says about its requests.
type Source struct {
	Name       string // of the block, for messages
	ServerName string // what a missing Host header becomes; "localhost" when empty

	// One of these says what to send; the first that is there wins.
	Raw       []SourcePacket   // raw_request: the packets of one request, sent as they are
	Pipelined []string         // pipelined_requests: texts, one after the other on one connection
	Requests  [][]SourcePacket // request as an array: each a request, which is one packet or several
	Text      string           // request as one text, comments and blank lines in front allowed

	// MoreHeaders are the lines of more_headers: one text for all requests, or one each when PerRequest is set.
	MoreHeaders []string
	PerRequest  bool
	// MiddleDelay is raw_request_middle_delay: the pause before each further packet that has none of its own.
	MiddleDelay time.Duration
}

// SourcePacket is one packet of a Source. Delay is its delay_before, nil when it has none.
type SourcePacket struct {
	Value string
	Delay *time.Duration
}

// Build returns the requests of a block, one for each connection. A request line gets the parts that it lacks (the URL "/", the
// version HTTP/1.1), and headers: Host, Connection (close, or keep-alive before the last request of a pipeline), the extra
// ones, and Content-Length where there is a body that is not chunked. Packets keep their borders while that happens.
func Build(src Source) ([]Request, error) {
	if src.ServerName == "" {
		src.ServerName = "localhost"
	}
	switch {
	case src.Raw != nil:
		return []Request{src.request(src.Raw, values(src.Raw))}, nil
	case src.Pipelined != nil:
		return src.pipeline()
	case src.Requests != nil:
		return src.list()
	}
	h, err := src.headers(0)
	if err != nil {
		return nil, err
	}
	packets, err := src.build([]string{stripComments(src.Text)}, h, "close")
	if err != nil {
		return nil, err
	}
	return []Request{src.request(nil, packets)}, nil
}

// pipeline joins the pipelined requests to one.
func (src *Source) pipeline() ([]Request, error) {
	var all strings.Builder
	var alone []Request
	for i, text := range src.Pipelined {
		h, err := src.headers(i)
		if err != nil {
			return nil, err
		}
		last, err := src.build([]string{text}, h, "close")
		if err != nil {
			return nil, err
		}
		alone = append(alone, src.request(nil, last))
		packets := last
		if i < len(src.Pipelined)-1 {
			if packets, err = src.build([]string{text}, h, "keep-alive"); err != nil {
				return nil, err
			}
		}
		all.WriteString(packets[0])
	}
	r := src.request(nil, []string{all.String()})
	r.Pipeline = alone
	return []Request{r}, nil
}

// list builds the requests of an array.
func (src *Source) list() ([]Request, error) {
	if len(src.Requests) == 0 {
		return nil, fmt.Errorf("%s - the request section is an empty list (it needs one request at least)", src.Name)
	}
	var reqs []Request
	for i, list := range src.Requests {
		h, err := src.headers(i)
		if err != nil {
			return nil, err
		}
		packets, err := src.build(values(list), h, "close")
		if err != nil {
			return nil, err
		}
		reqs = append(reqs, src.request(list, packets))
	}
	return reqs, nil
}

// request gives the packets their delays. A packet has the delay of the source packet at the same place, also where an earlier
// one went away while the request line was put in order.
func (src *Source) request(list []SourcePacket, packets []string) Request {
	var r Request
	for i, value := range packets {
		p := Packet{Value: value, Delay: src.MiddleDelay}
		if i < len(list) && list[i].Delay != nil {
			p.Delay = *list[i].Delay
		}
		if i == 0 {
			p.Delay = 0
		}
		r.Packets = append(r.Packets, p)
	}
	r.Head = isHead(r.Bytes())
	return r
}

func isHead(request string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(request, white), "HEAD")
	return ok && strings.IndexAny(rest, white) == 0
}

func values(list []SourcePacket) []string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = p.Value
	}
	return out
}

// stripComments drops white space and comments in front of the request line. A comment is a # line with something behind the #;
// its last word is the request when no white space ends it.
func stripComments(text string) string {
	for {
		text = strings.TrimLeft(text, white)
		behind, ok := strings.CutPrefix(text, "#")
		if !ok {
			return text
		}
		line, rest, ended := strings.Cut(behind, "\n")
		if line != "" && ended {
			text = rest
			continue
		}
		last := strings.LastIndexAny(line, white)
		if last <= 0 {
			return text
		}
		text = line[last+1:]
	}
}

// build puts a request in order that is given as its packets.
func (src *Source) build(packets []string, h moreHeaders, connection string) ([]string, error) {
	line, err := parseRequest(src.Name, strings.Join(packets, ""))
	if err != nil {
		return nil, err
	}
	return splice(packets, line.edits(h.block(src.ServerName, connection, &line.content))), nil
}
