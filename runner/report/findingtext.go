package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/ngxtest/ngxtest/valgrind"
)

// findingsText writes findings as they come, so that the text of each needs nothing else to be understood.
type findingsText struct {
	all      Findings
	verbose  bool
	told     map[string]Spot // by key: where the stack was written
	silenced map[string]bool // by key: the suppression was written
}

// take notes a finding and returns its text. The same stack again is told without its frames, and what fails no run in
// one line, once; verbose tells all of it each time. What would silence it follows, once for each stack: as Valgrind words
// it where a block is definitely lost, since scripts look for that, else the smallest entry.
func (t *findingsText) take(e Event, p palette) string {
	if e.Kind != Found {
		return ""
	}
	if t.told == nil {
		t.told, t.silenced = map[string]Spot{}, map[string]bool{}
	}
	f := *e.Finding
	_, first := t.all.add(e)
	before, told := t.told[f.Key]
	out := ""
	switch {
	case f.Fails && told && !t.verbose:
		out = f.text(e, &before, p, false)
	case f.Fails || t.verbose:
		out = f.text(e, nil, p, t.verbose)
		if !told {
			t.told[f.Key] = spotOf(e)
		}
	case first:
		out = p.yellow(string(f.Verdict)) + " " + e.title() + ": " + f.brief() + "\n"
	}
	if !t.silenced[f.Key] {
		silencer := f.silencer()
		t.silenced[f.Key] = silencer != ""
		out += silencer
	}
	return out
}

// silencer is the suppression that hides the finding; "" where there is none, and for what fails no run anyway.
func (f Finding) silencer() string {
	if strings.Contains(f.Suppression, "match-leak-kinds: definite") {
		return lined(f.Suppression) + "\n"
	}
	entry, err := valgrind.Suppress(f.Record, f.owner(nil), f.leakKinds())
	if !f.Fails || err != nil {
		return ""
	}
	return lined(entry.String()) + "\n"
}

// title is FILE:LINE and the block of an event.
func (e Event) title() string {
	if e.Place == nil {
		return e.File
	}
	return e.Place.title(e.File)
}

// text tells all about a finding. before is where the same stack was found before; nil when it was not.
func (f Finding) text(e Event, before *Spot, p palette, whole bool) string {
	word := p.alarm(strings.ToUpper(string(f.Verdict)))
	if !f.Fails {
		word = p.yellow(strings.ToUpper(string(f.Verdict)))
	}
	which := ""
	if e.Place != nil {
		which = e.Place.which()
	}
	return word + " " + p.bold(e.title()) + "\n" + f.body(which, before, p, whole) + "\n"
}

// inFull is text for a finding of one block, without its title.
func (m Merged) inFull(p palette) string { return m.body(m.Tests[0].which(), nil, p, false) }

// body is text without its title. which tells the request, where there are several.
func (f Finding) body(which string, before *Spot, p palette, whole bool) string {
	var b strings.Builder
	line := func(s string) { b.WriteString(strings.TrimRight("  "+s, " ") + "\n") }
	line(f.sentence())
	if request := f.request(which); request != "" {
		line(request)
	}
	if before != nil {
		line("the stack is that of " + before.Place.title(before.File) + ": " + f.where())
	} else {
		for _, s := range f.stackLines(f.Stack, f.ownFrames(), p, whole) {
			line(s)
		}
		for _, extra := range f.Extra {
			line(visible(strings.TrimSpace(extra.What), false))
			for _, s := range f.stackLines(extra.Stack, f.ownExtra(extra.Stack), p, whole) {
				line(s)
			}
		}
	}
	for _, s := range f.blameLines() {
		line(visible(s, false))
	}
	if len(f.Lua) > 0 && !f.blamesChunk() {
		if len(f.Lua) == 1 && f.RequestLine != "" {
			line("Lua code of the block that was running:")
		} else {
			line("Lua code of the block that may have been running:")
		}
		for _, s := range f.Lua {
			line("  " + visible(s, false))
		}
	}
	if f.Note != "" {
		line("note: " + visible(f.Note, false))
	}
	return b.String()
}

// sentence is the verdict in words, with what there is more of.
func (f Finding) sentence() string {
	if !f.Kind.IsLoss() {
		return f.What + times(f.Count)
	}
	switch f.Verdict {
	case valgrind.Leak:
		return "memory is lost, nothing points at it any more: " + f.amount()
	case valgrind.Growing:
		if f.Watched == 0 {
			return "memory in use grew, a leak or a cache without a bound: " + f.amount()
		}
		return "memory in use grows with the requests, a leak or a cache without a bound: " + f.amount()
	case valgrind.Suspect:
		return "memory in use grew when it was watched, but that was too short to tell more: " + f.amount()
	case valgrind.Once:
		return "memory is not freed, but does not grow with the requests: " + f.amount()
	case valgrind.AtExitOnly:
		return "memory is lost when the process ends, and was not while it ran: " + f.amount()
	}
	return f.What + times(f.Count)
}

// brief is a finding in one line, without where it was found.
func (f Finding) brief() string {
	if f.Kind.IsLoss() {
		return strings.TrimPrefix(f.about()+", "+f.amount(), ", ")
	}
	return f.about() + times(f.Count)
}

// about is what a finding is, without how much: the same from run to run.
func (f Finding) about() string {
	switch where := f.where(); {
	case f.Kind.IsLoss():
		return where
	case where == "":
		return f.What
	default:
		return f.What + " in " + where
	}
}

// where is the frame that says best where it is.
func (f Finding) where() string {
	if frame, ok := f.top(); ok {
		return frameText(frame)
	}
	return ""
}

func times(n int) string {
	if n > 1 {
		return fmt.Sprintf(", %d times", n)
	}
	return ""
}

// amount is how much memory it is: for each request where it was watched, else all of it.
func (f Finding) amount() string {
	requests, bytes, blocks := int64(f.Watched), f.GrownBy, f.GrownIn
	switch {
	case requests == 0 || bytes == 0 && blocks == 0:
		text := size(f.Bytes, f.Blocks)
		if f.Indirect > 0 {
			text += fmt.Sprintf(", and %s that only these pointed at", count(f.Indirect, "byte"))
		}
		return text
	case blocks == 0 && bytes%requests == 0:
		return fmt.Sprintf("%s more with each request in %s (%s over %s)", count(bytes/requests, "byte"), count(f.Blocks, "block"), count(bytes, "byte"), count(requests, "request"))
	case blocks == 0:
		return fmt.Sprintf("%s more in %s over %s", count(bytes, "byte"), count(f.Blocks, "block"), count(requests, "request"))
	case bytes%requests == 0 && blocks%requests == 0 && blocks > 0:
		return fmt.Sprintf("%s with each request (%s over %s)", size(bytes/requests, blocks/requests), size(bytes, blocks), count(requests, "request"))
	}
	return fmt.Sprintf("%s over %s", size(bytes, blocks), count(requests, "request"))
}

// request is the request that it belongs to, and which one of the block's that is.
func (f Finding) request(which string) string {
	text := ""
	if f.RequestLine != "" {
		text = "request: " + visible(f.RequestLine, false)
	}
	switch {
	case which == "":
		return text
	case text == "":
		return which
	}
	return text + " (" + which + ")"
}

func size(bytes, blocks int64) string { return count(bytes, "byte") + " in " + count(blocks, "block") }

// count is a number with commas and what it counts: "27,648 bytes".
func count(n int64, what string) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	if n == 1 {
		return digits + " " + what
	}
	return digits + " " + what + "s"
}

// findingsTable lists the findings of a run, each once with the blocks in which it was found. Those that fail no run
// have a line alone unless whole.
func findingsTable(all []Merged, p palette, whole bool) string {
	var b strings.Builder
	for _, m := range all {
		paint := p.red
		if !m.Fails {
			paint = p.yellow
		}
		b.WriteString(paint(string(m.Verdict)) + ": " + m.brief())
		if !m.Fails && !whole {
			fmt.Fprintf(&b, " (%s)\n", count(int64(len(m.Tests)), "test"))
			continue
		}
		b.WriteString("\n")
		for _, spot := range m.spots() {
			b.WriteString("  " + spot + "\n")
		}
	}
	return b.String()
}
