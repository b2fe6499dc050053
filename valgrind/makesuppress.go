package valgrind

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// maxSuppressionFrames is how many frames of an entry Valgrind takes.
const maxSuppressionFrames = 24

// Suppress makes the smallest entry that silences the record and names what it is about: the frames from the top down to
// the last one of the user's, or, in a stack without any, down to the second function with a name behind the allocator.
// kinds are the leak kinds to silence; none means that of the record. comments go before it, one a line, without #.
//
// There is no entry for a stack that names nothing (it would be a catch-all) and for a crash: an error says so.
func Suppress(r Record, o Owner, kinds []Kind, comments ...string) (Suppression, error) {
	if r.Kind == FatalSignal || r.SuppressionKind == "" || len(r.Stack) == 0 {
		return Suppression{}, fmt.Errorf("%s: valgrind has no suppression for this", r.What)
	}
	tool, kind, _ := strings.Cut(r.SuppressionKind, ":")
	place := o.Place(r.Stack)
	patterns := framePatterns(r)
	n := place.Last
	if n == 0 {
		n = enoughFrames(r.Stack)
	}
	s := Suppression{Name: suppressionName(r, place), Tools: []string{tool}, Kind: kind}
	s.Frames = slices.Clone(patterns[:min(n, len(patterns))])
	if kind == "Param" {
		s.Param = paramOf(r)
	}
	if r.Kind.IsLoss() {
		var words []string
		for _, k := range append(slices.Clone(kinds), r.Kind) {
			// A stack that is lost takes along what it pointed at, and one check calls reachable what the next calls lost.
			if w := k.Word(); w != "" && !slices.Contains(words, w) {
				words = append(words, w)
			}
		}
		slices.Sort(words)
		s.LeakKinds = strings.Join(words, ",")
	}
	for _, c := range comments {
		for line := range strings.Lines(c) {
			s.Comments = append(s.Comments, "# "+strings.TrimSpace(line))
		}
	}
	if why := s.CatchAll(); why != "" {
		return Suppression{}, fmt.Errorf("%s: no suppression can be made: %s (build the library with -g and do not strip it)", r.What, why)
	}
	if problem := s.problem(); problem != "" {
		return Suppression{}, fmt.Errorf("%s: no suppression can be made: %s", r.What, problem)
	}
	return s, nil
}

// framePatterns are the patterns for the record's frames. Those that Valgrind generated are preferred: it knows the
// mangled names of C++ functions. Objects lose their directory, which differs from machine to machine.
func framePatterns(r Record) []string {
	var generated []string
	if entries, err := ParseSuppressions("", []byte(r.Suppression)); err == nil && len(entries) == 1 {
		generated = entries[0].Frames
	}
	var out []string
	for i, f := range r.Stack {
		if i == maxSuppressionFrames {
			break
		}
		pattern := "obj:" + f.Object
		switch {
		case i < len(generated) && generated[i] != "...":
			pattern = generated[i]
		case f.Function != "":
			pattern = "fun:" + f.Function
		case f.Object == "":
			pattern = "obj:*"
		}
		if object, ok := strings.CutPrefix(pattern, "obj:"); ok && path.IsAbs(object) {
			pattern = "obj:*/" + path.Base(object)
		}
		out = append(out, pattern)
	}
	return out
}

// enoughFrames is how many frames of a stack of the system name it: two functions with names that are not allocators.
func enoughFrames(s Stack) int {
	named := 0
	for i, f := range s {
		if f.Function != "" && !slices.Contains(allocatorNames, f.Function) {
			named++
		}
		if named == 2 {
			return i + 1
		}
	}
	return len(s)
}

func suppressionName(r Record, p Place) string {
	what := string(r.Kind)
	if r.Kind.IsLoss() {
		what = "leak"
	}
	if p.Last == 0 {
		for _, f := range r.Stack {
			if f.Function != "" && !slices.Contains(allocatorNames, f.Function) {
				return what + " in " + f.Function
			}
		}
		return what + " in " + path.Base("/"+r.Stack[0].Object)
	}
	name := what + " in " + p.Top.place()
	if p.Foot != p.Top {
		name += " called by " + p.Foot.place()
	}
	if p.Top.Object != "" {
		name += " of " + path.Base(p.Top.Object)
	}
	return name
}

func (f Frame) place() string {
	if f.Function == "" {
		return "???"
	}
	return f.Function
}

// paramOf is the system call's parameter of "Syscall param write(buf) points to uninitialised byte(s)".
func paramOf(r Record) string {
	rest, ok := strings.CutPrefix(r.What, "Syscall param ")
	if !ok {
		return ""
	}
	param, _, _ := strings.Cut(rest, " ")
	return param
}

// Merge adds entries to a file's: those that are new go to its end, and an entry that is there under any name stays as
// the user wrote it. stale says which of the old ones to drop; nil drops none. Catch-all entries are never added.
func (s Suppressions) Merge(fresh Suppressions, stale func(Suppression) bool) Suppressions {
	var out Suppressions
	for _, e := range s {
		if stale == nil || !stale(e) {
			out = append(out, e)
		}
	}
	for _, e := range fresh {
		if e.CatchAll() == "" && !slices.ContainsFunc(out, e.same) {
			out = append(out, e)
		}
	}
	return out
}

// same says whether two entries silence the same, whatever their names and comments.
func (s Suppression) same(t Suppression) bool {
	return slices.Equal(s.Tools, t.Tools) && sameKind(s.Kind) == sameKind(t.Kind) && s.Param == t.Param &&
		s.LeakKinds == t.LeakKinds && slices.Equal(s.Frames, t.Frames)
}
