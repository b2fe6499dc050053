package valgrind

import "strings"

// Kind is the kind of a record in the words of Valgrind's XML: InvalidRead, UninitCondition, Leak_DefinitelyLost, Race...
// The records of a sanitizer use the same words where there is one.
type Kind string

// The kinds of loss records.
const (
	DefinitelyLost Kind = "Leak_DefinitelyLost"
	IndirectlyLost Kind = "Leak_IndirectlyLost"
	PossiblyLost   Kind = "Leak_PossiblyLost"
	StillReachable Kind = "Leak_StillReachable"
	// FatalSignal is the kind that a process gets that a signal ended; Valgrind itself gives it no kind.
	FatalSignal Kind = "FatalSignal"
)

// IsLoss says whether the kind is one of a block that was not freed.
func (k Kind) IsLoss() bool { return strings.HasPrefix(string(k), "Leak_") }

// Word is the leak kind as options and suppressions spell it: definite, indirect, possible, reachable; "" for errors.
func (k Kind) Word() string {
	switch k {
	case DefinitelyLost:
		return "definite"
	case IndirectlyLost:
		return "indirect"
	case PossiblyLost:
		return "possible"
	case StillReachable:
		return "reachable"
	}
	return ""
}

// Extra is one more thing that Valgrind says about an error, often with a stack: where the block that was read was
// allocated, where it was freed, where the other thread wrote.
type Extra struct {
	What  string `json:"what,omitempty"`
	Stack Stack  `json:"stack,omitempty"`
}

// Record is one error, or one loss record: all blocks of one leak kind that one stack allocated.
type Record struct {
	PID    int     `json:"pid,omitempty"`
	Tool   string  `json:"tool,omitempty"`   // memcheck, helgrind, drd; asan, lsan, ubsan
	Unique string  `json:"unique,omitempty"` // what the counts at the end of the process refer to, per process
	Thread int     `json:"thread,omitempty"`
	Kind   Kind    `json:"kind"`
	What   string  `json:"what"` // the sentence of Valgrind
	Stack  Stack   `json:"stack"`
	Extra  []Extra `json:"extra,omitempty"`

	// Bytes and Blocks of a loss record: those that its stack allocated itself. Indirect are the bytes of other
	// stacks that are lost with them, which have records of their own where indirect losses are shown.
	Bytes    int64 `json:"bytes,omitempty"`
	Blocks   int64 `json:"blocks,omitempty"`
	Indirect int64 `json:"indirect,omitempty"`
	// MoreBytes and MoreBlocks are the change since the leak check before, when the record is of a check that tells
	// changes only; less is negative.
	MoreBytes  int64 `json:"more_bytes,omitempty"`
	MoreBlocks int64 `json:"more_blocks,omitempty"`

	// Count is how often the error happened in its process: 1 until the process has ended and told more.
	Count int `json:"count,omitempty"`
	// Signal is what ended the process: SIGSEGV. Only for the kind FatalSignal.
	Signal string `json:"signal,omitempty"`
	// Suppression is the entry that Valgrind offers, as text, when it was asked to.
	Suppression string `json:"suppression,omitempty"`
	// SuppressionKind is "Memcheck:Addr4" and the like, from that entry; "" when it is not known.
	SuppressionKind string `json:"suppression_kind,omitempty"`
}
