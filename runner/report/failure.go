package report

import (
	"fmt"
	"strings"
)

// failures gathers the failed tests of one request of a block until all that belongs to them is known, and writes them
// as one text that needs nothing else to be understood.
type failures struct {
	file  string
	place *Place
	tests []Test
	abort []string
}

// take notes an event; it returns a text when one is complete.
func (f *failures) take(e Event, p palette) string {
	switch e.Kind {
	case TestDone:
		out := f.leave(e.Place, p)
		if !e.Test.OK && !e.Test.Explained && !Todo(e.Test.Test) {
			f.tests = append(f.tests, *e.Test)
		}
		return out
	case Abort:
		out := f.leave(e.Place, p)
		f.abort = append(f.abort, string(e.Text))
		if e.Place == nil {
			return out + f.flush(nil, p)
		}
		return out
	case Found:
		return f.leave(e.Place, p)
	case Exchanged:
		return f.leave(e.Place, p) + f.flush(e.Exchange, p)
	case BlockEnd, FileEnd:
		return f.flush(nil, p)
	case FileStart:
		f.file = e.File
	}
	return ""
}

// leave flushes what belongs to another place than the one that comes now.
func (f *failures) leave(place *Place, p palette) string {
	out := ""
	if !samePlace(f.place, place) {
		out = f.flush(nil, p)
	}
	f.place = place
	return out
}

func samePlace(a, b *Place) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// flush writes what has gathered; nothing where nothing failed.
func (f *failures) flush(x *Exchange, p palette) string {
	if len(f.tests) == 0 && len(f.abort) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(p.alarm("FAIL") + " " + p.bold(f.title()) + "\n")
	for _, text := range f.abort {
		b.WriteString(indent(strings.TrimSuffix(text, "\n")))
	}
	for _, t := range f.tests {
		b.WriteString("  " + p.red(fmt.Sprintf("not ok %d", t.Number)) + f.name(t))
		if t.Line > 0 {
			fmt.Fprintf(&b, "  %s", p.cyan(fmt.Sprintf("%s:%d", f.file, t.Line)))
		}
		b.WriteString("\n")
		for _, line := range comparison(t, p) {
			b.WriteString(strings.TrimRight("    "+line, " ") + "\n")
		}
	}
	if x != nil {
		b.WriteString(indent(strings.TrimSuffix(exchangeText(*x, p), "\n")))
	}
	b.WriteString("\n")
	f.tests, f.abort = nil, nil
	return b.String()
}

// title is FILE:LINE and the block's title, with the request or repeat where there are several.
func (f *failures) title() string {
	if f.place == nil && len(f.tests) > 0 && f.tests[0].Line > 0 {
		return fmt.Sprintf("%s:%d", f.file, f.tests[0].Line)
	}
	if f.place == nil {
		return f.file
	}
	title := f.place.title(f.file)
	if which := f.place.which(); which != "" {
		title += " (" + which + ")"
	}
	return title
}

// title is FILE:LINE and the block's title; what is not known is left out.
func (p Place) title(file string) string {
	if p.Line > 0 {
		file = fmt.Sprintf("%s:%d", file, p.Line)
	}
	return strings.TrimSuffix(file+" "+p.Block, " ")
}

// which says which request and repeat it is, where there are several: "request 2 of 3, repeat 1 of 2".
func (p Place) which() string {
	var which []string
	if p.Requests > 1 && p.Request > 0 {
		which = append(which, fmt.Sprintf("request %d of %d", p.Request, p.Requests))
	}
	if p.Repeats > 1 && p.Repeat > 0 {
		which = append(which, fmt.Sprintf("repeat %d of %d", p.Repeat, p.Repeats))
	}
	return strings.Join(which, ", ")
}

// name is a test's description without the file and the block's title, which the header has. Of a description of many lines
// the first one is enough: log lines around the one in question follow, and the report has its own.
func (f *failures) name(t Test) string {
	const long = 200
	name := strings.TrimPrefix(strings.TrimRight(t.Name, "\n"), f.file+" ")
	if f.place != nil {
		name = strings.TrimPrefix(name, f.place.Block+" - ")
		name = strings.TrimSuffix(name, " - "+f.file+" "+f.place.Block)
	}
	if first, _, several := strings.Cut(name, "\n"); several && len(name) > long {
		name = first + " ..."
	}
	if name == "" {
		return ""
	}
	return " - " + visible(name, false)
}

func indent(text string) string {
	return strings.Join(indented(strings.Split(text, "\n")), "\n") + "\n"
}
