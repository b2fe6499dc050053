package valgrind

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

// ParseSanitizer reads the log of a process that AddressSanitizer, LeakSanitizer or UndefinedBehaviorSanitizer watched
// (ASAN_OPTIONS=log_path=P writes P.<pid>). pid is for lines that name none, as those of UndefinedBehaviorSanitizer; it
// is the end of the file's name. A log that is cut off gives the records up to there.
//
// Direct leaks become DefinitelyLost, indirect ones IndirectlyLost; errors get the kinds of Memcheck where it has them.
// The stacks name sources, and objects only for functions without debug information.
func ParseSanitizer(text string, pid int) []Record {
	p := sanitizerLog{pid: pid}
	for line := range strings.Lines(text) {
		p.line(strings.TrimRight(line, "\r\n"))
	}
	p.close()
	return p.out
}

// SanitizerPID is the process id at the end of the name of a sanitizer's log, P.<pid>; 0 when there is none.
func SanitizerPID(name string) int {
	n, err := strconv.Atoi(strings.TrimPrefix(path.Ext(name), "."))
	if err != nil {
		return 0
	}
	return n
}

// SanitizerSays says whether the line belongs to a report of UndefinedBehaviorSanitizer's, to keep it from what else a
// process writes to the same place.
func SanitizerSays(line string) bool {
	line = strings.TrimRight(line, "\r\n")
	return sanitizerUndef().MatchString(line) || sanitizerFrame().MatchString(line) || strings.HasPrefix(line, "SUMMARY: UndefinedBehaviorSanitizer:")
}

type sanitizerLog struct {
	pid  int
	out  []Record
	open *Record
	what string // words that the next stack belongs to
}

var (
	sanitizerError = expression(`^==(\d+)==\s*ERROR: (\w+): (.*)`)
	sanitizerLeak  = expression(`^(Direct|Indirect) leak of (\d+) byte\(s\) in (\d+) object\(s\) allocated from:`)
	sanitizerUndef = expression(`^(\S+?):(\d+)(?::\d+)?: runtime error: (.*)`)
	sanitizerFrame = expression(`^\s+#(\d+) 0x([0-9a-f]+)(?: in (.*?))?(?: (\S+?):(\d+)(?::\d+)?| (\([^()]*\+0x[0-9a-f]+\).*| [^ ]+))?$`)
	sanitizerObj   = expression(`\((.*)\+0x[0-9a-f]+\)`)
	// what differs from run to run
	sanitizerAddress = expression(` on address 0x[0-9a-f]+.*| on 0x[0-9a-f]+.*| at pc 0x.*`)
	sanitizerSize    = expression(`^(READ|WRITE) of size (\d+)`)
)

func (p *sanitizerLog) line(line string) {
	if m := sanitizerError().FindStringSubmatch(line); m != nil {
		p.close()
		p.pid = int(number(m[1]))
		if m[2] == "LeakSanitizer" {
			return
		}
		p.begin(sanitizerErrorRecord(m[3]))
		return
	}
	if m := sanitizerLeak().FindStringSubmatch(line); m != nil {
		p.close()
		r := Record{Kind: DefinitelyLost, What: line, Tool: "lsan", Bytes: number(m[2]), Blocks: number(m[3])}
		if m[1] == "Indirect" {
			r.Kind = IndirectlyLost
		}
		p.begin(r)
		return
	}
	if m := sanitizerUndef().FindStringSubmatch(line); m != nil {
		p.close()
		p.begin(Record{Kind: "Undefined", What: m[3], Tool: "ubsan"})
		// Its stack is printed only when print_stacktrace is on; the place is known without.
		p.open.Extra = []Extra{{What: m[1] + ":" + m[2]}}
		return
	}
	if p.open == nil {
		return
	}
	if m := sanitizerFrame().FindStringSubmatch(line); m != nil {
		p.frame(m)
		return
	}
	if m := sanitizerSize().FindStringSubmatch(line); m != nil && p.open.Stack == nil {
		p.open.Kind = map[string]Kind{"READ": "InvalidRead", "WRITE": "InvalidWrite"}[m[1]]
		p.open.What += ", " + strings.ToLower(m[1]) + " of size " + m[2]
		return
	}
	switch text := strings.TrimSpace(line); {
	case strings.HasPrefix(text, "SUMMARY:"):
		p.close()
	case strings.Contains(text, " is located ") || strings.HasSuffix(text, " here:") || strings.HasSuffix(text, "allocated at:"):
		if p.open.Stack != nil {
			p.what = strings.TrimSpace(p.what + " " + strings.TrimSuffix(text, ":"))
		}
	}
}

func (p *sanitizerLog) begin(r Record) {
	r.PID, r.Count = p.pid, 1
	p.open, p.what = &r, ""
}

func (p *sanitizerLog) close() {
	if p.open == nil {
		return
	}
	r := *p.open
	if r.Tool == "ubsan" {
		if r.Stack == nil {
			file, line, _ := strings.Cut(r.Extra[0].What, ":")
			dir, base := path.Split(file)
			r.Stack = Stack{{Dir: strings.TrimSuffix(dir, "/"), File: base, Line: int(number(line))}}
		}
		r.Extra = nil
	}
	r.Stack = r.Stack.cutOff()
	p.out = append(p.out, r)
	p.open = nil
}

// cutOff adds a frame without a name to a stack that ends in the middle of code with debug information: sanitizers follow
// frame pointers, and see nothing below a trace that LuaJIT has compiled.
func (s Stack) cutOff() Stack {
	if len(s) < 2 {
		return s
	}
	switch last := s[len(s)-1]; {
	case last.File == "", last.InLua(), last.Function == "main", strings.HasPrefix(last.Function, "__libc_start_"), slices.Contains(libcSources, last.File):
		return s
	}
	return append(s, Frame{})
}

func (p *sanitizerLog) frame(m []string) {
	f := Frame{IP: parseHex(m[2]), Function: m[3], File: m[4], Line: int(number(m[5]))}
	if name, ok := strings.CutPrefix(f.Function, "__interceptor_"); ok { // in a source of the sanitizer's own
		f = Frame{IP: f.IP, Function: name}
	}
	if obj := sanitizerObj().FindStringSubmatch(m[6]); obj != nil {
		f.Object = obj[1]
	}
	if f.Function == "" && m[6] == "" && m[4] == "" {
		f.Function = strings.TrimSpace(m[3])
	}
	if dir, base := path.Split(f.File); dir != "" {
		f.Dir, f.File = strings.TrimSuffix(dir, "/"), base
	}
	switch last := len(p.open.Extra) - 1; {
	case p.open.Stack == nil || m[1] != "0" && p.what == "" && (last < 0 || p.open.Tool == "ubsan"):
		p.open.Stack = append(p.open.Stack, f)
	case m[1] == "0":
		p.open.Extra = append(p.open.Extra, Extra{What: p.what, Stack: Stack{f}})
		p.what = ""
	case last >= 0:
		p.open.Extra[last].Stack = append(p.open.Extra[last].Stack, f)
	}
}

// sanitizerErrorRecord is the record of what stands behind "ERROR: AddressSanitizer:".
func sanitizerErrorRecord(says string) Record {
	name, _, _ := strings.Cut(strings.TrimPrefix(says, "attempting "), " ")
	r := Record{Tool: "asan", Kind: Kind(name), What: sanitizerAddress().ReplaceAllString(says, "")}
	switch name {
	case "double-free", "free", "bad-free":
		r.Kind = "InvalidFree"
	case "alloc-dealloc-mismatch":
		r.Kind = "MismatchedFree"
	case "SEGV", "BUS", "FPE", "ILL", "ABRT":
		r.Kind, r.Signal = FatalSignal, strings.TrimPrefix("SIG"+name, "SIGSIG")
		r.What, _, _ = strings.Cut(r.What, " (pc ")
	case "SEGV:":
		r.Kind, r.Signal = FatalSignal, "SIGSEGV"
	}
	if name == "SEGV" {
		r.Signal = "SIGSEGV"
	}
	return r
}
