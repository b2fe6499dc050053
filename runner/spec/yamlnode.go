package spec

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// yamlReader turns the nodes of one file into a suite, and collects what is wrong with them.
type yamlReader struct {
	file     string
	problems []*Problem
	left     int                 // nodes that may still be read, those behind aliases each time; below 0: too many were
	open     map[*yaml.Node]bool // the nodes whose values are being read
	merging  map[*yaml.Node]bool // the mappings whose merge keys are being read
	anyName  bool                // a section may have any name: Perl of the suite may read it
}

// maxNodes bounds what aliases of aliases can blow a file up to, beside what stands in the file itself.
const maxNodes = 1_000_000

// fail notes a problem. When aliases have made too many nodes the rest is not read, and nothing that it seems to lack counts.
func (r *yamlReader) fail(n *yaml.Node, format string, args ...any) {
	if r.left < 0 {
		return
	}
	r.problems = append(r.problems, &Problem{File: r.file, Line: n.Line, Column: n.Column, Msg: fmt.Sprintf(format, args...)})
}

func (r *yamlReader) unknown(n *yaml.Node, what, near string) {
	if isMissing(n) {
		r.missing(n)
		return
	}
	if near == "" {
		r.fail(n, "unknown %s %q (remove it, or check the spelling)", what, n.Value)
		return
	}
	r.fail(n, "unknown %s %q (did you mean %q?)", what, n.Value, near)
}

// missingMark stands in front of a scalar that is an alias of no anchor. It is one character, as the * it replaces,
// and comes from the private range, so that no text means anything by it.
const missingMark = "\ue000"

var unknownAnchor = expression(`unknown anchor '(.*)' referenced`)

func isMissing(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style == 0 && strings.HasPrefix(n.Value, missingMark)
}

func (r *yamlReader) missing(n *yaml.Node) {
	r.fail(n, "no anchor &%s (define it further up)", strings.TrimPrefix(n.Value, missingMark))
}

// document returns the root of the only document in src, nil when there is none.
//
// The YAML library gives up at an alias without an anchor, and does not say where that was. Such aliases are made texts, and the file is
// read again: then each has a position, and the file's other problems show as well.
func (r *yamlReader) document(src []byte) *yaml.Node {
	if at := r.notText(src); at != nil {
		r.problems = append(r.problems, at)
		return nil
	}
	for {
		docs, err := documents(src)
		if err != nil {
			if m := unknownAnchor().FindStringSubmatch(err.Error()); m != nil {
				alias := regexp.MustCompile(`\*(` + regexp.QuoteMeta(m[1]) + `)([^0-9A-Za-z_-]|$)`)
				marked := alias.ReplaceAll(src, []byte(missingMark+"${1}${2}"))
				if !bytes.Equal(marked, src) {
					src = marked
					continue
				}
			}
			r.problems = append(r.problems, r.syntax(src, err))
			return nil
		}
		if len(docs) > 1 {
			r.fail(docs[1], "a second document (a suite is one)")
		}
		if len(docs) == 0 || docs[0].Kind != yaml.DocumentNode || len(docs[0].Content) == 0 || isNull(docs[0].Content[0]) {
			r.problems = append(r.problems, &Problem{File: r.file, Line: 1, Column: 1, Msg: "the file is empty (add a list under the key tests)"})
			return nil
		}
		return docs[0].Content[0]
	}
}

func documents(src []byte) ([]*yaml.Node, error) {
	var docs []*yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(src))
	for {
		doc := new(yaml.Node)
		err := decoder.Decode(doc)
		if errors.Is(err, io.EOF) {
			return docs, nil
		}
		if err != nil {
			return nil, err
		}
		docs = append(docs, doc)
	}
}

// notText returns the first byte of src that YAML cannot have.
func (r *yamlReader) notText(src []byte) *Problem {
	line, column := 1, 1
	for i := 0; i < len(src); {
		c, size := utf8.DecodeRune(src[i:])
		switch {
		case c == utf8.RuneError && size == 1:
			return &Problem{r.file, line, column, fmt.Sprintf("byte 0x%02x is not UTF-8 (write such bytes as {hex: ...})", src[i])}
		case c < ' ' && c != '\t' && c != '\n' && c != '\r', c == 0x7f:
			return &Problem{r.file, line, column,
				fmt.Sprintf("control character 0x%02x (write it as \"\\x%02x\" in double quotes)", c, c)}
		case c == '\n':
			line, column = line+1, 0
		}
		column++
		i += size
	}
	return nil
}

var yamlLine = expression(`^line (\d+): `)

// syntax turns the library's error into a problem. It names a line only, and none for the first; the column is that of the line's first
// character.
func (r *yamlReader) syntax(src []byte, err error) *Problem {
	msg := strings.TrimPrefix(err.Error(), "yaml: ")
	line := 1
	if m := yamlLine().FindStringSubmatch(msg); m != nil {
		line, _ = strconv.Atoi(m[1])
		msg = msg[len(m[0]):]
	}
	column := 1
	all := bytes.Split(src, []byte("\n"))
	if strings.Contains(msg, "tab character") { // the line is that of what the tab should have belonged to
		for i, text := range all[min(line, len(all))-1:] {
			blank := text[:len(text)-len(bytes.TrimLeft(text, " \t"))]
			if tab := bytes.IndexByte(blank, '\t'); tab >= 0 {
				return &Problem{r.file, line + i, tab + 1, "not YAML: " + msg + " (indent with spaces)"}
			}
		}
	}
	if line <= len(all) {
		column += len(all[line-1]) - len(bytes.TrimLeft(all[line-1], " "))
	}
	return &Problem{r.file, line, column, "not YAML: " + msg + " (mend indentation or quotes there or above)"}
}

// pair is a key of a mapping with its value.
type pair struct {
	key   *yaml.Node
	name  string
	at    *yaml.Node // the value as it stands there: perhaps an alias
	value *yaml.Node // what that is
}

// pairs returns the keys and values of a mapping in order, those of merge keys behind its own.
func (r *yamlReader) pairs(n *yaml.Node, what string) []pair {
	n = follow(n)
	if n.Kind != yaml.MappingNode {
		r.wrong(n, what, "a mapping of keys to values")
		return nil
	}
	if r.merging[n] {
		r.fail(n, "anchor &%s holds itself (take the alias out)", n.Anchor)
		return nil
	}
	if !r.spend(n) {
		return nil
	}
	var own, merged []pair
	lines := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Tag == "!!merge" {
			sources := []*yaml.Node{value}
			if follow(value).Kind == yaml.SequenceNode {
				sources = follow(value).Content
			}
			r.merging[n] = true
			for _, source := range sources {
				merged = append(merged, r.pairs(source, "a merged value")...)
			}
			delete(r.merging, n)
			continue
		}
		name := follow(key)
		if name.Kind != yaml.ScalarNode {
			r.wrong(key, "a key", "text")
			continue
		}
		if first, again := lines[name.Value]; again {
			r.fail(key, "key %q is there twice, first in line %d (remove one)", name.Value, first)
			continue
		}
		lines[name.Value] = key.Line
		if key.Kind == yaml.AliasNode { // its position, with the text of its anchor
			there := *name
			there.Line, there.Column = key.Line, key.Column
			key = &there
		}
		own = append(own, pair{key, name.Value, value, follow(value)})
	}
	for _, p := range merged {
		if _, has := lines[p.name]; !has {
			lines[p.name] = p.key.Line
			own = append(own, p)
		}
	}
	return own
}

func (r *yamlReader) list(n *yaml.Node, what string) []*yaml.Node {
	if n.Kind != yaml.SequenceNode {
		r.wrong(n, what, "a list")
		return nil
	}
	if len(n.Content) == 0 {
		r.fail(n, "%s is an empty list (add something)", what)
	}
	out := make([]*yaml.Node, len(n.Content))
	for i, item := range n.Content {
		out[i] = follow(item)
	}
	return out
}

func (r *yamlReader) text(n *yaml.Node, what string) string {
	if n.Kind != yaml.ScalarNode || isNull(n) {
		r.wrong(n, what, "text")
		return ""
	}
	if isMissing(n) {
		r.missing(n)
	}
	return n.Value
}

// wrong reports that a value is of the wrong type.
func (r *yamlReader) wrong(n *yaml.Node, what, want string) {
	if isMissing(n) {
		r.missing(n)
		return
	}
	r.fail(n, "%s cannot be %s (write %s)", what, called(n), want)
}

// called names the type of a node as people call it.
func called(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case isNull(n) && n.Value == "":
		return "without a value"
	case n.Tag == "!!null", n.Tag == "!!bool":
		return n.Value
	case n.Tag == "!!int", n.Tag == "!!float":
		return "the number " + n.Value
	case len(n.Value) < 40 && !strings.Contains(n.Value, "\n"):
		return fmt.Sprintf("the text %q", n.Value)
	}
	return "text"
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// follow returns the node behind an alias.
func follow(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
	}
	return n
}

func holdsAnchor(n *yaml.Node) bool {
	if n.Anchor != "" {
		return true
	}
	for _, inner := range n.Content {
		if holdsAnchor(inner) {
			return true
		}
	}
	return false
}

// spend counts the nodes behind n, and reports when aliases of aliases have made too many of them.
func (r *yamlReader) spend(n *yaml.Node) bool {
	cost := 1 + len(n.Content)
	if r.left >= 0 && r.left < cost {
		r.fail(n, "aliases make this more than %d values (use fewer)", maxNodes)
	}
	r.left -= cost
	return r.left >= 0
}
