package report

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/ngxtest/ngxtest/valgrind"
)

// foreign is how many frames that are not the user's own are shown in a row before the rest is summed up.
const foreign = 6

// stackLines shows a stack, a frame a line, the user's own frames marked and each with its line of source. What comes
// behind the last of them is how nginx and Lua got there, which is summed up unless whole.
func (f Finding) stackLines(s valgrind.Stack, own func(int) bool, p palette, whole bool) []string {
	shown, last := len(s), -1
	for i := range s {
		if own(i) {
			last = i
		}
	}
	most := last + 2 // and who called it
	if last < 0 {
		most = foreign
	}
	if !whole && len(s) > most+2 {
		shown = most
	}
	var lines []string
	for i, frame := range s[:shown] {
		if !own(i) {
			lines = append(lines, "    "+frameText(frame))
			continue
		}
		lines = append(lines, "  "+p.alarm(">")+" "+p.bold(frameText(frame)))
		if text := f.sourceOf(frame); text != "" {
			lines = append(lines, cutLine(fmt.Sprintf("%12d | %s", frame.Line, text)))
		}
	}
	if rest := s[shown:]; len(rest) > 0 {
		lines = append(lines, fmt.Sprintf("    ... %d more frames%s", len(rest), objects(rest)))
	}
	return lines
}

// frameText is a frame on one line: `zoo_label (t/zoo/note.c:10)`, `??? (in nginx)`.
func frameText(f valgrind.Frame) string {
	name := f.Function
	if name == "" {
		name = "???"
	}
	switch source := sourcePath(f); {
	case source != "" && f.Line > 0:
		return fmt.Sprintf("%s (%s:%d)", name, source, f.Line)
	case source != "":
		return fmt.Sprintf("%s (%s)", name, source)
	case f.Object != "":
		return fmt.Sprintf("%s (in %s)", name, path.Base(f.Object))
	case f.Function == "":
		return name + " (machine code that Lua made)"
	}
	return name
}

// objects names what the frames are in: ", in libluajit-5.1.so.2 and nginx".
func objects(s valgrind.Stack) string {
	var names []string
	for _, f := range s {
		if name := path.Base(f.Object); f.Object != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return ", in " + listed(names)
}

// own is the user's own frames, the innermost first.
func (f Finding) own() valgrind.Stack {
	var own valgrind.Stack
	for i, frame := range f.Stack {
		if slices.Contains(f.Own, i) {
			own = append(own, frame)
		}
	}
	return own
}

// top is the frame that says best where a finding is: the innermost of the user's own, else the innermost that has a
// name and is not Valgrind's, which stands for malloc and free.
func (f Finding) top() (valgrind.Frame, bool) {
	if own := f.own(); len(own) > 0 {
		return own[0], true
	}
	for _, frame := range f.Stack {
		if frame.InLua() {
			if c, line, ok := f.luaCaller(); ok {
				return valgrind.Frame{Function: c.Function, File: c.Where[:strings.LastIndexByte(c.Where, ':')], Line: line}, true
			}
		}
		if frame.Function != "" && !strings.HasPrefix(path.Base(frame.Object), "vgpreload_") {
			return frame, true
		}
	}
	return valgrind.Frame{}, false
}

// luaCaller is the line of Lua that is to blame where Lua itself called what allocates: no frame tells one such finding from
// another then.
func (f Finding) luaCaller() (c Caller, line int, ok bool) {
	if len(f.Blame) == 0 || len(f.Own) > 0 {
		return Caller{}, 0, false
	}
	c = f.Blame[0]
	_, number, found := strings.Cut(c.Where[strings.LastIndexByte(c.Where, ':')+1:], "-")
	if !found {
		number = c.Where[strings.LastIndexByte(c.Where, ':')+1:]
	}
	line, err := strconv.Atoi(number)
	return c, line, err == nil && strings.Contains(c.Where, ":")
}

// Named gives a finding a key of its own where nothing but the line of Lua tells it from others.
func (f *Finding) Named() {
	for _, frame := range f.Stack {
		switch {
		case frame.InLua():
			if c, _, ok := f.luaCaller(); ok {
				f.Key = valgrind.Key(f.Key + "\n" + c.Function + "\n" + c.Where).Fingerprint()
			}
			return
		case frame.Function != "" && !strings.HasPrefix(path.Base(frame.Object), "vgpreload_"):
			return
		}
	}
}

// ownFrames tells the user's own frames of the finding's stack.
func (f Finding) ownFrames() func(int) bool {
	return func(i int) bool { return slices.Contains(f.Own, i) }
}

// ownExtra tells the user's own frames of another stack of the same record: those in the objects of the first one's.
func (f Finding) ownExtra(s valgrind.Stack) func(int) bool {
	own := f.own()
	return func(i int) bool {
		return s[i].Object != "" && slices.ContainsFunc(own, func(o valgrind.Frame) bool { return o.Object == s[i].Object })
	}
}
