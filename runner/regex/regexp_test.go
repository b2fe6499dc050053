package regex

import (
	"errors"
	"reflect"
	"strings"
	"sync"
	"testing"
)

func TestUnsupported(t *testing.T) {
	for _, test := range []struct{ pattern, construct string }{
		{`a(?R)?b`, "recursion (?R)"},
		{`(a(?1)?b)`, "recursion (?1)"},
		{`(?-1)`, "recursion (?-1)"},
		{`(?+1)(a)`, "recursion (?+1)"},
		{`(?<n>a)(?&n)`, "recursion (?&n)"},
		{`(?<n>a)(?P>n)`, "recursion (?>n)"},
		{`a(?{ 1 })`, "code in a pattern, (?{...}),"},
		{`a(??{ 1 })`, "code in a pattern, (?{...}),"},
		{`(?(?{ 1 })a)`, "code in a pattern, (?{...}),"},
		{`a(*SKIP)b`, "the verb (*SKIP)"},
		{`a(*ACCEPT)b`, "the verb (*ACCEPT)"},
		{`a(*PRUNE:x)b`, "the verb (*PRUNE)"},
		{`a(*:x)b`, "the verb (*:NAME)"},
		{`(*sr:a)`, "the script run (*sr:...)"},
		{`\p{L}`, `a Unicode property, \p,`},
		{`[\PL]`, `a Unicode property, \P,`},
		{`\N{U+41}`, `a character by name, \N{...}`},
		{`[\N{U+41}]`, `a character by name, \N{...}`},
		{`\x{100}`, `a character above \xff`},
		{`[\x{4e2d}]`, `a character above \xff`},
		{`\o{400}`, `a character above \xff`},
		{`\b{wb}`, `a Unicode boundary, \b{wb},`},
		{`(?u)a`, "the modifier /u"},
		{`(?^l:a)`, "the modifier /l"},
		{`(?|(?<a>x)|(?<b>y))`, "a second name for one group"},
	} {
		_, err := Compile(test.pattern, "")
		var e *SyntaxError
		if !errors.As(err, &e) || e.Construct != test.construct || e.Pattern != test.pattern {
			t.Errorf("Compile(%q): %v, want construct %q", test.pattern, err, test.construct)
			continue
		}
		if !strings.HasPrefix(e.Error(), test.construct+" is not supported in regex; marked by <-- HERE in m/") {
			t.Errorf("Compile(%q): %s", test.pattern, e)
		}
	}
	if _, err := Compile("a", "u"); err == nil || !strings.Contains(err.Error(), "the modifier /u is not supported") {
		t.Errorf("flag u: %v", err)
	}
}

func TestFlags(t *testing.T) {
	for _, test := range []struct {
		pattern, flags, subject string
		want                    bool
	}{
		{"a.b", "", "a\nb", false},
		{"a.b", "s", "a\nb", true},
		{"^b", "", "a\nb", false},
		{"^b", "m", "a\nb", true},
		{"B", "i", "abc", true},
		{"a b", "x", "ab", true},
		{"[a b]b", "x", " b", true},
		{"[a b]b", "xx", " b", false},
		{"A . B", "gmosix", "a\nb", true},
		{"(?^:a.b)", "s", "a\nb", false},
	} {
		re, err := Compile(test.pattern, test.flags)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := re.Match(test.subject); got != test.want || err != nil {
			t.Errorf("/%s/%s on %q: %v, %v", test.pattern, test.flags, test.subject, got, err)
		}
	}
	re, err := Compile("(a)(?<x>b)", "n")
	if err != nil || re.NumGroups() != 1 {
		t.Errorf("/n: %v, %v", re, err)
	}
}

func TestGroups(t *testing.T) {
	re, err := Compile(`(a)(?<x>b)(?'y'c)(?P<x>d)(?:e)`, "")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := re.GroupNames(), []string{"", "", "x", "y", "x"}; re.NumGroups() != 4 || !reflect.DeepEqual(got, want) {
		t.Errorf("%d groups %q, want %q", re.NumGroups(), got, want)
	}
}

func TestFindAt(t *testing.T) {
	for _, test := range []struct {
		pattern, subject string
		at               int
		want, nonEmpty   []int
	}{
		{`a`, "aba", 1, []int{2, 3}, []int{2, 3}},
		{`^a`, "aaa", 1, nil, nil},
		{`\ba`, "aa a", 1, []int{3, 4}, []int{3, 4}},
		{`(?<=a)b`, "ab", 1, []int{1, 2}, []int{1, 2}},
		{`\Ga`, "ba", 1, []int{1, 2}, []int{1, 2}},
		{`\Ga`, "ba", 0, nil, nil},
		{`a\G`, "aa", 1, []int{0, 1}, nil},
		{`a*`, "baa", 0, []int{0, 0}, []int{1, 3}},
		{`|a`, "a", 0, []int{0, 0}, []int{0, 1}},
		{`a`, "aba", 3, nil, nil},
		{``, "ab", 2, []int{2, 2}, nil},
		{`a`, "a", 2, nil, nil},
		{`a`, "a", -1, nil, nil},
	} {
		re, err := Compile(test.pattern, "")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := re.Find(test.subject, test.at); !reflect.DeepEqual(got, test.want) || err != nil {
			t.Errorf("/%s/ on %q at %d: %v, %v; want %v", test.pattern, test.subject, test.at, got, err, test.want)
		}
		if got, err := re.FindNonEmpty(test.subject, test.at); !reflect.DeepEqual(got, test.nonEmpty) || err != nil {
			t.Errorf("/%s/ on %q at %d, not empty: %v, %v; want %v", test.pattern, test.subject, test.at, got, err, test.nonEmpty)
		}
	}
}

func TestStepLimit(t *testing.T) {
	subject := strings.Repeat("a", 40) + "xxab"
	for _, pattern := range []string{
		`^(a|aa)+\1b`,                    // references keep the matcher from remembering
		`^(?:a|aa){1,40}b`,               // counted rounds too
		`(.*)(.*)(.*)(.*)(.*)x{2}[^a]\1`, // no loop of rounds at all
	} {
		re, err := Compile(pattern, "")
		if err != nil {
			t.Fatal(err)
		}
		re = re.WithStepLimit(50_000)
		var e *LimitError
		if _, err := re.Match(subject); !errors.As(err, &e) || !strings.Contains(err.Error(), "m/"+pattern+"/") {
			t.Errorf("%s: Match: %v", pattern, err)
		}
		if _, err := re.Find(subject, 0); !errors.As(err, &e) || e.Subject != len(subject) {
			t.Errorf("%s: Find: %v", pattern, err)
		}
	}
}

func TestNestedLoopsEnd(t *testing.T) {
	subject := strings.Repeat("ab ", 200)
	for _, pattern := range []string{`^(?:\w+\s?)*:`, `^((a|b|ab)\s*)+:`, `^(?:(?:a*b*)*\s*)*:`, `^(?:a+?|b+?|(?:ab)*?|\s)*?:`} {
		re, err := Compile(pattern, "")
		if err != nil {
			t.Fatal(err)
		}
		if found, err := re.WithStepLimit(1_000_000).Match(subject); found || err != nil {
			t.Errorf("%s: %v, %v", pattern, found, err)
		}
	}
}

func TestLongSubject(t *testing.T) {
	subject := strings.Repeat("ab\n", 100_000) + "end"
	for _, pattern := range []string{`^(?:a|b|\n)*end$`, `^(?:a(b)\n)*end\z`, `(?:.*\n)+end`, `(?s)^.*end`, `^(?:[^e]|(e)x)*?end`} {
		re, err := Compile(pattern, "")
		if err != nil {
			t.Fatal(err)
		}
		if found, err := re.Match(subject); !found || err != nil {
			t.Errorf("%s: %v, %v", pattern, found, err)
		}
	}
}

func TestQuoteMeta(t *testing.T) {
	if got, want := QuoteMeta("a_9.b\n\xff$"), "a_9\\.b\\\n\\\xff\\$"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	re, err := Compile(`\A`+QuoteMeta(string(all))+`\z`, "x")
	if err != nil {
		t.Fatal(err)
	}
	if found, _ := re.Match(string(all)); !found {
		t.Error("quoted bytes do not match themselves")
	}
}

func TestCached(t *testing.T) {
	a, err := Cached("a.b", "")
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := Cached("a.b", ""); a != b {
		t.Error("the second time compiled again")
	}
	if c, _ := Cached("a.b", "s"); a == c {
		t.Error("flags do not count")
	}
	for i := range maxCached + 10 {
		if _, err := Cached(strings.Repeat("a", i%100)+string(rune('a'+i%26))+"{"+string(rune('0'+i%10))+"}"+strings.Repeat("b", i/100), ""); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(cache.patterns); n > maxCached {
		t.Errorf("%d patterns are remembered", n)
	}
	if _, err := Cached("(", ""); err == nil {
		t.Error("no error")
	}
}

func TestConcurrent(t *testing.T) {
	re, err := Compile(`^(?:(a)|(b))*(c)?$`, "")
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			subject := strings.Repeat("ab", i+1) + "c"
			n := len(subject)
			want := []int{0, n, n - 3, n - 2, n - 2, n - 1, n - 1, n}
			for range 200 {
				if got, err := re.Find(subject, 0); !reflect.DeepEqual(got, want) || err != nil {
					t.Errorf("%q: %v, %v", subject, got, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// FuzzCompile looks for a panic, for offsets that are none, and for Match and Find in disagreement.
func FuzzCompile(f *testing.F) {
	for _, seed := range []struct{ pattern, flags, subject string }{
		{`(?<n>a)+?\k<n>`, "i", "aA"},
		{`[[:alpha:]-\d\x{41}]{2,}+(?#c)`, "xx", "ab-1"},
		{`(?(1)a|(?<=b{1,3})\G)(c)?`, "", "bc"},
		{`(?|(a)|(b))(?^s:.*?)\R$`, "m", "a\r\n"},
		{`\Aa\K(?>b|bc)(?!d)\Z`, "s", "abc\n"},
		{`((a*)*b?)*?\2{0,3}c`, "", "aabbc"},
		{`(*pla:a)\o{141}\cA?\N{1,2}`, "n", "aa"},
	} {
		f.Add(seed.pattern, seed.flags, seed.subject)
	}
	f.Fuzz(func(t *testing.T, pattern, flags, subject string) {
		re, err := Compile(pattern, flags)
		if err != nil {
			var e *SyntaxError
			if !errors.As(err, &e) || e.Message == "" {
				t.Errorf("error %v", err)
			}
			return
		}
		re = re.WithStepLimit(20_000)
		matched, err := re.Match(subject)
		found, err2 := re.Find(subject, 0)
		if err != nil || err2 != nil {
			return
		}
		if matched != (found != nil) {
			t.Errorf("Match %v, Find %v", matched, found)
		}
		if found != nil && len(found) != 2*(re.NumGroups()+1) {
			t.Errorf("%d offsets for %d groups", len(found), re.NumGroups())
		}
		for i := 0; i < len(found); i += 2 {
			from, to := found[i], found[i+1]
			if from != -1 && (from < 0 || from > to || to > len(subject)) || (from == -1) != (to == -1) {
				t.Errorf("group %d is %d-%d of %d", i/2, from, to, len(subject))
			}
		}
	})
}
