package lazyregexp

import "testing"

// An expression answers as one of package regexp would, and a broken one is told as soon as a test binary starts.
func TestNew(t *testing.T) {
	digits := New(`(\d+)-(\d+)`)
	if digits.compiled == nil {
		t.Error("a test binary has not compiled the expression when it starts")
	}
	if got := digits.ReplaceAllString("1-2 x 30-4", "$2-$1"); got != "2-1 x 4-30" {
		t.Errorf("swapped: %q", got)
	}
	if got := digits.FindStringSubmatch("a 30-4"); len(got) != 3 || got[1] != "30" || got[2] != "4" {
		t.Errorf("found: %q", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("a broken expression is not refused")
		}
	}()
	New(`(`)
}

// Outside tests an expression is text until somebody uses it, also from several goroutines.
func TestLate(t *testing.T) {
	late := &Regexp{pattern: `^a+$`}
	matches := make(chan bool)
	for range 8 {
		go func() { matches <- late.MatchString("aaa") }()
	}
	for range 8 {
		if !<-matches {
			t.Error("no match")
		}
	}
}
