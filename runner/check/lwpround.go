package check

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/wire"
)

// roundLWP is Round as Test::Nginx::LWP has it: one request, of which redirections are followed, and checks of the status, the headers
// and the body; no logs.
func (b *Block) roundLWP(ctx context.Context, r Round) error {
	request, err := b.lwpRequest()
	if err != nil {
		return err
	}
	res := &wire.Response{}
	if r.DryRun == "" {
		res = b.lwpResponse(request, r)
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
	}
	j := &judge{Block: b, dry: r.DryRun}
	for _, check := range []func(*wire.Response){j.lwpStatus, j.lwpHeaders, j.lwpContent} {
		check(res)
		r.Emit(j.Result)
		j.Result = Result{}
	}
	return nil
}

// lwpResponse sends the request, and on where it is redirected to.
func (b *Block) lwpResponse(request *lwpRequest, r Round) *wire.Response {
	const most = 7
	for redirected := 0; ; redirected++ {
		sent := request.wire()
		if redirected > 0 && request.url.Host != "localhost:"+b.ServerPortForClient {
			sent.Addr = request.url.Host
			if request.url.Port() == "" {
				sent.Addr += ":80"
			}
		}
		res := b.received(r.Do(0, sent), request.method)
		location, there := res.Header.Get("Location")
		follows := slices.Contains([]string{"301", "302", "303", "307", "308"}, res.Code) && there &&
			(request.method == "GET" || request.method == "HEAD") && redirected < most
		if !follows {
			return res
		}
		target, err := url.Parse(location)
		if err != nil {
			return res
		}
		if target = request.url.ResolveReference(target); target.Scheme != "http" || target.Host == "" {
			return res
		}
		request.url = target
		request.headers.set("Host", spec.Value{})
		request.headers.set("Cookie", spec.Value{})
	}
}

// received is what LWP makes of what came: where that is nothing, a response of its own with status 500.
func (b *Block) received(x wire.Exchange, method string) *wire.Response {
	internal := func(why string) *wire.Response {
		return &wire.Response{Code: "500", Body: why + "\n", Header: wire.Header{{Name: "Content-Type", Value: "text/plain"}}}
	}
	switch {
	case !x.Connected:
		return internal(fmt.Sprintf("Can't connect to localhost:%s (%v)", b.ServerPortForClient, x.Err))
	case x.TimedOut && !strings.Contains(x.Raw, "\r\n\r\n"):
		return internal("read timeout")
	case x.Raw == "":
		return internal("Server closed connection without sending any data back")
	}
	for raw := x.Raw; ; {
		res, _ := wire.ParseResponse(b.Name, raw, method == "HEAD")
		if res == nil {
			return internal("the chunks of the response are broken")
		}
		end := strings.Index(raw, "\r\n\r\n")
		if len(res.Code) != 3 || res.Code[0] != '1' || res.Code == "101" || end < 0 {
			return res
		}
		raw = raw[end+4:] // an interim answer
	}
}

func (j *judge) lwpStatus(res *wire.Response) {
	if j.skips("error_code", "") {
		return
	}
	want := spec.Text("200")
	if j.Spec.Has("error_code") {
		want = j.Spec.Value("error_code")
	}
	j.is("error_code", spec.Text(res.Code), want, j.Name+" - status code ok")
}

func (j *judge) lwpHeaders(res *wire.Response) {
	section := "response_headers"
	if !j.Spec.Has(section) {
		section = "response_headers_like"
	}
	if !j.Spec.Has(section) {
		return
	}
	for _, h := range wantedHeaders(j.Spec.Value(section).String()) {
		if j.skips(section, "") {
			continue
		}
		got, _ := res.Header.Get(h.name)
		want := spec.Text(h.value)
		if h.missing {
			want = spec.Value{} // undefined
		}
		if section == "response_headers_like" {
			j.like(section, "like", got, spec.Text("^"+h.value+"$"), "", j.Name+" - header "+h.name+" like ok")
		} else {
			j.is(section, spec.Text(got), want, j.Name+" - header "+h.name+" ok")
		}
	}
}

func (j *judge) lwpContent(res *wire.Response) {
	body := reply{res: res}.content()
	switch {
	case j.Spec.Has("response_body"):
		if !j.skips("response_body", "") {
			want := spec.Text(j.ports(j.Spec.Value("response_body").String()))
			j.is("response_body", body, want, j.Name+" - response_body - response is expected")
		}
	case j.Spec.Has("response_body_like"):
		if !j.skips("response_body_like", "") {
			want := j.Spec.Value("response_body_like")
			if text := j.ports(want.String()); text != want.String() {
				want = spec.Text(text)
			}
			j.like("response_body_like", "like", body.String(), want, "s",
				fmt.Sprintf("%s - response_body_like - response is expected (%s)", j.Name, summary(body.String())))
		}
	}
}
