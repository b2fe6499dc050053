package check

import (
	"time"

	"github.com/ngxtest/ngxtest/runner/wire"
)

// Requests builds what the block sends, one for each connection. An error is a bail-out.
func (b *Block) Requests() ([]wire.Request, error) { return nil, nil }

// Options is how the block wants its requests sent: its own timeout, address, --- abort and --- shutdown. addr is the
// suite's server address without a port, timeout its timeout.
func (b *Block) Options(addr string, timeout time.Duration) wire.Options { return wire.Options{} }
