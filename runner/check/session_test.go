package check

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/wire"
)

// TestBodyChecks: a suite's own checks see each body after its filters, and come after the tests of the body and before those of the logs.
func TestBodyChecks(t *testing.T) {
	b := block("response_body_filters", "uc")
	b.Spec.Set("request", spec.Texts("GET /a", "GET /b"))
	b.ErrorLog = &fakeLog{}
	b.Spec.Set("error_log", spec.Text("x"))
	b.Self = spec.Text("the block")
	var events []string
	b.BodyChecks = []spec.Func{func(args ...spec.Value) ([]spec.Value, error) {
		events = append(events, fmt.Sprint("hook", args))
		return nil, nil
	}}
	reqs, err := b.Requests()
	if err != nil {
		t.Fatal(err)
	}
	err = b.Round(context.Background(), reqs, Round{
		Repeat: 2,
		Do: func(i int, _ wire.Request) wire.Exchange {
			return wire.Exchange{Raw: fmt.Sprintf("HTTP/1.1 200 OK\r\n\r\nb%d", i), Failures: []string{"late"}, Warnings: []string{"slow"}}
		},
		Emit: func(r Result) {
			for _, test := range r.Tests {
				events = append(events, test.Section)
			}
			events = append(events, r.Warnings...)
		},
	})
	want := []string{
		"request", "slow", "error_code", "hook[the block B0 0 2 ]", "error_log",
		"request", "slow", "error_code", "hook[the block B1 1 2 ]", "error_log",
	}
	if err != nil || !reflect.DeepEqual(events, want) {
		t.Errorf("%v: got %q", err, events)
	}
	b.BodyChecks[0] = func(...spec.Value) ([]spec.Value, error) { return nil, errors.New("oops") }
	err = b.Round(context.Background(), reqs, Round{DryRun: "x", Emit: func(Result) {}})
	if err == nil || err.Error() != "t/a.t TEST 1: x - response body check: oops" {
		t.Errorf("error %v", err)
	}
}

func TestRoundEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	b := block("wait", "3600")
	b.ErrorLog = &fakeLog{}
	err := b.Round(ctx, []wire.Request{{}}, Round{
		Do:   func(int, wire.Request) wire.Exchange { return wire.Exchange{} },
		Emit: func(Result) { cancel() },
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	err = b.Round(ctx, []wire.Request{{}}, Round{
		Do:   func(int, wire.Request) wire.Exchange { return wire.Exchange{Err: ctx.Err()} },
		Emit: func(r Result) { t.Errorf("judged %+v", r) },
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestOptions(t *testing.T) {
	one, two := 1, 2
	for _, c := range []struct {
		section, text string
		want          wire.Options
	}{
		{"", "", wire.Options{Addr: "127.0.0.1:1984", Timeout: 3 * time.Second}},
		{"timeout", "500ms", wire.Options{Addr: "127.0.0.1:1984", Timeout: time.Second / 2}},
		{"abort", "", wire.Options{Addr: "127.0.0.1:1984", Timeout: 3 * time.Second, Abort: true}},
		{"shutdown", "", wire.Options{Addr: "127.0.0.1:1984", Timeout: 3 * time.Second, Shutdown: &one}},
		{"shutdown", "2\n", wire.Options{Addr: "127.0.0.1:1984", Timeout: 3 * time.Second, Shutdown: &two}},
		{"server_addr_for_client", "127.0.0.2\n", wire.Options{Addr: "127.0.0.2:1984", Timeout: 3 * time.Second}},
		{"server_addr_for_client", "::1", wire.Options{Addr: "[::1]:1984", Timeout: 3 * time.Second}},
	} {
		b := block(c.section, c.text)
		b.ServerPortForClient = "1984"
		c.want.Name = b.Name
		if got := b.Options("127.0.0.1", 3*time.Second); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s %q: got %+v", c.section, c.text, got)
		}
	}
}

func TestCharset(t *testing.T) {
	for _, c := range []struct{ charset, want string }{
		{"utf-8", "a\xc3\xa9\xe4\xb8\xad"},
		{"iso-8859-1", "a\xe9?"},
		{"us-ascii", "a??"},
		{"UTF-16LE", "a\x00\xe9\x00\x2d\x4e"},
		{"utf-16be", "\x00a\x00\xe9\x4e\x2d"},
	} {
		v := spec.Text("aé中")
		if err := recode(&v, c.charset); err != nil || v.String() != c.want {
			t.Errorf("%s: got %q, %v", c.charset, v.String(), err)
		}
	}
	if err := recode(&spec.Value{}, "klingon"); err == nil {
		t.Error("no error for an unknown charset")
	}
}
