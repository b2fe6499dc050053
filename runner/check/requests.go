package check

import (
	"net"
	"strings"
	"time"

	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/wire"
)

// Requests builds what the block sends, one for each connection. An error is a bail-out.
func (b *Block) Requests() ([]wire.Request, error) {
	if b.LWP {
		r, err := b.lwpRequest()
		if err != nil {
			return nil, err
		}
		return []wire.Request{r.wire()}, nil
	}
	src, err := b.source()
	if err != nil {
		return nil, err
	}
	return wire.Build(src)
}

// source reads the sections that say what to send: raw_request, else pipelined_requests, else request_eval or request.
func (b *Block) source() (wire.Source, error) {
	src := wire.Source{Name: b.Name, ServerName: b.ServerName}
	src.MiddleDelay = wire.Seconds(b.Spec.Value("raw_request_middle_delay").String())
	if headers := b.Spec.Value("more_headers"); headers.Kind == spec.List {
		src.PerRequest = true
		for _, v := range headers.List {
			if !v.Defined() {
				break // no headers for this request is a mistake, which Build reports
			}
			src.MoreHeaders = append(src.MoreHeaders, v.String())
		}
	} else if headers.True() {
		src.MoreHeaders = []string{headers.String()}
	}
	if raw := b.Spec.Value("raw_request"); raw.Defined() {
		src.Raw = []wire.SourcePacket{}
		list := []spec.Value{raw}
		if raw.Kind == spec.List {
			list = raw.List
		}
		for _, v := range list {
			src.Raw = append(src.Raw, wire.SourcePacket{Value: v.String()})
		}
		return src, nil
	}
	if pipelined := b.Spec.Value("pipelined_requests"); pipelined.True() {
		return src, b.pipelined(&src, pipelined)
	}
	return src, b.requests(&src)
}

func (b *Block) pipelined(src *wire.Source, v spec.Value) error {
	if v.Kind != spec.List {
		return b.errorf("pipelined_requests must be a list of requests")
	}
	src.Pipelined = []string{}
	for _, v := range v.List {
		text, err := b.expand(v.String())
		if err != nil {
			return err
		}
		src.Pipelined = append(src.Pipelined, text)
	}
	return nil
}

func (b *Block) requests(src *wire.Source) (err error) {
	v := b.Spec.Value("request")
	if code := b.Spec.Value("request_eval"); code.Defined() {
		if v, err = b.eval("request_eval", code.String()); err != nil {
			return err
		}
	}
	if !v.IsRef() {
		src.Text = v.String()
		return nil
	}
	if v.Kind != spec.List {
		return b.errorf("request must be text or a list of requests")
	}
	src.Requests = [][]wire.SourcePacket{}
	for _, one := range v.List {
		packets := []spec.Value{one}
		if one.Kind == spec.List {
			packets = one.List
		} else if one.IsRef() {
			return b.errorf("request: %v should be text or a list of packets", one)
		}
		var list []wire.SourcePacket
		for _, p := range packets {
			packet, err := b.packet(p)
			if err != nil {
				return err
			}
			list = append(list, packet)
		}
		src.Requests = append(src.Requests, list)
	}
	return nil
}

// packet is text, or a map with a value and perhaps a delay_before in seconds.
func (b *Block) packet(v spec.Value) (wire.SourcePacket, error) {
	switch {
	case v.Kind == spec.Map:
		p := wire.SourcePacket{Value: v.Map["value"].String()}
		if delay := v.Map["delay_before"]; delay.Defined() {
			d := wire.Seconds(delay.String())
			p.Delay = &d
		}
		return p, nil
	case v.IsRef():
		return wire.SourcePacket{}, b.errorf("request: packet %v should be text, or a hash with a value", v)
	}
	return wire.SourcePacket{Value: v.String()}, nil
}

// Options is how the block wants its requests sent: its own address and timeout, --- abort and --- shutdown. addr is the suite's
// server address without a port, timeout the suite's timeout.
func (b *Block) Options(addr string, timeout time.Duration) wire.Options {
	if b.LWP {
		const patience = 180 * time.Second // of LWP::UserAgent
		return wire.Options{Name: b.Name, Addr: net.JoinHostPort(addr, b.ServerPortForClient), Timeout: patience, ConnectWait: time.Second}
	}
	if v := b.Spec.Value("server_addr_for_client"); v.Defined() {
		addr = strings.TrimSpace(v.String())
	}
	if v := b.Spec.Value("timeout"); v.Defined() {
		timeout = wire.ParseTime(v.String())
	}
	o := wire.Options{
		Name:    b.Name,
		Addr:    net.JoinHostPort(strings.Trim(addr, "[]"), b.ServerPortForClient),
		Timeout: timeout,
		Abort:   b.Spec.Has("abort"),
	}
	if v := b.Spec.Value("shutdown"); v.Defined() {
		how := 1
		if text := strings.TrimSuffix(v.String(), "\n"); text != "" {
			how = int(wire.Number(text))
		}
		o.Shutdown = &how
	}
	return o
}
