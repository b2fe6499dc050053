package spec

import (
	"fmt"
	"strings"
	"testing"
)

// outline writes blocks so that a test can say at a glance what it expects: line, title, description, and for each
// section its line, name, filters and text.
func outline(blocks []*Block) string {
	var out strings.Builder
	for _, b := range blocks {
		fmt.Fprintf(&out, "%d %q %q\n", b.Line, b.Name, b.Description)
		for _, s := range b.Sections {
			fmt.Fprintf(&out, "  %d %s%s %q", s.Line, s.Name, s.Filters, s.Text)
			if len(s.Repeats) > 0 {
				fmt.Fprintf(&out, " again %d", s.Repeats)
			}
			out.WriteString("\n")
		}
	}
	return out.String()
}

func TestParseFile(t *testing.T) {
	for _, tc := range []struct {
		name, src      string
		preamble, data string
		line           int
	}{
		{"data", "run_tests();\n__DATA__\n=== a\n", "run_tests();\n", "=== a\n", 2},
		{"end", "1;\n__END__\nx", "1;\n", "x", 2},
		{"the first counts", "__END__\n__DATA__\n", "", "__DATA__\n", 1},
		{"at the end of the file", "1;\n__DATA__", "1;\n", "", 2},
		{"neither", "ok 1;\n", "ok 1;\n", "", 0},
		{"empty", "", "", "", 0},
		{"not alone on its line", "x __DATA__\n__DATA__x\n", "x __DATA__\n__DATA__x\n", "", 0},
		{"carriage returns", "a;\r\nb\r;\r\n__DATA__\r\n=== a\r\n", "a;\nb\r;\n", "=== a\r\n", 3},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := ParseFile("t/a.t", []byte(tc.src))
			if f.Path != "t/a.t" || f.Preamble != tc.preamble || f.Data != tc.data || f.DataLine != tc.line {
				t.Errorf("got %+v", *f)
			}
		})
	}
}

func TestPreEval(t *testing.T) {
	for _, tc := range []struct {
		name, data, code string
		line             int
		blocks           string
	}{
		{"one line", "<<<our $x = 1;>>>\n=== a\n", "our $x = 1;", 11, "12 \"a\" \"\"\n"},
		{"lines, with what looks like a block", "\n <<<\n=== no\n>>> \n=== a\n", "\n=== no\n", 12, "15 \"a\" \"\"\n"},
		{"closes at the end of a line only", "<<<1>>> 2>>>\n=== a\n", "1>>> 2", 11, "12 \"a\" \"\"\n"},
		{"blank lines behind it", "<<<1>>>\n\n\nx\n=== a\n", "1", 11, "15 \"a\" \"\"\n"},
		{"to the end of the file", "<<<1>>>", "1", 11, ""},
		{"not closed", "<<<1>> >\n=== a\n", "", 0, "12 \"a\" \"\"\n"},
		{"not at the start", "x<<<1>>>\n=== a\n", "", 0, "12 \"a\" \"\"\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			f := &File{DataLine: 10, Data: tc.data}
			code, line, ok := f.PreEval()
			if code != tc.code || line != tc.line || ok != (tc.line > 0) {
				t.Errorf("got %q in line %d, %v", code, line, ok)
			}
			blocks, err := ParseBlocks(f, Delims{})
			if got := outline(blocks); err != nil || got != tc.blocks {
				t.Errorf("blocks %s, %v", got, err)
			}
		})
	}
}

func TestParseBlocks(t *testing.T) {
	for _, tc := range []struct{ name, data, want string }{
		{"nothing", "", ""},
		{"text before the first block", "--- a\nx\n=== t\n", "3 \"t\" \"\"\n"},
		{"title without a space, with blanks behind, with more equals signs",
			"===t  \n====u\n===\n=== \tv",
			"1 \"t  \" \"\"\n2 \"=u\" \"\"\n3 \"\" \"\"\n4 \"\" \"v\"\n"},
		{"description", "=== t\n\n  one\n two\n\n--- a: b\n", "1 \"t\" \"one\\n two\"\n  6 a[] \"b\"\n"},
		{"indented section right behind the title", "=== t\n  \n  --- a\nx\n  --- b\n", "1 \"t\" \"\"\n  3 a[] \"x\\n  --- b\\n\"\n"},
		{"body keeps blank lines", "=== t\n--- a\n\nx\n\n--- b\ny\n", "1 \"t\" \"\"\n  2 a[] \"\\nx\\n\\n\"\n  6 b[] \"y\\n\"\n"},
		{"filters", "=== t\n--- a  chomp -trim +x  y=1=2 \nx\n", "1 \"t\" \"\"\n  2 a[chomp -trim +x y=1=2] \"x\\n\"\n"},
		{"parentheses", "=== t\n--- (a)chomp\n--- (b\n--- c)x\n", "1 \"t\" \"\"\n  2 a[chomp] \"\"\n  3 b[] \"\"\n  4 c[x] \"\"\n"},
		{"inline values",
			"=== t\n--- a:  x y \n--- b chomp : z : w\n\n \n--- c:\n--- d : \n",
			"1 \"t\" \"\"\n  2 a[] \"x y\"\n  3 b[chomp] \"z : w\"\n  6 c[] \"\"\n  7 d[] \"\"\n"},
		{"a colon without a blank belongs to the filter", "=== t\n--- a:404\n--- b.c\n--- d-e\n",
			"1 \"t\" \"\"\n  2 a[:404] \"\"\n  3 b[.c] \"\"\n  4 d[-e] \"\"\n"},
		{"a filter that is 0 is none", "=== t\n--- a 0\n", "1 \"t\" \"\"\n  2 a[] \"\"\n"},
		{"not sections", "=== t\n--- a\n----\n---\n--- \n--- -\n---b\n---\tc\n",
			"1 \"t\" \"\"\n  2 a[] \"----\\n---\\n--- \\n--- -\\n---b\\n---\\tc\\n\"\n"},
		{"a description that is 0 is none", "=== t\n0", "1 \"t\" \"\"\n"},
		{"section line right behind the title that ends the file", "=== t\n--- bc", "1 \"t\" \"--- bc\"\n"},
		{"section line that ends the file", "=== t\n--- a\n--- bc", "1 \"t\" \"\"\n  2 a[] \"--- bc\"\n"},
		{"no newline at the end", "=== t\n--- a\nx", "1 \"t\" \"\"\n  2 a[] \"x\"\n"},
		{"carriage returns", "=== t\r\n--- a chomp\r\nx\r\n--- b: y\r\n",
			"1 \"t\\r\" \"\"\n  2 a[chomp] \"x\\r\\n\"\n  4 b[] \"y\"\n"},
		{"bytes", "=== \xff\n--- a\n\x00\xfe\n", "1 \"\\xff\" \"\"\n  2 a[] \"\\x00\\xfe\\n\"\n"},
		{"a name twice: the last one, at the place of the first", "=== t\n--- a chomp\nx\n--- b: y\n--- a\nz\n--- a: w\n",
			"1 \"t\" \"\"\n  7 a[] \"w\" again [2 5]\n  4 b[] \"y\"\n"},
		{"SKIP", "=== t\n--- SKIP\n=== u\n", "3 \"u\" \"\"\n"},
		{"LAST", "=== t\n--- LAST\n=== u\n--- name: z\n", "1 \"t\" \"\"\n  2 LAST[] \"\"\n"},
		{"a skipped LAST is no last", "=== t\n--- LAST\n--- SKIP\n=== u\n", "4 \"u\" \"\"\n"},
		{"ONLY, even with SKIP", "=== t\n=== u\n--- ONLY\n--- SKIP\n=== v\n--- name\n", "2 \"u\" \"\"\n  3 ONLY[] \"\"\n  4 SKIP[] \"\"\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			blocks, err := ParseBlocks(&File{Path: "a.t", Data: tc.data}, Delims{})
			if err != nil {
				t.Fatal(err)
			}
			if got := outline(blocks); got != tc.want {
				t.Errorf("got\n%swant\n%s", got, tc.want)
			}
		})
	}
}

func TestParseBlocksDelims(t *testing.T) {
	f := ParseFile("a.t", []byte("delimiters('###', '+++');\n__DATA__\n### t\n+++ a\n=== x\n--- y\n+++ b: z\n"))
	blocks, err := ParseBlocks(f, Delims{"###", "+++"})
	want := "3 \"t\" \"\"\n  4 a[] \"=== x\\n--- y\\n\"\n  7 b[] \"z\"\n"
	if got := outline(blocks); err != nil || got != want {
		t.Errorf("got %v\n%swant\n%s", err, got, want)
	}
}

func TestParseBlocksProblems(t *testing.T) {
	for _, tc := range []struct{ name, src, want string }{
		{"reserved names", "__DATA__\n=== t\n--- name: x\n--- _x\n--- new\n--- Name\n", strings.Join([]string{
			`t/a.t:3: section name "name" is reserved (choose another)`,
			`t/a.t:4: section name "_x" is reserved (choose another)`,
			`t/a.t:5: section name "new" is reserved (choose another)`,
		}, "\n")},
		{"value and lines", "__DATA__\n=== t\n--- a: x\n\n y\n=== u\n--- b:\nz\n", strings.Join([]string{
			`t/a.t:3: section "a" has a value behind its colon, and more text in line 5 (remove the colon or the text)`,
			`t/a.t:7: section "b" has a value behind its colon, and more text in line 8 (remove the colon or the text)`,
		}, "\n")},
		{"title ends the file", "__DATA__\n=== t\n===t", `t/a.t:3: a block's title ends the file (add a newline)`},
		{"blanks behind the marker", "1;\n__DATA__ \n=== t\n",
			`t/a.t:2: blanks behind the data marker hide all blocks from Test::Base (remove them)`},
		{"problems of skipped blocks count", "__DATA__\n=== t\n--- SKIP\n--- name\n=== u\n--- LAST\n=== v\n--- name\n",
			`t/a.t:4: section name "name" is reserved (choose another)`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			blocks, err := ParseBlocks(ParseFile("t/a.t", []byte(tc.src)), Delims{})
			if blocks != nil || err == nil || err.Error() != tc.want {
				t.Errorf("got %s, %v\nwant %s", outline(blocks), err, tc.want)
			}
		})
	}
}

func TestAllBlocks(t *testing.T) {
	f := &File{Path: "a.t", Data: "=== t\n--- SKIP\n=== u\n--- ONLY\n=== v\n--- name\n=== w\n--- LAST\n=== x\n"}
	blocks, err := AllBlocks(f, Delims{})
	want := "1 \"t\" \"\"\n  2 SKIP[] \"\"\n3 \"u\" \"\"\n  4 ONLY[] \"\"\n7 \"w\" \"\"\n  8 LAST[] \"\"\n9 \"x\" \"\"\n"
	if got := outline(blocks); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if err == nil || err.Error() != `a.t:6: section name "name" is reserved (choose another)` {
		t.Errorf("error %v", err)
	}
}
