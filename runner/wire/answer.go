package wire

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"
)

// answer is a response of HTTP/2 or HTTP/3 while it arrives, as curl -i prints it.
type answer struct {
	version   int
	head      bool // the request was a HEAD: no body comes, whatever Content-Length says
	started   time.Time
	connected bool
	most      int // bytes that are taken

	out    strings.Builder
	status string // of the final header; "" before it is there
	body   int    // bytes of the body
	length int64  // Content-Length; -1: none
}

func (a *answer) text() string { return a.out.String() }

// section takes the fields of a header or a trailer. What is wrong with one ends the response: the fields before it are told
// all the same.
func (a *answer) section(fields []Field) (wrong *Field) {
	if a.status != "" {
		for _, f := range fields {
			fmt.Fprintf(&a.out, "%s: %s\r\n", f.Name, f.Value)
		}
		return nil
	}
	status := ""
	a.length = -1
	for i, f := range fields {
		switch {
		case f.Name == ":status" && i == 0 && len(f.Value) == 3:
			status = f.Value
			fmt.Fprintf(&a.out, "HTTP/%d %s \r\n", a.version, status)
			continue
		case status == "" || strings.HasPrefix(f.Name, ":") || f.Name != strings.ToLower(f.Name):
			return &f
		case !httpguts.ValidHeaderFieldName(f.Name) || !httpguts.ValidHeaderFieldValue(f.Value):
			continue // curl's library passes over it
		}
		switch f.Name {
		case "connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade":
			return &f
		case "content-length":
			n, err := strconv.ParseUint(f.Value, 10, 63)
			if err != nil || a.length >= 0 {
				return &f
			}
			a.length = int64(n)
		}
		fmt.Fprintf(&a.out, "%s: %s\r\n", f.Name, f.Value)
	}
	if status == "" {
		return &Field{Name: ":status"}
	}
	a.out.WriteString("\r\n")
	if status[0] != '1' {
		a.status = status
	}
	return nil
}

// bodiless reports that Content-Length says nothing about what comes.
func (a *answer) bodiless() bool { return a.head || a.status == "204" || a.status == "304" }

// missing is how many bytes of the body have not come.
func (a *answer) missing() int64 {
	if a.length < 0 || a.bodiless() {
		return 0
	}
	return a.length - int64(a.body)
}

// data takes a piece of the body.
func (a *answer) data(b []byte) error {
	if a.body += len(b); a.body > a.most {
		return errEndless(a.most)
	}
	a.out.Write(b)
	return nil
}
