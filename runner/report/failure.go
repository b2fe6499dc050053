package report

import (
	"fmt"
	"strings"

	"github.com/ngxtest/ngxtest/runner/lazyregexp"
)

// failure is what went wrong with one request of a block, or outside of one, and all that belongs to it: whoever shows it
// needs nothing else.
type failure struct {
	file     string
	place    *Place
	tests    []failedTest
	abort    []string // why the block or the file could not be run to its end
	exchange *Exchange
}

// failedTest is a test that failed, with what Test::More said of it where a file's own Perl made it.
type failedTest struct {
	Test
	said []string
}

// failures gathers the failed tests of one request of a block until all that belongs to them is known.
type failures struct {
	explained bool // take also those that Test::More explains
	next      failure
}

// take notes an event; it returns what is complete with it.
func (f *failures) take(e Event) []failure {
	switch e.Kind {
	case TestDone:
		out := f.leave(e.Place)
		if !e.Test.OK && !Todo(e.Test.Test) && (f.explained || !e.Test.Explained) {
			f.next.tests = append(f.next.tests, failedTest{Test: *e.Test})
		}
		return out
	case Diag:
		if n := len(f.next.tests); n > 0 && f.next.tests[n-1].Explained {
			f.next.tests[n-1].said = append(f.next.tests[n-1].said, strings.Split(strings.TrimSuffix(string(e.Text), "\n"), "\n")...)
		}
	case Abort:
		out := f.leave(e.Place)
		f.next.abort = append(f.next.abort, string(e.Text))
		if e.Place == nil {
			return append(out, f.flush(nil)...)
		}
		return out
	case Found:
		return f.leave(e.Place)
	case Exchanged:
		return append(f.leave(e.Place), f.flush(e.Exchange)...)
	case BlockEnd, FileEnd:
		return f.flush(nil)
	case FileStart:
		f.next.file = e.File
	}
	return nil
}

// leave flushes what belongs to another place than the one that comes now.
func (f *failures) leave(place *Place) []failure {
	var out []failure
	if !samePlace(f.next.place, place) {
		out = f.flush(nil)
	}
	f.next.place = place
	return out
}

// flush returns what has gathered, if anything failed.
func (f *failures) flush(x *Exchange) []failure {
	done := f.next
	if len(done.tests) == 0 && len(done.abort) == 0 {
		return nil
	}
	done.exchange = x
	f.next.tests, f.next.abort = nil, nil
	return []failure{done}
}

func samePlace(a, b *Place) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// text is the whole of it, for people.
func (f failure) text(p palette) string {
	return p.alarm("FAIL") + " " + p.bold(f.title()) + "\n" + f.body(p) + "\n"
}

// body is the text without its title.
func (f failure) body(p palette) string {
	text := f.verdict(p)
	if f.exchange != nil {
		text += indent(strings.TrimSuffix(exchangeText(*f.exchange, p), "\n"))
	}
	return text
}

// verdict is why it failed: what ended the block, and each test with what was expected and what came.
func (f failure) verdict(p palette) string {
	var b strings.Builder
	for _, text := range f.abort {
		lines, _ := visibleLines(text, false)
		b.WriteString(indent(strings.Join(lines, "\n")))
	}
	for _, t := range f.tests {
		b.WriteString("  " + p.red(fmt.Sprintf("not ok %d", t.Number)))
		if name := f.name(t.Test); name != "" {
			b.WriteString(" - " + name)
		}
		if t.Line > 0 {
			fmt.Fprintf(&b, "  %s", p.cyan(fmt.Sprintf("%s:%d", f.file, t.Line)))
		}
		b.WriteString("\n")
		lines := comparison(t.Test, p)
		if t.Explained {
			lines = visibleAll(t.said)
		}
		for _, line := range lines {
			b.WriteString(strings.TrimRight("    "+line, " ") + "\n")
		}
	}
	return b.String()
}

// title is FILE:LINE and the block's title, with the request or repeat where there are several.
func (f failure) title() string {
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
func (f failure) name(t Test) string {
	const long = 200
	name := strings.TrimPrefix(strings.TrimRight(t.Name, "\n"), f.file+" ")
	if f.place != nil {
		name = strings.TrimPrefix(name, f.place.Block+" - ")
		name = strings.TrimSuffix(name, " - "+f.file+" "+f.place.Block)
	}
	if first, _, several := strings.Cut(name, "\n"); several && len(name) > long {
		name = first + " ..."
	}
	return visible(name, false)
}

// repeated is where Test::Nginx counts repeats and requests in the name of a test.
var repeated = lazyregexp.New(` ?\(repeated req \d+, req \d+\)`)

// shortName is name without the repeat and the request, which Place has.
func (f failure) shortName(t Test) string {
	t.Name = repeated.ReplaceAllString(t.Name, "")
	return f.name(t)
}

func indent(text string) string {
	return strings.Join(indented(strings.Split(text, "\n")), "\n") + "\n"
}

// summary is the failure in one line, and what kind of check it was that failed: the name of a section, or what ended the
// block.
func (f failure) summary() (line, kind string) {
	if len(f.abort) > 0 {
		first, _, _ := strings.Cut(f.abort[0], "\n")
		return visible(first, false), "not run to its end"
	}
	if len(f.tests) == 0 {
		return "", ""
	}
	t := f.tests[0]
	line = f.shortName(t.Test)
	if t.Compare == "is" && short(t.Want) && short(t.Got) {
		line += ": expected " + quoted(t.Want) + ", got " + quoted(t.Got)
	}
	if n := len(f.tests); n > 1 {
		line += fmt.Sprintf(" (and %d more)", n-1)
	}
	if kind = t.Section; kind == "" {
		kind = "assertion"
	}
	return line, kind
}
