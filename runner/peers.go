package runner

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/ngxtest/ngxtest/runner/brief"
	"github.com/ngxtest/ngxtest/runner/mock"
	"github.com/ngxtest/ngxtest/runner/nginx"
	"github.com/ngxtest/ngxtest/runner/spec"
	"github.com/ngxtest/ngxtest/runner/thread"
	"github.com/ngxtest/ngxtest/runner/wire"
)

// peers are the servers of tcp_listen and udp_listen during one round of requests.
type peers struct {
	tcp, udp *mock.Peer // nil where the block has none
	// perl is held by the goroutine that may run code of the suite: the evaluator is for one at a time. nil where no peer
	// has code for its reply.
	perl *sync.Mutex
	// over is to be called when there are none any more; nil where there were none.
	over func()
}

// listen starts the block's peers.
func (r *blockRun) listen() error {
	p := peers{}
	var err error
	if r.block.Has("tcp_listen") {
		if p.tcp, err = r.peer(&p, "tcp"); err != nil {
			return err
		}
	}
	if r.block.Has("udp_listen") {
		if p.udp, err = r.peer(&p, "udp"); err != nil {
			if p.tcp != nil {
				p.tcp.Close()
			}
			return err
		}
	}
	if p.perl != nil {
		p.perl.Lock()
	}
	if p.tcp != nil || p.udp != nil {
		p.over = brief.Company()
		thread.Resettle()
	}
	r.peers = p
	return nil
}

// hangUp ends the block's peers.
func (r *blockRun) hangUp() {
	p := r.peers
	r.peers = peers{}
	if p.over != nil {
		p.over()
	}
	if p.perl != nil {
		p.perl.Unlock()
	}
	for _, peer := range []*mock.Peer{p.tcp, p.udp} {
		if peer != nil {
			peer.Close()
		}
	}
}

// meanwhile does what runs no code of the suite, so that a peer may.
func (r *blockRun) meanwhile(f func()) {
	if r.peers.perl != nil {
		r.peers.perl.Unlock()
		defer r.peers.perl.Lock()
	}
	f()
}

// served sends a request that nobody judges, with peers of its own.
func (r *blockRun) served(send func()) error {
	if err := r.listen(); err != nil {
		return err
	}
	defer r.hangUp()
	r.meanwhile(send)
	return nil
}

// sleep waits as --- wait says.
func (r *blockRun) sleep(ctx context.Context, d time.Duration) (err error) {
	r.meanwhile(func() { err = wire.Sleep(ctx, d) })
	return err
}

// queries makes the tests of what the peers have received. A peer may be about to read it.
func (r *blockRun) queries() {
	tcp, udp := "", ""
	r.meanwhile(func() {
		if r.peers.tcp != nil && (r.block.Has("tcp_query") || r.block.Has("tcp_query_len")) {
			tcp = r.peers.tcp.Query(r.logWait())
		}
		if r.peers.udp != nil && r.block.Has("udp_query") {
			udp = r.peers.udp.Query(r.logWait())
		}
	})
	if r.block.Has("tcp_listen") {
		r.result(r.at(), r.block, r.check.TCPQuery(tcp))
	}
	if r.block.Has("udp_listen") {
		r.result(r.at(), r.block, r.check.UDPQuery(udp))
	}
}

// peer starts one peer; kind is tcp or udp.
func (r *blockRun) peer(p *peers, kind string) (*mock.Peer, error) {
	listens := kind + "_listen"
	wrong := func(section string, err error) error {
		return &spec.Problem{File: r.job.File, Line: r.block.LineOf(section), Msg: section + ": " + err.Error()}
	}
	target, err := r.expander.Expand(r.block.Value(listens).String())
	if err != nil {
		return nil, wrong(listens, err)
	}
	c := mock.Config{
		Target:     strings.TrimSuffix(target, "\n"),
		ReplyDelay: wire.ParseTime(r.block.Value(kind + "_reply_delay").String()),
		Warn:       func(text string) { r.warn("WARNING: " + r.name + " - " + listens + ": " + text) },
	}
	section := kind + "_reply"
	reply := r.block.Value(section)
	if !reply.Defined() && (kind == "udp" || !r.block.Has("tcp_shutdown")) {
		return nil, wrong(listens, fmt.Errorf("the block does not say what to answer (add a section %s)", section))
	}
	if c.Reply, err = r.replies(p, reply); err != nil {
		return nil, wrong(section, err)
	}
	start := mock.ListenUDP
	if kind == "tcp" {
		start = mock.ListenTCP
		r.conversation(&c)
	}
	address, err := mock.Address(c.Target, kind == "udp")
	if err != nil {
		return nil, wrong(listens, err)
	}
	if path, ok := strings.CutPrefix(address, "unix:"); ok && kind == "tcp" {
		r.sockets = append(r.sockets, path)
	}
	peer, err := start(r.ctx, c)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		err = errors.New(taken(address, kind == "udp"))
	case err != nil:
		err = fmt.Errorf("cannot listen on %s: %w", address, err)
	}
	if err != nil {
		return nil, wrong(listens, err)
	}
	return peer, nil
}

// taken says who listens on the address.
func taken(address string, udp bool) string {
	in := nginx.InUse(address, udp)
	if in.Holder == "" {
		return fmt.Sprintf("cannot listen on %s: the address is in use (choose another port)", address)
	}
	return fmt.Sprintf("cannot listen on %s: %s has it (stop it, or choose another port)", address, in.Holder)
}

// conversation is what the sections say of a TCP peer alone.
func (r *blockRun) conversation(c *mock.Config) {
	text := func(section string) string { return strings.TrimSpace(r.block.Value(section).String()) }
	if n := r.block.Value("tcp_query_len"); n.Defined() {
		c.QueryLen, _ = strconv.Atoi(text("tcp_query_len"))
	} else if q := r.block.Value("tcp_query"); q.Defined() {
		c.QueryLen = len(q.String())
	}
	if r.block.Has("tcp_query_auto_timeout") {
		const usual, most = 100 * time.Millisecond, 10
		quiet := usual
		if t := text("tcp_query_auto_timeout"); t != "" {
			quiet = wire.Seconds(t)
		}
		quiet = time.Duration(float64(quiet) * max(1, min(r.measured, most))) // a slow client pauses longer
		c.Quiet = &quiet
	}
	if r.block.Has("tcp_shutdown") {
		how := int(wire.Number(text("tcp_shutdown")))
		c.Shutdown, c.ShutdownDelay = &how, wire.Seconds(text("tcp_shutdown_delay"))
	}
	c.NoClose = r.block.Has("tcp_no_close")
}

// replies is what a reply section comes to: text, a list of pieces, or code that is called with what was received and
// returns one of these.
func (r *blockRun) replies(p *peers, v spec.Value) (func(query []byte) ([]string, error), error) {
	if v.Kind != spec.Code {
		if !v.Defined() {
			return nil, nil
		}
		pieces, err := pieces(v)
		return func([]byte) ([]string, error) { return pieces, nil }, err
	}
	if p.perl == nil {
		p.perl = &sync.Mutex{}
	}
	perl, code := p.perl, v.Code
	return func(query []byte) ([]string, error) {
		perl.Lock()
		defer perl.Unlock()
		argument := spec.Value{}
		if query != nil {
			argument = spec.Text(string(query))
		}
		values, err := code(argument)
		if err != nil || len(values) == 0 {
			return nil, err
		}
		return pieces(values[len(values)-1])
	}, nil
}

// pieces are what to send one after the other.
func pieces(v spec.Value) ([]string, error) {
	switch {
	case v.Kind == spec.List:
		list := make([]string, len(v.List))
		for i, piece := range v.List {
			list[i] = piece.String()
		}
		return list, nil
	case v.IsRef():
		return nil, errors.New("wrong type of value (want text, a list of texts, or code that returns one of these)")
	}
	return []string{v.String()}, nil
}

// removeSockets removes the sockets that peers have left behind.
func (f *fileRun) removeSockets() {
	for _, path := range f.sockets {
		_ = os.Remove(path) // with the server root, it may be gone
	}
	f.sockets = nil
}
