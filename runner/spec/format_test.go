package spec

import (
	"strings"
	"testing"
)

func TestFormat(t *testing.T) {
	section := func(name, text string, filters ...string) *Section {
		return &Section{Name: name, Text: text, Filters: filters}
	}
	for _, tc := range []struct {
		name   string
		blocks []*Block
		want   string
	}{
		{"nothing", nil, ""},
		{"lines and values", []*Block{{Name: "t", Description: "what it shows", Sections: []*Section{
			section("a", "x\n"), section("b", "y", "chomp", "lc"), section("c", "")}}, {}},
			"=== t\nwhat it shows\n--- a\nx\n--- b chomp lc: y\n--- c\n===\n"},
		{"repeated", []*Block{{Name: "t", Sections: []*Section{{Name: "a", Text: "x", Repeats: []int{1, 2}}}}},
			"=== t\n--- a\n--- a\n--- a: x\n"},
		{"blanks around a text, kept", []*Block{{Name: "t", Sections: []*Section{section("a", " x ")}}}, "=== t\n--- a\n x "},
		{"no newline at the very end", []*Block{{Name: "t", Sections: []*Section{section("a", "x\ny")}}}, "=== t\n--- a\nx\ny"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := Format(tc.blocks, Delims{})
			if err != nil || got != tc.want {
				t.Errorf("got %q, %v\nwant %q", got, err, tc.want)
			}
		})
	}
}

func TestFormatRefuses(t *testing.T) {
	for _, tc := range []struct {
		name  string
		block *Block
		want  string
	}{
		{"title", &Block{Name: "t\nu"}, `block "t\nu": the title has a newline`},
		{"description", &Block{Name: "t", Description: "=== x"}, `block "t", description: the line "=== x" would begin`},
		{"block in a text", &Block{Name: "t", Sections: []*Section{{Name: "a", Text: "x\n===\n"}}}, `block "t", section a: the line "===" would begin`},
		{"section in a text", &Block{Name: "t", Sections: []*Section{{Name: "a", Text: "--- b\n"}}}, `block "t", section a: the line "--- b" would begin`},
		{"no newline before another section", &Block{Name: "t", Sections: []*Section{{Name: "a", Text: "x\ny"}, {Name: "b"}}},
			`block "t", section a: the text does not end in a newline`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got, err := Format([]*Block{tc.block}, Delims{})
			if err == nil || !strings.HasPrefix(err.Error(), tc.want) {
				t.Errorf("got %q, %v\nwant %s", got, err, tc.want)
			}
		})
	}
}
