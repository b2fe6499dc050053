package valgrind

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/hashicorp/go-multierror"
)

// Suppression is one entry of a suppression file.
type Suppression struct {
	File     string   // where it was read from
	Line     int      // of its opening brace
	Comments []string // the comment lines before it, with their #
	Name     string
	// Tools are the tools that it is for, as written: Memcheck, Helgrind, drd.
	Tools []string
	// Kind is Leak, Cond, Addr4, Race...
	Kind string
	// Param is the further line that Memcheck's Param entries have: the system call's parameter.
	Param string
	// LeakKinds is what match-leak-kinds says, "" when there is no such line: all kinds.
	LeakKinds string
	// Frames are fun:, obj: and src: patterns and "...", the innermost first.
	Frames []string
}

// Suppressions are the entries of one or more files, in order.
type Suppressions []Suppression

// ReadSuppressions parses a suppression file.
func ReadSuppressions(name string) (Suppressions, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("suppressions: %w", err)
	}
	return ParseSuppressions(name, text)
}

// ParseSuppressions parses the text of a suppression file; name is for messages. All mistakes are listed together.
// What is no entry and no comment is a mistake, as it is for Valgrind.
func ParseSuppressions(name string, text []byte) (Suppressions, error) {
	var out Suppressions
	var all *multierror.Error
	var entry *Suppression
	var comments []string
	field := 0
	bad := func(line int, format string, args ...any) {
		all = multierror.Append(all, fmt.Errorf("%s:%d: %s", name, line, fmt.Sprintf(format, args...)))
	}
	for i, raw := range bytes.Split(text, []byte("\n")) {
		line, at := strings.TrimSpace(string(raw)), i+1
		switch {
		case strings.HasPrefix(line, "#"):
			if entry == nil {
				comments = append(comments, line)
			}
		case line == "":
			// A comment that a blank line parts from the next entry belongs to the file; keep it with that entry.
		case entry == nil && line == "{":
			entry, field = &Suppression{File: name, Line: at, Comments: comments}, 0
			comments = nil
		case entry == nil:
			bad(at, "%q is outside an entry (an entry starts with a line that is { alone)", line)
		case line == "}":
			if problem := entry.problem(); problem != "" {
				bad(entry.Line, "%s", problem)
			}
			out = append(out, *entry)
			entry = nil
		case field == 0:
			entry.Name, field = line, 1
		case field == 1:
			tools, kind, ok := strings.Cut(line, ":")
			if !ok {
				bad(at, "%q is not TOOL:KIND (Memcheck:Leak, say)", line)
			}
			entry.Tools, entry.Kind, field = strings.Split(tools, ","), kind, 2
		case isFrame(line):
			entry.Frames = append(entry.Frames, line)
		case strings.HasPrefix(line, "match-leak-kinds:"):
			entry.LeakKinds = strings.TrimSpace(strings.TrimPrefix(line, "match-leak-kinds:"))
		case len(entry.Frames) == 0 && entry.Param == "" && entry.Kind == "Param":
			entry.Param = line
		default:
			bad(at, "%q is no frame (a frame is fun:NAME, obj:PATH, src:FILE:LINE or ...)", line)
		}
	}
	if entry != nil {
		bad(entry.Line, "this entry has no closing }")
	}
	return out, all.ErrorOrNil()
}

func isFrame(line string) bool {
	return line == "..." || strings.HasPrefix(line, "fun:") || strings.HasPrefix(line, "obj:") || strings.HasPrefix(line, "src:")
}

func (s Suppression) problem() string {
	switch {
	case s.Name == "" || s.Kind == "":
		return "this entry has no name or no TOOL:KIND line"
	case len(s.Frames) == 0:
		return "this entry has no frame"
	case s.Kind == "Param" && s.Param == "" && slices.Contains(s.Tools, "Memcheck"):
		return "this entry for Param does not name the system call's parameter (write(buf), say)"
	}
	return ""
}

// String is the entry as a file has it, with its comments.
func (s Suppression) String() string {
	var out strings.Builder
	for _, c := range s.Comments {
		out.WriteString(c + "\n")
	}
	out.WriteString("{\n   " + s.Name + "\n   " + strings.Join(s.Tools, ",") + ":" + s.Kind + "\n")
	if s.Param != "" {
		out.WriteString("   " + s.Param + "\n")
	}
	if s.LeakKinds != "" {
		out.WriteString("   match-leak-kinds: " + s.LeakKinds + "\n")
	}
	for _, f := range s.Frames {
		out.WriteString("   " + f + "\n")
	}
	out.WriteString("}\n")
	return out.String()
}

// String is the text of a file with the entries, a blank line between two.
func (s Suppressions) String() string {
	var parts []string
	for _, e := range s {
		parts = append(parts, e.String())
	}
	return strings.Join(parts, "\n")
}

// CatchAll says why the entry silences more than one thing can be meant by, or "". Such an entry hides genuine errors:
// `Memcheck:Cond` with `obj:*` hides every branch on uninitialised memory there is.
func (s Suppression) CatchAll() string {
	named, allocators := 0, 0
	for _, f := range s.Frames {
		kind, pattern, _ := strings.Cut(f, ":")
		switch {
		case f == "..." || strings.Trim(pattern, "*?/") == "":
		case kind == "fun" && slices.Contains(allocatorNames, pattern):
			allocators++
		case kind == "obj" && slices.Contains(anyLibrary, pattern):
		default:
			named++
		}
	}
	switch {
	case named > 0:
		return ""
	case allocators > 0:
		return "it names nothing but the allocator: it hides every such record"
	}
	return "it names no function and no object: it hides every " + s.Kind + " record"
}

// allocatorNames are functions that everybody calls; naming them alone says nothing.
var allocatorNames = []string{"malloc", "calloc", "realloc", "free", "memalign", "posix_memalign", "aligned_alloc", "_Znwm", "_Znam",
	"strdup", "ngx_alloc", "ngx_calloc", "ngx_palloc", "ngx_pcalloc", "ngx_pnalloc", "ngx_create_pool", "*alloc", "*alloc*", "?alloc"}

var anyLibrary = []string{"*.so", "*.so*", "*.so.*", "*/lib*", "/usr/lib/*", "/lib/*", "/usr/*", "*lib*"}

// Unused are the entries that hid nothing in a run. counts are Process.Suppressed of all processes, summed.
func (s Suppressions) Unused(counts map[string]int) Suppressions {
	return slices.DeleteFunc(slices.Clone(s), func(e Suppression) bool { return counts[e.Name] > 0 })
}
