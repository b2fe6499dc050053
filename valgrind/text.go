package valgrind

import (
	"bytes"
	"fmt"
	"path"
	"slices"
	"strings"
)

// TextReader makes records of Valgrind's text: its log on stderr where no XML is wanted, and the answers to leak checks.
// Lines of the program that are mixed in are stepped over. Several processes may write at once.
type TextReader struct {
	// Tool is noted in the records; "" is memcheck.
	Tool    string
	partial []byte
	open    map[int]*paragraph
	order   []int
	recent  int // the process of the last line that names one
	last    int // the process whose record a suppression without a prefix belongs to
	supp    []string
	inSupp  bool
	done    []Record
	seen    map[string]string // errors told so far, by process and addresses, with their Unique
	counts  map[int]map[string]int
}

// Processes are the processes that said how often each error happened, as `valgrind -s` does at the end; for ApplyCounts.
func (t *TextReader) Processes() []Process {
	var out []Process
	for pid, counts := range t.counts {
		out = append(out, Process{PID: pid, Ended: true, Counts: counts})
	}
	slices.SortFunc(out, func(a, b Process) int { return a.PID - b.PID })
	return out
}

// paragraph is what is being read of one process.
type paragraph struct {
	record   Record
	what     string // the words before the next stack
	started  bool   // record has a kind
	inStack  bool   // the line before was a frame
	ended    bool   // the record is whole but for its suppression
	skipping bool   // a stack of no interest: where a thread was made
	repeats  int    // in the list at the end: how often the next error happened
	listed   int    // the same for this record
}

var (
	textLine = expression(`^(?:==|\*\*|--)(?:[\d:.]+ )?(\d+)(?:==|\*\*|--)(?: (.*))?$`)
	textStep = expression(`^\s+(at|by) 0x([0-9A-Fa-f]+): (.*)$`)
	// The place of a frame is behind its name, in parentheses, which names of C++ functions have as well.
	textPlace  = expression(`^(.*) \((?:in (.*)|([^()]*):(\d+))\)$`)
	textSignal = expression(`^Process terminating with default action of signal \d+ \((\w+)\)`)
	textRepeat = expression(`^(\d+) errors in context \d+ of \d+:`)
)

// Feed takes more of the text and returns the records that are whole now. A record is whole when its suppression or
// something else follows it.
func (t *TextReader) Feed(text []byte) []Record {
	t.partial = append(t.partial, text...)
	for {
		i := bytes.IndexByte(t.partial, '\n')
		if i < 0 {
			break
		}
		t.line(string(bytes.TrimSuffix(t.partial[:i], []byte("\r"))))
		t.partial = t.partial[i+1:]
	}
	out := t.done
	t.done = nil
	return out
}

// Finish returns what was still open when the text ended.
func (t *TextReader) Finish() []Record {
	if len(t.partial) > 0 {
		t.line(string(t.partial))
		t.partial = nil
	}
	for _, pid := range t.order {
		t.close(pid)
	}
	out := t.done
	t.done, t.open, t.order, t.inSupp = nil, nil, nil, false
	return out
}

func (t *TextReader) line(line string) {
	m := textLine().FindStringSubmatch(line)
	switch {
	case m != nil:
		pid := int(number(m[1]))
		t.inSupp, t.recent = false, pid
		t.said(pid, t.paragraph(pid), m[2])
	case line == "{" && t.open[t.last] != nil && t.open[t.last].ended:
		t.inSupp, t.supp = true, []string{"{"}
	case t.inSupp && line == "}":
		t.inSupp = false
		p := t.open[t.last]
		p.record.Suppression = strings.Join(append(t.supp, "}"), "\n") + "\n"
		if len(t.supp) > 2 {
			p.record.SuppressionKind = strings.TrimSpace(t.supp[2])
		}
		t.close(t.last)
	case strings.HasPrefix(line, " ") && t.recent != 0 && continues(strings.TrimSpace(line)):
		// An answer to vgdb has these lines without the process, where the log is XML.
		t.said(t.recent, t.paragraph(t.recent), line)
	case t.inSupp && strings.HasPrefix(line, "   "):
		t.supp = append(t.supp, line)
	}
}

func (t *TextReader) paragraph(pid int) *paragraph {
	if t.open == nil {
		t.open = map[int]*paragraph{}
	}
	p := t.open[pid]
	if p == nil {
		p = &paragraph{}
		t.open[pid] = p
		t.order = append(t.order, pid)
	}
	return p
}

func (t *TextReader) close(pid int) {
	p := t.open[pid]
	if p == nil || !p.started {
		return
	}
	if p.record.Stack != nil {
		t.tell(p.record, p.listed)
	}
	*p = paragraph{}
}

// tell hands out a record, unless it is in the list at the end, which has the errors once more with their counts.
func (t *TextReader) tell(r Record, listed int) {
	id := fmt.Sprintf("%d %s", r.PID, r.Kind)
	for _, f := range r.Stack {
		id += fmt.Sprintf(" %x", f.IP)
	}
	unique, again := t.seen[id]
	if listed > 0 && again {
		if t.counts == nil {
			t.counts = map[int]map[string]int{}
		}
		if t.counts[r.PID] == nil {
			t.counts[r.PID] = map[string]int{}
		}
		t.counts[r.PID][unique] = listed
		return
	}
	if t.seen == nil {
		t.seen = map[string]string{}
	}
	r.Unique = fmt.Sprintf("text-%d", len(t.seen))
	t.seen[id] = r.Unique
	t.done = append(t.done, r)
}

// said takes one line of a process without its prefix.
func (t *TextReader) said(pid int, p *paragraph, text string) {
	if step := textStep().FindStringSubmatch(text); step != nil {
		if p.skipping || !p.started {
			return
		}
		f := textFrame(step[3])
		f.IP = parseHex(step[2])
		p.frame(f, step[1] == "at")
		return
	}
	wasStack := p.inStack
	p.inStack = false
	trimmed := strings.TrimSpace(text)
	switch {
	case trimmed == "":
		p.skipping = false
		if p.started && p.record.Stack != nil {
			p.ended, t.last = true, pid
		}
		return
	case strings.HasPrefix(trimmed, "ERROR SUMMARY:"):
		t.close(pid)
		*p = paragraph{}
		return
	case strings.HasPrefix(trimmed, "Locks held:"):
		return // Helgrind, between a sentence and its stack
	case textRepeat().MatchString(trimmed):
		t.close(pid)
		p.repeats = int(number(textRepeat().FindStringSubmatch(trimmed)[1]))
		return
	case strings.HasPrefix(trimmed, "Thread #") && strings.HasSuffix(trimmed, "was created"), strings.HasPrefix(trimmed, "---"):
		t.close(pid)
		p.skipping = true
		return
	}
	kind := textKind(trimmed, t.Tool)
	loss, isLoss := parseLoss(text)
	switch {
	case isLoss:
		repeats := p.repeats
		t.close(pid)
		p.repeats = repeats
		p.begin(loss)
	case kind != "" && !(p.started && p.record.Stack == nil):
		repeats := p.repeats
		t.close(pid)
		p.repeats = repeats
		r := Record{Kind: kind, What: trimmed, Count: 1}
		if m := textSignal().FindStringSubmatch(trimmed); m != nil {
			r.Signal = m[1]
		}
		p.begin(r)
	case p.started && (wasStack || p.record.Stack == nil || continues(trimmed)):
		p.ended = false
		p.what = trimmed
		if p.record.Stack != nil {
			p.record.Extra = append(p.record.Extra, Extra{What: trimmed})
		}
		return
	case p.started && p.record.Stack != nil && !p.ended && strings.HasPrefix(text, " "):
		return // further words on the same thing
	default:
		t.close(pid)
		return
	}
	p.record.PID, p.record.Tool = pid, t.Tool
	if t.Tool == "" {
		p.record.Tool = "memcheck"
	}
	p.record.SuppressionKind = suppressionKind(p.record.Tool, p.record.Kind, p.record.What)
}

func (p *paragraph) begin(r Record) {
	if p.repeats > 0 {
		r.Count = p.repeats
	}
	*p = paragraph{record: r, started: true, listed: p.repeats}
}

func (p *paragraph) frame(f Frame, first bool) {
	switch last := len(p.record.Extra) - 1; {
	case p.record.Stack == nil:
		p.record.Stack = Stack{f}
	case last < 0 && !first:
		p.record.Stack = append(p.record.Stack, f)
	case first && (last < 0 || p.record.Extra[last].Stack != nil):
		p.record.Extra = append(p.record.Extra, Extra{Stack: Stack{f}})
	default:
		p.record.Extra[last].Stack = append(p.record.Extra[last].Stack, f)
	}
	p.inStack = true
}

// textFrame reads `name (file:line)`, `name (in object)`, `???`.
func textFrame(s string) Frame {
	f := Frame{Function: s}
	if m := textPlace().FindStringSubmatch(s); m != nil {
		f = Frame{Function: m[1], Object: m[2], File: m[3], Line: int(number(m[4]))}
		if strings.Contains(f.File, "/") { // --fullpath-after
			f.Dir, f.File = path.Split(f.File)
			f.Dir = strings.TrimSuffix(f.Dir, "/")
		}
	}
	if f.Function == "???" {
		f.Function = ""
	}
	return f
}

func parseHex(s string) uint64 {
	var n uint64
	for _, c := range []byte(strings.ToLower(s)) {
		n = n<<4 | uint64(strings.IndexByte("0123456789abcdef", c))
	}
	return n
}

// textKinds are the beginnings of what Valgrind's tools say of an error, and the kinds that XML has for them.
var textKinds = []struct {
	tool, says string
	kind       Kind
}{
	{"", "Process terminating with default action of signal", FatalSignal},
	{"memcheck", "Invalid read of size", "InvalidRead"},
	{"memcheck", "Invalid write of size", "InvalidWrite"},
	{"memcheck", "Conditional jump or move depends on", "UninitCondition"},
	{"memcheck", "Use of uninitialised value of size", "UninitValue"},
	{"memcheck", "Syscall param ", "SyscallParam"},
	{"memcheck", "Invalid free()", "InvalidFree"},
	{"memcheck", "Mismatched ", "MismatchedFree"},
	{"memcheck", "realloc() with size 0", "ReallocSizeZero"},
	{"memcheck", "Source and destination overlap", "Overlap"},
	{"memcheck", "Jump to the invalid address", "InvalidJump"},
	{"memcheck", "Argument '", "FishyValue"},
	{"memcheck", "Illegal memory pool", "InvalidMemPool"},
	{"memcheck", "Uninitialised byte(s) found during client check", "ClientCheck"},
	{"memcheck", "Unaddressable byte(s) found during client check", "ClientCheck"},
	{"helgrind", "Possible data race", "Race"},
	{"helgrind", "lock order ", "LockOrder"},
	{"helgrind", "unlocked a not-locked lock", "UnlockUnlocked"},
	{"helgrind", "unlocked lock at", "UnlockForeign"},
	{"helgrind", "unlocked an invalid lock", "UnlockBogus"},
	{"helgrind", "call to pthread_", "PthAPIerror"},
	{"drd", "Conflicting ", "ConflictingAccess"},
	{"drd", "Mutex ", "MutexErr"},
	{"drd", "Probably a race condition: condition variable", "CondRaceErr"},
	{"drd", "Recursive locking not allowed", "MutexErr"},
	{"drd", "The object at address", "GenericErr"},
	{"drd", "Acquired at", "HoldtimeErr"},
}

// textThread is what Helgrind puts before some of its sentences.
var textThread = expression(`^Thread #\d+:? |^Thread #\d+'s `)

func textKind(says, tool string) Kind {
	if tool == "" {
		tool = "memcheck"
	}
	says = textThread().ReplaceAllString(says, "")
	for _, k := range textKinds {
		if (k.tool == "" || k.tool == tool) && strings.HasPrefix(says, k.says) {
			return k.kind
		}
	}
	return ""
}

// continues says whether a paragraph goes on with the error before it: Helgrind puts blank lines inside one.
func continues(says string) bool {
	for _, start := range []string{"This conflicts with", "Observed (incorrect) order", "followed by", "Required order", "Lock at",
		"Address 0x", "Allocation context", "Other segment", "Block was alloc'd", "Uninitialised value was created"} {
		if strings.HasPrefix(says, start) {
			return true
		}
	}
	return strings.HasSuffix(says, "first observed at:")
}
