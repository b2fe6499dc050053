package report

import "github.com/ngxtest/ngxtest/valgrind"

// Finding is what memory checking has found in one block: one stack, with the request that it belongs to. The same stack
// from other blocks comes as a finding of its own; Key tells that they are the same.
type Finding struct {
	Verdict valgrind.Verdict `json:"verdict"`
	Fails   bool             `json:"fails"` // it counts for the exit status
	Key     string           `json:"key"`   // of the stack; the same from run to run

	valgrind.Record // kind, words, stack, further stacks, the suppression that silences it; Bytes and Blocks are totals

	// RequestLine is that of the request that the finding belongs to, "GET /t HTTP/1.1"; empty when it belongs to none.
	// Which one it is of several, and in which repeat, says the event's Place.
	RequestLine string `json:"request_line,omitempty"`
	// Watched is over how many requests the stack was watched, GrownBy and GrownIn are the bytes and blocks that were
	// there more in the end. They are 0 where nothing was watched: an error, a record at the exit.
	Watched int   `json:"watched,omitempty"`
	GrownBy int64 `json:"grown_by,omitempty"`
	GrownIn int64 `json:"grown_in,omitempty"`
	// Steps is the same in steps, each over some of the block's requests in turn, and Alone what there was more after each
	// request of the block when it alone was sent a few times; none where there is only one.
	Steps []valgrind.Change `json:"steps,omitempty"`
	Alone []valgrind.Change `json:"alone,omitempty"`

	// Source are the lines of the user's own source that the frames name, by "FILE:LINE" as a message has it; Quote reads them,
	// so that they can be shown where the source is not.
	Source map[string]string `json:"source,omitempty"`

	Own  []int    `json:"own,omitempty"`  // indexes of the frames of Stack that are the user's own code
	Lua  []string `json:"lua,omitempty"`  // the block's Lua code that may have been running: "t/a.t:12: content_by_lua_block {"
	Note string   `json:"note,omitempty"` // what else is to say, one line

	// Blame are the lines of Lua that called, through FFI, the C function in which the finding is, the worst first, as they
	// were seen when the block ran once more. Unblamed says why there are none, or not all.
	Blame    []Caller `json:"blame,omitempty"`
	Unblamed string   `json:"unblamed,omitempty"`
}
