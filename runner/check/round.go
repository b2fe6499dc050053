package check

import (
	"context"

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
}

// Round sends the requests and checks what comes back, in Test::Nginx's order: for each response status, raw headers,
// headers, body, then --- wait and the logs; the stap skip in front of the last logs. An error is a bail-out, or the
// end of ctx.
func (b *Block) Round(ctx context.Context, reqs []wire.Request, r Round) error { return nil }
