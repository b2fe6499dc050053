package spec

import "testing"

func TestValue(t *testing.T) {
	for _, tc := range []struct {
		name              string
		v                 Value
		text              string
		defined, is, true bool
	}{
		{"undef", Value{}, "", false, false, false},
		{"empty", Text(""), "", true, false, false},
		{"zero", Text("0"), "0", true, false, false},
		{"zero with a newline", Text("0\n"), "0\n", true, false, true},
		{"number", Value{Kind: Number, Str: "1.5"}, "1.5", true, false, true},
		{"list", Texts(), "ARRAY(0x0)", true, true, true},
		{"map", Value{Kind: Map}, "HASH(0x0)", true, true, true},
		{"code", Value{Kind: Code}, "CODE(0x0)", true, true, true},
		{"pattern", Pattern("a.b", "ms"), "(?^ms:a.b)", true, true, true},
		{"pattern that ends in a comment", Pattern("a # b", "x"), "(?^x:a # b\n)", true, true, true},
		{"pattern with a comment further up", Pattern("a # b\nc", "x"), "(?^x:a # b\nc)", true, true, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := tc.v.String(); got != tc.text {
				t.Errorf("String %q, want %q", got, tc.text)
			}
			if tc.v.Defined() != tc.defined || tc.v.IsRef() != tc.is || tc.v.True() != tc.true {
				t.Errorf("defined %v, reference %v, true %v", tc.v.Defined(), tc.v.IsRef(), tc.v.True())
			}
		})
	}
}

func TestBlock(t *testing.T) {
	b := &Block{Line: 3, Sections: []*Section{{Name: "a", Line: 4, Values: []Value{Text("x"), Text("y")}}, {Name: "b", Line: 5}}}
	if got := b.Value("a"); got.Str != "x" {
		t.Errorf("of several values the first counts: %v", got)
	}
	if b.Has("b") || b.Has("c") || !b.Has("a") {
		t.Error("a section without values, or none at all, is not there")
	}
	b.Set("a", Value{})
	b.Set("c", Text("new"))
	if b.Has("a") || b.Value("c").Str != "new" {
		t.Errorf("after Set: %v, %v", b.Value("a"), b.Value("c"))
	}
	if a, c, d := b.LineOf("a"), b.LineOf("c"), b.LineOf("d"); a != 4 || c != 3 || d != 3 {
		t.Errorf("lines %d, %d, %d", a, c, d)
	}
}
