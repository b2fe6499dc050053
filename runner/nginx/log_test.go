package nginx

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

func appendTo(t *testing.T, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

func TestLogReadsWhatIsNew(t *testing.T) {
	path := t.TempDir() + "/log"
	l := Log{Path: path}
	all := Log{Path: path, Accumulate: true}
	for _, step := range []struct {
		text      string
		want, all []string
	}{
		{"", nil, nil},
		{"a\nb\n", []string{"a\n", "b\n"}, []string{"a\n", "b\n"}},
		{"", nil, []string{"a\n", "b\n"}},
		{"half", []string{"half"}, []string{"a\n", "b\n", "half"}},
		{" a line\n\n", []string{" a line\n", "\n"}, []string{"a\n", "b\n", "half a line\n", "\n"}},
	} {
		if step.text != "" {
			appendTo(t, path, step.text)
		}
		if got := l.Await(nil); !slices.Equal(got, step.want) {
			t.Errorf("after %q: %q, want %q", step.text, got, step.want)
		}
		if got := all.Await(nil); !slices.Equal(got, step.all) {
			t.Errorf("after %q: in all %q, want %q", step.text, got, step.all)
		}
	}
	if l.Position() != int64(len("a\nb\nhalf a line\n\n")) {
		t.Errorf("position %d", l.Position())
	}
	l.Reset()
	if got := l.Await(nil); len(got) != 4 {
		t.Errorf("after Reset: %q", got)
	}
}

func TestLogAwaitsLines(t *testing.T) {
	path := t.TempDir() + "/log" // not there at first
	l := Log{Path: path, Wait: time.Hour}
	next := []string{"one\ntw", "o\n", "three\n"}
	var seen [][]string
	got := l.Await(func(lines []string) bool {
		seen = append(seen, slices.Clone(lines))
		if len(next) > 0 {
			appendTo(t, path, next[0])
			next = next[1:]
			return false
		}
		return slices.Contains(lines, "three\n")
	})
	want := [][]string{nil, {"one\n", "tw"}, {"one\n", "two\n"}, {"one\n", "two\n", "three\n"}}
	if !slices.EqualFunc(seen, want, slices.Equal[[]string]) {
		t.Errorf("done saw %q, want %q", seen, want)
	}
	if !slices.Equal(got, want[3]) {
		t.Errorf("Await = %q, want %q", got, want[3])
	}
}

func TestLogWaitsNoLongerThanWait(t *testing.T) {
	path := t.TempDir() + "/log"
	appendTo(t, path, "a\n")
	l := Log{Path: path, Wait: 20 * time.Millisecond}
	if got := l.Await(func([]string) bool { return false }); !slices.Equal(got, []string{"a\n"}) {
		t.Errorf("%q", got)
	}
}

func TestLogThatIsNoFile(t *testing.T) {
	l := Log{Path: t.TempDir()}
	if got := l.Await(nil); got != nil {
		t.Errorf("%q", got)
	}
	l.Path = "off"
	if got := l.Await(nil); got != nil {
		t.Errorf("%q", got)
	}
}

// A debug log has thousands of lines for a request.
func BenchmarkLogAwait(b *testing.B) {
	path := b.TempDir() + "/log"
	line := "2026/11/23 15:00:00 [debug] 1234#1234: *1 http script copy: \"a line as nginx writes it\"\n"
	if err := os.WriteFile(path, []byte(strings.Repeat(line, 10000)), 0o666); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		l := Log{Path: path}
		if len(l.Await(nil)) != 10000 {
			b.Fatal("lines are missing")
		}
	}
}

// The file of the log's name counts, also where it is another one than before.
func TestLogThatIsReplaced(t *testing.T) {
	path := t.TempDir() + "/error.log"
	l := Log{Path: path}
	defer l.Close()
	appendTo(t, path, "old\n")
	if got := l.Await(nil); !slices.Equal(got, []string{"old\n"}) {
		t.Errorf("at first: %q", got)
	}
	if err := os.Rename(path, path+".1"); err != nil {
		t.Fatal(err)
	}
	appendTo(t, path+".1", "older\n")
	if got := l.Await(nil); len(got) > 0 {
		t.Errorf("there is no file, but: %q", got)
	}
	appendTo(t, path, "new\nnewer\n")
	if got := l.Await(nil); !slices.Equal(got, []string{"newer\n"}) {
		t.Errorf("of the new file, from where the old one was read to: %q", got)
	}
	l.Reset()
	l.Close()
	if got := l.Await(nil); !slices.Equal(got, []string{"new\n", "newer\n"}) {
		t.Errorf("from the beginning: %q", got)
	}
}

// A glance returns what is new, in memory that the next one uses again, and Await goes on from there.
func TestLogAtAGlance(t *testing.T) {
	path := t.TempDir() + "/error.log"
	l := &Log{Path: path, Scratch: &Scratch{}, Wait: time.Minute}
	defer l.Close()
	if got := l.Glance(); got != "" {
		t.Errorf("of a log that is not there: %q", got)
	}
	for call, portion := range []int{3, 10, 1, 200, 7, 60000, 7} {
		var want strings.Builder
		for i := range portion {
			fmt.Fprintf(&want, "call %d, line %d of %d\n", call, i, portion)
		}
		appendTo(t, path, want.String())
		if got := l.Glance(); got != want.String() {
			t.Errorf("call %d: %.200q, want %.200q", call, got, want.String())
		}
		if got := l.Glance(); got != "" {
			t.Errorf("call %d, once more: %.200q", call, got)
		}
	}
	appendTo(t, path, "more\n")
	if got := l.Await(func([]string) bool { return true }); !slices.Equal(got, []string{"more\n"}) {
		t.Errorf("then: %q", got)
	}
	if n := len(l.Scratch.text); n == 0 || n > 1<<20 {
		t.Errorf("%d bytes are kept", n)
	}
	l.Accumulate = true
	if got := l.Glance(); !strings.HasPrefix(got, "call 0, line 0") || !strings.HasSuffix(got, "more\n") {
		t.Errorf("accumulated, of %d bytes: %.200q", len(got), got)
	}
	l.Accumulate = false
	l.Skip = func(line string) bool { return strings.Contains(line, "[notice]") }
	appendTo(t, path, "2026/11/30 12:00:00 [notice] a\nof it\n2026/11/30 12:00:00 [debug] b\n")
	if got := l.Glance(); got != "2026/11/30 12:00:00 [debug] b\n" {
		t.Errorf("without what is skipped: %q", got)
	}
}
