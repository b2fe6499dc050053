package load

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Options say what to send where.
type Options struct {
	Addr        string // host:port
	Requests    []Request
	Concurrency int           // connections; below 1: 1
	Count       int           // how many requests to send; 0: until the context ends
	Timeout     time.Duration // how long one request may take, connecting included
}

// Load is requests under way. Start starts them.
type Load struct {
	options  Options
	answered atomic.Int64
	issued   atomic.Int64
	done     chan struct{}
	result   Result
}

// Result is what became of all requests.
type Result struct {
	Answered int           // complete answers, whatever their status
	Failed   int           // requests without one: refused, closed early, timed out, malformed
	Statuses map[int]int   // how many answers had a status
	Bytes    int64         // of the answers' bodies
	Elapsed  time.Duration // from the first request to the last answer
	Err      error         // what went wrong first, if anything did

	latency *hdrhistogram.Histogram // in microseconds
}

// Rate is answers per second.
func (r Result) Rate() float64 {
	if r.Elapsed <= 0 {
		return 0
	}
	return float64(r.Answered) / r.Elapsed.Seconds()
}

// Percentile is the time within which so many percent of the answers were there; 0 where there was none.
func (r Result) Percentile(percent float64) time.Duration {
	if r.latency == nil || r.latency.TotalCount() == 0 {
		return 0
	}
	return time.Duration(r.latency.ValueAtPercentile(percent)) * time.Microsecond
}

// Mean is the mean of the answers' times.
func (r Result) Mean() time.Duration {
	if r.latency == nil || r.latency.TotalCount() == 0 {
		return 0
	}
	return time.Duration(r.latency.Mean() * float64(time.Microsecond))
}

// Start begins to send. Requests take their turns, over all connections.
func Start(ctx context.Context, o Options) *Load {
	o.Concurrency = max(o.Concurrency, 1)
	if o.Count > 0 {
		o.Concurrency = min(o.Concurrency, o.Count)
	}
	l := &Load{options: o, done: make(chan struct{})}
	go l.run(ctx)
	return l
}

// Answered is how many answers have come so far.
func (l *Load) Answered() int { return int(l.answered.Load()) }

// Done is closed when all requests are over.
func (l *Load) Done() <-chan struct{} { return l.done }

// Wait returns the result when all requests are over: all that were asked for, or the context has ended.
func (l *Load) Wait() Result {
	<-l.done
	return l.result
}

func (l *Load) run(ctx context.Context) {
	defer close(l.done)
	started := time.Now()
	clients := make([]client, l.options.Concurrency)
	var all sync.WaitGroup
	for i := range clients {
		clients[i] = client{Load: l, Result: newResult()}
		all.Go(func() { clients[i].run(ctx) })
	}
	all.Wait()
	total := newResult()
	for _, c := range clients {
		total.add(c.Result)
	}
	total.Elapsed = time.Since(started)
	l.result = total
}

func newResult() Result {
	const shortest, longest, digits = 1, int64(time.Hour / time.Microsecond), 3
	return Result{Statuses: map[int]int{}, latency: hdrhistogram.New(shortest, longest, digits)}
}

func (r *Result) add(o Result) {
	r.Answered += o.Answered
	r.Failed += o.Failed
	r.Bytes += o.Bytes
	for status, n := range o.Statuses {
		r.Statuses[status] += n
	}
	r.latency.Merge(o.latency)
	if r.Err == nil {
		r.Err = o.Err
	}
}

// client is one connection at a time.
type client struct {
	*Load
	Result
	conn   net.Conn
	reader *bufio.Reader
}

func (c *client) run(ctx context.Context) {
	defer c.hangUp()
	const soon, late = time.Millisecond, 100 * time.Millisecond
	pause := soon
	for ctx.Err() == nil {
		n := c.issued.Add(1)
		if c.options.Count > 0 && n > int64(c.options.Count) {
			return
		}
		r := c.options.Requests[int(n-1)%len(c.options.Requests)]
		started := time.Now()
		err := c.exchange(ctx, r)
		switch {
		case err == nil:
			_ = c.latency.RecordValue(max(time.Since(started).Microseconds(), 1))
			c.Result.Answered++
			c.answered.Add(1)
			pause = soon
			continue
		case ctx.Err() != nil:
			return
		}
		c.hangUp()
		c.Failed++
		if c.Err == nil {
			c.Err = err
		}
		// A server that refuses is not to be asked as fast as one that answers.
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, late)
	}
}

func (c *client) hangUp() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
}

// exchange sends a request and reads the answer. A connection that the server has closed while it was idle is opened again.
func (c *client) exchange(ctx context.Context, r Request) error {
	used := c.conn != nil
	answered, err := c.try(ctx, r)
	if used && err != nil && !answered && ctx.Err() == nil && !errors.Is(err, context.DeadlineExceeded) && !isTimeout(err) {
		c.hangUp()
		_, err = c.try(ctx, r)
	}
	return err
}

func isTimeout(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}

// try is one attempt. answered says that some of an answer has come.
func (c *client) try(ctx context.Context, r Request) (answered bool, err error) {
	if c.conn == nil {
		dialer := net.Dialer{Timeout: c.options.Timeout}
		if c.conn, err = dialer.DialContext(ctx, "tcp", c.options.Addr); err != nil {
			c.conn = nil
			return false, err
		}
		c.reader = bufio.NewReader(c.conn)
	}
	conn := c.conn
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	_ = conn.SetDeadline(time.Now().Add(c.options.Timeout))
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	if _, err := io.WriteString(conn, r.Text); err != nil {
		return false, err
	}
	if _, err := c.reader.Peek(1); err != nil {
		return false, fmt.Errorf("no answer: %w", err)
	}
	if r.Once {
		defer c.hangUp()
		n, err := io.Copy(io.Discard, c.reader)
		c.Bytes += n
		c.Statuses[http.StatusOK]++
		return true, err
	}
	return true, c.answer(r)
}

// answer reads an answer to its end. Interim ones come before it.
func (c *client) answer(r Request) error {
	for {
		response, err := http.ReadResponse(c.reader, &http.Request{Method: r.Method})
		if err != nil {
			return err
		}
		if status := response.StatusCode; status >= 200 || status == http.StatusSwitchingProtocols {
			n := int64(0)
			if status >= 200 {
				if n, err = io.Copy(io.Discard, response.Body); err != nil {
					return err
				}
			}
			c.Statuses[status]++
			c.Bytes += n
			if response.Close || status == http.StatusSwitchingProtocols {
				c.hangUp()
			}
			return nil
		}
	}
}
