package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// interruptible returns a context that ends at the first signal that asks ngxtest to end, SIGHUP of a terminal that was
// closed among them. What runs is then stopped and removed, which takes less than a second; the second signal, of
// somebody who is in a hurry, only makes sure that it does not take for ever. The third one ends ngxtest at once.
func interruptible() (ctx context.Context, cancel, stop func()) {
	const patience = 3 * time.Second
	ctx, cancel = context.WithCancel(context.Background())
	signals := make(chan os.Signal, 3)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGQUIT)
	if !signal.Ignored(syscall.SIGHUP) { // as under nohup
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() {
		n := 0
		for range signals {
			switch n++; n {
			case 1:
				cancel()
			case 2:
				time.AfterFunc(patience, func() { os.Exit(exitInterrupted) })
			default:
				os.Exit(exitInterrupted)
			}
		}
	}()
	// A write to a pipe that nobody reads fails then, instead of killing ngxtest with nginx left behind; see output.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return ctx, cancel, func() {
		signal.Stop(signals)
		close(signals)
		cancel()
	}
}
