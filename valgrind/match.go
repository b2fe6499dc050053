package valgrind

import (
	"path"
	"slices"
	"strconv"
	"strings"
)

// Matches says whether the entry silences the record, by the rules of Valgrind: tool and kind are the same, and its
// frames match the stack from the top; the stack may go on. Valgrind compares the names of C++ functions mangled, and
// reports them demangled, so entries for such frames are told by Valgrind's own counts only.
func (s Suppression) Matches(r Record) bool {
	tool, kind, _ := strings.Cut(r.SuppressionKind, ":")
	if tool == "" {
		tool, kind, _ = strings.Cut(suppressionKind(r.Tool, r.Kind, r.What), ":")
	}
	if !slices.Contains(s.Tools, tool) || sameKind(s.Kind) != sameKind(kind) {
		return false
	}
	if r.Kind.IsLoss() && !s.hasLeakKind(r.Kind) {
		return false
	}
	if s.Param != "" && !strings.Contains(r.What, " "+s.Param+" ") {
		return false
	}
	return matchFrames(s.Frames, r.Stack)
}

// sameKind folds the two names of one kind.
func sameKind(kind string) string {
	if kind == "Value0" {
		return "Cond"
	}
	return kind
}

func (s Suppression) hasLeakKind(k Kind) bool {
	switch s.LeakKinds {
	case "", "all":
		return true
	case "none":
		return false
	}
	return slices.ContainsFunc(strings.Split(s.LeakKinds, ","), func(w string) bool { return strings.TrimSpace(w) == k.Word() })
}

// Match is the first entry that silences the record.
func (s Suppressions) Match(r Record) (Suppression, bool) {
	i := slices.IndexFunc(s, func(e Suppression) bool { return e.Matches(r) })
	if i < 0 {
		return Suppression{}, false
	}
	return s[i], true
}

func matchFrames(patterns []string, s Stack) bool {
	for len(patterns) > 0 && patterns[0] != "..." {
		if len(s) == 0 || !matchFrame(patterns[0], s[0]) {
			return false
		}
		patterns, s = patterns[1:], s[1:]
	}
	if len(patterns) == 0 {
		return true
	}
	for len(patterns) > 0 && patterns[0] == "..." {
		patterns = patterns[1:]
	}
	for i := 0; i <= len(s); i++ {
		if matchFrames(patterns, s[i:]) {
			return true
		}
	}
	return false
}

func matchFrame(pattern string, f Frame) bool {
	kind, glob, _ := strings.Cut(pattern, ":")
	switch kind {
	case "fun":
		return matchGlob(glob, orUnknown(f.Function))
	case "obj":
		return matchGlob(glob, orUnknown(f.Object))
	case "src":
		file := path.Base(f.File)
		if f.File == "" {
			return false
		}
		return matchGlob(glob, file) || matchGlob(glob, file+":"+strconv.Itoa(f.Line))
	}
	return false
}

func orUnknown(name string) string {
	if name == "" {
		return "???"
	}
	return name
}

// matchGlob knows * and ? only, and * takes slashes too.
func matchGlob(pattern, name string) bool {
	star, mark := -1, 0
	p, n := 0, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, n
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == name[n]):
			p, n = p+1, n+1
		case star >= 0:
			mark++
			p, n = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

var sizeWords = expression(`of size (\d+)`)

// suppressionKind is TOOL:KIND of a suppression for a record, for records that came without a generated one.
func suppressionKind(tool string, kind Kind, what string) string {
	size := ""
	if m := sizeWords().FindStringSubmatch(what); m != nil {
		size = m[1]
	}
	switch tool {
	case "helgrind":
		return "Helgrind:" + string(kind)
	case "drd":
		return "drd:" + string(kind)
	case "memcheck", "":
	default:
		return ""
	}
	switch kind {
	case "InvalidRead", "InvalidWrite":
		return "Memcheck:Addr" + size
	case "UninitValue":
		return "Memcheck:Value" + size
	case "UninitCondition":
		return "Memcheck:Cond"
	case "SyscallParam":
		return "Memcheck:Param"
	case "InvalidFree", "MismatchedFree":
		return "Memcheck:Free"
	case "ReallocSizeZero":
		return "Memcheck:ReallocZero"
	case "InvalidJump":
		return "Memcheck:Jump"
	case "Overlap":
		return "Memcheck:Overlap"
	case "FishyValue":
		return "Memcheck:FishyValue"
	case "InvalidMemPool":
		return "Memcheck:Mempool"
	case "CoreMemError":
		return "Memcheck:CoreMem"
	case "ClientCheck":
		return "Memcheck:User"
	}
	if kind.IsLoss() {
		return "Memcheck:Leak"
	}
	return ""
}
