package spec

import (
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/go-multierror"
)

// Whatever the bytes, blocks come in the order of their lines, and what was read is written and read again as it was.
func FuzzParseBlocks(f *testing.F) {
	for _, seed := range []string{
		"", "__DATA__\n=== t\nd\n--- a chomp\nx\n--- b: y\n--- a\nz\n--- SKIP\n=== u\n--- ONLY\n",
		"1;\r\n__END__\r\n=== t\r\n--- (a) x=1 : y\r\n", "__DATA__\n<<< 1 >>>\n===t\n--- a:404\n--- b", "__DATA__ \n=== a b", "__DATA__\n--- a\n===\v\n --- a\n0",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		file := ParseFile("a.t", src)
		file.PreEval()
		if _, err := ParseBlocks(file, Delims{}); err != nil && !strings.HasPrefix(err.Error(), "a.t:") {
			t.Errorf("error without a position: %v", err)
		}
		blocks, _ := AllBlocks(file, Delims{})
		last, lines := 0, strings.Count(string(src), "\n")+1
		for _, b := range blocks {
			for _, s := range append([]*Section{{Line: b.Line}}, b.Sections...) {
				if s.Line <= 0 || s.Line > lines || b.Line < last {
					t.Fatalf("line %d of %q, block %d behind %d, file of %d", s.Line, s.Name, b.Line, last, lines)
				}
			}
			last = b.Line
		}
		text, err := Format(blocks, Delims{})
		if err != nil {
			return // a description that only passes where it stood
		}
		again, err := AllBlocks(&File{Data: text}, Delims{})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if got, want := outline(unplaced(again)), outline(unplaced(blocks)); got != want {
			t.Errorf("written as %q\nwhich is\n%snot\n%s", text, got, want)
		}
	})
}

// unplaced takes the lines out of blocks.
func unplaced(blocks []*Block) []*Block {
	for _, b := range blocks {
		b.Line = 0
		for _, s := range b.Sections {
			s.Line = 0
			clear(s.Repeats)
		}
	}
	return blocks
}

// Whatever the bytes, reading ends, and every problem has its place.
func FuzzParseYAML(f *testing.F) {
	for _, seed := range []string{
		"", "tests: [{name: a, config: b}]", "tests:\n- name: a\n  request: [{packets: [x, {value: y, delay_before: 1}]}]\n",
		"a: &a {<<: *a}\ntests: [*a, *b]", "a: &a [*a]\ntests: [{name: x, error_log: *a}]", "defaults: {user_files: {a: {hex: 0}, b: {base64: x}}}\ntests: ~",
		"settings: {plan: {skip_all: x}, workers: 0}\ntests: []\n---\n", "tests: [{name: a, error_log: [{regex: x, flags: sm}, {perl: '1'}]}]", "\xff", "a: b: c",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		if strings.Contains(string(src), "file") { // files of this machine are not the matter
			return
		}
		_, err := ParseYAML("a.yaml", src)
		var all *multierror.Error
		if err == nil {
			return
		}
		if !errors.As(err, &all) || len(all.Errors) == 0 {
			t.Fatalf("error %v", err)
		}
		lines := strings.Count(string(src), "\n") + strings.Count(string(src), "\r") + 2
		for _, one := range all.Errors {
			var p *Problem
			if !errors.As(one, &p) || p.File != "a.yaml" || p.Line < 1 || p.Line > lines || p.Column < 1 || p.Msg == "" {
				t.Errorf("problem %v", one)
			}
		}
	})
}
