package spec

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"gopkg.in/yaml.v3"
)

// isPlainNumber says whether a text is a number of digits alone, with a fraction or without.
func isPlainNumber(s string) bool {
	whole, fraction, cut := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	return isDigits(whole) && (!cut || isDigits(fraction))
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// sectionValue reads the value of a section. It is undef for a section that is not to be there.
func (r *yamlReader) sectionValue(p pair, types Types) (v Value, ok bool) {
	n := p.value
	switch {
	case isNull(n) && n.Value == "":
		r.fail(p.at, "%s has no value (write \"\" for an empty text, null for none)", p.name)
		return Value{}, false
	case isNull(n):
		return Value{}, true
	case types&OfPresence != 0 && n.Kind == yaml.ScalarNode && n.Tag == "!!bool":
		if n.Value == "true" || n.Value == "True" || n.Value == "TRUE" {
			return Text(""), true
		}
		return Value{}, true
	case p.name == "user_files" && n.Kind == yaml.MappingNode && !(len(n.Content) == 2 && forms[n.Content[0].Value] != 0):
		return r.userFiles(n)
	}
	if p.name == "request" {
		types |= ofPackets
	}
	v, ok = r.value(p.at, p.name, types)
	if p.name == "request" && ok && isPackets(n) {
		v = Value{Kind: List, List: []Value{v}} // one request, of packets
	}
	return v, ok
}

// ofPackets is what only requests may be.
const ofPackets Types = 1 << 7

// forms are the keys of mappings that stand for a value, and what kind of value that is.
var forms = map[string]Types{
	"file": OfText, "hex": OfText, "base64": OfText,
	"regex":   OfRegexp,
	"perl":    OfPresence | OfText | OfNumber | OfList | OfRegexp | OfCode,
	"packets": ofPackets,
}

func isPackets(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode && len(n.Content) > 0 && n.Content[0].Value == "packets"
}

// value reads a value of one of the types. Elements of a list may be lists, too.
func (r *yamlReader) value(at *yaml.Node, what string, types Types) (Value, bool) {
	n := follow(at)
	if r.open[n] {
		r.fail(at, "anchor &%s holds itself (take the alias out)", n.Anchor)
		return Value{}, false
	}
	if !r.spend(n) {
		return Value{}, false
	}
	r.open[n] = true
	defer delete(r.open, n)
	switch n.Kind {
	case yaml.ScalarNode:
		return r.scalar(at, n, what, types)
	case yaml.SequenceNode:
		if types&OfList == 0 {
			r.wrong(at, what, types.wanted())
			return Value{}, false
		}
		list := Value{Kind: List, List: make([]Value, 0, len(n.Content))}
		good := true
		for _, item := range n.Content {
			v, ok := r.value(item, "an element of "+what, elements(types))
			list.List = append(list.List, v)
			good = good && ok
		}
		return list, good
	case yaml.MappingNode:
		return r.form(at, n, what, types)
	}
	r.wrong(at, what, types.wanted())
	return Value{}, false
}

// elements are the types that the elements of a list may have.
func elements(types Types) Types {
	if types&(OfText|OfNumber) == 0 {
		types |= OfText
	}
	return types
}

func (r *yamlReader) scalar(at, n *yaml.Node, what string, types Types) (Value, bool) {
	switch {
	case isMissing(n):
		r.missing(n)
		return Value{}, false
	case n.Tag == "!!binary":
		return r.base64(n, n.Value)
	case !strings.HasPrefix(n.Tag, "!!"):
		r.fail(n, "unknown tag %s (quote the text, or take the tag out)", n.Tag)
		return Value{}, false
	case isNull(n),
		types&(OfText|OfNumber) == 0,
		types&OfText == 0 && !isPlainNumber(n.Value):
		r.wrong(at, what, types.wanted())
		return Value{}, false
	}
	return Text(n.Value), true
}

// wanted says in words what may be written for the types.
func (t Types) wanted() string {
	var words []string
	for _, w := range []struct {
		types Types
		words string
	}{{OfPresence, "true"}, {OfText, "text"}, {OfNumber, "a number"}, {OfList, "a list"}, {OfRegexp, "{regex: ...}"}, {OfCode, "{perl: ...}"}} {
		if t&w.types != 0 && !(w.types == OfNumber && t&OfText != 0) {
			words = append(words, w.words)
		}
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// form reads a mapping that stands for a value.
func (r *yamlReader) form(at, n *yaml.Node, what string, types Types) (Value, bool) {
	pairs := r.pairs(n, what)
	if len(pairs) == 0 {
		if len(n.Content) == 0 {
			r.wrong(at, what, types.wanted())
		}
		return Value{}, false
	}
	var main *pair
	var flags string
	for i, p := range pairs {
		switch {
		case main == nil && forms[p.name] != 0:
			main = &pairs[i]
		case p.name == "flags":
			flags = r.text(p.value, "flags")
			if bad := strings.Trim(flags, "msixn"); bad != "" {
				r.fail(p.value, "unknown flags %q (there are m, s, i, x and n)", bad)
			}
		case forms[p.name] != 0:
			r.fail(p.key, "key %q beside %q (write one of them)", p.name, main.name)
		default:
			r.unknown(p.key, "key", Nearest(p.name, forms))
			return Value{}, false
		}
	}
	switch {
	case main == nil:
		r.fail(at, "flags without a regex (add the key regex)")
		return Value{}, false
	case len(pairs) > 1 && main.name != "regex":
		r.fail(at, "flags beside %q (flags belong to a regex)", main.name)
		return Value{}, false
	case forms[main.name]&types == 0 && !(forms[main.name] == OfText && types&OfNumber != 0):
		r.fail(at, "%s cannot be {%s: ...} (write %s)", what, main.name, types.wanted())
		return Value{}, false
	}
	if main.name == "packets" {
		return r.packets(main.value)
	}
	if main.value.Kind != yaml.ScalarNode || isNull(main.value) || isMissing(main.value) {
		r.wrong(main.at, main.name, "text")
		return Value{}, false
	}
	text := main.value.Value
	switch main.name {
	case "regex":
		return Pattern(text, orderedFlags(flags)), true
	case "perl":
		return Value{Kind: Perl, Str: text, Line: textLine(main.value)}, true
	case "file":
		return r.fixture(main.value, text)
	case "hex":
		b, err := hex.DecodeString(strings.Join(strings.Fields(text), ""))
		if err != nil {
			r.fail(main.value, "%s (write pairs of 0-9, a-f; blanks may stand between)", strings.TrimPrefix(err.Error(), "encoding/"))
		}
		return Text(string(b)), err == nil
	}
	return r.base64(main.value, text)
}

// textLine is the line in which the text of a scalar begins.
func textLine(n *yaml.Node) int {
	if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return n.Line + 1 // it starts behind the | or >
	}
	return n.Line
}

// unfiltered reads {text: TEXT, filters: NAMES}. ok is false when n is something else.
func (r *yamlReader) unfiltered(n *yaml.Node) (text string, filters []string, ok bool) {
	if n.Kind != yaml.MappingNode || len(n.Content) != 4 || n.Content[0].Value != "text" || n.Content[2].Value != "filters" {
		return "", nil, false
	}
	for _, p := range r.pairs(n, "the section") {
		if p.name == "filters" {
			filters = strings.Fields(r.text(p.value, p.name))
			continue
		}
		if v, good := r.value(p.at, p.name, OfText); good {
			text = v.Str
		}
	}
	return text, filters, true
}

func orderedFlags(flags string) string {
	ordered := ""
	for _, f := range "msixn" {
		if strings.ContainsRune(flags, f) {
			ordered += string(f)
		}
	}
	return ordered
}

func (r *yamlReader) base64(n *yaml.Node, text string) (Value, bool) {
	b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
	if err != nil {
		r.fail(n, "%s (write A-Z, a-z, 0-9, + and /, filled up with = to a multiple of four)", err)
	}
	return Text(string(b)), err == nil
}

// maxFixture is the size in bytes up to which {file: ...} reads a file.
const maxFixture = 64 << 20

func (r *yamlReader) fixture(n *yaml.Node, name string) (Value, bool) {
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(r.file), name)
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		r.fail(n, "no file %s (paths start from the suite's directory)", path)
		return Value{}, false
	case err == nil && (!info.Mode().IsRegular() || info.Size() > maxFixture):
		r.fail(n, "%s is no plain file of up to %d MB (name another)", path, maxFixture>>20)
		return Value{}, false
	}
	b, err := os.ReadFile(path)
	if err != nil {
		r.fail(n, "%s (make it readable, or name another)", err)
	}
	return Text(string(b)), err == nil
}

// packets reads the pieces of a request: Test::Nginx has an array of texts and of hashes with value and delay_before.
func (r *yamlReader) packets(n *yaml.Node) (Value, bool) {
	all := Value{Kind: List}
	good := true
	for _, item := range r.list(n, "packets") {
		if item.Kind != yaml.MappingNode || !hasKey(item, "value", "delay_before") {
			v, ok := r.value(item, "a packet", OfText)
			all.List = append(all.List, v)
			good = good && ok
			continue
		}
		packet := map[string]Value{}
		for _, p := range r.pairs(item, "a packet") {
			types, known := packetKeys[p.name]
			if !known {
				r.unknown(p.key, "key", Nearest(p.name, packetKeys))
				good = false
				continue
			}
			v, ok := r.value(p.at, p.name, types)
			packet[p.name] = v
			good = good && ok
		}
		if _, ok := packet["value"]; !ok {
			r.fail(item, "a packet without a value (add the key value)")
			good = false
		}
		all.List = append(all.List, Value{Kind: Map, Map: packet})
	}
	return all, good && len(all.List) > 0
}

var packetKeys = map[string]Types{"value": OfText, "delay_before": OfNumber}

func hasKey(n *yaml.Node, names ...string) bool {
	for i := 0; i < len(n.Content); i += 2 {
		for _, name := range names {
			if n.Content[i].Value == name {
				return true
			}
		}
	}
	return false
}

// userFiles reads a mapping of file names to contents: Test::Nginx has an array of [name, content].
func (r *yamlReader) userFiles(n *yaml.Node) (Value, bool) {
	files := Value{Kind: List}
	good := true
	for _, p := range r.pairs(n, "user_files") {
		v, ok := r.value(p.at, "the content of "+p.name, OfText)
		files.List = append(files.List, Value{Kind: List, List: []Value{Text(p.name), v}})
		good = good && ok
	}
	return files, good
}
