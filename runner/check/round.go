package check

import (
	"context"
	"time"

	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/tap"
	"github.com/ngxtest/ngxtest/runner/wire"
)

// Round is one repeat of a block's requests and the checks of each.
type Round struct {
	Repeat int // counted from 0
	// DryRun is why nothing is sent ("the lack of directive foo"); all tests become skips then. "" for a real round.
	DryRun string
	// Do sends request number i, counted from 0. It is not called in a dry run.
	Do func(i int, r wire.Request) wire.Exchange
	// Emit takes the tests and warnings in the order in which they come up. What code of the suite itself reports (body
	// checks, filters) comes up between two calls.
	Emit func(Result)
	// Sleep waits as --- wait says; nil: wire.Sleep.
	Sleep func(ctx context.Context, d time.Duration) error
}

// dryResponse is what a dry run goes on with.
const dryResponse = "200 OK HTTP/1.0\r\nContent-Length: 0\r\n\r\n"

// Round sends the requests and checks what comes back, in Test::Nginx's order: for each response status, raw headers,
// headers, body, then --- wait and the logs; what a SystemTap script printed in front of the last logs. An error is a bail-out, or the
// end of ctx.
func (b *Block) Round(ctx context.Context, reqs []wire.Request, r Round) error {
	if b.LWP {
		return b.roundLWP(ctx, r)
	}
	s := session{Block: b, Round: r, many: len(reqs) > 1}
	if v := b.Spec.Value("pipelined_requests"); v.True() {
		s.pipelined, s.many = len(v.List), true
	}
	for i, req := range reqs {
		raw := dryResponse
		if r.DryRun == "" {
			x := r.Do(i, req)
			s.report(x)
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			raw = x.Raw
		}
		for again := true; again; {
			left, err := s.response(raw, req.Head && r.DryRun == "")
			if err != nil {
				return err
			}
			raw = left
			if s.pipelined > 0 || i < len(reqs)-1 {
				if err := s.logs(ctx, false); err != nil {
					return err
				}
			}
			s.index++
			again = s.pipelined > 0
		}
	}
	return s.logs(ctx, true)
}

// session is a round under way.
type session struct {
	*Block
	Round
	many      bool
	pipelined int // responses still to come on the connection
	index     int // of the response
}

func (s *session) report(x wire.Exchange) {
	res := Result{Warnings: x.Warnings}
	for _, name := range x.Failures {
		res.Tests = append(res.Tests, tap.Test{Name: name, Section: "request"})
	}
	s.emit(res)
}

func (s *session) emit(r Result) {
	if len(r.Tests)+len(r.Warnings) > 0 {
		s.Emit(r)
	}
}

// response checks one response and returns what is left for the next one on the connection.
func (s *session) response(raw string, head bool) (left string, err error) {
	j := &judge{Block: s.Block, dry: s.DryRun}
	ignore := s.Spec.Has("ignore_response")
	r := reply{index: s.index, many: s.many, repeat: s.Repeat}
	if !ignore {
		r.res = j.parse(raw, head, s.Spec.Has("http09"))
		if r.res != nil {
			left = r.res.Left
		}
	}
	if s.pipelined > 0 {
		s.pipelined--
	} else if extra := wire.ExtraBytes(s.Name, left); extra != "" {
		j.Warnings = append(j.Warnings, extra)
	}
	if ignore {
		s.emit(j.Result)
		return left, nil
	}
	checks := []func(reply) error{j.checkStatus, j.checkRawHeaders, j.checkHeaders, j.filterBody, j.checkBody}
	for _, check := range checks {
		err = check(r)
		s.emit(j.Result)
		j.Result = Result{}
		if err != nil {
			return left, err
		}
	}
	return left, s.hooks(r)
}

func (j *judge) parse(raw string, head, http09 bool) *wire.Response {
	if http09 {
		return wire.PlainResponse(raw)
	}
	res, problems := wire.ParseResponse(j.Name, raw, head)
	for _, name := range problems.Failures {
		j.fail("response_body", name)
	}
	j.Warnings = append(j.Warnings, problems.Warnings...)
	return res
}

// hooks calls the suite's own response body checks.
func (s *session) hooks(r reply) error {
	for _, check := range s.BodyChecks {
		_, err := check(s.Self, r.body(), number(r.index), number(r.repeat), spec.Text(s.DryRun))
		if err != nil {
			return s.errorf("response body check: %w", err)
		}
	}
	return nil
}

func (s *session) pause(ctx context.Context, d time.Duration) error {
	if s.Sleep == nil {
		return wire.Sleep(ctx, d)
	}
	return s.Sleep(ctx, d)
}

// logs waits as --- wait says and checks the logs, after a response or (last) after them all.
func (s *session) logs(ctx context.Context, last bool) error {
	if v := s.Spec.Value("wait"); v.True() {
		if err := s.pause(ctx, wire.Seconds(v.String())); err != nil {
			return err
		}
	}
	j := &judge{Block: s.Block, dry: s.DryRun}
	if last {
		if err := s.stap(ctx, j); err != nil {
			return err
		}
	}
	err := j.checkErrorLog(s.Repeat)
	if err == nil && !s.Spec.Has("ignore_response") {
		err = j.checkAccessLog(s.Repeat)
	}
	s.emit(j.Result)
	return err
}
